"""The rap: the configured conversation, as a schema and as the values that the rooms use.

One readable YAML file. Unknown keys are refused, and every problem is reported at once with its
line, the reason and the remedy.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

from pydantic import ConfigDict, Field, PrivateAttr

from companion.documents import Document, Problem, read_document, validate_document
from companion.domain.dialogue import Step
from companion.domain.outline import Choice, GoalOutline, RapOutline, StepOutline
from companion.errors import RapError
from companion.understanding import rap_library
from companion.understanding.rap_checks import form_problem, structure_problems
from companion.understanding.rap_limits import Timing, Tracking
from companion.understanding.rap_parts import (
    AnswerPart,
    Card,
    ChoicePart,
    CoachCards,
    CuePart,
    Exemptions,
    Goal,
    IssuePart,
    NextStepPart,
    Realization,
    Rewrite,
    StepPart,
)
from companion.understanding.rap_values import Phrase, RapPart

__all__ = [
    "Card",
    "ChoicePart",
    "CuePart",
    "Goal",
    "NextStepPart",
    "Rap",
    "Rewrite",
    "StepPart",
    "Timing",
    "Tracking",
    "check_rap",
    "find_rap",
    "given_rap",
    "load_rap",
    "rap_problems",
]


def _as_number(schema: dict[str, Any]) -> None:
    """An editor reads `schema: 1` as a number; the loader keeps every scalar as text."""
    schema.pop("const", None)
    schema.pop("type", None)
    schema["enum"] = [1, "1"]


class Rap(RapPart):
    """The configured conversation."""

    model_config = ConfigDict(title="Rap of a one-on-one conversation")

    format: Literal["1"] = Field(
        alias="schema",
        title="Form",
        description="Version of this file's form.",
        json_schema_extra=_as_number,
    )
    name: str = Field(title="Name", min_length=2, description="What people call this rap.")
    version: str = Field(
        title="Version",
        pattern=r"^\d+\.\d+\.\d+$",
        description="Three numbers; raise one when you change the rap.",
    )
    language: str = Field(
        title="Language", pattern=r"^[a-z]{2,3}$", description="Its letters, such as en."
    )
    preparation: tuple[str, ...] = Field(
        title="Before the call", min_length=1, description="Lines of the card before the call."
    )
    consent_script: tuple[str, ...] = Field(
        title="Consent", min_length=1, description="What to say aloud to ask for consent."
    )
    afterwards: tuple[str, ...] = Field(
        title="After the call", min_length=1, description="Lines of the card after the call."
    )
    coping: tuple[str, ...] = Field(
        title="Coping tools",
        min_length=1,
        description="What to offer when fear or distress came up.",
    )
    timing: Timing = Field(Timing(), title="Limits", description="Limits of the coach.")
    tracking: Tracking = Field(
        Tracking(), title="Following steps", description="How readily a change of step is believed."
    )
    realizations: tuple[Realization, ...] = Field(
        title="Realizations",
        min_length=3,
        max_length=3,
        description="The three things that a person may come to see.",
    )
    steps: tuple[StepPart, ...] = Field(title="Steps", description="The five steps, in order.")
    cards: CoachCards = Field(title="Other cards", description="Cards outside the goals.")
    cues: tuple[CuePart, ...] = Field(title="Cues", description="What the organizer's words show.")
    issues: tuple[IssuePart, ...] = Field(title="Issues", description="The fixed list of issues.")
    roles: tuple[ChoicePart, ...] = Field(
        title="Roles", description="Who may have the power to decide; a fixed list."
    )
    deciding: tuple[Phrase, ...] = Field(
        (), title="Deciding", description="Words that say that somebody decides."
    )
    answers: tuple[AnswerPart, ...] = Field(
        (), title="Answers", description="Words of the organizer that echo a yes, a no, a maybe."
    )
    next_steps: tuple[NextStepPart, ...] = Field(
        title="Next steps", min_length=1, description="Kinds of next steps."
    )
    follow_ups: tuple[ChoicePart, ...] = Field(
        (), title="Follow-ups", description="Ways to be in touch after the call."
    )
    invitations: tuple[Phrase, ...] = Field(
        (), title="Invitations", description="'Tell me …': as open as an open question."
    )
    exemptions: Exemptions = Field(
        Exemptions(), title="Exempt questions", description="Questions that need a yes or a no."
    )
    rewrites: tuple[Rewrite, ...] = Field(
        (), title="Rewrites", description="Open forms of closed questions; the first that fits."
    )

    _sha256: str = PrivateAttr("")
    _learned_as: str | None = PrivateAttr(None)
    _learned_folder: Path | None = PrivateAttr(None)

    @property
    def sha256(self) -> str:
        """Of the rap's file, hex: it tells which conversation a call followed."""
        return self._sha256

    @property
    def learned_as(self) -> str | None:
        """The name under which `companion train` keeps what it learns for this rap.

        None for a rap from elsewhere. A published version has the name of its rap.
        """
        return self._learned_as

    @property
    def learned_folder(self) -> Path | None:
        """Where what was learned for this rap alone would lie; None for a rap from elsewhere.

        A published version has its own copy, which does not change.
        """
        return self._learned_folder

    def step(self, step: Step) -> StepPart:
        """The part about one step."""
        return self.steps[step - 1]

    def outline(self) -> RapOutline:
        """What views need: names, goals and fixed lists."""
        return RapOutline(
            name=self.name,
            version=self.version,
            language=self.language,
            steps=tuple(
                StepOutline(s.number, s.name, tuple(GoalOutline(g.id, g.text) for g in s.goals))
                for s in self.steps
            ),
            preparation=self.preparation,
            consent_script=self.consent_script,
            afterwards=self.afterwards,
            coping=self.coping,
            issues=tuple(Choice(c.id, c.text) for c in self.issues),
            realizations=tuple(Choice(c.id, c.text) for c in self.realizations),
            next_step_kinds=tuple(Choice(c.id, c.text) for c in self.next_steps),
            roles=tuple(Choice(c.id, c.text) for c in self.roles),
            follow_ups=tuple(Choice(c.id, c.text) for c in self.follow_ups),
            story_limit_s=self.timing.story_limit_s,
            monologue_limit_s=self.timing.monologue_limit_s,
        )


def load_rap(path: Path) -> Rap:
    """Read and check a rap.

    Raises: RapError with every problem's line, reason and remedy, or where a published version
        was changed; DocumentError where the file is no YAML document.
    """
    document, rap, problems = read_rap(path)
    if rap is None or problems:
        raise RapError(_listed(document.name, problems))
    return rap


def read_rap(path: Path) -> tuple[Document, Rap | None, list[Problem]]:
    """A rap's file, the rap where it can be read, and all problems; see `rap_problems`.

    Raises: RapError where a published version was changed; DocumentError where the file is no
        YAML document.
    """
    document = read_document(path)
    published_as = rap_library.published_sha256(path)
    if published_as is not None and published_as != document.sha256:
        raise RapError(
            f"{path} was changed after it was published; use another version "
            "('companion rap list' shows them), or publish the rap anew"
        )
    rap, problems = rap_problems(document)
    if rap is not None:
        rap._learned_as = rap_library.learned_as(path)
        rap._learned_folder = rap_library.learned_folder(path)
    return document, rap, problems


def check_rap(document: Document) -> Rap:
    """Check a document that was already read; see `load_rap`."""
    rap, problems = rap_problems(document)
    if rap is None or problems:
        raise RapError(_listed(document.name, problems))
    return rap


def rap_problems(document: Document) -> tuple[Rap | None, list[Problem]]:
    """The rap of a document where it can be read, and all its problems in the order of lines.

    A rap of a form that is not known, or one so large that checking it would take long, has this
    one problem: what else seems wrong with it may not be so.
    """
    first = form_problem(document)
    if first is not None:
        return None, [first]
    rap, problems = validate_document(document, Rap)
    found = sorted({*problems, *structure_problems(document)}, key=lambda p: (p.line, p.where))
    if rap is not None:
        rap._sha256 = document.sha256
    return rap, found


def find_rap(name: str) -> Rap:
    """The rap of that name: 'our-rap@1.2.0' is published, others are the user's own or shipped.

    Raises: RapError, DocumentError; see `load_rap`.
    """
    return load_rap(rap_library.rap_path(name))


def given_rap(text: str) -> Rap:
    """The rap that a command line names, by its name or by its file.

    Raises: RapError, DocumentError; see `load_rap`.
    """
    return load_rap(rap_library.given_rap(text))


def _listed(name: str, problems: list[Problem]) -> str:
    count = "one problem" if len(problems) == 1 else f"{len(problems)} problems"
    lines = "\n  ".join(str(problem) for problem in problems)
    return f"{name} has {count}; mend it there and try again:\n  {lines}"

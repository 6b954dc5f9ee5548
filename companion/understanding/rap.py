"""The rap: the configured conversation, as a schema and as the values that the rooms use.

One readable YAML file. Unknown keys are refused, and every problem is reported at once with its
line, the reason and the remedy.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator
from typing_extensions import Self

from companion import locations
from companion.documents import Document, Problem, read_document, validate_document
from companion.domain.dialogue import Step
from companion.domain.outline import Choice, GoalOutline, RapOutline, StepOutline
from companion.errors import RapError
from companion.understanding.cards import card_problem
from companion.understanding.phrases import PhraseError, compile_phrase
from companion.understanding.rap_checks import structure_problems
from companion.understanding.rewrites import check_template
from companion.understanding.vocabulary import STEP_NAMES


def _check_card(text: str) -> str:
    problem = card_problem(text)
    if problem:
        raise ValueError(problem)
    return text


def _check_phrase(phrase: str) -> str:
    try:
        compile_phrase(phrase)
    except PhraseError as error:
        raise ValueError(str(error)) from None
    return phrase


CardText = Annotated[str, AfterValidator(_check_card)]
Phrase = Annotated[str, AfterValidator(_check_phrase)]
Seconds = Annotated[float, Field(ge=0, le=7200)]
Share = Annotated[float, Field(gt=0, lt=1)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Card(_Part):
    """A card's words, and what they are for."""

    text: CardText = Field(description="At most twelve words, spoken to the organizer.")
    purpose: str = Field(min_length=3, description="What the card is for, in a few words.")


class Goal(_Part):
    """Something to reach within a step, and how to tell from the organizer's words that it was."""

    id: str = Field(pattern=r"^[a-z0-9_.-]+$", description="A short name; unique in the rap.")
    text: str = Field(min_length=3, description="The goal as the checklist words it.")
    kind: Literal["goal", "ask", "close"] = Field(
        "goal", description="'ask' cards are held back while fear is open; 'close' ends the call."
    )
    phrases: tuple[Phrase, ...] = Field((), description="Saying one of these meets the goal.")
    cues: tuple[str, ...] = Field((), description="Cues that meet the goal.")
    taps: tuple[str, ...] = Field((), description="Taps of the organizer that meet the goal.")
    prompts: tuple[Card, ...] = Field((), description="Cards for this goal, the best one first.")


class StepPart(_Part):
    """One of the five steps."""

    step: str = Field(description="make_space, what_moves_you, connect, plan or ask.")
    name: str = Field(min_length=2, max_length=24, description="Short, for a status line.")
    aim: str = Field(min_length=3, description="What the step is for, for trainers to read.")
    pace_s: Seconds = Field(description="After so long a bridge to the next step is offered.")
    done_after: int = Field(ge=1, description="Goals met before the bridge is offered.")
    open_question: CardText = Field(description="Offered where a question cannot be rewritten.")
    phrases: tuple[Phrase, ...] = Field((), description="Saying one speaks for this step.")
    words: tuple[Phrase, ...] = Field((), description="Weak evidence: single words of this step.")
    goals: tuple[Goal, ...] = Field(min_length=1, description="In the order of their weight.")
    bridges: tuple[Card, ...] = Field((), description="Cards that lead over to the next step.")

    @property
    def number(self) -> Step:
        """The step as the rest of the program knows it."""
        return STEP_NAMES[self.step]


class CuePart(_Part):
    """How a cue is heard, and which step it speaks for."""

    name: str
    step: str | None = Field(None, description="The step that this cue is evidence for.")
    weight: float = Field(1.0, ge=0, le=4, description="How strongly, in log-odds.")
    probability: Share = Field(0.8, description="How sure one phrase makes of the cue.")
    phrases: tuple[Phrase, ...] = Field(min_length=1)
    unless: tuple[Phrase, ...] = Field((), description="Phrases that rule the cue out.")
    only_in: tuple[str, ...] = Field((), description="Steps in which it counts; empty: all.")


class ChoicePart(_Part):
    """An entry of a fixed list: what is kept, what people read, how it is heard."""

    id: str
    text: str = Field(min_length=2)
    phrases: tuple[Phrase, ...] = ()


class NextStepPart(ChoicePart):
    """A kind of next step, and who usually does it."""

    who: Literal["them", "organizer", "both"] = "them"


class Realization(_Part):
    """One of the three realizations; only ever set by the organizer."""

    id: str
    text: str = Field(min_length=3)


class Rewrite(_Part):
    """A closed question and its open form: 'do you like {it}' and 'What do you like about {it}?'"""

    closed: str
    open: str

    def model_post_init(self, context: object) -> None:
        """Refuse templates whose blanks do not fit together."""
        check_template(self.closed, self.open)


class Timing(_Part):
    """Limits of the coach, in seconds and counts."""

    story_limit_s: Seconds = Field(90, description="A brief own story is over by then.")
    monologue_limit_s: Seconds = Field(60, description="One turn longer than this gets a hint.")
    card_patience_s: Seconds = Field(75, description="A card may give way after so long.")
    closed_run: int = Field(3, ge=2, le=10, description="Closed questions before the nudge.")


class Tracking(_Part):
    """How readily the companion believes that the step has changed."""

    stay: Share = Field(0.8, description="Chance that an utterance is in the same step.")
    forward: Share = Field(0.14, description="Chance of going on to the next step.")
    back: Share = Field(0.03, description="Chance of going back one step.")
    sure: Share = Field(0.7, description="From this probability on, the companion is sure.")

    @model_validator(mode="after")
    def _leave_room(self) -> Self:
        if self.stay + self.forward + self.back > 1:
            raise ValueError("stay, forward and back come to more than 1; lower one of them")
        return self


class Exemptions(_Part):
    """Questions that need a yes or a no, and so do not count as closed ones in a run."""

    consent: tuple[Phrase, ...] = ()
    time_check: tuple[Phrase, ...] = ()
    the_ask: tuple[Phrase, ...] = ()
    reading_back: tuple[Phrase, ...] = ()


class CoachCards(_Part):
    """Cards that belong to no goal."""

    story: tuple[Card, ...] = Field(min_length=1, description="The own story has grown long.")
    monologue: tuple[Card, ...] = Field(min_length=1, description="A long turn.")
    care: tuple[Card, ...] = Field(min_length=1, description="Fear or distress came up.")
    no_is_fine: tuple[Card, ...] = Field(min_length=1, description="After a no or a not yet.")
    close: tuple[Card, ...] = Field(min_length=1, description="Everything is said.")


class Rap(_Part):
    """The configured conversation."""

    format: Literal["1"] = Field(alias="schema", description="Version of this file's form.")
    name: str = Field(min_length=2)
    version: str = Field(pattern=r"^\d+\.\d+\.\d+$")
    language: str = Field(pattern=r"^[a-z]{2,3}$")
    preparation: tuple[str, ...] = Field(min_length=1)
    consent_script: tuple[str, ...] = Field(min_length=1)
    afterwards: tuple[str, ...] = Field(min_length=1)
    coping: tuple[str, ...] = Field(min_length=1)
    timing: Timing = Timing()
    tracking: Tracking = Tracking()
    realizations: tuple[Realization, ...] = Field(min_length=3, max_length=3)
    steps: tuple[StepPart, ...]
    cards: CoachCards
    cues: tuple[CuePart, ...]
    issues: tuple[ChoicePart, ...]
    roles: tuple[ChoicePart, ...]
    next_steps: tuple[NextStepPart, ...] = Field(min_length=1)
    follow_ups: tuple[ChoicePart, ...] = ()
    invitations: tuple[Phrase, ...] = ()
    exemptions: Exemptions = Exemptions()
    rewrites: tuple[Rewrite, ...] = ()

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

    Raises: RapError with every problem's line, reason and remedy; DocumentError where the file
        is no YAML document.
    """
    return check_rap(read_document(path))


def check_rap(document: Document) -> Rap:
    """Check a document that was already read; see `load_rap`."""
    rap, problems = validate_document(document, Rap)
    problems = sorted({*problems, *structure_problems(document)}, key=lambda p: (p.line, p.where))
    if rap is None or problems:
        raise RapError(_listed(document.name, problems))
    return rap


def find_rap(name: str) -> Rap:
    """The rap of that name: the user's own, else the shipped one.

    Raises: RapError, DocumentError; see `load_rap`.
    """
    return load_rap(locations.find_config("raps", f"{name}.yaml"))


def _listed(name: str, problems: list[Problem]) -> str:
    count = "one problem" if len(problems) == 1 else f"{len(problems)} problems"
    lines = "\n  ".join(str(problem) for problem in problems)
    return f"{name} has {count}; mend it there and try again:\n  {lines}"

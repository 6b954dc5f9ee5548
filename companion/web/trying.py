"""What the companion makes of lines that a trainer tries against a rap. Nothing of it is kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from companion import locations
from companion.domain.dialogue import Question, QuestionKind
from companion.domain.speech import Utterance
from companion.errors import InputError
from companion.live import wording
from companion.settings import CallSettings
from companion.trainer.pace import after, spoken_for_s
from companion.trainer.replay import Turn, replay_all
from companion.understanding.evidence import Group, PhraseBook
from companion.understanding.rap import Rap
from companion.understanding.words import read

MAX_LINES = 200
MAX_CHARS = 20_000
_KINDS = {QuestionKind.OPEN: "open question", QuestionKind.CLOSED: "closed question"}


@dataclass(frozen=True, slots=True)
class Evidence:
    """A phrase of the rap that was found in a line."""

    words: str = field(repr=False)
    speaks_for: str


@dataclass(frozen=True, slots=True)
class Tried:
    """One line, and what came of it."""

    text: str = field(repr=False)
    step: str
    """'step 2, what moves you'."""
    certainty: str
    """'sure, 97%'."""
    evidence: tuple[Evidence, ...]
    questions: tuple[tuple[str, str], ...] = field(repr=False)
    """(kind, words), in their order."""
    cues: tuple[str, ...]
    card: str = field(repr=False)
    """Empty where the card stayed as it was."""
    why: str


def rap_names() -> tuple[str, ...]:
    """The raps that ship, and the organizer's own in the folder of settings, by file name."""
    folders = (locations.shipped("configs", "raps"), locations.user_config() / "raps")
    return tuple(sorted({path.stem for folder in folders for path in folder.glob("*.yaml")}))


def try_lines(text: str, rap: Rap, on: date, settings: CallSettings) -> tuple[Tried, ...]:
    """Hear the lines one after the other, as in a call at the pace of ordinary speech.

    Raises: InputError where there are none, or too many.
    """
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if not lines:
        raise InputError("write a line or more of what an organizer says, each on its own line")
    if len(lines) > MAX_LINES or len(text) > MAX_CHARS:
        raise InputError(
            f"at most {MAX_LINES} lines fit here; 'companion analyze FILE' takes whole calls"
        )
    turns, _ = replay_all(_utterances(lines), rap, on, settings)
    book = PhraseBook(rap)
    return tuple(_tried(turn, rap, book) for turn in turns)


def _utterances(lines: Sequence[str]) -> list[Utterance]:
    said: list[Utterance] = []
    for i, line in enumerate(lines):
        start_s = after(said[-1]) if said else 0.0
        said.append(Utterance(i, start_s, start_s + spoken_for_s(line), line))
    return said


def _tried(turn: Turn, rap: Rap, book: PhraseBook) -> Tried:
    estimate = turn.heard.step
    name = rap.step(estimate.step).name
    card = turn.card
    return Tried(
        text=turn.utterance.text,
        step=f"step {int(estimate.step)}, {name[:1].lower()}{name[1:]}",
        certainty=f"{wording.certainty(estimate)}, {estimate.probability:.0%}",
        evidence=_evidence(turn.utterance.text, rap, book),
        questions=tuple((_kind(question), question.text) for question in turn.questions),
        cues=tuple(dict.fromkeys(cue.name.replace("_", " ") for cue in turn.heard.cues)),
        card="" if card is None else card.text,
        why="" if card is None else card.because,
    )


def _kind(question: Question) -> str:
    return "may be closed" if question.exempt else _KINDS.get(question.kind, question.kind.value)


def _evidence(text: str, rap: Rap, book: PhraseBook) -> tuple[Evidence, ...]:
    spoken = read(text)
    found: dict[Evidence, None] = {}
    for match in book.find(spoken).matches:
        group, key = match.key
        words = " ".join(spoken.norms[match.first : match.end])
        found[Evidence(words, _speaks_for(group, key, rap))] = None
    return tuple(found)


def _speaks_for(group: Group, key: str, rap: Rap) -> str:
    if group in (Group.STEP_PHRASE, Group.STEP_WORD):
        return f"step {key}" + (", weakly" if group is Group.STEP_WORD else "")
    if group is Group.GOAL:
        goals = {goal.id: goal.text for step in rap.steps for goal in step.goals}
        return f"goal: {goals.get(key, key)}"
    return f"{group.value}: {key.replace('_', ' ')}" if key else group.value

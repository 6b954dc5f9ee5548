"""Labelled calls as values: the organizer's side, with what a labeller says of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from companion.domain.dialogue import Step
from companion.domain.speech import Utterance
from companion.understanding.vocabulary import CUES, ISSUES

__all__ = [
    "COMMITMENTS",
    "CUES",
    "ISSUES",
    "PII_TYPES",
    "WHO",
    "LabelledCall",
    "LabelledUtterance",
    "Span",
    "Truth",
    "bare",
]

PII_TYPES = (
    "PERSON",
    "ORG",
    "LOCATION",
    "PHONE",
    "EMAIL",
    "AGE",
    "ID",
    "HANDLE",
    "URL",
    "HEALTH",
    "IMMIGRATION",
)
COMMITMENTS = ("yes", "no", "maybe", "not_asked")
WHO = ("them", "organizer", "both")


@dataclass(frozen=True, slots=True)
class Span:
    """A labelled stretch of an utterance's text; offsets count its characters."""

    start_char: int
    end_char: int
    label: str
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class LabelledUtterance:
    """One utterance with what a labeller says of it."""

    utterance: Utterance
    step: Step
    questions: tuple[Span, ...]
    """Labels are the values of `QuestionKind`."""
    pii: tuple[Span, ...]
    cues: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Truth:
    """What the whole call came to."""

    issues: tuple[str, ...]
    decision_maker: str | None
    ask: str | None
    commitment: str
    next_who: str | None
    next_what: str | None
    next_when: str | None
    """ISO date or datetime, or None."""
    self_care_offered: bool
    follow_up: str | None

    @property
    def has_next_step(self) -> bool:
        """True where a next step was agreed, in part or whole."""
        return any(part is not None for part in (self.next_who, self.next_what, self.next_when))


@dataclass(frozen=True, slots=True)
class LabelledCall:
    """One call. `garbled`: printed as the embedded recognizer would."""

    call_id: str
    setting: str
    call_date: date
    utterances: tuple[LabelledUtterance, ...]
    truth: Truth | None
    garbled: bool = False
    hand: str = ""
    """Who wrote it, where that is told: calls by one hand resemble each other."""


def bare(call: LabelledCall) -> LabelledCall:
    """The same call as the embedded recognizer prints it: lower case, no marks, spans kept."""
    return LabelledCall(
        call.call_id,
        call.setting,
        call.call_date,
        tuple(_bare_utterance(u) for u in call.utterances),
        call.truth,
        garbled=True,
        hand=call.hand,
    )


def _bare_utterance(labelled: LabelledUtterance) -> LabelledUtterance:
    text = labelled.utterance.text
    plain: list[str] = []
    places: list[int] = []  # where each character of the old text stands in the new one
    for at, char in enumerate(text):
        places.append(len(plain))
        if char.isalnum() or (char in "'’" and _inside_word(text, at)):
            plain.extend("'" if char == "’" else char.lower())
        elif plain and plain[-1] != " ":
            plain.append(" ")
    places.append(len(plain))
    joined = "".join(plain)

    def moved(span: Span) -> Span | None:
        start, end = places[span.start_char], places[span.end_char]
        while start < end and joined[start] == " ":
            start += 1
        while end > start and joined[end - 1] == " ":
            end -= 1
        return Span(start, end, span.label, joined[start:end]) if end > start else None

    old = labelled.utterance
    return LabelledUtterance(
        Utterance(old.i, old.start_s, old.end_s, joined.rstrip()),
        labelled.step,
        tuple(m for s in labelled.questions if (m := moved(s)) is not None),
        tuple(m for s in labelled.pii if (m := moved(s)) is not None),
        labelled.cues,
    )


def _inside_word(text: str, at: int) -> bool:
    return 0 < at < len(text) - 1 and text[at - 1].isalnum() and text[at + 1].isalnum()

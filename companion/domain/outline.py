"""What views need to know of a rap: names, goals and fixed lists, without its machinery."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from companion.domain.dialogue import Step


@dataclass(frozen=True, slots=True)
class GoalOutline:
    """One goal of a step, worded for the organizer's checklist."""

    id: str
    text: str


@dataclass(frozen=True, slots=True)
class StepOutline:
    """One of the five steps."""

    step: Step
    name: str
    """Short enough for a status line."""
    goals: tuple[GoalOutline, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """An entry of a fixed list: its id is what is kept, its text is what people read."""

    id: str
    text: str


@dataclass(frozen=True, slots=True)
class RapOutline:
    """The rap as a view shows it."""

    name: str
    version: str
    language: str
    steps: tuple[StepOutline, ...]
    preparation: tuple[str, ...]
    """Lines of the card before the call."""
    consent_script: tuple[str, ...]
    """What the organizer can say aloud to ask for consent."""
    afterwards: tuple[str, ...]
    """Lines of the organizer's own card after the call."""
    coping: tuple[str, ...]
    """Coping tools to offer when fear or distress came up."""
    issues: tuple[Choice, ...]
    realizations: tuple[Choice, ...]
    next_step_kinds: tuple[Choice, ...]
    roles: tuple[Choice, ...]
    """Who may have the power to decide."""
    follow_ups: tuple[Choice, ...]
    story_limit_s: float
    monologue_limit_s: float


WHO_WORDS = {"them": "they", "organizer": "you", "both": "both of you"}
"""Whose next step it is, as it is said to the organizer."""


def text_of(value: str, choices: Sequence[Choice]) -> str:
    """How people read an id; one that the list does not know (any more) stands for itself."""
    return next((choice.text for choice in choices if choice.id == value), value)


def words_of(value: str, choices: Sequence[Choice]) -> str:
    """The same, to stand within a sentence; a word in capitals, such as an abbreviation, stays."""
    text = text_of(value, choices)
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]

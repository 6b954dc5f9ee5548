"""What views need to know of a rap: names, goals and fixed lists, without its machinery."""

from __future__ import annotations

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

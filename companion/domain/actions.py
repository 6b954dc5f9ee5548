"""What an organizer can do by key or button during a call. Each is a small frozen value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from companion.domain.dialogue import NextStep, Step


@dataclass(frozen=True, slots=True)
class PinStep:
    """Hold the step where the organizer says it is; `None` lets the companion follow again."""

    step: Step | None


@dataclass(frozen=True, slots=True)
class CorrectStep:
    """'We are in this step now': set once, then followed (and learned from) as before."""

    step: Step


@dataclass(frozen=True, slots=True)
class MarkIssue:
    """Toggle an issue of the rap's fixed list."""

    issue: str


@dataclass(frozen=True, slots=True)
class MarkRealization:
    """Toggle one of the three realizations; only the organizer sets them."""

    realization: str


@dataclass(frozen=True, slots=True)
class MarkFear:
    """Fear or distress came up: coping tools first, no ask card until `MarkReady`."""


@dataclass(frozen=True, slots=True)
class MarkReady:
    """The organizer says that an ask may be made now."""


@dataclass(frozen=True, slots=True)
class MarkCommitment:
    """What they answered: 'yes', 'no', 'maybe' or 'not_asked'. Only ever tapped or typed."""

    commitment: str


@dataclass(frozen=True, slots=True)
class ConfirmNextStep:
    """The organizer confirms who, what and when."""

    next_step: NextStep


@dataclass(frozen=True, slots=True)
class NextCard:
    """Show another card of the same kind: this one does not fit."""


Action: TypeAlias = (
    PinStep
    | CorrectStep
    | MarkIssue
    | MarkRealization
    | MarkFear
    | MarkReady
    | MarkCommitment
    | ConfirmNextStep
    | NextCard
)

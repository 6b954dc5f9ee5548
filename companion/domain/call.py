"""The state of one call, as a value: what the organizer's side has shown so far.

Nothing here holds text of the transcript; utterances live in the conversation that folds them,
in memory, and go with it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum

from companion.domain.dialogue import AT_THE_START, Field, NextStep, Origin, Proposal, StepEstimate
from companion.domain.prompt import Prompt

LISTENING_AIM = 0.8
"""The 80/20 aim: the other person speaks four fifths of the time. A direction, not a grade."""


class ConsentHow(str, Enum):
    """How the other person agreed to the companion being used."""

    SPOKEN = "spoken"
    WRITTEN = "written"
    EARLIER = "earlier"


class ConsentScope(str, Enum):
    """What they agreed to. Nothing of a call may be kept beyond it."""

    SUMMARY = "summary"
    """The helper during the call, and a short summary without names afterwards."""
    HELP = "help"
    """The helper during the call only: no draft is kept, and nothing can be saved."""


@dataclass(frozen=True, slots=True)
class Consent:
    """A record that consent was given: how, when, and to what. Without one the microphone stays
    closed."""

    how: ConsentHow
    at: datetime
    scope: ConsentScope = ConsentScope.SUMMARY


class CallPhase(str, Enum):
    """What the microphone and the recognizer are doing. Only `LISTENING` hears."""

    PROMPTS_ONLY = "prompts only"
    LISTENING = "listening"
    PAUSED = "paused"
    OFF_RECORD = "off the record"
    ENDED = "ended"
    WITHDRAWN = "consent withdrawn"

    @property
    def is_deaf(self) -> bool:
        """The call goes on, and nothing is heard until the organizer resumes."""
        return self in (CallPhase.PAUSED, CallPhase.OFF_RECORD)

    @property
    def is_over(self) -> bool:
        """The call has ended, one way or the other."""
        return self in (CallPhase.ENDED, CallPhase.WITHDRAWN)


@dataclass(frozen=True, slots=True)
class GoalMark:
    """A goal of the rap that was met: how and when (call time)."""

    goal_id: str
    origin: Origin
    at_s: float


@dataclass(frozen=True, slots=True)
class CallState:
    """A snapshot of the conversation. New snapshots are made; none is changed."""

    call_date: date
    now_s: float = 0.0
    speaking_s: float = 0.0
    """Seconds of the call in which the organizer spoke."""
    unheard_s: float = 0.0
    """Seconds of the call in which they could not be heard: paused, asleep, no microphone."""
    talking_since_s: float | None = None
    """When the organizer's present turn began; None while they listen."""
    step: StepEstimate = AT_THE_START
    step_since_s: float = 0.0
    goals_met: tuple[GoalMark, ...] = ()
    open_count: int = 0
    closed_count: int = 0
    narrow_count: int = 0
    rhetorical_count: int = 0
    closed_run: int = 0
    """Closed questions since the last open one or invitation; exempt ones do not count."""
    utterance_count: int = 0
    proposals: tuple[Proposal, ...] = ()
    next_step: NextStep | None = None
    realizations: tuple[str, ...] = ()
    fear_open: bool = False
    """Fear or distress came up and the organizer has not yet said 'ready': no ask cards."""
    story_since_s: float | None = None
    """When the organizer's own story began, while it lasts."""
    card: Prompt | None = None
    card_since_s: float = 0.0

    @property
    def listening_share(self) -> float | None:
        """Share of the call in which the organizer did not speak, in [0, 1]; None at the start.

        Of what could be heard: nobody listened while the computer slept.
        """
        hearing_s = self.now_s - self.unheard_s
        if hearing_s < 1.0:
            return None
        return min(1.0, max(0.0, 1.0 - self.speaking_s / hearing_s))

    def values(self, field: Field) -> tuple[Proposal, ...]:
        """The proposals about one field, oldest first."""
        return tuple(p for p in self.proposals if p.field is field)

    def by_hand(self, field: Field) -> tuple[Proposal, ...]:
        """Of these, what the organizer tapped or typed."""
        return tuple(p for p in self.values(field) if p.origin is not Origin.HEARD)

    def latest(self, field: Field) -> Proposal | None:
        """The newest proposal about one field."""
        found = self.values(field)
        return found[-1] if found else None

    @property
    def goal_ids(self) -> frozenset[str]:
        """Ids of the goals met so far."""
        return frozenset(mark.goal_id for mark in self.goals_met)

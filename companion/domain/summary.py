"""The draft of what a call leaves behind: values from fixed lists, counts, and one next step.

A `Summary` is a proposal. It is neither redacted nor approved, and nothing stores it.
"""

from __future__ import annotations

from dataclasses import dataclass

from companion.domain.call import Consent
from companion.domain.dialogue import NextStep, Proposal
from companion.domain.hearing import Hearing
from companion.domain.speech import Gap


@dataclass(frozen=True, slots=True)
class StepCoverage:
    """One step of the rap: was it reached, and which of its goals were met, in the rap's words."""

    step: int
    name: str
    reached: bool
    goals_met: tuple[str, ...]
    goals_open: tuple[str, ...]
    goal_ids_met: tuple[str, ...] = ()
    """The met goals' ids, in the same order; what a stored call keeps of them."""


@dataclass(frozen=True, slots=True)
class Summary:
    """What the organizer reviews at the end of a call."""

    duration_s: float
    listening_share: float | None
    coverage: tuple[StepCoverage, ...]
    issues: tuple[Proposal, ...]
    decision_maker: Proposal | None
    ask: Proposal | None
    commitment: Proposal | None
    next_step: NextStep | None
    """Heard or confirmed; only a confirmed one counts as agreed."""
    self_care: Proposal | None
    follow_up: Proposal | None
    open_count: int
    closed_count: int
    consent: Consent | None
    gaps: tuple[Gap, ...]
    engine: str
    rap: str
    hearing: Hearing | None = None
    """How the sound was set up; None for prompts by hand and for files."""

    @property
    def agreed(self) -> bool:
        """True only where who, what and when were confirmed by the organizer."""
        step = self.next_step
        return bool(step and step.confirmed and step.who and step.what and step.when)

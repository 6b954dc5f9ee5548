"""What understanding finds in an utterance: questions, cues, the step, proposals.

The rule of honest knowledge: only the organizer's own words are evidence. What the other person
felt, answered or agreed to is never `HEARD`; it is only ever tapped or typed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum, IntEnum


class Step(IntEnum):
    """The five steps of a 1-on-1 organizing conversation."""

    MAKE_SPACE = 1
    WHAT_MOVES_YOU = 2
    CONNECT = 3
    PLAN = 4
    ASK = 5


class Origin(str, Enum):
    """Where a fact comes from: the organizer said, tapped or typed it."""

    HEARD = "heard"
    TAPPED = "tapped"
    TYPED = "typed"


class QuestionKind(str, Enum):
    """`narrow`: a wh-question with a one-word fact as its answer. `rhetorical`: not asked of the
    listener, or quoted in a story."""

    OPEN = "open"
    CLOSED = "closed"
    NARROW = "narrow"
    RHETORICAL = "rhetorical"


@dataclass(frozen=True, slots=True)
class Question:
    """One question clause of an utterance; the span counts characters of the utterance."""

    text: str = field(repr=False)
    start_char: int
    end_char: int
    kind: QuestionKind
    probability: float = 1.0
    exempt: bool = False
    """True where a yes or no is wanted: consent, a time check, the ask, reading back."""


@dataclass(frozen=True, slots=True)
class Cue:
    """Evidence of a move in the conversation, such as `agenda` or `hard_ask`."""

    name: str
    start_char: int
    end_char: int
    probability: float


@dataclass(frozen=True, slots=True)
class StepEstimate:
    """Which step the conversation is in, as far as the organizer's side tells."""

    step: Step
    probability: float
    sure: bool
    distribution: tuple[float, float, float, float, float]
    """Probability of steps 1 to 5; sums to 1."""
    pinned: bool = False
    """True where the organizer set the step by hand."""


AT_THE_START = StepEstimate(Step.MAKE_SPACE, 0.6, False, (0.6, 0.1, 0.1, 0.1, 0.1))
"""Before anything was said: step 1, not sure."""


class Field(str, Enum):
    """What a proposal is about."""

    ISSUE = "issue"
    DECISION_MAKER = "decision maker"
    ASK = "ask"
    COMMITMENT = "commitment"
    SELF_CARE = "self-care"
    FOLLOW_UP = "follow-up"


@dataclass(frozen=True, slots=True)
class Proposal:
    """A value that the organizer may confirm: from a fixed list, never a quote of speech."""

    field: Field
    value: str
    origin: Origin
    probability: float
    utterance_i: int | None = None
    """Which utterance it was heard in, if heard."""


@dataclass(frozen=True, slots=True)
class NextStep:
    """Who does what by when. Agreed only once the organizer has confirmed all three."""

    who: str | None
    """'them', 'organizer', 'both', or None where it could not be told."""
    what: str | None
    """A kind of next step from the rap's list, or a short phrase without names."""
    when: str | None
    """ISO date or datetime, or None."""
    when_options: tuple[str, ...] = ()
    """Readings of an ambiguous time, to be asked about; empty where it is clear."""
    origin: Origin = Origin.HEARD
    confirmed: bool = False


@dataclass(frozen=True, slots=True)
class Heard:
    """Everything understanding makes of one utterance. Character spans count its text."""

    utterance_i: int
    questions: tuple[Question, ...]
    cues: tuple[Cue, ...]
    step: StepEstimate
    goals: tuple[str, ...]
    """Ids of the rap's goals that this utterance meets."""
    proposals: tuple[Proposal, ...] = ()
    next_step: NextStep | None = None
    invitations: int = 0
    """'Tell me …': open for the tally, not questions in the machine form."""

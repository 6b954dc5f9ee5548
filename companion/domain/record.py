"""What outlives a call: a summary without names, and the approval that lets it be stored.

`Summary` (a draft) becomes `RedactedSummary` (values of fixed lists, ISO dates, masked text),
which becomes `ApprovedSummary` once the organizer has seen it and said yes. The type is the gate:
the store takes an `ApprovedSummary` and nothing else, and only the review makes one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from companion.domain.call import Consent
from companion.domain.dialogue import Origin
from companion.domain.hearing import Hearing


@dataclass(frozen=True, slots=True)
class Fact:
    """A value of a fixed list, and where it comes from."""

    value: str
    origin: Origin


@dataclass(frozen=True, slots=True)
class SafeText:
    """Short free text after redaction: ordinary words, and masks such as `[name]`."""

    text: str = field(repr=False)
    kept: tuple[str, ...] = field(default=(), repr=False)
    """Words that the organizer typed knowingly, against the warning; redaction leaves them."""


@dataclass(frozen=True, slots=True)
class RecordedStep:
    """The next step as it is kept. It counts as agreed once the organizer confirmed all of it."""

    who: str | None
    """'them', 'organizer' or 'both'."""
    what: str | None
    """An id of the rap's list of next steps."""
    when: str | None
    """ISO date or datetime (minutes), in the organizer's local time."""
    origin: Origin
    confirmed: bool = False
    detail: SafeText | None = None
    """A few words more about the what; optional."""

    @property
    def agreed(self) -> bool:
        """True only where who, what and when are there and confirmed."""
        has_what = self.what is not None or self.detail is not None
        return self.confirmed and self.who is not None and has_what and self.when is not None


@dataclass(frozen=True, slots=True)
class Provenance:
    """What made the figures of a call, so that they can be explained later."""

    companion: str
    """Version of the program."""
    rap: str
    """Name of the rap, such as 'one-on-one.en'."""
    rap_version: str
    rap_sha256: str
    """Of the rap's file; hex."""
    engine: str
    """The recognizer's name, or 'none' for prompts by hand."""


@dataclass(frozen=True, slots=True)
class RedactedSummary:
    """A call as it may be kept. Nothing in it names anybody."""

    call_date: date
    duration_s: int
    listening_share: float | None
    """In [0, 1], two decimals; None where nothing was heard."""
    unheard_s: int
    """Seconds of the call that could not be heard, or were off the record."""
    open_count: int
    closed_count: int
    steps_reached: tuple[int, ...]
    goals_met: tuple[str, ...]
    """Ids of the rap's goals."""
    issues: tuple[Fact, ...]
    """Ids of the rap's issue list."""
    decision_maker: Fact | None
    """A role of the rap's list."""
    ask: Fact | None
    """A kind of next step of the rap's list."""
    commitment: Fact | None
    """'yes', 'no', 'maybe' or 'not_asked'. A heard one is a proposal until the review."""
    next_step: RecordedStep | None
    self_care: Fact | None
    """'offered'."""
    follow_up: Fact | None
    """A kind of follow-up of the rap's list."""
    consent: Consent | None
    provenance: Provenance
    follow_up_detail: SafeText | None = None
    note: SafeText | None = None
    hearing: Hearing | None = None
    """How the sound was set up; None without a microphone, and in records of the first form."""

    @property
    def agreed(self) -> bool:
        """True only where the organizer confirmed who, what and when."""
        return self.next_step is not None and self.next_step.agreed


@dataclass(frozen=True, slots=True)
class ApprovedSummary:
    """A summary that an organizer saw and approved. Only `companion.after.review` makes one."""

    code: str
    """What the organizer calls this call, such as 'maple-17'; never a name."""
    summary: RedactedSummary
    approved_at: datetime
    """With its time zone."""
    deletion_digest: str
    """SHA-256 (hex) of the deletion code on the other person's receipt."""

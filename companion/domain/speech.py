"""What a recognizer makes of sound: hypotheses, utterances, and the gaps between them.

Times are seconds of call time, counted from samples and never from the wall clock. Fields that
hold speech stay out of `repr`, so that no log line or traceback can print them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import Enum


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """What the recognizer believes was said in one segment, so far (partial) or for good (final).

    `committed` words are never taken back: every later hypothesis of the segment starts with
    them. `tentative` words may still change; a final hypothesis has none.
    """

    segment_id: int
    start_s: float
    end_s: float
    final: bool
    committed: str = field(repr=False)
    tentative: str = field(default="", repr=False)
    confidence: float | None = None
    """In [0, 1] where the recognizer offers one."""
    withheld: str | None = None
    """Why a final carries no text although there was sound: 'too short', 'loop', …"""
    decode_s: float = 0.0
    """Wall seconds the decoding of this hypothesis took."""

    @property
    def text(self) -> str:
        """Committed and tentative words together."""
        return f"{self.committed} {self.tentative}".strip()


@dataclass(frozen=True, slots=True)
class Utterance:
    """One final piece of the organizer's own speech. `i` counts from 0 in a call."""

    i: int
    start_s: float
    end_s: float
    text: str = field(repr=False)

    @property
    def duration_s(self) -> float:
        """How long it took to say, in seconds."""
        return self.end_s - self.start_s


class GapReason(str, Enum):
    """Why a stretch of the organizer's speech could not be heard."""

    DEVICE_LOST = "device lost"
    DEVICE_STALLED = "device stalled"
    RING_FULL = "computer too busy"
    BACKLOG_FULL = "recognizer too slow"
    RECOGNIZER_FAILED = "recognizer failed"
    ASLEEP = "computer asleep"
    PAUSED = "paused"
    OFF_RECORD = "off the record"
    OTHER_VOICE = "other voice"
    """Not, or not surely, the organizer's voice: left out, and nothing of theirs was lost."""

    @property
    def loses_speech(self) -> bool:
        """The organizer's own words may be missing."""
        return self is not GapReason.OTHER_VOICE


@dataclass(frozen=True, slots=True)
class Gap:
    """A stretch of call time without transcript. Shown, never silent."""

    start_s: float
    end_s: float
    reason: GapReason


def unheard_s(gaps: Iterable[Gap]) -> float:
    """Seconds in which the organizer could not be heard."""
    return sum(gap.end_s - gap.start_s for gap in gaps if gap.reason.loses_speech)

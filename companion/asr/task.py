"""What whoever decodes is asked to do, one request at a time."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum


class TaskKind(Enum):
    """What a recognizer is asked to do."""

    BEGIN = "begin"
    FEED = "feed"
    PARTIAL = "partial"
    GUESS = "guess"
    """A final at a pause, before the segment is known to be over."""
    FINAL = "final"


@dataclass(frozen=True, slots=True)
class Task:
    """One request about the oldest segment. Sound is 16-bit little-endian, mono, 16 kHz."""

    kind: TaskKind
    segment_id: int
    epoch: int
    """How often everything was forgotten before; an answer from before a forget is dropped."""
    sound_s: float
    """Seconds of sound that the request is about."""
    sound: bytes = field(default=b"", repr=False)
    speech_s: float = 0.0
    economy: bool = False

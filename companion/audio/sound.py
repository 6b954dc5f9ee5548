"""The values of the audio room, and what a source of sound is."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from types import TracebackType
from typing import Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray
from typing_extensions import Self

SAMPLE_RATE_HZ = 16_000
"""The one rate behind the sources: every source resamples to it."""

Samples: TypeAlias = NDArray[np.float32]
"""f32[n], mono, 16 kHz, in [-1, 1]."""


def seconds(n_samples: int) -> float:
    """Duration of `n_samples` at 16 kHz, in seconds."""
    return n_samples / SAMPLE_RATE_HZ


@dataclass(frozen=True, slots=True)
class AudioChunk:
    """A block of sound. A `start_s` beyond the previous `end_s` means that sound was lost."""

    samples: Samples = field(repr=False)
    start_s: float

    @property
    def end_s(self) -> float:
        """Call time after the last sample."""
        return self.start_s + seconds(len(self.samples))


class SourceState(str, Enum):
    """How the source of sound is doing. Each is told apart within three seconds."""

    RUNNING = "running"
    QUIET = "no sound at all"
    """Samples arrive, but they are digital silence: a muted or wrong device."""
    CLIPPING = "too loud"
    ELSEWHERE = "another device"
    """Sound comes, but from another device than at the start: moved there, or the default now."""
    STALLED = "no data"
    """The stream is open and delivers nothing."""
    LOST = "device gone"
    """The device was unplugged or taken; the source tries to get it back."""
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class SourceStatus:
    """What a view needs to say about the microphone."""

    state: SourceState
    name: str
    level_dbfs: float = -120.0
    """RMS of about the last 100 ms; −120 for silence."""
    dropped_s: float = 0.0
    """Seconds of sound that the ring could not keep, over the whole call."""
    detail: str = ""
    """One plain sentence with the way out, where something is wrong."""
    cut: int = 0
    """How often a running recording was cut because it had been led to what the speakers play.
    What came in the seconds before may be the other person's; see `FOREIGN_S`."""


FOREIGN_S = 3.0
"""So much of what was heard before a cut may be the other person's, at most."""


class Source(Protocol):
    """Where the organizer's own voice comes from. Opened and closed as a context manager."""

    @property
    def paced(self) -> bool:
        """True where waiting lets time pass: a microphone, or a file at the speed of speech."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...

    def read(self, timeout_s: float) -> AudioChunk | None:
        """The next chunk (16 kHz mono, 10 to 200 ms); None where none came in time or at the end.

        Never raises for a device that went away: `status()` tells, and the source reconnects.
        """

    def status(self) -> SourceStatus:
        """How the source is doing; cheap, from any thread."""

    def discard(self) -> None:
        """Forget everything buffered and not yet read (off the record)."""

    def look_again(self) -> None:
        """The organizer resumes: a microphone that was replaced meanwhile is looked for once."""


class EndReason(str, Enum):
    """Why a segment ended."""

    SILENCE = "silence"
    SOFT_CUT = "soft cut"
    HARD_CUT = "hard cut"
    INTERRUPTED = "interrupted"
    """Sound was lost, paused, or the input ended."""
    OTHER_VOICE = "other voice"
    """Somebody else went on speaking; see `companion.audio.bleed_gate`."""


@dataclass(frozen=True, slots=True)
class SegmentStarted:
    """Speech began. The samples hold the pre-roll too; `start_s` is that of the first sample."""

    segment_id: int
    start_s: float
    samples: Samples = field(repr=False)


@dataclass(frozen=True, slots=True)
class SegmentGrew:
    """More sound of the open segment, in order and without gaps."""

    segment_id: int
    samples: Samples = field(repr=False)


@dataclass(frozen=True, slots=True)
class SegmentPaused:
    """The speaker has been silent long enough that decoding ahead may pay off."""

    segment_id: int
    at_s: float


@dataclass(frozen=True, slots=True)
class SegmentEnded:
    """The segment is complete. `end_s` is where speech ended, not where the silence was noticed."""

    segment_id: int
    start_s: float
    end_s: float
    speech_s: float
    """Seconds of frames judged to be speech."""
    reason: EndReason


EndpointEvent: TypeAlias = SegmentStarted | SegmentGrew | SegmentPaused | SegmentEnded


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A stretch that did not go on, because it is not, or not surely, the organizer's voice."""

    start_s: float
    end_s: float


@dataclass(frozen=True, slots=True)
class Gated:
    """What the bleed gate made of some events; see `companion.audio.bleed_gate`."""

    events: tuple[EndpointEvent, ...] = ()
    left_out: tuple[LeftOut, ...] = ()

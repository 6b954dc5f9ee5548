"""The segment that is being said: judged frames, and which of them were handed on."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from companion.audio.sound import Samples

NO_SAMPLES: Samples = np.zeros(0, dtype=np.float32)


@dataclass(frozen=True, slots=True)
class JudgedFrame:
    """A judged frame that is not yet handed on."""

    samples: Samples = field(repr=False)
    probability: float
    voiced: bool


@dataclass(slots=True)
class OpenSegment:
    """The open segment. Positions count samples from the start of the stretch of sound."""

    segment_id: int
    start: int
    end: int
    """Position behind the last sample taken in."""
    speech: int
    """Samples judged to be speech."""
    speech_end: int
    """Position behind the last frame of speech."""
    silence: int = 0
    """Samples of silence since the last speech; 0 while speaking."""
    pause_told: bool = False
    held: list[JudgedFrame] = field(default_factory=list, repr=False)
    fresh: list[Samples] = field(default_factory=list, repr=False)
    """Taken in, and not yet handed on."""

    def take(self, n_frames: int) -> None:
        """Take the `n_frames` oldest held frames into the segment for good."""
        for frame in self.held[:n_frames]:
            self.fresh.append(frame.samples)
            self.end += len(frame.samples)
            if frame.voiced:
                self.speech += len(frame.samples)
                self.speech_end = self.end
        del self.held[:n_frames]

    def handed_on(self) -> Samples:
        """The fresh samples, which are then no longer fresh."""
        samples = np.concatenate(self.fresh) if self.fresh else NO_SAMPLES
        self.fresh.clear()
        return samples

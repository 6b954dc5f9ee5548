"""How loud a source is, and whether it is silent or clips, from the samples alone."""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass

import numpy as np

from companion.audio.sound import Samples

FLOOR_DBFS = -120.0
LEVEL_WINDOW_S = 0.1

QUIET_PEAK = 1.5 / 32768
"""At most one step of 16 bits either way (−86 dBFS): a muted input, or its dither. A microphone
that hears a silent room is well above."""

CLIP_PEAK = 0.99
CLIP_WINDOW_S = 1.0
CLIP_SHARE = 0.002
"""Share of a second's samples at full scale from which speech is called too loud: single peaks
happen in good recordings, 32 of 16,000 samples do not."""
CLIP_HOLD_S = 2.0
"""So long 'too loud' stays on, so that it does not flicker between words."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What the meter shows."""

    level_dbfs: float = FLOOR_DBFS
    """RMS of about the last 100 ms."""
    quiet_s: float = 0.0
    """How long there has been digital silence up to now."""
    clipping: bool = False


class Meter:
    """Takes sound block by block; the last reading may be looked at from any thread."""

    def __init__(self) -> None:
        self._reading = Reading()
        self.reset()

    @property
    def reading(self) -> Reading:
        """The newest reading."""
        return self._reading

    def reset(self) -> None:
        """Start afresh, as on a newly opened device."""
        self._levels: deque[tuple[float, float]] = deque()
        self._clips: deque[tuple[float, float]] = deque()
        self._quiet_s = 0.0
        self._clipped_ago_s = math.inf
        self._reading = Reading()

    def hear(self, samples: Samples, rate_hz: int) -> None:
        """Take the next block: f32[n], mono, in [-1, 1]."""
        if len(samples) == 0:
            return
        duration_s = len(samples) / rate_hz
        loudness = np.abs(samples)
        _push(self._levels, duration_s, float(np.dot(samples, samples)) / rate_hz, LEVEL_WINDOW_S)
        clipped_s = float(np.count_nonzero(loudness >= CLIP_PEAK)) / rate_hz
        _push(self._clips, duration_s, clipped_s, CLIP_WINDOW_S)
        peak = float(loudness.max())
        self._quiet_s = self._quiet_s + duration_s if peak <= QUIET_PEAK else 0.0
        self._clipped_ago_s += duration_s
        if sum(s for _, s in self._clips) > CLIP_SHARE * CLIP_WINDOW_S:
            self._clipped_ago_s = 0.0
        self._reading = Reading(
            _dbfs(sum(e for _, e in self._levels) / sum(d for d, _ in self._levels)),
            self._quiet_s,
            self._clipped_ago_s < CLIP_HOLD_S,
        )


def _push(
    window: deque[tuple[float, float]], duration_s: float, value: float, span_s: float
) -> None:
    """Add a block to a sliding window, and drop what lies wholly before its span."""
    window.append((duration_s, value))
    total_s = sum(d for d, _ in window)
    while len(window) > 1 and total_s - window[0][0] >= span_s:
        total_s -= window.popleft()[0]


def _dbfs(power: float) -> float:
    return max(FLOOR_DBFS, 10 * math.log10(power)) if power > 0 else FLOOR_DBFS

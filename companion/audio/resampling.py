"""Streaming resampling of any device rate to 16 kHz (soxr, a windowed-sinc resampler)."""

from __future__ import annotations

import numpy as np
import soxr

from companion.audio.sound import SAMPLE_RATE_HZ, Samples


class Resampler:
    """One unbroken stretch of sound, block by block.

    The output lags the input by the filter's few milliseconds, but is not shifted: output
    sample k is the sound at k / 16000 s after the stretch's first sample. `finish` gives what
    the filter still holds.
    """

    def __init__(self, rate_hz: int) -> None:
        self._stream = (
            None
            if rate_hz == SAMPLE_RATE_HZ
            else soxr.ResampleStream(rate_hz, SAMPLE_RATE_HZ, 1, dtype="float32", quality="HQ")
        )

    def feed(self, samples: Samples) -> Samples:
        """The next samples at 16 kHz, f32[n] in [-1, 1]; may be empty at first."""
        return self._convert(samples, last=False)

    def finish(self) -> Samples:
        """What the filter still holds; nothing may be fed afterwards."""
        return self._convert(np.zeros(0, np.float32), last=True)

    def _convert(self, samples: Samples, *, last: bool) -> Samples:
        if self._stream is not None:
            samples = self._stream.resample_chunk(samples, last=last)
        # The filter overshoots at sharp edges, and what follows counts on the range.
        return np.clip(samples, -1.0, 1.0)

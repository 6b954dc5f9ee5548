"""A short quiet sweep, and the echo of it in a recording. Pure: arrays in, values out.

The method is A. Farina's ("Simultaneous measurement of impulse response and distortion with a
swept-sine technique", AES 108, 2000): a sine whose pitch rises exponentially, and its inverse
filter, the sweep backwards with its low tones made fainter. A recording convolved with that is
the impulse response of the way from speaker to microphone: an echo becomes one sharp peak, and
everything else in the room is spread out.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from companion.audio.sound import SAMPLE_RATE_HZ, Samples

SWEEP_S = 1.0
FROM_HZ, TO_HZ = 300.0, 7000.0
"""Every speaker plays these, and every microphone that is good enough for speech hears them."""
PEAK = 0.08
"""−22 dB of full scale, −25 dB RMS: softer than a voice in a call."""
FADE_S = 0.02

MOST_DELAY_S = 1.0
"""Sound may take so long through the output, the room and the input; Bluetooth takes longest."""
_BEFORE_S, _AFTER_S = 0.02, 0.15
"""Around its peak an echo is sound and its early reflections, and no measure of the noise."""
_DIRECT_S = 0.05
"""Reflections within so long after the peak count as the echo's own."""
STANDS_OUT_DB = 8.0
"""An echo's peak is at least so far above every other one. Noise alone comes to 3 dB."""
_FLOOR_DB = -120.0


@dataclass(frozen=True, slots=True)
class Echo:
    """What came back of a sweep."""

    level_db: float
    """Of what came back over what was played, in dB of digital level; of the strongest candidate
    where none was found."""
    delay_s: float
    """From playing to hearing, latencies of output and input included."""
    stands_out_db: float
    """Its peak over the highest other one."""
    limit_db: float
    """An echo below this level would not have been found."""

    @property
    def found(self) -> bool:
        """It stands out from everything else that was heard."""
        return self.stands_out_db >= STANDS_OUT_DB


def sweep(rate_hz: int = SAMPLE_RATE_HZ) -> Samples:
    """f32[n], mono, at `rate_hz`, |x| ≤ PEAK, faded in and out."""
    t = np.arange(round(SWEEP_S * rate_hz)) / rate_hz
    growth = math.log(TO_HZ / FROM_HZ) / SWEEP_S
    x = PEAK * np.sin(2 * math.pi * FROM_HZ / growth * np.expm1(growth * t))
    fade = round(FADE_S * rate_hz)
    ramp = 0.5 - 0.5 * np.cos(math.pi * np.arange(fade) / fade)
    x[:fade] *= ramp
    x[-fade:] *= ramp[::-1]
    return x.astype(np.float32)


def find_echo(recorded: Samples, played_at_s: float) -> Echo:
    """Look for the sweep in a recording.

    Args:
        recorded: f32[n], mono, 16 kHz; silence of the room before, the sweep, and at least
            `MOST_DELAY_S` beyond its end.
        played_at_s: when the sweep was handed to the output, in seconds from the first sample.
    """
    response = np.abs(_response(recorded))
    begin = max(0, round(played_at_s * SAMPLE_RATE_HZ))
    end = min(len(response), begin + round(MOST_DELAY_S * SAMPLE_RATE_HZ))
    if end <= begin:
        raise ValueError("the recording ends before the sweep was played")
    at = begin + int(response[begin:end].argmax())
    peak = float(response[at])
    others = np.concatenate((response[: max(0, at - _n(_BEFORE_S))], response[at + _n(_AFTER_S) :]))
    noise = float(others.max(initial=0.0))
    around = response[max(0, at - _n(0.005)) : at + _n(_DIRECT_S)]
    energy = float(np.dot(around, around))
    noise_energy = float(np.dot(others, others)) / max(1, len(others)) * len(around)
    own_energy, own_peak = _of_the_sweep_itself()
    above_noise_db = _db(max(0.0, energy - noise_energy) / own_energy) / 2
    return Echo(
        # In a loud room the reflections drown, and only the peak is left to go by.
        level_db=max(above_noise_db, _db(peak / own_peak)),
        delay_s=at / SAMPLE_RATE_HZ - played_at_s,
        stands_out_db=(_db(peak) - _db(noise)),
        limit_db=_db(noise / own_peak) + STANDS_OUT_DB,
    )


def _response(recorded: NDArray[np.float32]) -> NDArray[np.float64]:
    """f64[n]: where in the recording a sweep begins, and how loud; 1 for the sweep itself."""
    inverse = _inverse()
    n = len(recorded) + len(inverse) - 1
    size = 1 << (n - 1).bit_length()
    spectrum = np.fft.rfft(recorded.astype(np.float64), size) * np.fft.rfft(inverse, size)
    whole = np.fft.irfft(spectrum, size)
    return whole[len(inverse) - 1 : n]


@lru_cache(maxsize=1)
def _inverse() -> NDArray[np.float64]:
    """The sweep backwards, falling by 6 dB an octave as the time goes by."""
    x = sweep().astype(np.float64)
    t = np.arange(len(x)) / SAMPLE_RATE_HZ
    growth = math.log(TO_HZ / FROM_HZ) / SWEEP_S
    inverse = x[::-1] * np.exp(-growth * t)
    return inverse / float(np.dot(x, inverse[::-1]))


@lru_cache(maxsize=1)
def _of_the_sweep_itself() -> tuple[float, float]:
    """Energy and peak of the response to the sweep, played and heard without any loss."""
    response = np.abs(_response(np.concatenate((np.zeros(_n(0.1), np.float32), sweep()))))
    at = int(response.argmax())
    around = response[max(0, at - _n(0.005)) : at + _n(_DIRECT_S)]
    return float(np.dot(around, around)), float(response[at])


def _n(duration_s: float) -> int:
    return round(duration_s * SAMPLE_RATE_HZ)


def _db(amplitude: float) -> float:
    return 20 * math.log10(amplitude) if amplitude > 1e-6 else _FLOOR_DB

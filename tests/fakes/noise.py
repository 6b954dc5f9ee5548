"""Sounds without a word in them, the same on every run: what must never become text.

All return f32[n], mono, 16 kHz, in [-1, 1].
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from companion.audio.sound import SAMPLE_RATE_HZ, Samples


def digital_silence(duration_s: float) -> Samples:
    """Zeros: a muted microphone."""
    return np.zeros(_count(duration_s), dtype=np.float32)


def white_noise(duration_s: float, level_dbfs: float = -20.0, seed: int = 0) -> Samples:
    """Gaussian noise with the given RMS level: a bad line, a fan close by."""
    rng = np.random.default_rng(seed)
    noise = rng.standard_normal(_count(duration_s)) * _amplitude(level_dbfs)
    return _samples(np.clip(noise, -1, 1))


def mains_hum(
    duration_s: float, mains_hz: float = 50.0, level_dbfs: float = -30.0, harmonics: int = 7
) -> Samples:
    """Mains hum (50 or 60 Hz) with falling harmonics, at the given RMS level."""
    t = np.arange(_count(duration_s)) / SAMPLE_RATE_HZ
    hum = np.zeros_like(t)
    for n in range(1, harmonics + 1):
        hum += np.sin(2 * np.pi * mains_hz * n * t + n) / n
    return _at_level(hum, level_dbfs)


def typing_clicks(
    duration_s: float, keys_per_s: float = 6.0, peak_dbfs: float = -12.0, seed: int = 0
) -> Samples:
    """A keyboard beside the microphone: key down and key up, each a short burst that rings off.

    Bursts are 4 to 12 ms of noise shaped by a resonance between 1.5 and 5 kHz; the pauses between
    keys vary as those of a quick typist do. A floor of −70 dBFS lies under them.
    """
    rng = np.random.default_rng(seed)
    sound = white_noise(duration_s, -70.0, seed)
    at_s = 0.2
    while True:
        for after_s, share in ((0.0, 1.0), (rng.uniform(0.06, 0.11), 0.5)):
            click = _click(rng) * np.float32(_amplitude(peak_dbfs) * share * rng.uniform(0.4, 1.0))
            start = _count(at_s + after_s)
            if start + len(click) > len(sound):
                return sound
            sound[start : start + len(click)] += click
        at_s += max(0.08, rng.gamma(2.0, 0.5 / keys_per_s))


def _click(rng: np.random.Generator) -> Samples:
    """f32[n], peak 1: a key's burst."""
    ring_s = rng.uniform(0.004, 0.012)
    t = np.arange(_count(4 * ring_s)) / SAMPLE_RATE_HZ
    tone = np.sin(2 * np.pi * rng.uniform(1500, 5000) * t) + rng.standard_normal(len(t))
    click = tone * np.exp(-t / ring_s)
    return _samples(click / np.abs(click).max())


def _at_level(sound: NDArray[np.float64], dbfs: float) -> Samples:
    rms = np.sqrt(np.mean(sound**2))
    return _samples(sound * (_amplitude(dbfs) / rms))


def _samples(sound: NDArray[np.float64]) -> Samples:
    return sound.astype(np.float32)


def _amplitude(dbfs: float) -> float:
    return float(10 ** (dbfs / 20))


def _count(duration_s: float) -> int:
    return round(duration_s * SAMPLE_RATE_HZ)

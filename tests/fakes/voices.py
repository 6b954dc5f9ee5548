"""Voices without words for the bleed gate: harmonics of a moving pitch under wandering formants.

Nobody's recordings. Two voices differ in pitch and in the length of the throat, as people do.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from companion.audio.sound import SAMPLE_RATE_HZ, Samples

_VOWELS_HZ = ((730, 1090, 2440), (270, 2290, 3010), (530, 1840, 2480), (570, 840, 2410))
_WIDTHS_HZ = (90.0, 110.0, 170.0)
_SYLLABLE_S = 0.2


@dataclass(frozen=True, slots=True)
class FormantVoice:
    """A synthetic speaker."""

    pitch_hz: float
    throat: float
    """Formants are so much higher than the usual ones."""
    tilt_db: float
    """Fall of the spectrum for each octave above 500 Hz."""

    def speak(self, duration_s: float, level: float = 0.1, seed: int = 0) -> Samples:
        """Syllables without a pause. f32[n], mono, 16 kHz, root mean square `level`."""
        return level * _unit_level(self, duration_s, seed)

    def make(self, duration_s: float, seed: int) -> Samples:
        """The same with a root mean square of 1."""
        rng = np.random.default_rng(seed)
        n = round(duration_s * SAMPLE_RATE_HZ)
        t = np.arange(n) / SAMPLE_RATE_HZ
        pitch_hz = self.pitch_hz * 2 ** (0.08 * np.sin(2 * np.pi * 0.6 * t + rng.uniform(0, 6)))
        phase = 2 * np.pi * np.cumsum(pitch_hz) / SAMPLE_RATE_HZ
        formants_hz = self._formants_hz(t, rng)
        sound = np.zeros(n)
        for k in range(1, int(6000 / self.pitch_hz)):
            at_hz = k * pitch_hz
            gain = sum(
                1 / (1 + ((at_hz - centre) / width) ** 2)
                for centre, width in zip(formants_hz, _WIDTHS_HZ, strict=True)
            )
            tilt = 10 ** (-self.tilt_db * np.log2(np.maximum(at_hz, 500) / 500) / 20)
            sound += gain * tilt * np.sin(k * phase)
        sound *= 0.35 + 0.65 * np.sin(np.pi * (t % _SYLLABLE_S) / _SYLLABLE_S)
        sound /= np.sqrt(np.mean(np.square(sound)))
        return (sound + 1e-3 * rng.standard_normal(n)).astype(np.float32)

    def _formants_hz(self, t: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        """f64[3, n], gliding from vowel to vowel."""
        n_syllables = int(t[-1] / _SYLLABLE_S) + 2
        vowels = np.array(_VOWELS_HZ)[rng.integers(0, len(_VOWELS_HZ), n_syllables)]
        times = np.arange(n_syllables) * _SYLLABLE_S
        return self.throat * np.stack([np.interp(t, times, vowels[:, i]) for i in range(3)])


@cache
def _unit_level(voice: FormantVoice, duration_s: float, seed: int) -> Samples:
    """Making a voice takes a tenth of its length; most tests want the same ones."""
    sound = voice.make(duration_s, seed)
    sound.setflags(write=False)
    return sound


OWN = FormantVoice(pitch_hz=125, throat=1.0, tilt_db=3)
OTHER = FormantVoice(pitch_hz=210, throat=1.18, tilt_db=7)
"""Higher, with a shorter throat, and duller, as through a loudspeaker."""

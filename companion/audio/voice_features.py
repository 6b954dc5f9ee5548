"""What of a voice is looked at, ten milliseconds at a time: its timbre, its pitch, its level.

Timbre is twelve mel-frequency cepstral coefficients (Davis and Mermelstein, 1980) with the filters
and the liftering of the acoustic model whose densities stand for other people's voices (see
`companion.audio.other_voices`). Pitch is the strongest peak of the normalized autocorrelation,
the window's own divided out (Boersma, 1993). Only voiced frames are used: vowels tell who speaks,
and noise and clicks have no pitch.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache

import numpy as np
from numpy.typing import NDArray

from companion.audio.sound import SAMPLE_RATE_HZ, Samples

HOP_SAMPLES = 160
"""A frame every 10 ms."""
FRAME_SAMPLES = 640
"""Sound that a frame looks at: 40 ms, three periods of the deepest voice."""
N_TIMBRE = 12
"""Cepstral coefficients 1 to 12. The 0th is loudness, and told apart as `level_db`."""
LOWEST_PITCH_HZ = 70.0
HIGHEST_PITCH_HZ = 400.0
SILENT_DB = -120.0

_TIMBRE_SAMPLES = 410
_FFT = 512
_FILTERS = 25
_FILTERS_FROM_HZ = 130.0
_FILTERS_TO_HZ = 6800.0
_LIFTER = 22
_PRE_EMPHASIS = 0.97
_PITCH_FFT = 2048
_VOICED_FROM = 0.5
"""Least normalized autocorrelation of a voiced frame."""
_VOICED_FROM_DBFS = -70.0
"""Below this, a periodic frame is hum and not a voice."""

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class VoiceFrames:
    """The frames of a stretch of sound; none of it can be played back."""

    timbre: Floats = field(repr=False)
    """f32[frames, 12], cepstral coefficients; loudness is not in them, the microphone is."""
    pitch: Floats = field(repr=False)
    """f32[frames], log2 of hertz; 0 where the frame is not voiced."""
    level_db: Floats = field(repr=False)
    """f32[frames], dB below full scale."""
    voiced: NDArray[np.bool_] = field(repr=False)
    """bool[frames]."""

    def __len__(self) -> int:
        return len(self.voiced)

    def part(self, start: int, end: int) -> VoiceFrames:
        """The frames from `start` to before `end`."""
        return VoiceFrames(
            self.timbre[start:end],
            self.pitch[start:end],
            self.level_db[start:end],
            self.voiced[start:end],
        )


def joined(parts: list[VoiceFrames]) -> VoiceFrames:
    """All of them as one, in order."""
    if not parts:
        return frames_of(np.zeros(0, np.float32))
    return VoiceFrames(
        np.concatenate([p.timbre for p in parts]),
        np.concatenate([p.pitch for p in parts]),
        np.concatenate([p.level_db for p in parts]),
        np.concatenate([p.voiced for p in parts]),
    )


def frames_of(samples: Samples) -> VoiceFrames:
    """The frames that lie in `samples`: one each 160 samples while 640 are left.

    `samples`: f32[n], mono, 16 kHz, in [-1, 1].
    """
    n = max(0, 1 + (len(samples) - FRAME_SAMPLES) // HOP_SAMPLES)
    if n == 0:
        none = np.zeros(0, np.float32)
        return VoiceFrames(np.zeros((0, N_TIMBRE), np.float32), none, none, none.astype(bool))
    sound = np.lib.stride_tricks.sliding_window_view(samples, FRAME_SAMPLES)[::HOP_SAMPLES]
    level_db = _level_db(sound)
    pitch, strength = _pitch(sound)
    voiced = (strength >= _VOICED_FROM) & (level_db >= _VOICED_FROM_DBFS)
    return VoiceFrames(_timbre(sound), np.where(voiced, pitch, np.float32(0)), level_db, voiced)


def _level_db(sound: Floats) -> Floats:
    power = np.mean(np.square(sound), axis=1)
    return np.asarray(10 * np.log10(np.maximum(power, 10 ** (SILENT_DB / 10))), np.float32)


def _timbre(sound: Floats) -> Floats:
    at = (FRAME_SAMPLES - _TIMBRE_SAMPLES) // 2
    part = sound[:, at - 1 : at + _TIMBRE_SAMPLES]
    flat = part[:, 1:] - _PRE_EMPHASIS * part[:, :-1]
    power = np.square(np.abs(np.fft.rfft(flat * _hamming(), _FFT, axis=1)))
    bands = np.log(np.maximum(power @ _filters(), 1e-12))
    return np.asarray(bands @ _cosines(), np.float32)


def _pitch(sound: Floats) -> tuple[Floats, Floats]:
    """log2 of the pitch in Hz, and how periodic the frame is, in about [0, 1]."""
    still = (sound - sound.mean(axis=1, keepdims=True)) * _hann()
    likeness = _autocorrelation(still) / _window_likeness()
    lags = np.arange(
        int(SAMPLE_RATE_HZ / HIGHEST_PITCH_HZ), int(SAMPLE_RATE_HZ / LOWEST_PITCH_HZ) + 1
    )
    here = likeness[:, lags]
    # A peak, and not the shoulder of lag 0, which is high in any dull sound. The shorter period
    # wins over its multiples unless they are clearly better.
    peak = (here >= likeness[:, lags - 1]) & (here >= likeness[:, lags + 1])
    reach = np.where(peak, here - 0.05 * np.log2(lags / lags[0]), -1.0)
    chosen = np.argmax(reach, axis=1)
    best = lags[chosen]
    strength = np.where(np.any(peak, axis=1), here[np.arange(len(best)), chosen], 0.0)
    return np.log2(SAMPLE_RATE_HZ / best).astype(np.float32), strength.astype(np.float32)


def _autocorrelation(still: NDArray[np.floating]) -> NDArray[np.floating]:
    """Normalized so that lag 0 is 1. f[frames, 640]."""
    power = np.square(np.abs(np.fft.rfft(still, _PITCH_FFT, axis=1)))
    raw = np.fft.irfft(power, axis=1)[:, :FRAME_SAMPLES]
    return np.asarray(raw / np.maximum(raw[:, :1], 1e-12))


@cache
def _hamming() -> Floats:
    return np.hamming(_TIMBRE_SAMPLES).astype(np.float32)


@cache
def _hann() -> Floats:
    return np.hanning(FRAME_SAMPLES).astype(np.float32)


@cache
def _window_likeness() -> NDArray[np.floating]:
    return np.asarray(np.maximum(_autocorrelation(_hann()[None]), 1e-3))


@cache
def _filters() -> Floats:
    """f32[257, 25]: triangles of equal area, evenly spaced in mel."""
    edges_mel = np.linspace(_mel(_FILTERS_FROM_HZ), _mel(_FILTERS_TO_HZ), _FILTERS + 2)
    edges_hz = 700 * (10 ** (edges_mel / 2595) - 1)
    bins_hz = np.arange(_FFT // 2 + 1) * SAMPLE_RATE_HZ / _FFT
    low, centre, high = edges_hz[:-2], edges_hz[1:-1], edges_hz[2:]
    rising = (bins_hz[:, None] - low) / (centre - low)
    falling = (high - bins_hz[:, None]) / (high - centre)
    return np.asarray(
        np.maximum(0, np.minimum(rising, falling)) * 2 / (high - low), dtype=np.float32
    )


@cache
def _cosines() -> Floats:
    """f32[25, 12]: an orthonormal cosine transform without its constant, liftered."""
    i = np.arange(1, N_TIMBRE + 1)
    angle = np.pi * (np.arange(_FILTERS)[:, None] + 0.5) * i / _FILTERS
    lifter = 1 + _LIFTER / 2 * np.sin(np.pi * i / _LIFTER)
    return np.asarray(np.sqrt(2 / _FILTERS) * np.cos(angle) * lifter, dtype=np.float32)


def _mel(hz: float) -> float:
    return float(2595 * np.log10(1 + hz / 700))

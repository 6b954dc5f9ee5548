"""The organizer's own voice as figures, and how much a stretch of sound is like it.

The figures are learned once, from 20 seconds of reading aloud (`companion.audio.enrolment`), and
kept in memory, or encrypted by whoever was given consent to. They hold averages of timbre, pitch
and level: no sound, no words, and nothing that could be played back. They do tell one voice from
another, so they are personal all the same.

Method: the background mixture is bent towards the own voice (maximum a posteriori adaptation of
the means; Reynolds, Quatieri and Dunn, 2000). A frame's likeness is the log likelihood ratio of
the own voice against the background. Both are centered on the own long-term spectrum, and the
background is widened, because another person comes with another throat and another room.
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass, field

import numpy as np
from typing_extensions import Self

from companion.audio.other_voices import Mixture, fingerprint, log_sum, other_voices
from companion.audio.voice_features import N_TIMBRE, Floats, VoiceFrames
from companion.errors import InputError

LEAST_VOICED_FRAMES = 200
"""Two seconds of voiced frames: with less, nothing can be learned."""
_PIECE_FRAMES = 300
"""Voiced frames at the beginning and at the end that the rest is compared with."""
WINDOW_FRAMES = 40
"""Voiced frames that a mean likeness is told of: about half a second of speech."""

_RELEVANCE = 4.0
"""So many frames weigh as much as the background's opinion."""
_OTHERS_VARIANCE = 200.0
"""What another throat and another room add to the background's variance, in every coefficient."""
_LEAST, _MOST = -12.0, 8.0
"""A single frame proves no more than this."""
_OWN_PITCH_SPREAD = 0.2
"""Octaves; voices rise when they care."""
_STRAY_PITCH = 0.15
"""Share of frames whose pitch was measured wrong, or is wholly unusual."""
_PITCH_RANGE = 2.5
"""Octaves that a stray pitch may lie in."""
_OTHER_PITCHES = ((115.0, 0.35), (200.0, 0.30))
"""Deep and high voices: middle in hertz, spread in octaves (Baken and Orlikoff, 2000)."""
_LOUD_QUANTILE = 0.8

_MAGIC = b"OWNV"
_VERSION = 1
_HEAD = struct.Struct("<4sHHI4f")
_CHECK = struct.Struct("<I")
_FIGURE = np.dtype("<f4")
_MOST_FIGURE = 1e4
"""Nothing that was learned is nearly as large; also refuses what is no number."""
_DAMAGED = "the kept figures of your voice are damaged; read aloud once more"


@dataclass(frozen=True, slots=True, eq=False)
class OwnVoice:
    """How one person sounds through one microphone. Keep it secret: it can tell who spoke.

    Safe to share between threads.
    """

    center: Floats = field(repr=False)
    """f32[12], the mean timbre: the long-term spectrum of voice and microphone."""
    means: Floats = field(repr=False)
    """f32[n, 12], the background's means, bent towards this voice; relative to `center`."""
    pitch: float = field(repr=False)
    """Middle pitch, log2 of hertz."""
    level_dbfs: float
    """Level of its louder voiced frames."""
    likeness_mean: float
    """What its own speech scored when another part of it had been learned."""
    likeness_spread: float
    """Standard deviation of the same over windows of 40 voiced frames; above 0."""

    def likeness(self, frames: VoiceFrames) -> Floats:
        """Log likelihood ratio of this voice against others, f32[frames]; 0 where not voiced."""
        scores = np.zeros(len(frames), np.float32)
        if frames.voiced.any():
            scores[frames.voiced] = _compare(self, frames, other_voices())
        return scores

    def to_bytes(self) -> bytes:
        """All of it, for an encrypted place; `from_bytes` reads it again."""
        figures = (self.pitch, self.level_dbfs, self.likeness_mean, self.likeness_spread)
        head = _HEAD.pack(_MAGIC, _VERSION, len(self.means), fingerprint(other_voices()), *figures)
        packed = head + b"".join(a.astype("<f4").tobytes() for a in (self.center, self.means))
        return packed + _CHECK.pack(zlib.crc32(packed))

    @classmethod
    def from_bytes(cls, packed: bytes) -> Self:
        """What `to_bytes` gave.

        Raises: InputError where it is damaged, or from a version that compares in another way.
        """
        body, check = packed[: -_CHECK.size], packed[-_CHECK.size :]
        if len(packed) < _HEAD.size + _CHECK.size or check != _CHECK.pack(zlib.crc32(body)):
            raise InputError(_DAMAGED)
        magic, version, n, background, *figures = _HEAD.unpack_from(body)
        others = other_voices()
        current = (_MAGIC, _VERSION, len(others.weights), fingerprint(others))
        if (magic, version, n, background) != current:
            raise InputError(
                "the kept figures of your voice are from another version of companion; "
                "read aloud once more"
            )
        if len(body) != _HEAD.size + (1 + n) * N_TIMBRE * _FIGURE.itemsize:
            raise InputError(_DAMAGED)
        values = np.frombuffer(body, _FIGURE, offset=_HEAD.size).astype(np.float32)
        in_range = all((np.abs(some) <= _MOST_FIGURE).all() for some in (values, figures))
        if not in_range or figures[-1] <= 0:
            raise InputError(_DAMAGED)
        return cls(values[:N_TIMBRE], values[N_TIMBRE:].reshape(n, N_TIMBRE), *figures)


def learn_voice(frames: VoiceFrames) -> OwnVoice:
    """The voice that speaks in `frames`; about 20 s of speech are wanted.

    Raises: InputError where there are under two seconds of voiced frames.
    """
    if int(frames.voiced.sum()) < LEAST_VOICED_FRAMES:
        raise InputError(
            "there is too little speech to learn a voice from; read on a little longer"
        )
    mean, spread = _likeness_unseen(frames)
    return _learn(frames, mean, spread)


def strange_share(frames: VoiceFrames) -> float:
    """How much of the speech is unlike its own beginning or its own end, in [0, 1].

    Of one voice hardly any is (at most 0.03 of the voices of `scripts/bench_bleed`); of two
    that differ, more. 0 where there is too little speech to tell.
    """
    voiced = np.flatnonzero(frames.voiced)
    if len(voiced) < 2 * _PIECE_FRAMES:
        return 0.0
    pieces = (
        frames.part(0, int(voiced[_PIECE_FRAMES])),
        frames.part(int(voiced[-_PIECE_FRAMES]), len(frames)),
    )
    each = [
        window_means(_compare(_learn(piece, 0.0, 1.0), frames, other_voices())) for piece in pieces
    ]
    return max(float(np.mean(windows < 0)) for windows in each)


def window_means(scores: Floats) -> Floats:
    """Mean of each whole run of 40 scores."""
    n = len(scores) // WINDOW_FRAMES
    return np.asarray(scores[: n * WINDOW_FRAMES].reshape(n, WINDOW_FRAMES).mean(axis=1))


def _learn(frames: VoiceFrames, likeness_mean: float, likeness_spread: float) -> OwnVoice:
    timbre = frames.timbre[frames.voiced]
    center = timbre.mean(axis=0)
    return OwnVoice(
        center=center,
        means=_bend(other_voices(), timbre - center),
        pitch=float(np.median(frames.pitch[frames.voiced])),
        level_dbfs=float(np.quantile(frames.level_db[frames.voiced], _LOUD_QUANTILE)),
        likeness_mean=likeness_mean,
        likeness_spread=likeness_spread,
    )


def _bend(others: Mixture, timbre: Floats) -> Floats:
    """The background's means moved towards `timbre` as far as there is evidence."""
    log = others.log_densities(timbre)
    share = np.exp(log - log_sum(log)[:, None])
    n = share.sum(axis=0)[:, None]
    mean = share.T @ timbre / np.maximum(n, 1e-6)
    trust = n / (n + _RELEVANCE)
    return np.asarray(trust * mean + (1 - trust) * others.means, np.float32)


def _likeness_unseen(frames: VoiceFrames) -> tuple[float, float]:
    """Mean and spread of the likeness of each half to the voice learned from the other half."""
    half = len(frames) // 2
    halves = (frames.part(0, half), frames.part(half, len(frames)))
    windows = np.concatenate(
        [
            window_means(_compare(_learn(learned, 0.0, 1.0), heard, other_voices()))
            for learned, heard in (halves, halves[::-1])
            if learned.voiced.any() and heard.voiced.any()
        ]
    )
    return float(windows.mean()), max(0.1, float(windows.std()))


def _compare(voice: OwnVoice, frames: VoiceFrames, others: Mixture) -> Floats:
    """Log likelihood ratio of each voiced frame, f32[voiced frames]."""
    timbre = frames.timbre[frames.voiced] - voice.center
    own = Mixture(others.weights, voice.means, others.variances)
    wide = Mixture(others.weights, others.means, others.variances + np.float32(_OTHERS_VARIANCE))
    by_timbre = np.clip(own.log_density(timbre) - wide.log_density(timbre), _LEAST, _MOST)
    return np.asarray(by_timbre + _compare_pitch(voice, frames.pitch[frames.voiced]), np.float32)


def _compare_pitch(voice: OwnVoice, pitch: Floats) -> Floats:
    stray = _STRAY_PITCH / _PITCH_RANGE
    own = (1 - _STRAY_PITCH) * _bell(pitch - voice.pitch, _OWN_PITCH_SPREAD) + stray
    each = [_bell(pitch - np.float32(np.log2(hz)), spread) for hz, spread in _OTHER_PITCHES]
    others = (1 - _STRAY_PITCH) * np.mean(each, axis=0) + stray
    return np.asarray(np.log(own / others), np.float32)


def _bell(distance: Floats, spread: float) -> Floats:
    """Density of a normal distribution."""
    return np.asarray(
        np.exp(-0.5 * np.square(distance / spread)) / (spread * np.sqrt(2 * np.pi)), np.float32
    )

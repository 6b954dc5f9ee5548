"""Calls of two voices in one microphone, with the time of every word."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from companion.audio.sound import SAMPLE_RATE_HZ, Samples, seconds
from scripts.bench.bleed_voices import Line, Voice

ROOM_DBFS = -62.0
"""White noise under everything."""
PAUSES_S = (0.15, 0.6, -0.7, 0.3, 1.2, 0.05)
"""From the end of one line to the start of the next; below 0 they overlap."""
REVERB_S = 0.35
DIRECT_TO_REVERB_DB = 3.0
LOUDSPEAKER_HZ = (250.0, 5000.0)
LINE_SPREAD_DB = 4.0
"""Each line is up to so much louder or softer than the voice's level: nobody speaks evenly."""


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a line; times are spread over the line's speech by letters."""

    start_s: float
    end_s: float
    own: bool
    alone: bool
    """Nobody else speaks at that time."""


@dataclass(frozen=True, slots=True)
class MixedCall:
    """What the microphone picks up, and the truth about it."""

    samples: Samples = field(repr=False)
    words: tuple[Word, ...] = field(repr=False)


def mix(
    own: Voice,
    other: Voice | None,
    other_db: float,
    own_change_db: float,
    loudspeaker: bool,
    seed: int = 0,
) -> MixedCall:
    """A call in turns. `other_db`: the other's level beside the own one at the microphone."""
    rng = np.random.default_rng(seed)
    own_gain = 10 ** (own_change_db / 20)
    other_gain = own_gain * 10 ** (other_db / 20)
    placed: list[tuple[float, Line, bool]] = []
    at_s = 0.6
    for i in range(6):
        line = own.own_lines[i % len(own.own_lines)]
        placed.append((at_s, line, True))
        at_s += seconds(len(line.samples)) + PAUSES_S[(i + seed) % len(PAUSES_S)]
        if other is None:
            at_s = max(at_s, 0.0) + 1.0
            continue
        reply = other.other_lines[i % len(other.other_lines)]
        placed.append((at_s, reply, False))
        at_s += seconds(len(reply.samples)) + PAUSES_S[(i + seed + 2) % len(PAUSES_S)]
    n = round((max(s + seconds(len(x.samples)) for s, x, _ in placed) + 1.5) * SAMPLE_RATE_HZ)
    tracks = {True: np.zeros(n, np.float32), False: np.zeros(n, np.float32)}
    for start_s, line, is_own in placed:
        at = round(start_s * SAMPLE_RATE_HZ)
        gain = np.float32(10 ** (rng.uniform(-LINE_SPREAD_DB, LINE_SPREAD_DB) / 20))
        tracks[is_own][at : at + len(line.samples)] += gain * line.samples
    heard = _through_loudspeaker(tracks[False]) if loudspeaker else tracks[False]
    noise = 10 ** (ROOM_DBFS / 20) * rng.standard_normal(n)
    samples = own_gain * tracks[True] + other_gain * heard + noise
    return MixedCall(np.clip(samples, -1, 1).astype(np.float32), _words(placed))


def _words(placed: Sequence[tuple[float, Line, bool]]) -> tuple[Word, ...]:
    spans = [(start_s, start_s + seconds(len(x.samples)), own) for start_s, x, own in placed]
    found = []
    for start_s, line, own in placed:
        for word_start_s, word_end_s in _spread(line, start_s):
            alone = not any(o != own and s < word_end_s and word_start_s < e for s, e, o in spans)
            found.append(Word(word_start_s, word_end_s, own, alone))
    return tuple(found)


def _spread(line: Line, start_s: float) -> list[tuple[float, float]]:
    """The times of the words: only loud samples count, and each letter has its share of them."""
    loud = np.flatnonzero(np.abs(line.samples) > 0.02 * np.abs(line.samples).max())
    texts = line.text.split()
    ends = np.cumsum([len(text) + 1 for text in texts])
    edges = np.concatenate(([0], ends)) / ends[-1] * (len(loud) - 1)
    at_s = start_s + loud[edges.astype(int)] / SAMPLE_RATE_HZ
    return list(zip(at_s[:-1].tolist(), at_s[1:].tolist(), strict=True))


def _through_loudspeaker(samples: Samples) -> Samples:
    """Band-limited, and with a room around it, at the same level."""
    n = round(REVERB_S * SAMPLE_RATE_HZ)
    rng = np.random.default_rng(7)
    room = rng.standard_normal(n) * np.exp(-6.9 * np.arange(n) / n)
    room *= np.sqrt(10 ** (-DIRECT_TO_REVERB_DB / 10) / np.square(room).sum())
    room[0] = 1.0
    size = len(samples) + n
    hz = np.fft.rfftfreq(size, 1 / SAMPLE_RATE_HZ)
    low, high = LOUDSPEAKER_HZ
    band = 1 / np.sqrt(1 + (low / np.maximum(hz, 1)) ** 4) / np.sqrt(1 + (hz / high) ** 8)
    heard = np.fft.irfft(np.fft.rfft(samples, size) * np.fft.rfft(room, size) * band, size)
    heard = heard[: len(samples)]
    gain = np.sqrt(np.square(samples).mean() / max(1e-12, np.square(heard).mean()))
    return np.asarray(gain * heard, np.float32)

"""The headset test in made-up rooms: speakers and headsets, quiet and noisy, with a voice or none.

A room gives back what is played after a while, fainter and with reflections, in noise; in every
third one somebody talks meanwhile. The sweep, the analysis and the verdict are the shipped ones.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from companion.audio.files import FileSource
from companion.audio.headset_test import BEFORE_S, TAKES_S, judge
from companion.audio.sample_call import shipped_sound
from companion.audio.sound import SAMPLE_RATE_HZ, Samples
from companion.audio.sweep import sweep
from companion.domain.hearing import Playback
from scripts.bench.table import Figure, below, quantile, show

ROOMS = 600
QUIET_DBFS = -55.0
_N = round(TAKES_S * SAMPLE_RATE_HZ)


@dataclass
class Score:
    """Verdicts of many rooms, and how well the delay was measured."""

    speakers: Counter[Playback] = field(default_factory=Counter)
    headset: Counter[Playback] = field(default_factory=Counter)
    quiet: Counter[bool] = field(default_factory=Counter)
    """Of rooms below −55 dBFS in which nobody talks: was it told rightly?"""
    delay_errors_ms: list[float] = field(default_factory=list)


def measure(rooms: int, seed: int = 0) -> Score:
    """Test in so many rooms with speakers, and as many with a headset."""
    rng = np.random.default_rng(seed)
    talk = _talk()
    score = Score()
    for i in range(2 * rooms):
        with_speakers, talks = i % 2 == 0, i % 3 == 0
        noise_db, gain_db = rng.uniform(-80, -40), rng.uniform(-35, 5)
        delay_s = rng.uniform(0.02, 0.8)
        heard = 10 ** (noise_db / 20) * rng.standard_normal(_N)
        if with_speakers:
            heard += _echo(rng, gain_db, delay_s)
        if talks:
            begin = int(rng.integers(0, len(talk) - _N))
            heard += talk[begin : begin + _N] * 10 ** (rng.uniform(-20, 0) / 20)
        result = judge(np.clip(heard, -1, 1).astype(np.float32), BEFORE_S)
        (score.speakers if with_speakers else score.headset)[result.playback] += 1
        right = result.playback is (Playback.SPEAKERS if with_speakers else Playback.HEADSET)
        if noise_db <= QUIET_DBFS and not talks:
            score.quiet[right] += 1
        if with_speakers and right and result.echo is not None:
            score.delay_errors_ms.append(1000 * abs(result.echo.delay_s - delay_s))
    return score


def _talk() -> Samples:
    """The voice of the sample call, f32[n]."""
    with FileSource(shipped_sound(), paced=False) as source:
        return np.concatenate([chunk.samples for chunk in iter(lambda: source.read(0.0), None)])


def _echo(rng: np.random.Generator, gain_db: float, delay_s: float) -> Samples:
    n = SAMPLE_RATE_HZ // 4
    fades_s = rng.uniform(0.02, 0.08)
    way = 0.05 * rng.standard_normal(n) * np.exp(-np.arange(n) / (fades_s * SAMPLE_RATE_HZ))
    way[0] = 1.0
    played = np.convolve(sweep(), way) * 10 ** (gain_db / 20)
    echo = np.zeros(_N)
    begin = round((BEFORE_S + delay_s) * SAMPLE_RATE_HZ)
    played = played[: _N - begin]
    echo[begin : begin + len(played)] = played
    return echo.astype(np.float32)


def figures(score: Score) -> list[Figure]:
    """What people read."""
    return [
        Figure(
            "speakers taken for a headset",
            _of(score.speakers, Playback.HEADSET),
            "0",
            score.speakers[Playback.HEADSET] == 0,
        ),
        Figure(
            "headsets taken for speakers",
            _of(score.headset, Playback.SPEAKERS),
            "0",
            score.headset[Playback.SPEAKERS] == 0,
        ),
        Figure("speakers told", _of(score.speakers, Playback.SPEAKERS), "shown"),
        Figure("headsets told", _of(score.headset, Playback.HEADSET), "shown"),
        Figure("told in quiet rooms", _quiet(score), "≥ 98 %", _quiet_share(score) >= 0.98),
        below("delay wrong by, median", quantile(score.delay_errors_ms, 0.5), 1, "ms"),
        below("delay wrong by, p95", quantile(score.delay_errors_ms, 0.95), 2, "ms"),
    ]


def rows(score: Score) -> Iterator[str]:
    """The rows of docs/trust.md."""
    how = "made-up rooms, a third of them with a voice; `scripts/bench_headset`"
    for what, figure, target in (
        ("headset test: speakers taken for a headset", _of(score.speakers, Playback.HEADSET), "0"),
        ("headset test: headsets taken for speakers", _of(score.headset, Playback.SPEAKERS), "0"),
        ("headset test: told rightly in quiet rooms", _quiet(score), "≥ 98 %"),
    ):
        yield f"| {what} | {how} | {figure} | {target} |"


def _of(verdicts: Counter[Playback], playback: Playback) -> str:
    return f"{verdicts[playback]} of {verdicts.total()}"


def _quiet_share(score: Score) -> float:
    return score.quiet[True] / max(1, score.quiet.total())


def _quiet(score: Score) -> str:
    return f"{100 * _quiet_share(score):.1f} % of {score.quiet.total()}"


def main() -> int:
    """Measure and print; 1 where a target was missed."""
    parser = argparse.ArgumentParser(
        prog="scripts/bench_headset",
        description="Measures the headset test in made-up rooms (about half a minute).",
    )
    parser.add_argument("--json", action="store_true", help="one JSON object instead of a table")
    parser.add_argument("--table", action="store_true", help="only the rows of docs/trust.md")
    parser.add_argument("--rooms", type=int, default=ROOMS, metavar="N", help="of each kind")
    options = parser.parse_args()
    score = measure(options.rooms)
    if options.table:
        print(*rows(score), sep="\n")
    else:
        show(f"Headset test, {2 * options.rooms} rooms", figures(score), options.json)
    return 0 if all(figure.met is not False for figure in figures(score)) else 1


if __name__ == "__main__":
    sys.exit(main())

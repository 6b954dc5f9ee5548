"""Figures of the bleed gate on calls of two voices. Run by `scripts/bench_bleed`.

A word counts as having reached the recognizer when at least half of its time went on to it. Words
are placed by letters within the speech of their line. The share is of the words that would have
reached the recognizer without the gate.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import numpy as np

from companion.audio.bleed_gate import BleedGate
from companion.audio.endpointing import Endpointer
from companion.audio.own_voice import OwnVoice, learn_voice
from companion.audio.sound import (
    AudioChunk,
    EndpointEvent,
    EndReason,
    Samples,
    SegmentEnded,
    SegmentGrew,
    SegmentStarted,
    seconds,
)
from companion.audio.voice_activity import VoiceActivity
from companion.audio.voice_features import Floats, VoiceFrames, frames_of
from companion.audio.who_speaks import HALFWAY
from companion.settings import Settings
from scripts.bench.bleed_calls import MixedCall, Word, mix
from scripts.bench.bleed_voices import Voice, validation_voices, voices
from scripts.bench.table import Figure, below, progress, quantile, show

LEVELS_DB = (-3.0, -6.0, -10.0, -20.0)
OWN_CHANGES_DB = (-6.0, 0.0, 6.0)
"""Own level of the call beside that of the reading."""
OTHER_TARGET, OWN_TARGET = 5.0, 3.0
"""Percent; of the other voice at −10 dB and below."""
TARGET_UP_TO_DB = -10.0
CHUNK = 512

Batches = list[list[EndpointEvent]]


class LevelOnly(OwnVoice):
    """A voice of which nothing but the level is known."""

    def likeness(self, frames: VoiceFrames) -> Floats:
        """Speaks for neither side."""
        return np.full(len(frames), HALFWAY * self.likeness_mean, np.float32)


@dataclass
class Tally:
    """Words that could have reached the recognizer, and those that did."""

    words: int = 0
    passed: int = 0

    def add(self, passed: bool) -> None:
        """Count one word."""
        self.words += 1
        self.passed += passed

    @property
    def passed_percent(self) -> float:
        """Share that reached the recognizer."""
        return 100 * self.passed / self.words if self.words else 0.0

    @property
    def lost_percent(self) -> float:
        """Share that did not."""
        return 100 - self.passed_percent if self.words else 0.0


@dataclass
class Score:
    """What the gate did in a number of calls."""

    other: dict[float, Tally] = field(default_factory=lambda: {db: Tally() for db in LEVELS_DB})
    """Words of the other voice said alone, by its level."""
    other_over: dict[float, Tally] = field(
        default_factory=lambda: {db: Tally() for db in LEVELS_DB}
    )
    """Words of the other voice said while the organizer speaks."""
    own: Tally = field(default_factory=Tally)
    own_over: Tally = field(default_factory=Tally)
    own_without_other: Tally = field(default_factory=Tally)
    by_voice: dict[str, Tally] = field(default_factory=dict)
    """Own words of calls of two that were said alone, by own voice."""
    held_s: list[float] = field(default_factory=list, repr=False)
    """How much later the sound of own speech went on, each chunk."""
    ends_s: list[float] = field(default_factory=list, repr=False)
    """How much later segments that end in silence ended."""
    gate_s: float = 0.0
    sound_s: float = 0.0

    def count(self, word: Word, passed: bool, other_db: float | None, own_voice: str) -> None:
        """Count one word."""
        if not word.own:
            assert other_db is not None
            (self.other if word.alone else self.other_over)[other_db].add(passed)
        elif other_db is None:
            self.own_without_other.add(passed)
        elif not word.alone:
            self.own_over.add(passed)
        else:
            self.own.add(passed)
            self.by_voice.setdefault(own_voice, Tally()).add(passed)


def calls(all_voices: list[Voice], thin: int) -> Iterator[tuple[Voice, float | None, MixedCall]]:
    """Every ordered pair at every level, with and without loudspeaker and room; one in `thin`,
    drawn at random but always the same."""
    n = 0
    chosen = np.random.default_rng(0)
    for own in all_voices:
        if not len(own.reading):
            continue
        for change_db in OWN_CHANGES_DB:
            yield own, None, mix(own, None, 0.0, change_db, loudspeaker=False)
        for other in all_voices:
            if other.name == own.name:
                continue
            for level_db in LEVELS_DB:
                for loudspeaker in (False, True):
                    n += 1
                    change_db = OWN_CHANGES_DB[n % len(OWN_CHANGES_DB)]
                    if chosen.random() * thin < 1:
                        yield own, level_db, mix(own, other, level_db, change_db, loudspeaker, n)


def measure(all_voices: list[Voice], thin: int, levels_alone: bool = False) -> Score:
    """Run every call through endpointing and gate. `levels_alone`: nothing else is known."""
    score = Score()
    activity = VoiceActivity()
    learned = {v.name: learn_voice(frames_of(v.reading)) for v in all_voices if len(v.reading)}
    for i, (own, other_db, call) in enumerate(calls(all_voices, thin)):
        if i % 25 == 0:
            progress(f"call {i + 1}, own voice {own.name}")
        voice = learned[own.name]
        if levels_alone:
            voice = LevelOnly(
                voice.center, voice.means, voice.pitch, voice.level_dbfs, voice.likeness_mean, 1.0
            )
        before = _endpointed(call.samples, activity)
        began_s = time.process_time()
        gate = BleedGate(voice)
        after = [list(gate.take(events).events) for events in before]
        score.gate_s += time.process_time() - began_s
        score.sound_s += seconds(len(call.samples))
        _note_delays(score, before, after)
        heard, let_on = list(_spans(before)), list(_spans(after))
        for word in call.words:
            if _reaches(word, heard):
                score.count(word, _reaches(word, let_on), other_db, own.name)
    return score


def _endpointed(samples: Samples, activity: VoiceActivity) -> Batches:
    endpointer = Endpointer(Settings().endpoint, activity)
    batches = [
        endpointer.push(AudioChunk(samples[at : at + CHUNK], seconds(at)))
        for at in range(0, len(samples), CHUNK)
    ]
    return [*batches, endpointer.flush()]


def _spans(batches: Batches) -> Iterator[tuple[float, float]]:
    """The stretches of sound that the events hand on."""
    at_s = 0.0
    for event in (e for batch in batches for e in batch):
        if isinstance(event, SegmentStarted):
            at_s = event.start_s
        if isinstance(event, SegmentStarted | SegmentGrew):
            yield at_s, at_s + seconds(len(event.samples))
            at_s += seconds(len(event.samples))


def _reaches(word: Word, spans: Iterable[tuple[float, float]]) -> bool:
    there_s = sum(max(0.0, min(word.end_s, end) - max(word.start_s, at)) for at, end in spans)
    return there_s >= 0.5 * (word.end_s - word.start_s)


def _note_delays(score: Score, before: Batches, after: Batches) -> None:
    """Both in call time: when a sample goes on, less when it would have gone on."""
    arrived = _arrivals(before)
    for at, n, batch in _arrivals(after):
        came = next((b for a, m, b in arrived if a <= at + n - 1 < a + m), None)
        if came is not None:
            score.held_s.append(seconds((batch - came) * CHUNK))
    ended = dict(_ends(before))
    for end_s, i in _ends(after):
        if end_s in ended:
            score.ends_s.append(seconds((i - ended[end_s]) * CHUNK))


def _ends(batches: Batches) -> Iterator[tuple[float, int]]:
    """End of speech, and batch, of each segment that silence ended."""
    for i, batch in enumerate(batches):
        for event in batch:
            if isinstance(event, SegmentEnded) and event.reason is EndReason.SILENCE:
                yield round(event.end_s, 3), i


def _arrivals(batches: Batches) -> list[tuple[int, int, int]]:
    """First sample, number of samples, and batch, of each piece that went on."""
    found = []
    at = 0
    for i, batch in enumerate(batches):
        for event in batch:
            if isinstance(event, SegmentStarted):
                at = round(event.start_s * 16_000)
            if isinstance(event, SegmentStarted | SegmentGrew):
                found.append((at, len(event.samples), i))
                at += len(event.samples)
    return found


def figures(score: Score) -> list[Figure]:
    """The score beside its targets."""
    found = []
    for db, tally in score.other.items():
        name = f"other voice at {db:g} dB: words that reach the recognizer, of {tally.words}"
        found.append(_other_figure(name, tally, db))
    for db, tally in score.other_over.items():
        name = f"the same while the organizer speaks, at {db:g} dB, of {tally.words}"
        found.append(Figure(name, f"{tally.passed_percent:.1f} %", "shown"))
    own, alone = score.own, score.own_without_other
    found += [
        below(f"own words lost, of {own.words}", own.lost_percent, OWN_TARGET, "%", 1),
        below(
            f"own words lost with nobody else there, of {alone.words}",
            alone.lost_percent, OWN_TARGET, "%", 1,
        ),
        Figure(
            f"own words lost while both speak, of {score.own_over.words}",
            f"{score.own_over.lost_percent:.1f} %", "shown",
        ),
    ]  # fmt: skip
    for name, tally in score.by_voice.items():
        lost = f"{tally.lost_percent:.1f} %"
        found.append(Figure(f"own words lost of {name}, of {tally.words}", lost, "shown"))
    held, ends = score.held_s, score.ends_s
    return [
        *found,
        Figure("own sound goes on later by, median", f"{quantile(held, 0.5):.2f} s", "shown"),
        Figure("own sound goes on later by, p95", f"{quantile(held, 0.95):.2f} s", "shown"),
        below("ends of own segments come later by, p95", quantile(ends, 0.95), 0.05, "s"),
        below("the gate: share of a core", 100 * score.gate_s / score.sound_s, 2, "%", 1),
    ]


def _other_figure(name: str, tally: Tally, level_db: float) -> Figure:
    if level_db <= TARGET_UP_TO_DB:
        return below(name, tally.passed_percent, OTHER_TARGET, "%", 1)
    return Figure(name, f"{tally.passed_percent:.1f} %", "shown")


def rows(score: Score, of: str) -> Iterator[str]:
    """The rows of docs/trust.md."""
    how = f"two voices in turns, {of}; `scripts/bench_bleed`"
    for db, tally in score.other.items():
        target = f"≤ {OTHER_TARGET:g} %" if db <= TARGET_UP_TO_DB else "shown"
        yield (
            f"| another voice at {db:g} dB: words that reach the recognizer | {how} | "
            f"{tally.passed_percent:.1f} % of {tally.words} | {target} |"
        )
    over = score.other_over[TARGET_UP_TO_DB]
    yield (
        f"| the same while the organizer speaks, at {TARGET_UP_TO_DB:g} dB | {how} | "
        f"{over.passed_percent:.1f} % of {over.words} | shown |"
    )
    for what, tally in (("", score.own), (", nobody else there", score.own_without_other)):
        yield (
            f"| the organizer's own words lost{what} | {how} | "
            f"{tally.lost_percent:.1f} % of {tally.words} | ≤ {OWN_TARGET:g} % |"
        )


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description="Measures the bleed gate on calls of two voices (about five minutes)."
    )
    parser.add_argument("--json", action="store_true", help="one JSON object instead of a table")
    parser.add_argument("--table", action="store_true", help="only the rows of docs/trust.md")
    parser.add_argument(
        "--thin", type=int, default=1, metavar="N", help="about one call in N; 1: all"
    )
    parser.add_argument(
        "--level-only", action="store_true", help="what level alone can tell, without a voice"
    )
    options = parser.parse_args()
    tuned, untouched = voices(), validation_voices()
    if not tuned:
        print("no voices here; install flite (apt install flite)", file=sys.stderr)
        return 2
    sets = (
        (f"{len(tuned)} voices", tuned),
        (f"{len(untouched)} voices on which nothing was tuned", untouched),
    )
    for of, chosen in sets:
        score = measure(chosen, options.thin, options.level_only)
        if options.table:
            print(*rows(score, of), sep="\n", flush=True)
        else:
            show(f"Bleed gate, {of}", figures(score), options.json)
    return 0


if __name__ == "__main__":
    sys.exit(main())

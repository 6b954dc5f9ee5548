"""Voices for measuring the bleed gate: spoken by programs on this machine, and two real readers.

None of them had a part in `models/other_voices.npz`. Each says something to be learned from, and
then lines of its own; the lines of the two sides of a call differ.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import numpy as np
import soxr

from companion.audio.sound import SAMPLE_RATE_HZ, Samples
from scripts.bench.harness import read_sound

ACTIVE_DBFS = -26.0
"""Level of everybody's speech before it is mixed, pauses left out."""
CLIPS = Path(__file__).resolve().parents[2].parent / "shared" / "audio"

READING = (
    "Today I want to read a little about the garden behind our house. In the early morning the "
    "light falls over the wall, and the old apple tree throws a long shadow on the grass. My "
    "neighbor keeps a few hens, and they wander about as if they owned the place. We grow beans, "
    "onions, and far too many tomatoes. Last year the rain came late, so we carried water from the "
    "well every evening. When friends visit, we sit on the bench, drink tea, and talk about work, "
    "children, and the news of the street."
)
OWN_LINES = (
    "How have things been going on your floor since the new schedule came out?",
    "I hear you, that sounds exhausting.",
    "What would change for you if you knew your hours two weeks ahead?",
    "Who could actually fix that?",
    "We are meeting on Thursday evening at the library, and I would love to see you there.",
    "It took me a while to speak up as well.",
)
OTHER_LINES = (
    "Well, they posted it on Sunday night and I was already supposed to work on Monday.",
    "Honestly, I am a bit afraid that they will cut my hours.",
    "There were only three of us for the whole line, and the machine broke down again.",
    "Yes, maybe, I would have to think about it.",
    "They promised us a raise in the spring and nothing came of it.",
    "My coworker said the same thing last week.",
)


@dataclass(frozen=True, slots=True)
class Line:
    """Something said, and how it sounds."""

    text: str = field(repr=False)
    samples: Samples = field(repr=False)
    """f32[n], mono, 16 kHz, its speech at `ACTIVE_DBFS`."""


@dataclass(frozen=True, slots=True)
class Voice:
    """One voice. `reading` is empty where there is too little sound to learn it from."""

    name: str
    reading: Samples = field(repr=False)
    own_lines: tuple[Line, ...] = field(repr=False)
    other_lines: tuple[Line, ...] = field(repr=False)


def voices() -> list[Voice]:
    """Every voice that this machine has."""
    found: list[Voice] = []
    if shutil.which("flite"):
        found += [
            _spoken(name, ("flite", "-voice", name)) for name in ("kal16", "awb", "rms", "slt")
        ]
    if (
        shutil.which("text2wave")
        and Path("/usr/share/festival/voices/english/ked_diphone").exists()
    ):
        found.append(_spoken("ked", ("text2wave", "-eval", "(voice_ked_diphone)")))
    return found + ([_reader(), _speaker()] if CLIPS.is_dir() else [])


def validation_voices() -> list[Voice]:
    """Voices on which nothing was tuned: other speakers made of the same programs.

    The sound of a voice read faster or slower is a shorter or longer throat and another pitch.
    """
    if not shutil.which("flite"):
        return []
    kinds = (("rms", 1.16), ("slt", 1.12), ("slt", 0.86), ("awb", 1.22), ("kal16", 0.9))
    return [
        _spoken(f"{name} x {times:g}", ("flite", "-voice", name), times) for name, times in kinds
    ]


def _spoken(name: str, program: tuple[str, ...], times: float = 1.0) -> Voice:
    def say(text: str) -> Line:
        return Line(text, _level(_say(program, text, times)))

    return Voice(
        name,
        say(READING).samples,
        tuple(say(text) for text in OWN_LINES),
        tuple(say(text) for text in OTHER_LINES),
    )


def _say(program: tuple[str, ...], text: str, times: float) -> Samples:
    with tempfile.TemporaryDirectory() as folder:
        wav = Path(folder) / "line.wav"
        words = ("-t", text) if program[0] == "flite" else ()
        subprocess.run(
            [*program, *words, "-o", str(wav)],
            input=text.encode(),
            check=True,
            timeout=120,
            stderr=subprocess.DEVNULL,
        )
        sound = read_sound(wav)
    return sound if times == 1.0 else soxr.resample(sound, SAMPLE_RATE_HZ * times, SAMPLE_RATE_HZ)


def _reader() -> Voice:
    """Learned from three clips of the reader, measured on the two others."""
    learned = [_clip(f"librivox-{n}") for n in ("0870", "0890", "0920")]
    said = tuple(_clip(f"librivox-{n}") for n in ("0880", "0930"))
    return Voice("LibriVox", np.concatenate([line.samples for line in learned]), said, said)


def _speaker() -> Voice:
    return Voice("JFK", np.zeros(0, np.float32), (), (_clip("jfk-1961"),))


def _clip(name: str) -> Line:
    return Line(_transcripts()[f"{name}.wav"], _level(read_sound(CLIPS / f"{name}.wav")))


@cache
def _transcripts() -> dict[str, str]:
    rows = (CLIPS / "README.md").read_text(encoding="utf-8").splitlines()
    cells = [row.strip("| ").split(" | ") for row in rows if row.startswith("| ")]
    return {row[0]: row[1] for row in cells if row[0].endswith(".wav")}


def _level(samples: Samples) -> Samples:
    """The same at `ACTIVE_DBFS`; the quiet blocks of 20 ms do not count."""
    blocks = samples[: len(samples) // 320 * 320].reshape(-1, 320)
    power = np.square(blocks, dtype=np.float64).mean(axis=1)
    active = power[power > power.max() / 1000].mean()
    return np.asarray(samples * np.sqrt(10 ** (ACTIVE_DBFS / 10) / active), np.float32)

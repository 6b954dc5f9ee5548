"""A recognizer that hears made-up sound, and that can be told to fail.

The sound carries its words: each word is 0.3 s of one level. So a test can prove that what came
out is what went in, also after a process died and the sound was decoded again.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from multiprocessing.connection import Client
from pathlib import Path

import numpy as np

from companion.asr.protocol import MIN_SPEECH_S, Decoded
from companion.asr.spec import OptionValue, RecognizerSpec
from companion.audio.sound import (
    SAMPLE_RATE_HZ,
    EndpointEvent,
    EndReason,
    Samples,
    SegmentEnded,
    SegmentGrew,
    SegmentStarted,
    seconds,
)
from companion.errors import RecognizerError

WORD_S = 0.3
WORDS = ("alpha", "bravo", "charlie", "delta", "echo", "foxtrot", "golf", "hotel", "india", "kilo")
_WORD_SAMPLES = int(WORD_S * SAMPLE_RATE_HZ)


def spoken(text: str) -> Samples:
    """The sound of words from `WORDS`; '-' is a word's length of silence. f32[n], 16 kHz."""
    levels = [0.0 if w == "-" else (WORDS.index(w) + 1) / 16 for w in text.split()]
    return np.repeat(np.array(levels, dtype=np.float32), _WORD_SAMPLES)


def heard(samples: Samples) -> str:
    """The words in a sound made by `spoken`."""
    whole = len(samples) // _WORD_SAMPLES * _WORD_SAMPLES
    levels = np.rint(samples[:whole:_WORD_SAMPLES] * 16).astype(int)
    return " ".join(WORDS[level - 1] for level in levels if level > 0)


def segment_events(
    segment_id: int, start_s: float, text: str, speech_s: float | None = None, chunk_s: float = 0.1
) -> list[EndpointEvent]:
    """What an endpointer makes of a segment: started, grown in chunks, ended at its last sound."""
    samples = spoken(text)
    chunk = int(chunk_s * SAMPLE_RATE_HZ)
    length_s = seconds(len(samples))
    events: list[EndpointEvent] = [SegmentStarted(segment_id, start_s, samples[:chunk])]
    events += [
        SegmentGrew(segment_id, samples[i : i + chunk]) for i in range(chunk, len(samples), chunk)
    ]
    events.append(
        SegmentEnded(
            segment_id,
            start_s,
            start_s + length_s,
            length_s if speech_s is None else speech_s,
            EndReason.SILENCE,
        )
    )
    return events


class ScriptedRecognizer:
    """Hears what `spoken` says. Subclass or wrap it to fail."""

    name = "scripted"

    def __init__(self, decodes_ahead: bool = False, before: Callable[[str], None] | None = None):
        """`before` is called with the name of each operation before it is carried out."""
        self.decodes_ahead = decodes_ahead
        self.operations: list[str] = []
        self.economy: list[bool] = []
        self._before = before
        self._sound: list[Samples] = []

    def begin(self) -> None:
        self._note("begin")
        self._sound = []

    def feed(self, samples: Samples) -> None:
        self._note("feed")
        self._sound.append(samples)

    def partial(self) -> Decoded:
        self._note("partial")
        return Decoded(self._words())

    def final(self, speech_s: float, economy: bool) -> Decoded:
        self._note("final")
        self.economy.append(economy)
        if speech_s < MIN_SPEECH_S:
            return Decoded("", withheld="too short")
        return Decoded(self._words(), confidence=0.9)

    def close(self) -> None:
        self._note("close")

    def _note(self, operation: str) -> None:
        if self._before is not None:
            self._before(operation)
        self.operations.append(operation)

    def _words(self) -> str:
        return heard(np.concatenate(self._sound)) if self._sound else ""


def create(
    *,
    decodes_ahead: bool = False,
    trouble: str = "",
    at: str = "",
    times: int = 1_000,
    tally: str = "",
    gate: str = "",
    refuse: str = "",
    slowness: float = 0.0,
) -> ScriptedRecognizer:
    """The factory for a `RecognizerSpec`; runs in the child process.

    `trouble` 'die', 'hang' or 'raise' happens before the operation `at` ('load' is one), in the
    first `times` processes that come there, counted in the file `tally`. With `gate`, the address
    of a listener, each operation `at` is announced there and waits for an answer. `slowness`:
    real seconds of sleep for each second of sound, for benchmarks.
    """
    if refuse:
        raise RecognizerError(refuse)
    line = Client(gate) if gate else None

    def before(operation: str) -> None:
        if operation != at:
            return
        if line is not None:
            line.send(operation)
            line.recv()
        if trouble and _take_turn(tally, times):
            if trouble == "die":
                os._exit(9)
            if trouble == "hang":
                threading.Event().wait()
            raise RuntimeError("secret words that must not be repeated")

    before("load")
    recognizer = ScriptedRecognizer(decodes_ahead, before)
    if slowness:
        feed = recognizer.feed

        def slow_feed(samples: Samples) -> None:
            time.sleep(slowness * seconds(len(samples)))
            feed(samples)

        recognizer.feed = slow_feed  # type: ignore[method-assign]
    return recognizer


def scripted_spec(**options: OptionValue) -> RecognizerSpec:
    """A spec for `create` in a child process."""
    return RecognizerSpec("scripted", "a scripted recognizer", f"{__name__}:create", options)


def _take_turn(tally: str, times: int) -> bool:
    if not tally:
        return True
    with Path(tally).open("ab") as file:
        if file.tell() >= times:
            return False
        file.write(b".")
    return True

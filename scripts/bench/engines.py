"""Recognizers for the benchmarks: one that costs nothing, one that is slowed on purpose."""

from __future__ import annotations

import time

from companion.asr.protocol import Decoded, Recognizer
from companion.asr.sphinx import create
from companion.audio.sound import Samples


class Echo:
    """Answers at once with a fixed sentence: for measuring everything but recognition."""

    name = "echo"
    decodes_ahead = False

    def begin(self) -> None:
        """Nothing to start."""

    def feed(self, samples: Samples) -> None:
        """Nothing to keep."""

    def partial(self) -> Decoded:
        """No partial words."""
        return Decoded("")

    def final(self, speech_s: float, economy: bool) -> Decoded:
        """The same words every time."""
        return Decoded("so what would you change about the schedule if you could")

    def close(self) -> None:
        """Nothing to give back."""


class Slowed:
    """A real recognizer that takes `times` as long for its first `for_s` seconds of life.

    Each call's own time is measured and slept on top, as on a machine that is busy elsewhere.
    """

    def __init__(self, inner: Recognizer, times: float, for_s: float) -> None:
        self._inner = inner
        self._times = times
        self._until = time.monotonic() + for_s
        self.name = inner.name
        self.decodes_ahead = inner.decodes_ahead

    def _drag(self, started: float) -> None:
        if time.monotonic() < self._until:
            time.sleep((time.monotonic() - started) * (self._times - 1))

    def begin(self) -> None:
        """As the recognizer does, slower."""
        started = time.monotonic()
        self._inner.begin()
        self._drag(started)

    def feed(self, samples: Samples) -> None:
        """As the recognizer does, slower."""
        started = time.monotonic()
        self._inner.feed(samples)
        self._drag(started)

    def partial(self) -> Decoded:
        """As the recognizer does, slower."""
        started = time.monotonic()
        decoded = self._inner.partial()
        self._drag(started)
        return decoded

    def final(self, speech_s: float, economy: bool) -> Decoded:
        """As the recognizer does, slower."""
        started = time.monotonic()
        decoded = self._inner.final(speech_s, economy)
        self._drag(started)
        return decoded

    def close(self) -> None:
        """Close the recognizer."""
        self._inner.close()


def create_echo() -> Recognizer:
    """The instant one."""
    return Echo()


def create_slowed(times: float, for_s: float, model_dir: str = "") -> Recognizer:
    """Slowed pocketsphinx, or Whisper where a model is named. Its clock starts once loaded."""
    if not model_dir:
        return Slowed(create(), times, for_s)
    from companion.asr import whisper

    inner = whisper.create(model_dir=model_dir, label="slowed", language="en", beam=2, threads=2)
    return Slowed(inner, times, for_s)

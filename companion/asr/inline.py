"""The same transcriber in this process: synchronous and deterministic.

For tests, and for the demonstration where pace does not matter. A live call uses
`ProcessTranscriber`: here `push` returns only once everything that can be decoded was.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from types import TracebackType

from typing_extensions import Self

from companion.asr.desk import Desk
from companion.asr.protocol import Decoded, Recognizer, TranscriberStatus
from companion.asr.spec import RecognizerSpec
from companion.asr.task import Task, TaskKind
from companion.asr.wire import unpack_sound
from companion.audio.sound import EndpointEvent
from companion.domain.speech import Gap, Hypothesis
from companion.settings import RecognizerSettings


class InlineTranscriber:
    """A `Transcriber` that decodes within `push`. Errors of the recognizer reach the caller."""

    def __init__(
        self,
        recognizer: RecognizerSpec | Recognizer,
        settings: RecognizerSettings | None = None,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        """Load the recognizer, if a spec is given. Without `settings` the defaults hold.

        `clock` measures how long decoding took, in seconds.

        Raises: RecognizerError, ModelError if it cannot be loaded.
        """
        settings = settings or RecognizerSettings()
        if isinstance(recognizer, RecognizerSpec):
            self._desk = Desk(settings, recognizer.label)
            self._recognizer = recognizer.build()
        else:
            self._desk = Desk(settings, recognizer.name)
            self._recognizer = recognizer
        self._clock = clock
        self._desk.ready(self._recognizer.decodes_ahead)

    def __enter__(self) -> Self:
        """Nothing to start."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Give the recognizer's memory back."""
        self._desk.close()
        self._recognizer.close()

    def push(self, event: EndpointEvent) -> None:
        """Take the next endpoint event and decode what can be decoded."""
        self._desk.push(event)
        while (task := self._desk.next_task(0.0)) is not None:
            began_s = self._clock()
            decoded = self._carry_out(task)
            self._desk.answered(task, decoded, self._clock() - began_s)

    def poll(self) -> list[Hypothesis]:
        """What is new since the last poll: finals in segment order, then at most one partial."""
        return self._desk.poll()

    def gaps(self) -> list[Gap]:
        """Always empty: the caller waits, so nothing is dropped."""
        return self._desk.gaps()

    def drain(self, timeout_s: float) -> bool:
        """Always true: every ended segment has its final when `push` returns."""
        return self._desk.wait_finals(timeout_s)

    def settle(self, timeout_s: float) -> bool:
        """Always true: everything was worked on when `push` returns."""
        return self._desk.wait_idle(timeout_s)

    def forget(self) -> None:
        """Drop every pending sound and hypothesis; the recognizer starts afresh."""
        self._desk.forget()
        self._recognizer.begin()

    def status(self) -> TranscriberStatus:
        """How the recognizer is doing."""
        return self._desk.status()

    def _carry_out(self, task: Task) -> Decoded | None:
        recognizer = self._recognizer
        if task.kind is TaskKind.BEGIN:
            recognizer.begin()
        elif task.kind is TaskKind.FEED:
            recognizer.feed(unpack_sound(task.sound))
        elif task.kind is TaskKind.PARTIAL:
            return recognizer.partial()
        else:
            return recognizer.final(task.speech_s, task.economy)
        return None

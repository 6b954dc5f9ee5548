"""The recognizer in a process of its own: events in, hypotheses out, and the caller never waits.

One thread is owned. It starts the process, takes tasks from the desk and asks the process in
lock-step. A process that dies or hangs is replaced, and the segment it held is decoded again
from the samples that the desk has kept.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from types import TracebackType

from typing_extensions import Self

from companion.asr.backlog import BYTES_PER_S
from companion.asr.desk import Desk
from companion.asr.process import ChildLostError, RecognizerProcess
from companion.asr.protocol import Decoded, TranscriberStatus
from companion.asr.spec import RecognizerSpec
from companion.asr.task import Task, TaskKind
from companion.asr.wire import BEGIN, FEED, PARTIAL, Raised, Ready, Refused, pack_final
from companion.audio.sound import EndpointEvent
from companion.clocks import awake_s
from companion.domain.speech import Gap, Hypothesis
from companion.errors import RecognizerError
from companion.settings import RecognizerSettings

MAX_FAILED_STARTS = 3
"""So many processes in a row that end before they are loaded: the recognizer cannot start."""

_LOOK_EVERY_S = 0.5
_STOP_S = 5.0
_RESTARTING = "The recognizer stopped and is starting again; what you say meanwhile is kept."
_BROKEN = "The recognizer cannot be started; 'companion doctor' shows what is wrong."


@dataclass(frozen=True, slots=True)
class AnswerLimits:
    """How long the process may take before it counts as hung, in seconds awake.

    Generous: a busy old laptop must not be taken for a hung process.
    """

    load_s: float = 120.0
    answer_s: float = 15.0
    per_sound_s: float = 4.0
    """On top, for each second of sound that is worked on before the answer comes."""

    def answer_within_s(self, sound_s: float) -> float:
        """The limit for a request that so many seconds of sound have to be worked on for."""
        return self.answer_s + self.per_sound_s * sound_s


class ProcessTranscriber:
    """A `Transcriber` whose engine runs in a child process; use it as a context manager.

    `fallback` is started instead where `spec` turns out not to start at all.
    """

    def __init__(
        self,
        spec: RecognizerSpec,
        settings: RecognizerSettings,
        fallback: RecognizerSpec | None = None,
        limits: AnswerLimits | None = None,
        clock: Callable[[], float] = awake_s,
    ) -> None:
        self._desk = Desk(settings, spec.label)
        self._specs = [spec] if fallback is None else [spec, fallback]
        self._threads = settings.threads
        self._limits = limits or AnswerLimits()
        self._clock = clock
        self._failed_starts = 0
        self._instead = ""
        self._thread = threading.Thread(target=self._run, name="transcriber", daemon=True)
        self._asked_s: float | None = None
        self._holding = threading.Lock()
        self._process: RecognizerProcess | None = None

    def __enter__(self) -> Self:
        """Begin to load the model in the background."""
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End the process and the thread; what is still pending is dropped.

        Raises: RecognizerError if the thread does not end in time.
        """
        self._desk.close()
        with self._holding:
            if self._process is not None:
                self._process.kill()
        self._thread.join(_STOP_S)
        if self._thread.is_alive() and kind is None:
            raise RecognizerError("the recognizer did not stop in time; close the program")

    def push(self, event: EndpointEvent) -> None:
        """Take the next endpoint event; never waits for the recognizer."""
        self._desk.push(event)

    def poll(self) -> list[Hypothesis]:
        """What is new since the last poll: finals in segment order, then at most one partial."""
        return self._desk.poll()

    def gaps(self) -> list[Gap]:
        """Stretches given up since the last call; nothing is dropped without one."""
        return self._desk.gaps()

    def drain(self, timeout_s: float) -> bool:
        """Wait until every ended segment has its final ready to be polled; False on timeout."""
        return self._desk.wait_finals(timeout_s)

    def settle(self, timeout_s: float) -> bool:
        """Wait until everything pushed was worked on, partials too; False on timeout.

        For files read faster than speech: words then meet the sound that they belong to.
        """
        return self._desk.wait_idle(timeout_s)

    def forget(self) -> None:
        """Drop every pending sound and hypothesis at once, and end the process with its memory.

        A new process loads in the background.
        """
        self._desk.forget()
        with self._holding:
            # A process that has heard nothing yet (it still loads) has nothing to forget.
            if self._process is not None and self._process.heard:
                self._process.kill()

    def status(self) -> TranscriberStatus:
        """How the recognizer is doing; cheap."""
        asked_s = self._asked_s
        if asked_s is None:
            return self._desk.status()
        return replace(self._desk.status(), unanswered_s=max(0.0, self._clock() - asked_s))

    @property
    def process_id(self) -> int | None:
        """The process id while there is a process; to measure its memory."""
        with self._holding:
            return self._process.pid if self._process else None

    # --- the owned thread ---------------------------------------------------------------------

    def _run(self) -> None:
        # A Ctrl-C in a terminal reaches every process of the program. Blocked in this thread, it
        # is blocked in the processes started here too, before they can say that they ignore it.
        if hasattr(signal, "pthread_sigmask"):
            signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            while self._specs and not self._desk.closed:
                self._one_process(self._specs[0])
        except Exception as error:  # noqa: BLE001 - told in the status; its text may quote speech
            self._desk.failed(
                f"The recognizer's thread stopped ({type(error).__name__}); end the call and "
                "start again."
            )
        finally:
            self._let_go()

    def _one_process(self, spec: RecognizerSpec) -> None:
        """Start a process and serve tasks with it until it is lost or the desk closes."""
        loaded = False
        process: RecognizerProcess | None = None
        try:
            process = self._start(spec)
            greeting = process.receive(self._limits.load_s)
            if isinstance(greeting, Refused):
                self._next_spec(greeting.sentence)
                return
            if not isinstance(greeting, Ready):
                raise ChildLostError("no greeting")
            loaded = True
            self._failed_starts = 0
            self._desk.ready(greeting.decodes_ahead, self._instead)
            while not self._desk.closed:
                self._one_task(process, greeting.decodes_ahead)
        except ChildLostError:
            forgotten = process is not None and process.killed
            self._desk.lost(_RESTARTING, forgotten)
            if not loaded and not forgotten:
                self._failed_starts += 1
                if self._failed_starts >= MAX_FAILED_STARTS:
                    self._next_spec(_BROKEN)
        finally:
            self._let_go()

    def _start(self, spec: RecognizerSpec) -> RecognizerProcess:
        process = RecognizerProcess(spec, self._threads)
        with self._holding:
            self._process = process
        if self._desk.closed:
            process.kill()
        return process

    def _one_task(self, process: RecognizerProcess, decodes_ahead: bool) -> None:
        task = self._desk.next_task(_LOOK_EVERY_S)
        if task is None:
            if not process.alive:
                raise ChildLostError("the process died")
            return
        with self._holding:
            process.heard = True
        if task.epoch != self._desk.epoch:
            # Forgotten between taking and sending; `forget` may have seen a process without sound.
            return
        began_s = self._asked_s = self._clock()
        limit_s = self._limits.answer_within_s(_worked_on_s(task, decodes_ahead))
        try:
            reply = process.ask(_request(task), limit_s)
        finally:
            self._asked_s = None
        if isinstance(reply, Raised):
            raise ChildLostError("the recognizer raised an error")
        self._desk.answered(
            task, reply if isinstance(reply, Decoded) else None, self._clock() - began_s
        )

    def _next_spec(self, sentence: str) -> None:
        self._specs.pop(0)
        self._failed_starts = 0
        if not self._specs:
            self._desk.failed(sentence)
            return
        label = self._specs[0].label
        self._instead = f"{label} is used instead: {sentence}"
        self._desk.use(label)

    def _let_go(self) -> None:
        with self._holding:
            process, self._process = self._process, None
        if process is not None:
            process.close()


def _worked_on_s(task: Task, decodes_ahead: bool) -> float:
    """Seconds of sound that are decoded before this request is answered."""
    if task.kind is TaskKind.FEED:
        return len(task.sound) / BYTES_PER_S
    return task.sound_s if decodes_ahead else 0.0


def _request(task: Task) -> bytes:
    if task.kind is TaskKind.BEGIN:
        return BEGIN
    if task.kind is TaskKind.FEED:
        return FEED + task.sound
    if task.kind is TaskKind.PARTIAL:
        return PARTIAL
    return pack_final(task.speech_s, task.economy)

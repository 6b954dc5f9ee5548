"""A call of hours, and calls by the hundred: does anything grow, slow down, or stay behind?"""

from __future__ import annotations

import gc
import threading
import time
from dataclasses import dataclass, field
from datetime import date
from types import TracebackType

import numpy as np
import psutil
from typing_extensions import Self

from companion.asr.protocol import TranscriberState, TranscriberStatus
from companion.asr.spec import RecognizerSpec
from companion.audio.sample_call import read_sample_call
from companion.audio.sound import (
    SAMPLE_RATE_HZ,
    AudioChunk,
    EndpointEvent,
    SegmentEnded,
    SourceState,
    SourceStatus,
)
from companion.coach.conversation import Conversation
from companion.domain.speech import Gap, Hypothesis
from companion.live.board import EVENTS_KEPT, UtteranceHeard
from companion.live.session import LiveSession, compose
from companion.settings import Settings
from companion.understanding.rap import find_rap
from scripts.bench.harness import SAMPLE_SOUND, ArraySource, plan, read_sound
from scripts.bench.table import Figure, below, progress
from scripts.prove.calls import live_call

PERIOD_S = 8
"""A turn begins every so many seconds; it lasts half of that."""
CHUNK = 1600
HOUR_S = 3600.0
ECHO = RecognizerSpec("echo", "instant echo", "scripts.bench.engines:create_echo")
CALL_S = 4.0
SETTLED_AFTER = 10
"""What loads once is loaded after so many calls."""


class _Talk:
    """Half of each period is speech; as fast as it is read."""

    paced = False

    def __init__(self, length_s: float) -> None:
        self._length = round(length_s * SAMPLE_RATE_HZ)
        self._position = 0
        self._loud = np.full(CHUNK, 0.2, np.float32)
        self._silent = np.zeros(CHUNK, np.float32)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Nothing to close."""

    def read(self, timeout_s: float) -> AudioChunk | None:
        """The next tenth of a second."""
        if self._position >= self._length:
            return None
        start_s = self._position / SAMPLE_RATE_HZ
        self._position += CHUNK
        speaks = 1.0 <= start_s % PERIOD_S < 1.0 + PERIOD_S / 2
        return AudioChunk(self._loud if speaks else self._silent, start_s)

    def status(self) -> SourceStatus:
        """Running until all was read."""
        ended = self._position >= self._length
        return SourceStatus(SourceState.ENDED if ended else SourceState.RUNNING, "talk", -14.0)

    def look_again(self) -> None:
        """There is no other."""

    def discard(self) -> None:
        """Keeps nothing."""


class _KnowsTheWords:
    """A transcriber that looks up what is said in each period."""

    def __init__(self, lines: tuple[str, ...]) -> None:
        self._lines = lines
        self._finals: list[Hypothesis] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Nothing to close."""

    def push(self, event: EndpointEvent) -> None:
        """The words of the period in which the segment lies."""
        if isinstance(event, SegmentEnded):
            text = self.said_at(event.end_s)
            self._finals.append(
                Hypothesis(event.segment_id, event.start_s, event.end_s, True, text)
            )

    def said_at(self, at_s: float) -> str:
        """What is said then."""
        return self._lines[int(at_s // PERIOD_S) % len(self._lines)]

    def poll(self) -> list[Hypothesis]:
        """At once."""
        finals, self._finals = self._finals, []
        return finals

    def gaps(self) -> list[Gap]:
        """None."""
        return []

    def drain(self, timeout_s: float) -> bool:
        """Nothing waits."""
        return True

    def settle(self, timeout_s: float) -> bool:
        """Nothing waits."""
        return True

    def forget(self) -> None:
        """Drop what waits."""
        self._finals.clear()

    def status(self) -> TranscriberStatus:
        """Always ready."""
        return TranscriberStatus(TranscriberState.READY, "script")


@dataclass(slots=True)
class Hours:
    """What a long call was like, hour by hour."""

    utterances: int = 0
    wrong: int = 0
    """Utterances whose words were not those that were said then, or that came twice or never."""
    cpu_s: list[float] = field(default_factory=list)
    """Processor time of each hour."""
    rss_mb: list[float] = field(default_factory=list)
    """Memory at the end of each hour."""
    events: int = 0
    """On the board at the end."""


def long_call(hours: float, hour_s: float = HOUR_S) -> Hours:
    """A simulated call with the whole understanding, its words given."""
    lines = tuple(turn.text for turn in read_sample_call().turns)
    words = _KnowsTheWords(lines)
    settings = Settings()
    rap = find_rap(settings.call.rap)
    conversation = Conversation(rap, date(2026, 1, 5), settings.call)
    call = live_call(_Talk(hours * hour_s), words, conversation)
    found = Hours()
    me = psutil.Process()
    number = 0
    ends_s, began_s = hour_s, time.process_time()
    call.open()
    while not call.is_over():
        call.step(0.0)
        for numbered in call.board.events_since(number):
            found.wrong += numbered.number - number
            number = numbered.number + 1
            if isinstance(numbered.event, UtteranceHeard):
                heard = numbered.event.utterance
                found.wrong += heard.text != words.said_at(heard.end_s)
                found.wrong += heard.i != found.utterances
                found.utterances += 1
        if call.board.latest().state.now_s >= ends_s - 0.2:
            gc.collect()
            found.cpu_s.append(time.process_time() - began_s)
            found.rss_mb.append(me.memory_info().rss / 1e6)
            progress(f"{len(found.cpu_s)} of {hours:g} hours: {found.rss_mb[-1]:.0f} MB")
            ends_s, began_s = ends_s + hour_s, time.process_time()
    call.close()
    found.events = len(call.board.events_since(0))
    found.wrong += abs(found.utterances - round(hours * hour_s / PERIOD_S))
    return found


@dataclass(frozen=True, slots=True)
class Left:
    """What this process holds."""

    threads: int
    children: int
    files: int
    rss_mb: float


def calls_in_a_row(count: int, settled_after: int = SETTLED_AFTER) -> tuple[Left, Left]:
    """So many short calls in one process, each with a recognizer's process of its own.

    Returns what was held after the first few, and after all of them.
    """
    samples = read_sound(SAMPLE_SOUND)
    before = _left()
    for number in range(1, count + 1):
        source = ArraySource(samples, CALL_S, paced=False)
        with LiveSession(compose(plan(source, ECHO, Settings()))) as session:
            version = -1
            while session.board.latest().summary is None:
                version = session.board.wait_beyond(version, 1.0).version
        if number == settled_after:
            before = _left()
        if number % 10 == 0:
            progress(f"{number} of {count} calls in a row")
    return before, _left()


def figures(hours: float, calls: int) -> list[Figure]:
    """Both, beside their targets."""
    progress(f"a simulated call of {hours:g} hours")
    long = long_call(hours)
    cpu = long.cpu_s
    slope = (long.rss_mb[-1] - long.rss_mb[0]) / max(1, len(long.rss_mb) - 1)
    name = f"{hours:g}-hour call"
    before, after = calls_in_a_row(calls)
    row = f"{calls} calls in a row"
    return [
        below(f"{name}: of {long.utterances}, wrong or lost", long.wrong, 0, "utterances", 0),
        below(f"{name}: memory, growth an hour", slope, 5, "MB"),
        below(f"{name}: processor time, last hour over first", cpu[-1] / cpu[0], 1.3, "×"),
        below(f"{name}: events kept on the board", long.events, EVENTS_KEPT, "events", 0),
        below(f"{row}: left behind", after.threads - before.threads, 0, "threads", 0),
        below(f"{row}: left behind", after.children - before.children, 0, "processes", 0),
        below(f"{row}: left open", after.files - before.files, 0, "files", 0),
        below(f"{row}: memory, growth", after.rss_mb - before.rss_mb, 20, "MB", 1),
    ]


def _left() -> Left:
    gc.collect()
    me = psutil.Process()
    count = "num_handles" if psutil.WINDOWS else "num_fds"
    files = int(getattr(me, count)())
    return Left(
        threading.active_count(),
        len(me.children(recursive=True)),
        files,
        me.memory_info().rss / 1e6,
    )

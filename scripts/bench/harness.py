"""Runs real calls for the benchmarks and writes down what came when."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date, datetime, timezone
from pathlib import Path
from types import TracebackType

import numpy as np
import psutil
from typing_extensions import Self

from companion.asr.spec import RecognizerSpec
from companion.audio.files import FileSource
from companion.audio.sample_call import shipped_sound
from companion.audio.sound import (
    SAMPLE_RATE_HZ,
    AudioChunk,
    Samples,
    Source,
    SourceState,
    SourceStatus,
    seconds,
)
from companion.domain.call import Consent, ConsentHow
from companion.domain.speech import Gap, Hypothesis, Utterance
from companion.live.board import Board, CardShown, GapMarked, PartialHeard, UtteranceHeard
from companion.live.session import CallPlan, LiveSession, compose
from companion.settings import Settings
from companion.understanding.rap import find_rap

CHUNK = 512
SAID = "so what would you change about that schedule if it were up to everybody in there"
"""What the random-weight models are made to say: each word once, about as long as a turn."""
SAMPLE_SOUND = shipped_sound()
CONSENT = Consent(ConsentHow.SPOKEN, datetime(2026, 1, 1, tzinfo=timezone.utc))


def read_sound(path: Path) -> Samples:
    """The whole file. f32[n], mono, 16 kHz."""
    chunks: list[Samples] = []
    with FileSource(path, paced=False) as source:
        while source.status().state is not SourceState.ENDED:
            chunk = source.read(1.0)
            if chunk is not None:
                chunks.append(chunk.samples)
    return np.concatenate(chunks)


class ArraySource:
    """Plays an array, again and again, until `length_s` is reached; paced as speech or at once."""

    def __init__(self, samples: Samples, length_s: float, paced: bool) -> None:
        self._samples = samples
        self._length = round(length_s * SAMPLE_RATE_HZ)
        self._position = 0
        self._stop = threading.Event()
        self.paced = paced
        self.started_at = 0.0
        """Monotonic time at which the first sample was 'spoken'."""

    def __enter__(self) -> Self:
        self.started_at = time.monotonic()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stop.set()

    def read(self, timeout_s: float) -> AudioChunk | None:
        """The next chunk, no earlier than it would have been spoken."""
        if self._position >= self._length:
            return None
        start = self._position
        n = min(CHUNK, self._length - start)
        if self.paced:
            due = self.started_at + seconds(start + n)
            wait_s = due - time.monotonic()
            if wait_s > timeout_s:
                self._stop.wait(timeout_s)
                return None
            if wait_s > 0:
                self._stop.wait(wait_s)
        self._position += n
        where = np.arange(start, start + n) % len(self._samples)
        return AudioChunk(self._samples[where], seconds(start))

    def status(self) -> SourceStatus:
        """Running until everything was read."""
        done = self._position >= self._length
        return SourceStatus(SourceState.ENDED if done else SourceState.RUNNING, "benchmark")

    def look_again(self) -> None:
        """There is no other."""

    def discard(self) -> None:
        """Keeps nothing."""


@dataclass
class Record:
    """What a run brought. Wall times are seconds since the first sample was spoken."""

    finals: list[tuple[float, Utterance]] = field(default_factory=list, repr=False)
    partials: list[tuple[float, Hypothesis]] = field(default_factory=list, repr=False)
    cards: list[float] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)
    lags: list[tuple[float, float]] = field(default_factory=list)
    peak_mb: float = 0.0
    ready_after_s: float = 0.0

    def final_latencies_s(self) -> list[float]:
        """End of speech to final text, endpoint silence included."""
        return [at_s - u.end_s for at_s, u in self.finals]


class _Watcher(threading.Thread):
    """Reads the board as a view would, with the wall time of each event."""

    def __init__(self, board: Board, source: ArraySource, record: Record) -> None:
        super().__init__(daemon=True)
        self._board = board
        self._source = source
        self._record = record
        self._done = threading.Event()

    def run(self) -> None:
        number = 0
        version = -1
        while not self._done.is_set():
            snapshot = self._board.wait_beyond(version, 0.2)
            version = snapshot.version
            at_s = time.monotonic() - self._source.started_at
            if snapshot.transcriber is not None:
                self._record.lags.append((at_s, snapshot.transcriber.lag_s))
            for numbered in self._board.events_since(number):
                number = numbered.number + 1
                event = numbered.event
                if isinstance(event, UtteranceHeard):
                    self._record.finals.append((at_s, event.utterance))
                elif isinstance(event, PartialHeard):
                    self._record.partials.append((at_s, event.hypothesis))
                elif isinstance(event, CardShown):
                    self._record.cards.append(at_s)
                elif isinstance(event, GapMarked):
                    self._record.gaps.append(event.gap)

    def finish(self) -> None:
        """Stop after one last look."""
        self._done.set()
        self.join()


def plan(source: Source, spec: RecognizerSpec, settings: Settings) -> CallPlan:
    """A call plan on the shipped rap with the transcript on the board."""
    return CallPlan(
        settings=settings,
        rap=find_rap(settings.call.rap),
        call_date=date(2026, 1, 5),
        consent=CONSENT,
        source=source,
        recognizer=spec,
        show_transcript=True,
    )


def run_live(
    samples: Samples, length_s: float, spec: RecognizerSpec, settings: Settings, paced: bool = True
) -> Record:
    """Run one real call on the samples and return what came when."""
    record = Record()
    source = ArraySource(samples, length_s, paced)
    with peak_memory(record), LiveSession(compose(plan(source, spec, settings))) as session:
        watcher = _Watcher(session.board, source, record)
        watcher.start()
        version = -1
        while session.board.latest().summary is None:
            version = session.board.wait_beyond(version, 1.0).version
        watcher.finish()
    return record


def tree_mb() -> float:
    """Resident memory of this process and all its children, in MB."""
    me = psutil.Process()
    total = 0
    for process in (me, *me.children(recursive=True)):
        with suppress(psutil.NoSuchProcess):
            total += process.memory_info().rss
    return total / 1e6


@contextmanager
def peak_memory(record: Record) -> Iterator[None]:
    """Sample the whole process tree's memory while the block runs."""
    done = threading.Event()

    def look() -> None:
        while not done.wait(0.1):
            record.peak_mb = max(record.peak_mb, tree_mb())

    thread = threading.Thread(target=look, daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()

"""What waits and what is done: the state between the caller and whoever decodes.

A monitor without threads of its own: the caller pushes events and polls hypotheses; one decoder
(a thread with a process, or the caller itself) takes tasks and brings answers. The policy of the
transcriber is all here: order, partials, guesses at a pause, overload, giving up, forgetting.
What waits on the way in is in the backlog, what waits on the way out in the outbox.
"""

from __future__ import annotations

import threading

from companion.asr.backlog import Backlog, Guess, Overload, PendingSegment
from companion.asr.outbox import Outbox
from companion.asr.protocol import Decoded, TranscriberState, TranscriberStatus
from companion.asr.task import Task, TaskKind
from companion.audio.sound import (
    EndpointEvent,
    SegmentEnded,
    SegmentGrew,
    SegmentPaused,
    SegmentStarted,
)
from companion.domain.speech import Gap, Hypothesis
from companion.settings import RecognizerSettings

MAX_LOSSES = 3
"""A segment over which so many processes were lost is given up."""
LEAST_FEED_S = 0.1
"""Sound is handed over in pieces of at least this, unless the segment is over."""
MOST_FEED_S = 0.5
"""A piece is at most this long, so that other requests do not wait behind it."""
AFTER_PAUSE_S = 0.6
"""A silence that lasts so much longer than its first notice would have ended the segment."""


class Desk:
    """The state of a transcriber. Every method takes its lock for a moment."""

    def __init__(self, settings: RecognizerSettings, engine: str) -> None:
        self._changed = threading.Condition()
        self._settings = settings
        self._backlog = Backlog(settings.backlog_s, settings.partial_every_s)
        self._overload = Overload(settings.lag_stop_partials_s, settings.lag_economy_s)
        self._outbox = Outbox()
        self._epoch = 0
        self._closed = False
        self._idle = False
        """The decoder looked, found nothing to do, and nothing has changed since."""
        self._decodes_ahead = False
        self._state = TranscriberState.LOADING
        self._engine = engine
        self._detail = ""
        self._restarts = 0

    # --- the caller's side --------------------------------------------------------------------

    def push(self, event: EndpointEvent) -> None:
        """Take the next endpoint event."""
        with self._changed:
            if isinstance(event, SegmentStarted):
                self._backlog.start(event)
            elif isinstance(event, SegmentGrew):
                self._backlog.grow(event)
            elif isinstance(event, SegmentPaused):
                self._backlog.pause(event)
            else:
                self._end(event)
            for dropped in self._backlog.make_room():
                self._outbox.drop(dropped)
            self._noted()

    def poll(self) -> list[Hypothesis]:
        """Finals since the last poll in segment order, then at most one partial."""
        with self._changed:
            return self._outbox.fetch()

    def gaps(self) -> list[Gap]:
        """Stretches given up since the last call."""
        with self._changed:
            return self._outbox.fetch_gaps()

    def wait_finals(self, timeout_s: float) -> bool:
        """Wait until no ended segment is without its final; False on timeout."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._backlog.has_ended, timeout_s)

    def wait_idle(self, timeout_s: float) -> bool:
        """Wait until the decoder finds nothing to do; False on timeout."""
        with self._changed:
            return self._changed.wait_for(
                lambda: self._idle or self._state is TranscriberState.FAILED, timeout_s
            )

    def forget(self) -> None:
        """Drop every sound and hypothesis, and whatever is being decoded now."""
        with self._changed:
            self._epoch += 1
            self._backlog.clear()
            self._outbox.forget()
            self._noted()

    def status(self) -> TranscriberStatus:
        """A snapshot."""
        with self._changed:
            return TranscriberStatus(
                state=self._state,
                engine=self._engine,
                lag_s=self._backlog.lag_s,
                partials=not self._overload.partials_stopped,
                economy=self._overload.economy,
                restarts=self._restarts,
                detail=self._detail,
            )

    def close(self) -> None:
        """Forget everything and let the decoder's wait end."""
        with self._changed:
            self._closed = True
            self._epoch += 1
            self._backlog.clear()
            self._changed.notify_all()

    # --- the decoder's side -------------------------------------------------------------------

    @property
    def closed(self) -> bool:
        """Whether the transcriber is to stop."""
        with self._changed:
            return self._closed

    @property
    def epoch(self) -> int:
        """How often everything was forgotten."""
        with self._changed:
            return self._epoch

    def ready(self, decodes_ahead: bool, detail: str = "") -> None:
        """A recognizer is loaded and knows nothing yet."""
        with self._changed:
            self._decodes_ahead = decodes_ahead
            self._state = TranscriberState.READY
            self._detail = detail
            self._noted()

    def lost(self, detail: str, forgotten: bool) -> None:
        """The recognizer is gone; what it held is to be decoded again by the next.

        `forgotten`: it was ended on purpose, which is not held against the segment.
        """
        with self._changed:
            self._state = TranscriberState.RESTARTING
            self._detail = "" if forgotten else detail
            first = self._backlog.first
            if not forgotten:
                self._restarts += 1
                if first is not None and first.begun:
                    first.losses += 1
                    if first.losses >= MAX_LOSSES:
                        self._give_up(first)
            for segment in self._backlog:
                segment.rewind()
            self._noted()

    def use(self, engine: str) -> None:
        """Another engine takes over; its name for people."""
        with self._changed:
            self._engine = engine

    def failed(self, sentence: str) -> None:
        """No recognizer can be had: every segment becomes a visible gap from now on."""
        with self._changed:
            self._state = TranscriberState.FAILED
            self._detail = sentence
            while (first := self._backlog.first) is not None and first.ended is not None:
                self._give_up(first)
            self._noted()

    def next_task(self, timeout_s: float) -> Task | None:
        """The next thing to decode; None where nothing came up in time, or it is closed."""
        with self._changed:
            task: Task | None = None

            def found() -> bool:
                nonlocal task
                task = None if self._closed else self._next()
                if task is None and self._state is TranscriberState.READY and not self._idle:
                    self._idle = True
                    self._changed.notify_all()
                return task is not None or self._closed

            self._changed.wait_for(found, timeout_s)
            return task

    def answered(self, task: Task, decoded: Decoded | None, decode_s: float) -> None:
        """A task was carried out; `decoded` where it asked for words."""
        with self._changed:
            first = self._backlog.first
            if task.epoch != self._epoch or first is None or first.segment_id != task.segment_id:
                return
            if decoded is not None:
                if task.kind is TaskKind.FINAL:
                    self._deliver(first, decoded, decode_s)
                else:
                    if task.kind is TaskKind.GUESS:
                        first.guess = Guess(decoded, task.sound_s, decode_s)
                    self._show(first, decoded, task.sound_s, decode_s)
            self._noted()

    # --- under the lock -----------------------------------------------------------------------

    def _noted(self) -> None:
        self._idle = False
        self._overload.note(self._backlog.lag_s)
        if self._overload.partials_stopped and self._backlog.first is not None:
            self._backlog.first.in_pace = False
        self._changed.notify_all()

    def _end(self, event: SegmentEnded) -> None:
        self._backlog.end(event)
        first = self._backlog.first
        if self._state is TranscriberState.FAILED and first is not None and first.ended:
            self._give_up(first)

    def _next(self) -> Task | None:
        first = self._backlog.first
        if first is None or self._state is not TranscriberState.READY:
            return None
        if not first.begun:
            first.begun = True
            self._outbox.begin(first)
            return self._task(TaskKind.BEGIN, first)
        whole = first.ended is not None
        if whole and first.guess is not None and first.holds(first.guess):
            self._deliver(first, first.guess.decoded, first.guess.decode_s)
            self._noted()
            return self._next()
        if first.unfed_s > 0 and (whole or first.pause_noticed or first.unfed_s >= LEAST_FEED_S):
            piece = first.take(MOST_FEED_S)
            return self._task(TaskKind.FEED, first, sound=piece)
        if first.ended is not None:
            return self._task(TaskKind.FINAL, first, speech_s=first.ended.speech_s)
        shows = self._settings.partials and first.in_pace
        if first.pause_noticed:
            first.pause_noticed = False
            if self._decodes_ahead and first.in_pace:
                first.next_partial_s = first.sound_s + AFTER_PAUSE_S
                return self._task(TaskKind.GUESS, first, speech_s=first.sound_s)
            if shows:
                return self._task(TaskKind.PARTIAL, first)
        if shows and first.fed_s >= first.next_partial_s:
            return self._task(TaskKind.PARTIAL, first)
        return None

    def _task(
        self, kind: TaskKind, segment: PendingSegment, sound: bytes = b"", speech_s: float = 0.0
    ) -> Task:
        return Task(
            kind,
            segment.segment_id,
            self._epoch,
            segment.fed_s,
            sound,
            speech_s,
            self._overload.economy,
        )

    def _show(
        self, segment: PendingSegment, decoded: Decoded, sound_s: float, decode_s: float
    ) -> None:
        # Partials must not take more than half of the time, however slow the machine is.
        wait_s = max(self._settings.partial_every_s, decode_s)
        segment.next_partial_s = max(segment.next_partial_s, segment.sound_s + wait_s)
        if self._settings.partials:
            self._outbox.show(segment, decoded, sound_s, decode_s)

    def _deliver(self, segment: PendingSegment, decoded: Decoded, decode_s: float) -> None:
        self._outbox.deliver(segment, decoded, decode_s)
        self._backlog.finish_first()

    def _give_up(self, segment: PendingSegment) -> None:
        self._outbox.give_up(segment)
        self._backlog.finish_first()

"""What waits and what is done: the state between the caller and whoever decodes.

A monitor without threads of its own: the caller pushes events and polls hypotheses; one decoder
(a thread with a process, or the caller itself) takes tasks and brings answers. The policy of the
transcriber is all here: order, partials, guesses at a pause, overload, giving up, forgetting.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from enum import Enum

from companion.asr.backlog import Backlog, Guess, Overload, PendingSegment
from companion.asr.protocol import MIN_SPEECH_S, Decoded, TranscriberState, TranscriberStatus
from companion.asr.stabilizer import Stabilizer
from companion.audio.sound import (
    EndpointEvent,
    SegmentEnded,
    SegmentGrew,
    SegmentPaused,
    SegmentStarted,
)
from companion.domain.speech import Gap, GapReason, Hypothesis
from companion.settings import RecognizerSettings

MAX_LOSSES = 3
"""A segment over which so many processes were lost is given up."""
COMMIT_FROM_S = 1.3
"""In less sound than this no word is committed: it may turn out too short to hold any."""
LEAST_FEED_S = 0.1
"""Sound is handed over in pieces of at least this, unless the segment is over."""
MOST_FEED_S = 0.5
"""A piece is at most this long, so that other requests do not wait behind it."""
AFTER_PAUSE_S = 0.6
"""A silence that lasts so much longer than its first notice would have ended the segment."""


class TaskKind(Enum):
    """What a recognizer is asked to do."""

    BEGIN = "begin"
    FEED = "feed"
    PARTIAL = "partial"
    GUESS = "guess"
    """A final at a pause, before the segment is known to be over."""
    FINAL = "final"


@dataclass(frozen=True, slots=True)
class Task:
    """One request about the oldest segment. Sound is 16-bit little-endian, mono, 16 kHz."""

    kind: TaskKind
    segment_id: int
    epoch: int
    """How often everything was forgotten before; an answer from before a forget is dropped."""
    sound_s: float
    """Seconds of sound that the request is about."""
    sound: bytes = field(default=b"", repr=False)
    speech_s: float = 0.0
    economy: bool = False


class Desk:
    """The state of a transcriber. Every method takes its lock for a moment."""

    def __init__(self, settings: RecognizerSettings, engine: str) -> None:
        self._changed = threading.Condition()
        self._settings = settings
        self._backlog = Backlog(settings.backlog_s, settings.partial_every_s)
        self._overload = Overload(settings.lag_stop_partials_s, settings.lag_economy_s)
        self._stabilizer = Stabilizer()
        self._finals: list[Hypothesis] = []
        self._partial: Hypothesis | None = None
        self._gaps: list[Gap] = []
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
                self._gaps.append(Gap(dropped.start_s, dropped.end_s, GapReason.BACKLOG_FULL))
            self._noted()

    def poll(self) -> list[Hypothesis]:
        """Finals since the last poll in segment order, then at most one partial."""
        with self._changed:
            news, self._finals = self._finals, []
            if self._partial is not None:
                news.append(self._partial)
                self._partial = None
            return news

    def gaps(self) -> list[Gap]:
        """Stretches given up since the last call."""
        with self._changed:
            gaps, self._gaps = self._gaps, []
            return gaps

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
            self._finals = []
            self._partial = None
            self._stabilizer.begin()
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
            self._stabilizer.begin(first.committed)
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
        if decoded.withheld or not self._settings.partials:
            return
        stable = self._stabilizer.partial(decoded.text, commit=sound_s >= COMMIT_FROM_S)
        segment.committed = stable.committed
        if not stable.committed and not stable.tentative:
            return
        self._partial = Hypothesis(
            segment.segment_id,
            segment.start_s,
            segment.start_s + sound_s,
            final=False,
            committed=stable.committed,
            tentative=stable.tentative,
            confidence=decoded.confidence,
            decode_s=decode_s,
        )

    def _deliver(self, segment: PendingSegment, decoded: Decoded, decode_s: float) -> None:
        ended = segment.ended
        assert ended is not None
        withheld = decoded.withheld
        if ended.speech_s < MIN_SPEECH_S and not segment.committed:
            decoded, withheld = Decoded(""), "too short"
        text = segment.committed if withheld else self._stabilizer.final(decoded.text)
        self._finish(
            Hypothesis(
                segment.segment_id,
                ended.start_s,
                ended.end_s,
                final=True,
                committed=text,
                confidence=decoded.confidence,
                withheld=withheld,
                decode_s=decode_s,
            )
        )

    def _give_up(self, segment: PendingSegment) -> None:
        """A gap that is shown, and a final that says why it has no more words than were shown."""
        ended = segment.ended
        start_s, end_s = (ended.start_s, ended.end_s) if ended else (segment.start_s, segment.end_s)
        self._gaps.append(Gap(start_s, end_s, GapReason.RECOGNIZER_FAILED))
        self._finish(
            Hypothesis(
                segment.segment_id,
                start_s,
                end_s,
                final=True,
                committed=segment.committed,
                withheld="recognizer failed",
            )
        )

    def _finish(self, final: Hypothesis) -> None:
        self._backlog.finish_first()
        self._finals.append(final)
        if self._partial is not None and self._partial.segment_id == final.segment_id:
            self._partial = None
        self._stabilizer.begin()

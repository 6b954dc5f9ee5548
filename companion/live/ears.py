"""The ears of a call: one source, one endpointer, one transcriber, on one clock of samples.

Synchronous: each `hear` takes at most one chunk, so a test can drive it on virtual time.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Protocol

from typing_extensions import Self

from companion.asr.protocol import Transcriber, TranscriberState, TranscriberStatus
from companion.audio.sound import (
    FOREIGN_S,
    AudioChunk,
    EndpointEvent,
    Gated,
    SegmentEnded,
    SegmentStarted,
    Source,
    SourceState,
    SourceStatus,
)
from companion.clocks import SleepWatch
from companion.domain.speech import Gap, GapReason, Hypothesis
from companion.errors import RecognizerError

LOST_S = 0.02
"""A jump of the sample clock below this is rounding, not lost sound."""
CATCH_UP_S = 600.0
"""How long a file that is read as fast as possible waits for its words."""


class EndpointerLike(Protocol):
    """Finds where speech begins and ends; see `companion.audio.endpointing`."""

    mid_phrase: bool

    @property
    def speaking(self) -> bool:
        """True while a segment is open."""

    def push(self, chunk: AudioChunk) -> list[EndpointEvent]:
        """Take a chunk."""

    def flush(self) -> list[EndpointEvent]:
        """Close the open segment."""

    def reset(self) -> None:
        """Forget everything."""


class GateLike(Protocol):
    """Lets only the own voice go on; see `companion.audio.bleed_gate`."""

    @property
    def speaking(self) -> bool:
        """Own speech goes on right now."""

    def take(self, events: list[EndpointEvent]) -> Gated:
        """Judge what came, and give what is ripe."""

    def reset(self) -> None:
        """Forget everything."""


@dataclass(frozen=True, slots=True)
class Sounds:
    """What one `hear` brought."""

    finals: tuple[Hypothesis, ...] = ()
    partial: Hypothesis | None = field(default=None, repr=False)
    gaps: tuple[Gap, ...] = ()
    foreign_from_s: float | None = None
    """What was heard from then on may be the other person's: it is forgotten here, and has to be
    everywhere else."""


class Ears:
    """From sound to hypotheses. Opened and closed as a context manager, used from one thread."""

    def __init__(
        self,
        source: Source,
        endpointer: EndpointerLike,
        transcriber: Transcriber,
        ends_mid_phrase: Callable[[str], bool],
        sleep: SleepWatch | None = None,
        gate: GateLike | None = None,
    ) -> None:
        self._source = source
        self._endpointer = endpointer
        self._transcriber = transcriber
        self._ends_mid_phrase = ends_mid_phrase
        self._sleep = sleep or SleepWatch()
        self._slept_s = 0.0
        self._cut = 0
        self._gate = gate
        self._left_out: list[Gap] = []
        self._open_segment: int | None = None
        self._was_deaf = False
        self._dropped_s = 0.0
        self._trouble = GapReason.DEVICE_STALLED
        self.now_s = 0.0
        """Call time: the end of the last chunk, counted from samples."""
        self.talking_since_s: float | None = None
        """When the present turn began; None while the organizer listens."""
        self.turn_ended_s: float | None = None
        """When speech of the last turn ended."""

    def __enter__(self) -> Self:
        # The recognizer loads in its own process while the device opens.
        self._transcriber.__enter__()
        try:
            self._source.__enter__()
        except BaseException:
            self._transcriber.__exit__(None, None, None)
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            self._source.__exit__(kind, error, trace)
        finally:
            self._transcriber.__exit__(kind, error, trace)

    @property
    def ended(self) -> bool:
        """The source has nothing more to give."""
        return self._source.status().state is SourceState.ENDED

    def source_status(self) -> SourceStatus:
        """How the microphone is doing."""
        return self._source.status()

    def transcriber_status(self) -> TranscriberStatus:
        """How the recognizer is doing."""
        return self._transcriber.status()

    def hear(self, timeout_s: float, deaf: bool = False) -> Sounds:
        """Take the next chunk, if one comes in time, and whatever words are ready.

        `deaf`: the call is paused or off the record; the chunk only moves the clock and its
        samples are thrown away unread.
        """
        cut = self._source.status().cut
        if cut > self._cut:
            self._cut = cut
            self.forget()
            return Sounds(foreign_from_s=max(0.0, self.now_s - FOREIGN_S))
        chunk = self._source.read(timeout_s)
        self._slept_s += self._sleep.slept_s()
        gaps: list[Gap] = []
        if chunk is None:
            self._note_trouble()
        else:
            lost = self._lost_before(chunk)
            if lost is not None and not (deaf or self._was_deaf):
                gaps.append(lost)
            self.now_s = max(self.now_s, chunk.end_s)
            if not deaf:
                self._take(self._endpointer.push(chunk))
        self._was_deaf = deaf
        sounds = self._words()
        return Sounds(sounds.finals, sounds.partial, (*gaps, *sounds.gaps))

    def resume(self) -> None:
        """The organizer comes back from a pause."""
        self._source.look_again()

    @property
    def silent_since_s(self) -> float | None:
        """When the organizer spoke last; 0 where they have not yet, None while they speak."""
        return None if self.talking_since_s is not None else self.turn_ended_s or 0.0

    def close_turn(self) -> None:
        """End the open segment now, keeping its words (before a pause)."""
        self._take(self._endpointer.flush())

    def finish(self, timeout_s: float) -> tuple[Sounds, bool]:
        """End the open segment and wait for the last words; False where they did not come."""
        self.close_turn()
        complete = self._transcriber.drain(timeout_s)
        return self._words(), complete

    def forget(self) -> None:
        """Off the record: every buffered sound and pending word is gone, in the child too."""
        self._source.discard()
        self._endpointer.reset()
        self._endpointer.mid_phrase = False
        if self._gate is not None:
            self._gate.reset()
        self._left_out.clear()
        self._transcriber.forget()
        self._open_segment = None
        self.talking_since_s = None

    def _take(self, found: list[EndpointEvent]) -> None:
        events, speaking = found, self._endpointer.speaking
        if self._gate is not None:
            gated = self._gate.take(found)
            events, speaking = list(gated.events), self._gate.speaking and speaking
            self._left_out += [
                Gap(left.start_s, left.end_s, GapReason.OTHER_VOICE) for left in gated.left_out
            ]
        ended = False
        for event in events:
            if isinstance(event, SegmentStarted):
                self._open_segment = event.segment_id
                self._endpointer.mid_phrase = False
                if self.talking_since_s is None:
                    self.talking_since_s = event.start_s
            elif isinstance(event, SegmentEnded):
                self._open_segment = None
                self.turn_ended_s = event.end_s
                ended = True
            self._transcriber.push(event)
        if ended and not speaking:
            self.talking_since_s = None
        if events and not self._source.paced:
            # A file read as fast as possible: wait, so that words meet the clock they belong to
            # and the same file always gives the same call.
            self._transcriber.settle(CATCH_UP_S)
            status = self._transcriber.status()
            if status.state is TranscriberState.FAILED:
                # No call has to go on for a file: better an error than a draft of nothing.
                raise RecognizerError(status.detail)

    def _words(self) -> Sounds:
        finals: list[Hypothesis] = []
        partial: Hypothesis | None = None
        for hypothesis in self._transcriber.poll():
            if hypothesis.final:
                finals.append(hypothesis)
            elif hypothesis.segment_id == self._open_segment:
                partial = hypothesis
                self._endpointer.mid_phrase = self._ends_mid_phrase(hypothesis.text)
        left_out, self._left_out = self._left_out, []
        return Sounds(tuple(finals), partial, (*left_out, *self._transcriber.gaps()))

    def _note_trouble(self) -> None:
        state = self._source.status().state
        if state is SourceState.LOST:
            self._trouble = GapReason.DEVICE_LOST
        elif state is SourceState.STALLED:
            self._trouble = GapReason.DEVICE_STALLED

    def _lost_before(self, chunk: AudioChunk) -> Gap | None:
        """The stretch that is missing before this chunk, and why."""
        dropped_s = self._source.status().dropped_s
        overran = dropped_s > self._dropped_s
        self._dropped_s = dropped_s
        if chunk.start_s <= self.now_s + LOST_S:
            return None
        slept_s, self._slept_s = self._slept_s, 0.0
        if slept_s > (chunk.start_s - self.now_s) / 2:
            return Gap(self.now_s, chunk.start_s, GapReason.ASLEEP)
        return Gap(self.now_s, chunk.start_s, GapReason.RING_FULL if overran else self._trouble)

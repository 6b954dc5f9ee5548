"""Speech that waits to be decoded: bounded, in order, kept until its final is there."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field

from companion.asr.protocol import Decoded
from companion.asr.wire import pack_sound
from companion.audio.sound import (
    SAMPLE_RATE_HZ,
    EndReason,
    Samples,
    SegmentEnded,
    SegmentGrew,
    SegmentPaused,
    SegmentStarted,
)

BYTES_PER_S = 2 * SAMPLE_RATE_HZ
"""Sound is kept as 16-bit samples: half of what floats would take."""


@dataclass(frozen=True, slots=True)
class Guess:
    """A final that was decoded at a pause, before the segment was known to be over."""

    decoded: Decoded
    covered_s: float
    """Seconds of the segment's sound that it heard."""
    decode_s: float


@dataclass(slots=True)
class PendingSegment:
    """One segment without a final yet; its sound stays until then, to be decoded again."""

    segment_id: int
    start_s: float
    sound: bytearray = field(repr=False)
    fed_bytes: int = 0
    """How much of it the present process has taken."""
    begun: bool = False
    ended: SegmentEnded | None = None
    pause_noticed: bool = False
    """The speaker fell silent, and nothing was asked about it yet."""
    guess: Guess | None = None
    in_pace: bool = True
    """False once the machine fell behind in it: no partials and guesses for the rest of it."""
    next_partial_s: float = 0.0
    """A partial is due once so many seconds of sound were taken."""
    committed: str = field(default="", repr=False)
    """Words that were shown as committed; no later hypothesis may take them back."""
    losses: int = 0
    """How many processes were lost over this segment."""

    @property
    def sound_s(self) -> float:
        """Seconds of sound so far."""
        return len(self.sound) / BYTES_PER_S

    @property
    def fed_s(self) -> float:
        """Seconds of sound that the present process has taken."""
        return self.fed_bytes / BYTES_PER_S

    @property
    def unfed_s(self) -> float:
        """Seconds of sound that wait."""
        return (len(self.sound) - self.fed_bytes) / BYTES_PER_S

    @property
    def end_s(self) -> float:
        """Call time at the end of speech, or of the sound so far."""
        return self.ended.end_s if self.ended else self.start_s + self.sound_s

    def take(self, most_s: float) -> bytes:
        """The next piece of sound, marked as fed."""
        until = min(len(self.sound), self.fed_bytes + int(most_s * SAMPLE_RATE_HZ) * 2)
        piece = bytes(self.sound[self.fed_bytes : until])
        self.fed_bytes = until
        return piece

    def holds(self, guess: Guess) -> bool:
        """Whether speech turned out to end within what the guess had heard."""
        return self.ended is not None and self.ended.end_s <= self.start_s + guess.covered_s

    def rewind(self) -> None:
        """Nothing of it is in a process any more: all of it is to be decoded again."""
        self.fed_bytes = 0
        self.begun = False
        self.next_partial_s = 0.0


class Backlog:
    """Segments in order, the oldest first; only the oldest is ever being decoded."""

    def __init__(self, bound_s: float, partial_every_s: float) -> None:
        self._bound_s = bound_s
        self._partial_every_s = partial_every_s
        self._segments: deque[PendingSegment] = deque()

    def __iter__(self) -> Iterator[PendingSegment]:
        return iter(self._segments)

    @property
    def first(self) -> PendingSegment | None:
        """The segment that is being decoded, or is next."""
        return self._segments[0] if self._segments else None

    @property
    def lag_s(self) -> float:
        """Seconds of speech that no process has taken yet."""
        return sum(s.unfed_s for s in self._segments)

    @property
    def has_ended(self) -> bool:
        """Whether a segment is complete and still without its final."""
        return bool(self._segments) and self._segments[0].ended is not None

    def start(self, event: SegmentStarted) -> None:
        """Open a segment. One that was left open is over where its sound stops."""
        left = self._open()
        if left is not None:
            left.ended = SegmentEnded(
                left.segment_id, left.start_s, left.end_s, left.sound_s, EndReason.INTERRUPTED
            )
        segment = PendingSegment(event.segment_id, event.start_s, bytearray())
        segment.next_partial_s = self._partial_every_s
        self._segments.append(segment)
        self._add(segment, event.samples)

    def grow(self, event: SegmentGrew) -> None:
        """Add sound to the open segment; that of a forgotten one is ignored."""
        segment = self._open()
        if segment is not None and segment.segment_id == event.segment_id:
            self._add(segment, event.samples)

    def pause(self, event: SegmentPaused) -> None:
        """Note that the speaker fell silent."""
        segment = self._open()
        if segment is not None and segment.segment_id == event.segment_id:
            segment.pause_noticed = True

    def end(self, event: SegmentEnded) -> None:
        """The open segment is complete."""
        segment = self._open()
        if segment is not None and segment.segment_id == event.segment_id:
            segment.ended = event

    def finish_first(self) -> PendingSegment:
        """Take the oldest segment out: it has its final, or was given up."""
        return self._segments.popleft()

    def make_room(self) -> list[PendingSegment]:
        """Drop the oldest complete segments that nobody started on, down to the bound."""
        dropped: list[PendingSegment] = []
        kept_s = sum(s.sound_s for s in self._segments)
        for segment in tuple(self._segments):
            if kept_s <= self._bound_s:
                break
            if segment.ended is not None and not segment.begun:
                self._segments.remove(segment)
                kept_s -= segment.sound_s
                dropped.append(segment)
        return dropped

    def clear(self) -> None:
        """Forget everything."""
        self._segments.clear()

    def _open(self) -> PendingSegment | None:
        if self._segments and self._segments[-1].ended is None:
            return self._segments[-1]
        return None

    @staticmethod
    def _add(segment: PendingSegment, samples: Samples) -> None:
        segment.sound += pack_sound(samples)


class Overload:
    """What is left out while the machine cannot keep up, with hysteresis.

    Partials stop first, then finals are decoded in economy; each returns once the lag has fallen
    to half of what switched it.
    """

    def __init__(self, stop_partials_s: float, economy_s: float) -> None:
        self._stop_partials_s = stop_partials_s
        self._economy_s = economy_s
        self.partials_stopped = False
        self.economy = False

    def note(self, lag_s: float) -> None:
        """Take the lag as it is now."""
        self.partials_stopped = _switched(self.partials_stopped, lag_s, self._stop_partials_s)
        self.economy = _switched(self.economy, lag_s, self._economy_s)


def _switched(on: bool, value: float, limit: float) -> bool:
    return value > (limit / 2 if on else limit)

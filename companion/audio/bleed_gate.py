"""Lets only the organizer's own voice through to the recognizer.

The gate stands between endpointing and recognition. It holds the last bit of a segment until it
is judged, lets own speech go on, and leaves out the rest; a segment in which another voice takes
over is cut there. In doubt, speech is left out. Nothing is moved or made up: what goes on and what
is left out are together the segment, in order.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from companion.audio.own_voice import OwnVoice
from companion.audio.sound import (
    SAMPLE_RATE_HZ,
    EndpointEvent,
    EndReason,
    Gated,
    LeftOut,
    Samples,
    SegmentEnded,
    SegmentGrew,
    SegmentPaused,
    SegmentStarted,
    seconds,
)
from companion.audio.voice_features import frames_of
from companion.audio.who_speaks import BLOCK_SAMPLES, LOOK_AHEAD_SAMPLES, SpeakerTrack

PASS_ABOVE = 0.0
"""Log odds of what goes on. Without any evidence they are 0, and nothing goes on."""

_CUTS = (EndReason.SOFT_CUT, EndReason.HARD_CUT)


@dataclass(slots=True)
class _Passage:
    """Own speech on its way to the recognizer, as a segment of its own."""

    segment_id: int
    start: int
    end: int
    voiced: int = 0


@dataclass(slots=True)
class _Segment:
    """The open segment of the endpointer. Positions count its samples."""

    start_s: float
    sound: Samples = field(repr=False)
    """What is not judged yet; begins at `at`."""
    at: int = 0
    framed: int = 0
    """Position up to which blocks were made."""
    voiced: list[int] = field(default_factory=list)
    """Voiced samples of each block that waits for its judgment."""
    passage: _Passage | None = None
    left_from: int | None = None

    def time_s(self, position: int) -> float:
        """Call time of a position."""
        return self.start_s + seconds(position)


class BleedGate:
    """Endpoint events in, those that may go on out. One stream of sound, one thread.

    Segments that go on are numbered anew, rising by one.
    """

    def __init__(self, voice: OwnVoice) -> None:
        self._track = SpeakerTrack(voice)
        self._next_id = 0
        self._open: _Segment | None = None
        self._carried = False

    @property
    def speaking(self) -> bool:
        """Own speech goes on right now, as far as is known."""
        passes = self._open is not None and self._open.passage is not None
        return passes or self._carried

    def take(self, events: list[EndpointEvent]) -> Gated:
        """Judge what came, and give what is ripe."""
        passed: list[EndpointEvent] = []
        left_out: list[LeftOut] = []
        for event in events:
            if isinstance(event, SegmentStarted):
                if not self._carried:
                    self._track.begin()
                self._open = _Segment(event.start_s, event.samples)
                self._judge(self._open, passed, left_out, pausing=False)
            elif self._open is None:
                continue
            elif isinstance(event, SegmentGrew):
                self._open.sound = np.concatenate((self._open.sound, event.samples))
                self._judge(self._open, passed, left_out, pausing=False)
            elif isinstance(event, SegmentPaused):
                self._judge(self._open, passed, left_out, pausing=True)
                if self._open.passage is not None:
                    passed.append(SegmentPaused(self._open.passage.segment_id, event.at_s))
            else:
                self._end(self._open, event, passed, left_out)
        return Gated(tuple(passed), tuple(left_out))

    def reset(self) -> None:
        """Forget all held sound at once and say nothing (off the record)."""
        self._track.begin()
        self._open = None
        self._carried = False

    def _judge(
        self,
        segment: _Segment,
        passed: list[EndpointEvent],
        left_out: list[LeftOut],
        pausing: bool,
    ) -> None:
        end = segment.at + len(segment.sound)
        while end - segment.framed >= BLOCK_SAMPLES + LOOK_AHEAD_SAMPLES:
            self._frame(segment, BLOCK_SAMPLES + LOOK_AHEAD_SAMPLES)
            segment.framed += BLOCK_SAMPLES
        for odds in self._track.judged(pausing):
            self._settle(segment, BLOCK_SAMPLES, odds, passed, left_out)

    def _frame(self, segment: _Segment, n: int) -> None:
        at = segment.framed - segment.at
        frames = frames_of(segment.sound[at : at + n])
        self._track.push(frames)
        segment.voiced.append(BLOCK_SAMPLES if frames.voiced.any() else 0)

    def _settle(
        self,
        segment: _Segment,
        n: int,
        odds: float,
        passed: list[EndpointEvent],
        left_out: list[LeftOut],
    ) -> None:
        """Let the oldest `n` samples go on, or leave them out."""
        samples, segment.sound = segment.sound[:n], segment.sound[n:]
        start = segment.at
        segment.at += n
        voiced = segment.voiced.pop(0)
        self._carried = False
        if odds <= PASS_ABOVE:
            self._close(segment, passed)
            if segment.left_from is None:
                segment.left_from = start
            return
        self._tell_left_out(segment, start, left_out)
        if segment.passage is None:
            segment.passage = _Passage(self._next_id, start, start)
            self._next_id += 1
            at_s = segment.time_s(start)
            passed.append(SegmentStarted(segment.passage.segment_id, at_s, samples))
        else:
            passed.append(SegmentGrew(segment.passage.segment_id, samples))
        segment.passage.end = segment.at
        segment.passage.voiced += min(voiced, n)

    def _close(self, segment: _Segment, passed: list[EndpointEvent]) -> None:
        """Another voice takes over: the own passage ends here."""
        passage, segment.passage = segment.passage, None
        if passage is not None:
            passed.append(
                SegmentEnded(
                    passage.segment_id,
                    segment.time_s(passage.start),
                    segment.time_s(passage.end),
                    seconds(passage.voiced),
                    EndReason.OTHER_VOICE,
                )
            )

    def _end(
        self,
        segment: _Segment,
        event: SegmentEnded,
        passed: list[EndpointEvent],
        left_out: list[LeftOut],
    ) -> None:
        self._judge(segment, passed, left_out, pausing=True)
        if len(segment.sound):
            rest = len(segment.sound)
            self._frame(segment, rest)
            for odds in self._track.judged(True):
                self._settle(segment, rest, odds, passed, left_out)
        passage = segment.passage
        # Long speech that is cut goes on with the next sample, and so does its speaker.
        self._carried = passage is not None and event.reason in _CUTS
        if passage is not None:
            whole = passage.start == 0
            passed.append(
                SegmentEnded(
                    passage.segment_id,
                    segment.time_s(passage.start),
                    max(event.end_s, segment.time_s(passage.start)),
                    event.speech_s if whole else seconds(passage.voiced),
                    event.reason,
                )
            )
        if segment.left_from is not None:
            # Up to where speech ended, and not to where the silence was noticed.
            spoken = round((event.end_s - segment.start_s) * SAMPLE_RATE_HZ)
            self._tell_left_out(segment, max(spoken, segment.left_from), left_out)
        self._open = None

    def _tell_left_out(self, segment: _Segment, end: int, left_out: list[LeftOut]) -> None:
        if segment.left_from is not None:
            start_s, end_s = segment.time_s(segment.left_from), segment.time_s(end)
            left_out.append(LeftOut(start_s, end_s))
            segment.left_from = None

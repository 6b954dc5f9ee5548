"""Where speech begins and ends: frames judged by voice activity become segments.

A segment opens once speech has lasted `min_onset_s`, with the pre-roll before it, and ends after
`silence_s` of silence (`silence_mid_phrase_s` while the words so far end in mid-phrase). Onset and
offset are two thresholds: speech starts at the upper one and lasts down to the lower one.

Long speech is cut, on line and without looking ahead. From `soft_cut_s` on, a pause is looked for
against a bar that rises from `offset` at `soft_cut_s` to 1 at `hard_cut_s`: at first only a clear
pause will do, later any dip. Once the level has come back over the bar, the cut is made in front
of the lowest frame of the last 192 ms; so in this stretch, and only there, sound is handed on that
much later. At `hard_cut_s` the lowest frame of the last 192 ms has to do. The next segment begins
with the very next sample: nothing is lost and nothing doubled.
"""

from __future__ import annotations

from collections import deque

import numpy as np

from companion.audio.open_segment import NO_SAMPLES, JudgedFrame, OpenSegment
from companion.audio.sound import (
    SAMPLE_RATE_HZ,
    AudioChunk,
    EndpointEvent,
    EndReason,
    Samples,
    SegmentEnded,
    SegmentGrew,
    SegmentPaused,
    SegmentStarted,
    seconds,
)
from companion.audio.voice_activity import FRAME_SAMPLES, SpeechProbability
from companion.settings import EndpointSettings

_LOOKBACK_FRAMES = 6
"""How far back a cut may reach: 192 ms."""

_SAME_TIME_S = 0.002
"""Chunk times may disagree by so much through rounding; a lost block is at least 10 ms."""


class Endpointer:
    """Chunks in, endpoint events out. One stream of sound, one thread.

    The events of a segment come in order: started, grown and paused any number of times, ended.
    Segment ids rise by one and are never used twice, not even after `reset`.
    """

    mid_phrase: bool
    """Set by the owner from the latest partial: the words so far end in mid-phrase, so wait
    longer. Falls back to False when a segment starts."""

    def __init__(self, settings: EndpointSettings, voice: SpeechProbability) -> None:
        self._settings = settings
        self._voice = voice
        self._pre_roll = _samples(settings.pre_roll_s)
        self._min_onset = _samples(settings.min_onset_s)
        self._soft_cut = _samples(settings.soft_cut_s)
        self._hard_cut = _samples(settings.hard_cut_s)
        self._next_id = 0
        self._open: OpenSegment | None
        self._recent: deque[Samples] = deque()
        self._onset_run: int
        self._pending: Samples
        self._origin_s: float
        self._expected_s: float | None
        self._position: int
        self._free_from: int
        self.reset()

    @property
    def speaking(self) -> bool:
        """A segment is open, and its speaker has not been silent for `pause_hint_s`."""
        return self._open is not None and not self._pausing(self._open)

    def push(self, chunk: AudioChunk) -> list[EndpointEvent]:
        """Take the next chunk, of any size.

        A chunk that starts later than the last one ended means that sound was lost: the open
        segment ends as interrupted, and a new stretch begins.

        Raises: ValueError where a chunk starts before the last one ended.
        """
        events: list[EndpointEvent] = []
        if self._expected_s is not None:
            jump_s = chunk.start_s - self._expected_s
            if jump_s < -_SAME_TIME_S:
                raise ValueError(f"a chunk starts {-jump_s:.3f} s before the last one ended")
            if jump_s > _SAME_TIME_S:
                events += self.flush()
        if self._expected_s is None:
            self._origin_s = chunk.start_s
        self._expected_s = chunk.end_s
        sound = np.concatenate((self._pending, chunk.samples))
        whole = len(sound) - len(sound) % FRAME_SAMPLES
        for at in range(0, whole, FRAME_SAMPLES):
            self._judge(sound[at : at + FRAME_SAMPLES], events)
        self._pending = sound[whole:]
        self._hand_on(events)
        return events

    def flush(self) -> list[EndpointEvent]:
        """The sound ends here (end of input, pause): end the open segment, forget the rest."""
        events: list[EndpointEvent] = []
        segment = self._open
        if segment is not None:
            segment.take(len(segment.held))
            segment.fresh.append(self._pending)
            segment.end += len(self._pending)
            if segment.silence == 0:
                segment.speech_end = segment.end
            self._end(segment, EndReason.INTERRUPTED, events)
        self.reset()
        return events

    def reset(self) -> None:
        """Forget all sound at once and say nothing (off the record).

        The open segment's id is abandoned: no event will ever name it again.
        """
        self._voice.reset()
        self.mid_phrase = False
        self._open = None
        self._recent.clear()
        self._onset_run = 0
        self._pending = NO_SAMPLES
        self._origin_s = 0.0
        self._expected_s = None
        self._position = 0
        self._free_from = 0

    def _judge(self, samples: Samples, events: list[EndpointEvent]) -> None:
        probability = self._voice.probability(samples)
        self._position += FRAME_SAMPLES
        if self._open is None:
            self._wait_for_speech(samples, probability, events)
        else:
            self._follow(self._open, samples, probability, events)

    def _wait_for_speech(
        self, samples: Samples, probability: float, events: list[EndpointEvent]
    ) -> None:
        self._recent.append(samples)
        speech = probability >= self._threshold(voiced=self._onset_run > 0)
        self._onset_run = self._onset_run + FRAME_SAMPLES if speech else 0
        if speech and self._onset_run >= self._min_onset:
            reach = self._onset_run + self._pre_roll
            start = max(self._position - reach, self._free_from)
            samples = np.concatenate(self._recent)[start - self._position :]
            segment = self._start(start, samples, events)
            segment.speech = self._onset_run
            segment.end = segment.speech_end = self._position
            self._recent.clear()
            self._onset_run = 0
            return
        while (len(self._recent) - 1) * FRAME_SAMPLES >= self._onset_run + self._pre_roll:
            self._recent.popleft()

    def _follow(
        self,
        segment: OpenSegment,
        samples: Samples,
        probability: float,
        events: list[EndpointEvent],
    ) -> None:
        voiced = probability >= self._threshold(voiced=segment.silence == 0)
        segment.silence = 0 if voiced else segment.silence + FRAME_SAMPLES
        segment.held.append(JudgedFrame(samples, probability, voiced))
        length = self._position - segment.start
        if segment.silence >= self._silence_that_ends():
            segment.take(len(segment.held))
            self._end(segment, EndReason.SILENCE, events)
        elif length + FRAME_SAMPLES > self._hard_cut:
            self._cut(segment, EndReason.HARD_CUT, events)
        elif length < self._soft_cut:
            segment.take(len(segment.held))
        elif self._dip_is_over(segment, length):
            self._cut(segment, EndReason.SOFT_CUT, events)
        else:
            segment.take(max(0, len(segment.held) - _LOOKBACK_FRAMES))
        if self._open is segment:
            self._tell_pause(segment, events)

    def _tell_pause(self, segment: OpenSegment, events: list[EndpointEvent]) -> None:
        if not self._pausing(segment):
            segment.pause_told = False
        elif not segment.pause_told:
            segment.pause_told = True
            self._hand_on(events)
            events.append(SegmentPaused(segment.segment_id, self._time(self._position)))

    def _dip_is_over(self, segment: OpenSegment, length: int) -> bool:
        """The newest frame is speech over the bar again, and one before it was under the bar."""
        progress = (length - self._soft_cut) / (self._hard_cut - self._soft_cut)
        bar = self._settings.offset + (1 - self._settings.offset) * progress
        *before, now = segment.held
        risen = now.voiced and now.probability >= bar
        return risen and any(frame.probability < bar for frame in before)

    def _cut(self, segment: OpenSegment, reason: EndReason, events: list[EndpointEvent]) -> None:
        """End the segment in front of its lowest held frame and start the next one there."""
        if segment.silence:
            # Only the hard cut comes here: nothing is being said that a next segment could hold.
            segment.take(len(segment.held))
            self._end(segment, reason, events)
            return
        lowest = min(range(len(segment.held)), key=lambda i: segment.held[i].probability)
        rest = segment.held[lowest:]
        segment.take(lowest)
        self._end(segment, reason, events)
        following = self._start(
            segment.end, np.concatenate([frame.samples for frame in rest]), events
        )
        following.held = rest
        following.take(len(rest))
        following.fresh.clear()  # the start event has handed them on

    def _start(self, start: int, samples: Samples, events: list[EndpointEvent]) -> OpenSegment:
        segment = OpenSegment(self._next_id, start, end=start, speech=0, speech_end=start)
        self._next_id += 1
        self.mid_phrase = False
        self._open = segment
        events.append(SegmentStarted(segment.segment_id, self._time(start), samples))
        return segment

    def _end(self, segment: OpenSegment, reason: EndReason, events: list[EndpointEvent]) -> None:
        self._hand_on(events)
        self._open = None
        self._free_from = segment.end
        events.append(
            SegmentEnded(
                segment.segment_id,
                self._time(segment.start),
                self._time(segment.speech_end),
                seconds(segment.speech),
                reason,
            )
        )

    def _hand_on(self, events: list[EndpointEvent]) -> None:
        if self._open is not None and self._open.fresh:
            samples = self._open.handed_on()
            events.append(SegmentGrew(self._open.segment_id, samples))

    def _threshold(self, voiced: bool) -> float:
        return self._settings.offset if voiced else self._settings.onset

    def _silence_that_ends(self) -> int:
        settings = self._settings
        return _samples(settings.silence_mid_phrase_s if self.mid_phrase else settings.silence_s)

    def _pausing(self, segment: OpenSegment) -> bool:
        return segment.silence >= _samples(self._settings.pause_hint_s)

    def _time(self, position: int) -> float:
        return self._origin_s + seconds(position)


def _samples(duration_s: float) -> int:
    return round(duration_s * SAMPLE_RATE_HZ)

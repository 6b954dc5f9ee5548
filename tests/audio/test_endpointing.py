"""Endpointing on scripted probabilities: a frame is 32 ms, and time passes by pushing chunks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from companion.audio.endpointing import Endpointer
from companion.audio.sound import (
    AudioChunk,
    EndpointEvent,
    EndReason,
    Samples,
    SegmentEnded,
    SegmentGrew,
    SegmentPaused,
    SegmentStarted,
)
from companion.audio.voice_activity import FRAME_S, FRAME_SAMPLES
from companion.settings import EndpointSettings

SPEECH, SILENCE = 0.95, 0.02
PRE_ROLL_SAMPLES = 4800


class ScriptedVoice:
    """Judges the n-th frame as the script says; beyond its end all is silence."""

    def __init__(self, probabilities: Iterable[float]) -> None:
        self._script = iter(probabilities)
        self.resets = 0

    def probability(self, frame: Samples) -> float:
        assert frame.shape == (FRAME_SAMPLES,)
        return next(self._script, SILENCE)

    def reset(self) -> None:
        self.resets += 1


def frames(duration_s: float) -> int:
    return round(duration_s / FRAME_S)


def counted(n_samples: int) -> Samples:
    """Each sample's value is its position, so that every sample can be told from every other."""
    return np.arange(n_samples, dtype=np.float32)


class Stream:
    """Feeds counted samples to an endpointer and keeps what comes out."""

    def __init__(
        self, probabilities: Sequence[float], endpoint: EndpointSettings | None = None
    ) -> None:
        self.voice = ScriptedVoice(probabilities)
        self.endpointer = Endpointer(endpoint or EndpointSettings(), self.voice)
        self.sound = counted(len(probabilities) * FRAME_SAMPLES)
        self.events: list[EndpointEvent] = []
        self._at = 0

    def push(self, n_samples: int) -> list[EndpointEvent]:
        samples = self.sound[self._at : self._at + n_samples]
        events = self.endpointer.push(AudioChunk(samples, self._at / 16_000))
        self._at += len(samples)
        self.events += events
        return events

    def push_all(self, chunk_samples: int = FRAME_SAMPLES) -> list[EndpointEvent]:
        while self._at < len(self.sound):
            self.push(chunk_samples)
        return self.events

    def flush(self) -> list[EndpointEvent]:
        events = self.endpointer.flush()
        self.events += events
        return events


def ended(events: Iterable[EndpointEvent]) -> list[SegmentEnded]:
    return [e for e in events if isinstance(e, SegmentEnded)]


def started(events: Iterable[EndpointEvent]) -> list[SegmentStarted]:
    return [e for e in events if isinstance(e, SegmentStarted)]


def samples_of(events: Iterable[EndpointEvent]) -> dict[int, Samples]:
    """The sound of every segment, put together as a recognizer would."""
    parts: dict[int, list[Samples]] = {}
    for event in events:
        if isinstance(event, SegmentStarted | SegmentGrew):
            parts.setdefault(event.segment_id, []).append(event.samples)
    return {segment_id: np.concatenate(found) for segment_id, found in parts.items()}


def test_endpointing_silence_says_nothing() -> None:
    stream = Stream([SILENCE] * 200)
    assert stream.push_all() == []
    assert stream.flush() == []
    assert not stream.endpointer.speaking


def test_endpointing_opens_after_enough_speech_with_exact_pre_roll() -> None:
    stream = Stream([SILENCE] * 20 + [SPEECH] * 20)
    stream.push(23 * FRAME_SAMPLES)
    assert stream.events == []  # three frames of speech, 96 ms, are not yet enough
    (start,) = started(stream.push(FRAME_SAMPLES))
    first = 20 * FRAME_SAMPLES - PRE_ROLL_SAMPLES
    assert start.start_s == first / 16_000
    assert start.samples.tolist() == list(range(first, 24 * FRAME_SAMPLES))
    assert stream.endpointer.speaking


def test_endpointing_pre_roll_stops_at_the_start_of_the_sound() -> None:
    stream = Stream([SILENCE] * 3 + [SPEECH] * 10)
    (start,) = started(stream.push_all())
    assert start.start_s == 0
    assert start.samples[0] == 0


@pytest.mark.parametrize(
    ("track", "opens"),
    [
        ([SPEECH] * 3, False),
        ([SPEECH] * 4, True),
        ([0.49] * 50, False),
        ([SPEECH, SPEECH, 0.1] * 20, False),
        ([0.5, 0.36, 0.36, 0.36], True),
        ([0.5, 0.36, 0.34, 0.5, 0.36], False),
    ],
    ids=["short", "enough", "never reaches onset", "bursts", "held by offset", "broken run"],
)
def test_endpointing_onset(track: list[float], opens: bool) -> None:
    stream = Stream([SILENCE] * 10 + track + [SILENCE] * 30)
    assert bool(started(stream.push_all())) is opens


def test_endpointing_ends_after_half_a_second_of_silence() -> None:
    stream = Stream([SILENCE] * 20 + [SPEECH] * 30 + [SILENCE] * 40)
    stream.push((50 + 15) * FRAME_SAMPLES)
    assert not ended(stream.events)
    (end,) = ended(stream.push(FRAME_SAMPLES))
    assert end.reason is EndReason.SILENCE
    assert end.start_s == (20 * FRAME_SAMPLES - PRE_ROLL_SAMPLES) / 16_000
    assert end.end_s == pytest.approx(50 * FRAME_S)
    assert end.speech_s == pytest.approx(30 * FRAME_S)


def test_endpointing_trailing_silence_is_part_of_the_sound_but_not_of_the_speech() -> None:
    stream = Stream([SILENCE] * 20 + [SPEECH] * 30 + [SILENCE] * 40)
    (sound,) = samples_of(stream.push_all()).values()
    assert sound[-1] == (50 + 16) * FRAME_SAMPLES - 1


def test_endpointing_between_the_thresholds_speech_lasts_and_silence_lasts() -> None:
    lasting = Stream([SPEECH] * 10 + [0.4] * 60)
    assert not ended(lasting.push_all())
    silent = Stream([SPEECH] * 10 + [0.1] + [0.4] * 30)
    (end,) = ended(silent.push_all())
    assert end.end_s == pytest.approx(10 * FRAME_S)


def test_endpointing_waits_longer_in_mid_phrase() -> None:
    stream = Stream([SPEECH] * 20 + [SILENCE] * 40)
    stream.push(25 * FRAME_SAMPLES)
    stream.endpointer.mid_phrase = True
    stream.push((41 - 25) * FRAME_SAMPLES)
    assert not ended(stream.events)  # 672 ms of silence
    stream.push(FRAME_SAMPLES)
    assert ended(stream.events)


def test_endpointing_mid_phrase_taken_back_ends_at_once_and_is_not_inherited() -> None:
    stream = Stream([SPEECH] * 20 + [SILENCE] * 18 + [SPEECH] * 20 + [SILENCE] * 16)
    stream.push(10 * FRAME_SAMPLES)
    stream.endpointer.mid_phrase = True
    stream.push(27 * FRAME_SAMPLES)
    assert not ended(stream.events)
    stream.endpointer.mid_phrase = False
    assert ended(stream.push(FRAME_SAMPLES))
    stream.endpointer.mid_phrase = True
    assert len(ended(stream.push_all())) == 2


def test_endpointing_hints_at_each_pause_once() -> None:
    stream = Stream([SPEECH] * 20 + [SILENCE] * 12 + [SPEECH] * 10 + [SILENCE] * 16)
    pauses = [e for e in stream.push_all() if isinstance(e, SegmentPaused)]
    assert [p.at_s for p in pauses] == pytest.approx([27 * FRAME_S, 49 * FRAME_S])


def test_endpointing_is_not_speaking_in_a_pause() -> None:
    stream = Stream([SPEECH] * 20 + [SILENCE] * 12 + [SPEECH] * 10)
    stream.push(24 * FRAME_SAMPLES)
    assert stream.endpointer.speaking
    stream.push(4 * FRAME_SAMPLES)
    assert not stream.endpointer.speaking
    stream.push(10 * FRAME_SAMPLES)
    assert stream.endpointer.speaking


def test_endpointing_next_pre_roll_does_not_double_the_silence_before() -> None:
    stream = Stream([SPEECH] * 20 + [SILENCE] * 20 + [SPEECH] * 20)
    stream.push_all()
    stream.flush()
    first, second = samples_of(stream.events).values()
    assert second[0] == first[-1] + 1


def cut_track(dip_at_s: float, dip: float, dip_frames: int, total_s: float = 30.0) -> list[float]:
    track = [SPEECH] * frames(total_s)
    at = frames(dip_at_s)
    track[at : at + dip_frames] = [dip] * dip_frames
    return track


def test_endpointing_does_not_cut_before_the_soft_cut() -> None:
    stream = Stream(cut_track(11.0, 0.05, 3, total_s=11.9))
    assert not ended(stream.push_all())


def test_endpointing_cuts_at_a_clear_pause_early_in_the_zone() -> None:
    stream = Stream(cut_track(12.5, 0.05, 3, total_s=16.0))
    (end,) = ended(stream.push_all())
    assert end.reason is EndReason.SOFT_CUT
    at = frames(12.5)
    assert len(samples_of(stream.events)[0]) == at * FRAME_SAMPLES
    assert end.end_s == pytest.approx(at * FRAME_S)
    assert started(stream.events)[1].start_s == pytest.approx(at * FRAME_S)


def test_endpointing_cuts_at_the_deepest_frame_of_a_dip() -> None:
    track = [SPEECH] * frames(12.5) + [0.3, 0.2, 0.1, 0.25] + [SPEECH] * 30
    stream = Stream(track)
    (end,) = ended(stream.push_all())
    assert end.end_s == pytest.approx((frames(12.5)) * FRAME_S)  # speech ended with the dip
    assert started(stream.events)[1].samples[0] == (frames(12.5) + 2) * FRAME_SAMPLES


@pytest.mark.parametrize(("dip_at_s", "cut"), [(13.0, False), (18.0, True)])
def test_endpointing_bar_for_a_dip_relaxes_toward_the_hard_cut(dip_at_s: float, cut: bool) -> None:
    stream = Stream(cut_track(dip_at_s, 0.6, 2, total_s=19.5))
    assert bool(ended(stream.push_all())) is cut


def test_endpointing_hard_cut_comes_whatever_happens() -> None:
    stream = Stream([1.0] * frames(45))
    stream.push_all()
    ends = ended(stream.events)
    assert [e.reason for e in ends] == [EndReason.HARD_CUT] * 2
    for end in ends:
        assert 19.7 <= end.end_s - end.start_s <= 20.0
        assert end.speech_s == pytest.approx(end.end_s - end.start_s)


def test_endpointing_hard_cut_takes_the_lowest_of_the_last_frames() -> None:
    # A rising level is no dip that was left, so that only the hard cut is there to cut.
    track = [1.0] * frames(30)
    track[frames(20) - 4 : frames(20) + 4] = [0.7, 0.6, 0.65, 0.66, 0.67, 0.68, 0.69, 0.7]
    stream = Stream(track)
    (end,) = ended(stream.push_all())[:1]
    assert end.reason is EndReason.HARD_CUT
    assert end.end_s == pytest.approx((frames(20) - 3) * FRAME_S)


def test_endpointing_hard_cut_in_a_silence_opens_no_empty_segment() -> None:
    stream = Stream([1.0] * frames(19.8) + [SILENCE] * 60)
    stream.push_all()
    (end,) = ended(stream.events)
    assert end.reason is EndReason.HARD_CUT
    assert len(started(stream.events)) == 1


def test_endpointing_feed_lags_in_the_cut_zone_only() -> None:
    stream = Stream([1.0] * frames(14))
    lags: dict[str, set[int]] = {"before": set(), "zone": set()}
    fed = 0
    for i in range(frames(14)):
        for event in stream.push(FRAME_SAMPLES):
            if isinstance(event, SegmentStarted | SegmentGrew):
                fed += len(event.samples)
        lag = (i + 1) - fed // FRAME_SAMPLES
        if i >= 3:
            lags["before" if (i + 1) * FRAME_S < 12 else "zone"].add(lag)
    assert lags["before"] == {0}
    assert max(lags["zone"]) == 6


def test_endpointing_flush_ends_the_open_segment_with_every_sample() -> None:
    stream = Stream([SPEECH] * 20)
    stream.push(18 * FRAME_SAMPLES + 100)
    (end,) = ended(stream.flush())
    assert end.reason is EndReason.INTERRUPTED
    assert end.end_s == pytest.approx((18 * FRAME_SAMPLES + 100) / 16_000)
    (sound,) = samples_of(stream.events).values()
    assert sound.tolist() == list(range(18 * FRAME_SAMPLES + 100))
    assert stream.flush() == []


def test_endpointing_lost_sound_interrupts_and_starts_afresh() -> None:
    voice = ScriptedVoice([SPEECH] * 40)
    endpointer = Endpointer(EndpointSettings(), voice)
    sound = counted(40 * FRAME_SAMPLES)
    half = 20 * FRAME_SAMPLES
    endpointer.push(AudioChunk(sound[:half], 0.0))
    resets = voice.resets
    events = endpointer.push(AudioChunk(sound[half:], 5.0))
    (end,) = ended(events)
    assert end.reason is EndReason.INTERRUPTED
    assert end.end_s == pytest.approx(half / 16_000)
    (start,) = started(events)
    assert start.start_s == 5.0
    assert start.samples[0] == half  # no pre-roll from before the loss
    assert voice.resets > resets


def test_endpointing_rounding_of_chunk_times_is_no_loss() -> None:
    voice = ScriptedVoice([SPEECH] * 100)
    endpointer = Endpointer(EndpointSettings(), voice)
    events: list[EndpointEvent] = []
    for i in range(100):
        jitter_s = 0.0005 if i % 2 else 0.0
        events += endpointer.push(AudioChunk(counted(480), i * 0.03 + jitter_s))
    assert not ended(events)


def test_endpointing_refuses_sound_that_goes_back_in_time() -> None:
    endpointer = Endpointer(EndpointSettings(), ScriptedVoice([]))
    endpointer.push(AudioChunk(counted(1600), 1.0))
    with pytest.raises(ValueError, match="before the last one ended"):
        endpointer.push(AudioChunk(counted(1600), 1.0))


def test_endpointing_reset_leaves_nothing_behind() -> None:
    stream = Stream([SPEECH] * 20 + [SILENCE] * 4 + [SPEECH] * 40)
    stream.push(10 * FRAME_SAMPLES + 77)
    stream.endpointer.mid_phrase = True
    stream.endpointer.reset()
    assert not stream.endpointer.speaking
    assert not stream.endpointer.mid_phrase
    assert stream.flush() == []
    before_reset = len(stream.events)
    stream.push_all()
    stream.flush()
    later = stream.events[before_reset:]
    assert {e.segment_id for e in later} == {1}  # id 0 was abandoned
    (sound,) = samples_of(later).values()
    assert sound[0] >= 10 * FRAME_SAMPLES + 77  # not a sample from before


def test_endpointing_reset_forgets_a_beginning_onset() -> None:
    stream = Stream([SPEECH] * 3 + [SPEECH] * 3 + [SILENCE] * 20)
    stream.push(3 * FRAME_SAMPLES)
    stream.endpointer.reset()
    assert stream.push_all() == []


levels = st.sampled_from([0.0, 0.02, 0.2, 0.34, 0.36, 0.45, 0.5, 0.7, 0.9, 0.99, 1.0])
tracks = st.lists(st.tuples(levels, st.integers(1, 40)), max_size=30).map(
    lambda runs: [level for level, n in runs for _ in range(n)]
)
# Short limits, so that cuts are frequent in short tracks.
brisk = EndpointSettings(soft_cut_s=3.0, hard_cut_s=5.0)


def check_segments(events: list[EndpointEvent], sound: Samples) -> None:
    """Order and bounds of the events, and that the sound is handed on as it came."""
    open_id: int | None = None
    next_sample = 0
    sounds = samples_of(events)
    for event in events:
        if isinstance(event, SegmentStarted):
            assert open_id is None
            open_id = event.segment_id
            first = round(event.start_s * 16_000)
            assert first >= next_sample
            next_sample = first + len(sounds[open_id])
            assert np.array_equal(sounds[open_id], sound[first:next_sample])
        elif isinstance(event, SegmentEnded):
            assert event.segment_id == open_id
            open_id = None
            assert event.start_s <= event.end_s <= next_sample / 16_000
            assert 0 < event.speech_s <= event.end_s - event.start_s + 1e-9
            assert next_sample / 16_000 - event.start_s <= brisk.hard_cut_s + 1e-9
        else:
            assert event.segment_id == open_id
    assert open_id is None
    assert next_sample <= len(sound)


@given(track=tracks, chunks=st.lists(st.integers(1, 3000), min_size=1, max_size=8))
@settings(max_examples=150, deadline=None)
def test_endpointing_holds_for_any_track_and_any_chunking(
    track: list[float], chunks: list[int]
) -> None:
    whole, pieces = Stream(track, brisk), Stream(track, brisk)
    whole.push_all()
    at = 0
    while at < len(pieces.sound):
        size = chunks[at % len(chunks)]
        pieces.push(size)
        at += size
    whole.flush()
    pieces.flush()
    check_segments(whole.events, whole.sound)
    check_segments(pieces.events, pieces.sound)
    assert ended(whole.events) == ended(pieces.events)
    ours, theirs = samples_of(whole.events), samples_of(pieces.events)
    assert ours.keys() == theirs.keys()
    assert all(np.array_equal(ours[i], theirs[i]) for i in ours)


@given(track=tracks)
@settings(max_examples=150, deadline=None)
def test_endpointing_covers_every_run_of_speech(track: list[float]) -> None:
    stream = Stream(track, brisk)
    stream.push_all()
    stream.flush()
    covered = np.zeros(len(stream.sound), dtype=bool)
    for sound in samples_of(stream.events).values():
        covered[sound.astype(int)] = True
    run = 0
    for i, level in enumerate([*track, 0.0]):
        if level >= brisk.onset:
            run += 1
            continue
        if run * FRAME_S >= brisk.min_onset_s:
            assert covered[(i - run) * FRAME_SAMPLES : i * FRAME_SAMPLES].all()
        run = 0

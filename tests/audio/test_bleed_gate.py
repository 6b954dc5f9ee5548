from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from companion.audio.bleed_gate import BleedGate
from companion.audio.own_voice import OwnVoice, learn_voice
from companion.audio.sound import (
    EndpointEvent,
    EndReason,
    LeftOut,
    Samples,
    SegmentEnded,
    SegmentGrew,
    SegmentPaused,
    SegmentStarted,
    seconds,
)
from companion.audio.voice_features import frames_of
from tests.fakes.voices import OTHER, OWN

CHUNK = 512


@cache
def own_voice() -> OwnVoice:
    return learn_voice(frames_of(OWN.speak(12, seed=1)))


def pause(duration_s: float) -> Samples:
    rng = np.random.default_rng(0)
    return rng.normal(0, 1e-4, round(duration_s * 16_000)).astype(np.float32)


def segment(
    sound: Samples,
    start_s: float = 0.0,
    segment_id: int = 0,
    reason: EndReason = EndReason.SILENCE,
    chunk: int = CHUNK,
    pause_at: int | None = None,
) -> list[EndpointEvent]:
    """What an endpointer says of the sound."""
    pieces = [sound[at : at + chunk] for at in range(0, len(sound), chunk)]
    events: list[EndpointEvent] = [SegmentStarted(segment_id, start_s, pieces[0])]
    for i, piece in enumerate(pieces[1:]):
        events.append(SegmentGrew(segment_id, piece))
        if i == pause_at:
            events.append(SegmentPaused(segment_id, start_s + seconds((i + 2) * chunk)))
    length_s = seconds(len(sound))
    return [*events, SegmentEnded(segment_id, start_s, start_s + length_s, length_s, reason)]


@dataclass
class Heard:
    """What came through, put together again."""

    sounds: list[list[Samples]] = field(default_factory=list)
    starts_s: list[float] = field(default_factory=list)
    ends: list[SegmentEnded] = field(default_factory=list)
    ids: list[int] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    pauses: int = 0

    def sound(self, i: int) -> Samples:
        return np.concatenate(self.sounds[i])

    @property
    def lengths(self) -> list[float]:
        return [seconds(len(np.concatenate(parts))) for parts in self.sounds]


def through(gate: BleedGate, events: list[EndpointEvent]) -> Heard:
    """Push one event at a time, and check that what comes is well formed."""
    heard = Heard()
    open_id: int | None = None
    for pushed in events:
        gated = gate.take([pushed])
        heard.left_out += gated.left_out
        for event in gated.events:
            if isinstance(event, SegmentStarted):
                assert open_id is None
                assert not heard.ids or event.segment_id > heard.ids[-1]
                open_id = event.segment_id
                heard.ids.append(open_id)
                heard.starts_s.append(event.start_s)
                heard.sounds.append([event.samples])
                continue
            assert event.segment_id == open_id
            if isinstance(event, SegmentGrew):
                heard.sounds[-1].append(event.samples)
            elif isinstance(event, SegmentPaused):
                heard.pauses += 1
            else:
                heard.ends.append(event)
                open_id = None
    assert open_id is None
    return heard


def test_bleed_gate_lets_the_own_voice_through_whole() -> None:
    sound = np.concatenate((pause(0.3), OWN.speak(3, seed=2), pause(0.5)))
    heard = through(BleedGate(own_voice()), segment(sound, start_s=7.0))
    assert np.array_equal(heard.sound(0), sound)
    assert heard.left_out == []
    [end] = heard.ends
    assert (end.start_s, end.end_s, end.speech_s) == (7.0, 7.0 + 3.8, 3.8)
    assert end.reason is EndReason.SILENCE


def test_bleed_gate_leaves_another_voice_out_and_says_so() -> None:
    sound = np.concatenate((pause(0.3), OTHER.speak(3, seed=2), pause(0.5)))
    heard = through(BleedGate(own_voice()), segment(sound, start_s=7.0))
    assert heard.sounds == []
    assert heard.left_out == [LeftOut(7.0, 10.8)]


def test_bleed_gate_cuts_where_another_voice_follows_without_a_pause() -> None:
    sound = np.concatenate((OWN.speak(2, seed=3), OTHER.speak(2, seed=3)))
    heard = through(BleedGate(own_voice()), segment(sound))
    [length_s] = heard.lengths
    assert 1.8 <= length_s <= 2.2
    [end] = heard.ends
    assert end.reason is EndReason.OTHER_VOICE
    assert end.end_s == length_s
    assert 0 < end.speech_s <= length_s
    assert heard.left_out == [LeftOut(length_s, 4.0)]


def test_bleed_gate_hears_the_own_voice_come_back() -> None:
    parts = (OTHER.speak(2, seed=4), OWN.speak(2, seed=4), OTHER.speak(2, seed=5))
    heard = through(BleedGate(own_voice()), segment(np.concatenate(parts)))
    assert len(heard.sounds) == 1
    assert 1.8 <= heard.starts_s[0] <= 2.2
    assert 1.7 <= heard.lengths[0] <= 2.3
    assert len(heard.left_out) == 2


def test_bleed_gate_leaves_out_what_has_no_voice_at_all() -> None:
    noise = np.random.default_rng(1).normal(0, 0.05, 16_000).astype(np.float32)
    heard = through(BleedGate(own_voice()), segment(noise))
    assert heard.sounds == []
    assert heard.left_out == [LeftOut(0.0, 1.0)]


def test_bleed_gate_holds_nothing_back_at_a_pause_or_at_the_end() -> None:
    gate = BleedGate(own_voice())
    sound = np.concatenate((OWN.speak(2, seed=6), pause(0.3)))
    *events, end = segment(sound)
    let_on = sum(
        len(e.samples)
        for pushed in events
        for e in gate.take([pushed]).events
        if isinstance(e, SegmentStarted | SegmentGrew)
    )
    at_pause = gate.take([SegmentPaused(0, 2.3)]).events
    let_on += sum(len(e.samples) for e in at_pause if isinstance(e, SegmentStarted | SegmentGrew))
    assert seconds(let_on) >= 2.0  # all of the speech; the rest is silence
    assert isinstance(at_pause[-1], SegmentPaused)
    assert isinstance(gate.take([end]).events[-1], SegmentEnded)


def test_bleed_gate_keeps_the_turn_over_a_cut_in_long_speech() -> None:
    gate = BleedGate(own_voice())
    first = segment(OWN.speak(3, seed=7), reason=EndReason.SOFT_CUT)
    for event in first:
        gate.take([event])
    assert gate.speaking  # nothing of the next segment is judged yet
    second = segment(OWN.speak(1, seed=8), start_s=3.0, segment_id=1)
    gate.take(second[:1])
    assert gate.speaking
    assert gate.take(second[1:]).left_out == ()
    assert not gate.speaking


def test_bleed_gate_forgets_held_sound_off_the_record() -> None:
    gate = BleedGate(own_voice())
    sound = OWN.speak(3, seed=9)
    gate.take(segment(sound)[:40])
    gate.reset()
    assert not gate.speaking
    assert gate.take(segment(sound)[40:]).events == ()
    again = through(gate, segment(sound, segment_id=1))
    assert np.array_equal(again.sound(0), sound)


def test_bleed_gate_numbers_segments_anew_and_never_twice() -> None:
    gate = BleedGate(own_voice())
    heard = through(
        gate,
        [
            *segment(OTHER.speak(1, seed=1), segment_id=4),
            *segment(OWN.speak(1, seed=1), 2.0, segment_id=5),
            *segment(OWN.speak(1, seed=2), 4.0, segment_id=9),
        ],
    )
    assert heard.ids == [0, 1]


@settings(max_examples=40, deadline=None)
@given(
    parts=st.lists(
        st.tuples(st.sampled_from(("own", "other", "pause")), st.integers(1, 12)),
        min_size=1,
        max_size=6,
    ),
    chunk=st.sampled_from((160, 512, 1600, 5000)),
    pause_at=st.none() | st.integers(0, 20),
    reason=st.sampled_from((EndReason.SILENCE, EndReason.HARD_CUT, EndReason.INTERRUPTED)),
)
def test_bleed_gate_never_moves_nor_makes_up_a_sample(
    parts: list[tuple[str, int]], chunk: int, pause_at: int | None, reason: EndReason
) -> None:
    sources = {
        "own": OWN.speak(1.2, seed=1),
        "other": OTHER.speak(1.2, seed=1),
        "pause": pause(1.2),
    }
    sound = np.concatenate([sources[kind][: tenths * 1600] for kind, tenths in parts])
    events = segment(sound, 5.0, reason=reason, chunk=chunk, pause_at=pause_at)
    heard = through(BleedGate(own_voice()), events)
    let_on = np.zeros(len(sound), bool)
    for i, start_s in enumerate(heard.starts_s):
        at = round((start_s - 5.0) * 16_000)
        piece = heard.sound(i)
        assert np.array_equal(piece, sound[at : at + len(piece)])
        assert not let_on[at:].any()  # in order
        let_on[at : at + len(piece)] = True
    left = np.zeros(len(sound), bool)
    for stretch in heard.left_out:
        left[round((stretch.start_s - 5) * 16_000) : round((stretch.end_s - 5) * 16_000)] = True
    assert (let_on ^ left).all()  # kept and left out together are the segment

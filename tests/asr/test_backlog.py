from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from companion.asr.backlog import Backlog, Overload
from companion.audio.sound import (
    EndpointEvent,
    EndReason,
    SegmentEnded,
    SegmentGrew,
    SegmentPaused,
    SegmentStarted,
)
from tests.fakes.recognizer import segment_events, spoken


def fill(backlog: Backlog, events: list[EndpointEvent]) -> None:
    for event in events:
        if isinstance(event, SegmentStarted):
            backlog.start(event)
        elif isinstance(event, SegmentGrew):
            backlog.grow(event)
        elif isinstance(event, SegmentPaused):
            backlog.pause(event)
        else:
            backlog.end(event)


def test_backlog_keeps_order_and_counts_what_nobody_took() -> None:
    backlog = Backlog(60.0, 0.5)
    fill(backlog, segment_events(1, 0.0, "alpha bravo"))
    fill(backlog, segment_events(2, 3.0, "charlie"))
    assert [s.segment_id for s in backlog] == [1, 2]
    assert backlog.lag_s == pytest.approx(0.9)
    assert backlog.first is not None
    assert len(backlog.first.take(0.5)) == 16_000
    assert backlog.lag_s == pytest.approx(0.4)
    assert backlog.finish_first().segment_id == 1
    assert backlog.lag_s == pytest.approx(0.3)


def test_backlog_keeps_sound_as_sixteen_bit_samples() -> None:
    backlog = Backlog(60.0, 0.5)
    fill(backlog, segment_events(1, 0.0, "alpha bravo"))
    assert backlog.first is not None
    assert len(backlog.first.sound) == 2 * len(spoken("alpha bravo"))


@pytest.mark.parametrize(
    "event",
    [
        SegmentGrew(9, spoken("alpha")),
        SegmentPaused(9, 1.0),
        SegmentEnded(9, 0.0, 1.0, 1.0, EndReason.SILENCE),
    ],
)
def test_backlog_ignores_events_of_segments_it_does_not_have(event: EndpointEvent) -> None:
    backlog = Backlog(60.0, 0.5)
    fill(backlog, [event])
    assert backlog.first is None
    fill(backlog, [segment_events(1, 0.0, "alpha")[0], event])
    assert backlog.first is not None
    assert (backlog.first.sound_s, backlog.first.ended) == (0.1, None)
    assert not backlog.first.pause_noticed


@given(st.lists(st.integers(1, 20), min_size=1, max_size=30), st.integers(0, 3))
def test_backlog_makes_room_down_to_its_bound_oldest_first(lengths: list[int], begun: int) -> None:
    backlog = Backlog(30.0, 0.5)
    for i, length in enumerate(lengths):
        fill(backlog, segment_events(i, i * 50.0, "alpha " * (length * 2), chunk_s=30.0))
    for segment in list(backlog)[:begun]:
        segment.begun = True
    before = [s.segment_id for s in backlog]
    dropped = [s.segment_id for s in backlog.make_room()]
    kept = [s.segment_id for s in backlog]
    assert sorted(dropped + kept) == before
    assert dropped == sorted(dropped)
    assert all(i in kept for i in before[:begun])
    over = sum(s.sound_s for s in backlog) > 30.001
    assert not over or all(s.begun for s in backlog)
    if dropped:
        # Nothing was dropped that would have fitted.
        first_kept = sum(lengths[i] * 0.6 for i in [*kept, dropped[-1]])
        assert first_kept > 29.999


def test_backlog_never_drops_the_open_segment() -> None:
    backlog = Backlog(30.0, 0.5)
    fill(backlog, segment_events(1, 0.0, "alpha " * 120)[:-1])
    assert backlog.make_room() == []
    assert backlog.first is not None


def test_backlog_rewind_makes_all_sound_wait_again() -> None:
    backlog = Backlog(60.0, 0.5)
    fill(backlog, segment_events(1, 0.0, "alpha bravo"))
    first = backlog.first
    assert first is not None
    taken = first.take(10.0)
    first.rewind()
    assert first.take(10.0) == taken


@pytest.mark.parametrize(
    ("lags_s", "stopped", "economy"),
    [
        ([0.0, 2.0], False, False),
        ([2.1], True, False),
        ([2.1, 1.5], True, False),
        ([2.1, 1.0], False, False),
        ([6.1], True, True),
        ([6.1, 3.1], True, True),
        ([6.1, 3.0], True, False),
        ([6.1, 0.0], False, False),
    ],
)
def test_backlog_overload_switches_with_hysteresis(
    lags_s: list[float], stopped: bool, economy: bool
) -> None:
    overload = Overload(stop_partials_s=2.0, economy_s=6.0)
    for lag_s in lags_s:
        overload.note(lag_s)
    assert (overload.partials_stopped, overload.economy) == (stopped, economy)

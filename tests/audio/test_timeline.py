"""Call time: counted from samples, with a jump of exactly what was lost."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from companion.audio.ring import Block
from companion.audio.sound import AudioChunk
from companion.audio.timeline import Timeline
from tests.fakes.sound import counting

BLOCK_S = 0.03


def _block(
    position: int,
    arrived_s: float,
    rate_hz: int = 16_000,
    broken: bool = False,
    n: int | None = None,
) -> Block:
    size = round(BLOCK_S * rate_hz) if n is None else n
    return Block(counting(size, position), rate_hz, position, arrived_s, broken)


def _play(timeline: Timeline, blocks: list[Block]) -> list[AudioChunk]:
    return [chunk for block in blocks for chunk in timeline.place(block)]


def test_timeline_begins_at_zero_and_goes_on_without_gaps() -> None:
    chunks = _play(Timeline(), [_block(k * 480, 50 + k * BLOCK_S, broken=k == 0) for k in range(5)])
    assert [c.start_s for c in chunks] == pytest.approx([0, 0.03, 0.06, 0.09, 0.12])
    assert np.array_equal(np.concatenate([c.samples for c in chunks]), counting(5 * 480))


@pytest.mark.parametrize("rate_hz", [8_000, 44_100, 48_000])
def test_timeline_jumps_by_what_the_ring_could_not_keep(rate_hz: int) -> None:
    size = round(BLOCK_S * rate_hz)
    positions = [*range(0, 20), *range(30, 50)]
    chunks = _play(Timeline(), [_block(k * size, 9.0, rate_hz) for k in positions])
    jumps = [(a.end_s, b.start_s) for a, b in pairwise(chunks) if b.start_s > a.end_s + 1e-3]
    assert jumps == [pytest.approx((20 * size / rate_hz, 30 * size / rate_hz), abs=1e-3)]


def test_timeline_jumps_by_the_clock_where_the_device_was_away() -> None:
    timeline = Timeline()
    before = _play(timeline, [_block(k * 480, 100 + k * BLOCK_S) for k in range(10)])
    # The last block arrived at 100.27; twenty seconds later the device is back, at another rate.
    after = _play(timeline, [_block(4800, 120.27, 48_000, broken=True)])
    after += _play(
        timeline, [_block(4800 + 1440 * k, 120.27 + k * BLOCK_S, 48_000) for k in (1, 2)]
    )
    assert before[-1].end_s == pytest.approx(0.3)
    assert after[0].start_s == pytest.approx(0.3 + 20 - BLOCK_S)


def test_timeline_gives_the_tail_before_a_gap() -> None:
    timeline = Timeline()
    blocks = [_block(k * 1440, 10 + k * BLOCK_S, 48_000) for k in range(4)]
    chunks = _play(timeline, [*blocks, _block(9000, 20.0, 48_000, broken=True)])
    before_gap = [c for c in chunks if c.end_s < 0.2]
    assert sum(len(c.samples) for c in before_gap) == 4 * 480


def test_timeline_never_goes_back_when_a_late_block_comes_early() -> None:
    timeline = Timeline()
    first = _play(timeline, [_block(0, 10.0)])
    second = _play(timeline, [_block(480, 10.001, broken=True)])
    assert second[0].start_s == pytest.approx(first[0].end_s)


def test_timeline_forgets_what_the_resampler_holds_but_not_the_time() -> None:
    timeline = Timeline()
    loud = Block(np.ones(1440, np.float32), 48_000, 0, 10.0, False)
    given = sum(len(c.samples) for c in timeline.place(loud))
    assert given < 480, "the resampler holds something back"
    timeline.forget()
    silent = [Block(np.zeros(1440, np.float32), 48_000, 1440 * k, 10.0, False) for k in (1, 2, 3)]
    chunks = _play(timeline, silent)
    assert chunks[0].start_s == pytest.approx(0.03)
    assert not any(c.samples.any() for c in chunks)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.floats(0, 5), st.booleans(), st.sampled_from([16_000, 44_100, 48_000])),
        max_size=25,
    )
)
def test_timeline_never_overlaps_and_never_runs_ahead_of_the_clock(
    script: list[tuple[float, bool, int]],
) -> None:
    """Blocks arrive after pauses; some are broken, and only a broken one may change the rate."""
    timeline, now_s, position, rate_hz = Timeline(), 10.0, 0, 48_000
    end_s = 0.0
    for pause_s, broken, new_rate_hz in script:
        rate_hz = new_rate_hz if broken else rate_hz
        size = round(BLOCK_S * rate_hz)
        now_s += size / rate_hz + (pause_s if broken else 0)
        for chunk in timeline.place(_block(position, now_s, rate_hz, broken)):
            assert chunk.start_s >= end_s - 1e-3
            assert chunk.end_s <= now_s - 10.0 + 1e-2
            end_s = chunk.end_s
        position += size

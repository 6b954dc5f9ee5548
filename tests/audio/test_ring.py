"""The ring: in order, bounded, and never in the callback's way."""

from __future__ import annotations

import threading
import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from companion.audio.ring import Ring
from tests.fakes.sound import counting

RATE_HZ = 48_000
BLOCK = 1440


def _write(ring: Ring, first: int, n: int = BLOCK, broken: bool = False) -> None:
    ring.write(counting(n, first)[:, None], RATE_HZ, first / RATE_HZ, broken)


def test_ring_gives_every_sample_in_order() -> None:
    ring = Ring(1.0, 0.03)
    for k in range(10):
        _write(ring, k * BLOCK)
    taken = [ring.take(0) for _ in range(10)]
    sound = np.concatenate([b.samples for b in taken if b is not None])
    assert np.array_equal(sound, counting(10 * BLOCK))
    assert [b.position for b in taken if b is not None] == [k * BLOCK for k in range(10)]
    assert ring.take(0) is None
    assert ring.dropped_s == 0


def test_ring_when_full_keeps_the_oldest_and_counts_the_rest() -> None:
    ring = Ring(0.3, 0.03)
    for k in range(15):
        _write(ring, k * BLOCK)
    assert ring.dropped_s == pytest.approx(5 * 0.03)
    positions = [b.position for b in iter(lambda: ring.take(0), None)]
    assert positions == [k * BLOCK for k in range(10)]
    _write(ring, 15 * BLOCK)
    after = ring.take(0)
    assert after is not None
    assert after.position == 15 * BLOCK, "the position tells how much is missing"


def test_ring_writer_is_not_held_up_by_a_reader_that_waits_or_never_reads() -> None:
    ring = Ring(0.3, 0.03)
    done = threading.Event()

    def write_an_hour() -> None:
        for k in range(120_000):
            _write(ring, k, n=1)
        done.set()

    threading.Thread(target=write_an_hour, daemon=True).start()
    assert done.wait(30)


def test_ring_writing_allocates_nothing_that_stays() -> None:
    ring = Ring(0.3, 0.03)
    sound = counting(BLOCK)[:, None]
    for _ in range(20):
        ring.write(sound, RATE_HZ, 0.0)
    tracemalloc.start()
    before, _ = tracemalloc.get_traced_memory()
    for _ in range(2000):
        ring.write(sound, RATE_HZ, 0.0)
    after, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert after - before < 2_000
    assert peak - before < 10_000, "less than a second block was ever held"


def test_ring_reader_wakes_for_a_block() -> None:
    ring = Ring(1.0, 0.03)
    writer = threading.Thread(target=_write, args=(ring, 0))
    writer.start()
    assert ring.take(10) is not None
    writer.join()


def test_ring_averages_channels() -> None:
    ring = Ring(1.0, 0.03)
    ring.write(np.array([[0.2, 0.4], [-1.0, 0.0]], np.float32), RATE_HZ, 0.0)
    block = ring.take(0)
    assert block is not None
    assert block.samples == pytest.approx([0.3, -0.5])


@pytest.mark.parametrize("n", [0, 1, 1440, 1441, 5000])
def test_ring_takes_blocks_of_any_length(n: int) -> None:
    ring = Ring(1.0, 0.03)
    _write(ring, 0, n)
    sound = [b.samples for b in iter(lambda: ring.take(0), None)]
    assert sum(map(len, sound)) == n
    assert np.array_equal(np.concatenate([*sound, np.zeros(0, np.float32)]), counting(n))


def test_ring_cleared_forgets_and_overwrites_but_still_tells_of_a_break() -> None:
    ring = Ring(1.0, 0.03)
    _write(ring, 0, broken=True)
    _write(ring, BLOCK)
    slots = [ring._filled.get(timeout=0) for _ in range(2)]
    for slot in slots:
        ring._filled.put(slot)
    assert all(slot.samples.any() for slot in slots)
    ring.clear()
    assert not any(slot.samples.any() for slot in slots)
    assert ring.take(0) is None
    _write(ring, 2 * BLOCK)
    block = ring.take(0)
    assert block is not None
    assert block.position == 2 * BLOCK
    assert block.broken


def test_ring_tells_of_a_break_even_if_the_broken_block_found_no_room() -> None:
    ring = Ring(0.03, 0.03)
    _write(ring, 0)
    _write(ring, BLOCK, broken=True)
    assert ring.take(0) is not None
    _write(ring, 2 * BLOCK)
    block = ring.take(0)
    assert block is not None
    assert block.broken


@settings(max_examples=50, deadline=None)
@given(st.lists(st.one_of(st.integers(1, 2000), st.none()), max_size=60))
def test_ring_accounts_for_every_sample(script: list[int | None]) -> None:
    """A number writes so many samples, None reads once; nothing is lost without being counted."""
    ring = Ring(0.12, 0.03)
    written = read = 0
    next_position = 0
    for action in script:
        if action is not None:
            _write(ring, written, action)
            written += action
        elif (block := ring.take(0)) is not None:
            assert block.position >= next_position
            assert np.array_equal(block.samples, counting(len(block.samples), block.position))
            next_position = block.position + len(block.samples)
            read += len(block.samples)
    read += sum(len(b.samples) for b in iter(lambda: ring.take(0), None))
    assert read + round(ring.dropped_s * RATE_HZ) == written

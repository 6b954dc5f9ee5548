from __future__ import annotations

import pytest

from companion import clocks
from companion.clocks import SleepWatch
from tests.fakes.sound import FakeClock


def test_clocks_go_forward_and_sleep_is_no_part_of_a_running_program() -> None:
    before = clocks.through_sleep_s(), clocks.awake_s()
    after = clocks.through_sleep_s(), clocks.awake_s()
    assert after[0] >= before[0]
    assert after[1] >= before[1]
    assert SleepWatch().slept_s() == 0.0


def test_clocks_sleep_watch_tells_a_sleep_once() -> None:
    through_sleep, awake = FakeClock(), FakeClock()
    watch = SleepWatch(through_sleep, awake)
    through_sleep.advance(30.0)
    awake.advance(30.0)
    assert watch.slept_s() == 0.0
    through_sleep.advance(600.0)
    assert watch.slept_s() == pytest.approx(600.0)
    assert watch.slept_s() == 0.0


def test_clocks_sleep_watch_takes_no_drift_for_sleep() -> None:
    through_sleep, awake = FakeClock(), FakeClock()
    watch = SleepWatch(through_sleep, awake)
    for _ in range(1000):
        through_sleep.advance(1.01)
        awake.advance(1.0)
        assert watch.slept_s() == 0.0

"""Two clocks that only go forward: one that stands still while the computer sleeps, one that not.

`time.monotonic` is neither: it stands still on Linux and macOS, and goes on on Windows. What
concerns people (how long the call has lasted, when an open store locks itself) goes on during
sleep. What a program was given to do its work stands still.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

SLEEP_FROM_S = 2.0
"""The two clocks are read one after the other, and a busy computer may take its time between
them: less than this is no sleep."""

Clock = Callable[[], float]
"""Seconds since some moment; only differences say something."""


def through_sleep_s() -> float:
    """Seconds that go on while the computer sleeps, and do not care about the wall clock."""
    if sys.platform == "linux":
        return time.clock_gettime(time.CLOCK_BOOTTIME)
    if sys.platform == "darwin":
        # There CLOCK_MONOTONIC goes on in sleep; Python's own `monotonic` is another clock.
        return time.clock_gettime(time.CLOCK_MONOTONIC)
    return time.monotonic()


def awake_s() -> float:
    """Seconds in which the computer was awake."""
    if sys.platform == "win32":
        return _windows_awake_s()
    return time.monotonic()


def _windows_awake_s() -> float:
    """Windows' interrupt time without sleep, which it counts in units of 100 ns."""
    if sys.platform != "win32":
        raise OSError("this clock is Windows' own")
    import ctypes

    ticks = ctypes.c_ulonglong()
    ctypes.windll.kernel32.QueryUnbiasedInterruptTime(ctypes.byref(ticks))
    return ticks.value / 1e7


class SleepWatch:
    """Tells how long the computer has slept since it was last asked. For one thread."""

    def __init__(self, through_sleep: Clock = through_sleep_s, awake: Clock = awake_s) -> None:
        """Sleep counts from now on."""
        self._through_sleep = through_sleep
        self._awake = awake
        self._asleep_s = self._total_s()

    def slept_s(self) -> float:
        """Seconds of sleep since the last call of this; 0 where there was none worth the name."""
        before_s, self._asleep_s = self._asleep_s, self._total_s()
        slept_s = self._asleep_s - before_s
        return slept_s if slept_s >= SLEEP_FROM_S else 0.0

    def _total_s(self) -> float:
        return self._through_sleep() - self._awake()

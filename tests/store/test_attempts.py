"""The pause after wrong passphrases: short at first, bounded, and the same after a restart."""

from __future__ import annotations

from pathlib import Path

import pytest

from companion.errors import LockedError
from companion.store.attempts import MAX_WAIT_S, Attempts, wait_s
from tests.fakes.store import FakeClock


@pytest.mark.parametrize(
    ("failed", "seconds"),
    [(0, 0), (3, 0), (4, 2), (5, 4), (6, 8), (11, 256), (12, 300), (13, 300), (10**9, 300)],
)
def test_attempts_wait_doubles_up_to_five_minutes(failed: int, seconds: int) -> None:
    assert wait_s(failed) == seconds


def test_attempts_that_are_refused_do_not_lengthen_the_wait(
    tmp_path: Path, clock: FakeClock
) -> None:
    attempts = Attempts(tmp_path)
    for _ in range(4):
        attempts.begin(clock.now)
    for _ in range(20):
        with pytest.raises(LockedError, match="2 seconds"):
            attempts.begin(clock.now)
    clock.move(seconds=1)
    with pytest.raises(LockedError, match=r"in 1 second$"):
        attempts.begin(clock.now)
    clock.move(seconds=1)
    attempts.begin(clock.now)


def test_attempts_count_is_bounded_and_forgotten_on_success(
    tmp_path: Path, clock: FakeClock
) -> None:
    for _ in range(30):
        clock.move(seconds=MAX_WAIT_S)
        Attempts(tmp_path).begin(clock.now)
    with pytest.raises(LockedError, match="300 seconds"):
        Attempts(tmp_path).begin(clock.now)
    Attempts(tmp_path).succeeded()
    Attempts(tmp_path).begin(clock.now)
    Attempts(tmp_path).begin(clock.now)


def test_attempts_in_a_folder_that_is_not_there_are_let_through(
    tmp_path: Path, clock: FakeClock
) -> None:
    attempts = Attempts(tmp_path / "nowhere")
    for _ in range(10):
        attempts.begin(clock.now)
    attempts.succeeded()

"""Intervals over calls: seeded, from drawings of whole calls."""

from __future__ import annotations

import pytest

from companion.trainer import scores
from companion.trainer.bootstrap import Bootstrap, Measured


def test_bootstrap_value_is_of_the_calls_as_they_are() -> None:
    measured = Bootstrap(3).measure([(1, 2), (0, 1), (3, 3)], scores.share, count=6)
    assert measured.value == pytest.approx(4 / 6)
    assert measured.count == 6


def test_bootstrap_is_seeded() -> None:
    counts = [(1, 4), (3, 4), (2, 4), (4, 4)]
    first = Bootstrap(4).measure(counts, scores.share, 16)
    assert first == Bootstrap(4).measure(counts, scores.share, 16)
    assert first != Bootstrap(4, resamples=20, seed=1).measure(counts, scores.share, 16)


def test_bootstrap_draws_whole_calls() -> None:
    # Two calls, one all right and one all wrong: a drawing is all, half or none of them, and a
    # quarter of the drawings is one call twice.
    measured = Bootstrap(2).measure([(50, 50), (0, 50)], scores.share, 100)
    assert (measured.low, measured.value, measured.high) == (0.0, 0.5, 1.0)


def test_bootstrap_of_calls_that_are_alike_is_narrow() -> None:
    measured = Bootstrap(10).measure([(9, 10)] * 10, scores.share, 100)
    assert (measured.low, measured.value, measured.high) == (0.9, 0.9, 0.9)


def test_bootstrap_interval_agrees_with_the_normal_one_for_many_calls() -> None:
    # 400 calls, each right or wrong as a whole: the share's standard error is sqrt(.25 / 400).
    measured = Bootstrap(400).measure([(i % 2, 1) for i in range(400)], scores.share, 400)
    assert measured.low == pytest.approx(0.5 - 1.96 * 0.025, abs=0.006)
    assert measured.high == pytest.approx(0.5 + 1.96 * 0.025, abs=0.006)


def test_bootstrap_one_call_has_no_interval() -> None:
    assert Bootstrap(1).measure([(3, 4)], scores.share, 4) == Measured(0.75, 4, None, None)


def test_bootstrap_of_nothing_has_no_value() -> None:
    assert Bootstrap(3).measure([(0, 0)] * 3, scores.share, 0) == Measured(None, 0, None, None)


def test_bootstrap_quantile_of_single_values() -> None:
    measured = Bootstrap(3).quantile([[1.0, 2.0], [], [9.0]], 0.5)
    assert (measured.value, measured.count) == (2.0, 3)
    assert (measured.low, measured.high) == (1.0, 9.0)


def test_bootstrap_infinite_figures_are_left_out() -> None:
    never = float("inf")
    measured = Bootstrap(2).quantile([[never, never], [0.0]], 0.5)
    assert measured.value is None
    assert (measured.low, measured.high) == (0.0, None)

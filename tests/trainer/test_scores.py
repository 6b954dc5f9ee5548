"""Figures against values computed by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from companion.trainer import scores


def one(formula: scores.Formula, *sums: float) -> float:
    return float(formula(np.array([sums], np.float64))[0])


def test_scores_of_counts() -> None:
    # 6 right, 2 wrong, 4 missed
    assert one(scores.precision, 6, 2, 4) == pytest.approx(6 / 8)
    assert one(scores.recall, 6, 2, 4) == pytest.approx(6 / 10)
    assert one(scores.f1, 6, 2, 4) == pytest.approx(2 * 0.75 * 0.6 / (0.75 + 0.6))
    assert one(scores.share, 3, 4) == 0.75


@pytest.mark.parametrize(
    ("formula", "sums"),
    [
        (scores.precision, (0, 0, 4)),
        (scores.recall, (0, 4, 0)),
        (scores.f1, (0, 0, 0)),
        (scores.share, (0, 0)),
        (scores.macro_f1, (0, 0, 0, 0, 0, 0)),
    ],
)
def test_scores_of_nothing_are_not_numbers(
    formula: scores.Formula, sums: tuple[float, ...]
) -> None:
    assert np.isnan(one(formula, *sums))


def test_scores_f1_is_zero_where_nothing_was_found_that_is_there() -> None:
    assert one(scores.f1, 0, 0, 3) == 0.0
    assert one(scores.f1, 0, 3, 0) == 0.0


def test_scores_macro_f1_is_the_mean_over_classes_that_occur() -> None:
    # F1 of the classes: 1, 0.5, and one that neither occurs nor is found
    assert one(scores.macro_f1, 2, 0, 0, 1, 1, 1, 0, 0, 0) == pytest.approx(0.75)


def test_scores_class_counts_of_a_confusion() -> None:
    confusion = np.array([[5.0, 1.0], [2.0, 3.0]])
    # class 1: right 5, wrongly taken for it 2, missed 1; class 2: 3, 1, 2
    assert scores.class_counts(confusion).tolist() == [5, 2, 1, 3, 1, 2]


def test_scores_weighted_quantile_by_hand() -> None:
    values = np.array([3.0, 0.0, np.inf, 1.0])
    weights = np.array([[1.0, 1, 1, 1], [0, 0, 3, 1], [1, 4, 0, 0], [0, 0, 0, 0]])
    medians = scores.weighted_quantile(values, weights, 0.5)
    assert medians[:3].tolist() == [1.0, np.inf, 0.0]
    assert np.isnan(medians[3])


def test_scores_weighted_quantile_of_no_values() -> None:
    assert np.isnan(scores.weighted_quantile(np.zeros(0), np.ones((2, 0)), 0.5)).all()


@given(st.lists(st.integers(0, 20), min_size=1, max_size=30), st.sampled_from([0.5, 0.95, 1.0]))
def test_scores_weighted_quantile_with_equal_weights_is_numpys(values: list[int], q: float) -> None:
    each = np.array(values, np.float64)
    found = scores.weighted_quantile(each, np.ones((1, len(values))), q)
    assert found[0] == np.quantile(each, q, method="inverted_cdf")

"""Calibration and the price of being sure, on calls whose answers are known."""

from __future__ import annotations

from dataclasses import replace

import pytest

from companion.domain.dialogue import Step, StepEstimate
from companion.settings import CallSettings
from companion.trainer.bootstrap import Bootstrap
from companion.trainer.call_form import parse_call
from companion.trainer.certainty import certainty_figures, reliability, risk_and_coverage
from companion.trainer.played import Played, play
from companion.understanding.rap import find_rap

LINES = """date: 2026-03-12
---
1 | Hi there, how are you?
1 | My name is on the flyer.
2 | What bothers you most?
2 | That sounds hard.
"""


def _estimate(step: int, probability: float) -> StepEstimate:
    rest = (1 - probability) / 4
    spread = tuple(probability if n == step else rest for n in range(1, 6))
    return StepEstimate(Step(step), probability, probability > 0.9, spread)  # type: ignore[arg-type]


def _played(*shown: tuple[int, float]) -> Played:
    """A call whose labelled steps are 1, 1, 2, 2, shown as given."""
    played = play(parse_call(LINES, "a", "a.call"), find_rap("one-on-one.en"), CallSettings())
    turns = tuple(
        replace(turn, heard=replace(turn.heard, step=_estimate(*one)))
        for turn, one in zip(played.turns, shown, strict=True)
    )
    return replace(played, turns=turns)


def test_certainty_is_perfect_where_every_sure_step_is_right() -> None:
    figures = certainty_figures([_played((1, 1.0), (1, 1.0), (2, 1.0), (2, 1.0))], Bootstrap(1))
    assert figures["steps.calibration_error"].value == pytest.approx(0.0)
    assert figures["steps.brier"].value == pytest.approx(0.0)


def test_certainty_error_is_the_distance_of_certainty_and_being_right() -> None:
    half_right = [_played((1, 1.0), (1, 1.0), (3, 1.0), (4, 1.0))]
    figures = certainty_figures(half_right, Bootstrap(1))
    assert figures["steps.calibration_error"].value == pytest.approx(0.5)
    assert figures["steps.brier"].value == pytest.approx(1.0)  # 2 for each that is wrong
    (only,) = reliability(half_right)
    assert (only.count, only.mean_probability, only.right_share) == (4, 1.0, 0.5)


def test_certainty_errors_of_two_bins_are_weighted_by_how_full_they_are() -> None:
    figures = certainty_figures([_played((1, 0.65), (1, 0.95), (2, 0.95), (3, 0.95))], Bootstrap(1))
    expected = (1 * 0.35 + 3 * abs(0.95 - 2 / 3)) / 4
    assert figures["steps.calibration_error"].value == pytest.approx(expected)


def test_certainty_risk_grows_with_coverage_where_the_sure_ones_are_right() -> None:
    curve = risk_and_coverage([_played((1, 0.99), (1, 0.9), (5, 0.5), (5, 0.4))])
    assert [(p.coverage, p.risk) for p in curve] == [
        (0.25, 0.0),
        (0.5, 0.0),
        (0.75, pytest.approx(1 / 3)),
        (1.0, 0.5),
    ]
    assert [p.from_probability for p in curve] == [0.99, 0.9, 0.5, 0.4]


def test_certainty_of_no_call_has_no_curve() -> None:
    assert risk_and_coverage([]) == ()

"""The learning curve: what is drawn, and what is said of it."""

from __future__ import annotations

import pytest

from companion.trainer import learning_curve as module
from companion.trainer.learning_curve import (
    FIGURES,
    Point,
    as_table,
    drawn_calls,
    learning_curve,
    verdict,
)
from tests.trainer.calls import steps_call, tiny_calls
from tests.understanding.calls import shipped_rap


def _point(share: float, calls: int, *accuracies: float) -> Point:
    rest = (0.5,) * (len(FIGURES) - 1)
    return Point(share, calls, 50 * calls, tuple((a, *rest) for a in accuracies))


def test_learning_curve_draws_whole_calls_once_and_the_same_again() -> None:
    calls = [steps_call("12345", str(i)) for i in range(12)]
    drawn = drawn_calls(calls, 5, seed=1)
    assert len({call.call_id for call in drawn}) == 5
    assert drawn == drawn_calls(calls, 5, seed=1)
    assert drawn != drawn_calls(calls, 5, seed=2)


def test_learning_curve_refuses_a_share_too_small_to_learn_from() -> None:
    calls = [steps_call("12345", str(i)) for i in range(12)]
    with pytest.raises(ValueError, match="at least 10 calls; there are 6"):
        learning_curve(calls, calls, shipped_rap(), shares=(0.5,))


@pytest.mark.parametrize(
    ("points", "says"),
    [
        ([_point(0.75, 87, 0.90, 0.91), _point(1.0, 116, 0.93)], "would still help"),
        ([_point(0.75, 87, 0.90, 0.91), _point(1.0, 116, 0.93)], "step accuracy (+0.025)"),
        ([_point(0.75, 87, 0.90, 0.94), _point(1.0, 116, 0.93)], "would hardly help"),
        ([_point(0.75, 87, 0.93, 0.94), _point(1.0, 116, 0.92)], "would hardly help"),
        ([_point(1.0, 116, 0.93)], "tells nothing"),
    ],
)
def test_learning_curve_verdict_weighs_the_gain_against_the_draws(
    points: list[Point], says: str
) -> None:
    assert says in verdict(points)


def test_learning_curve_table_has_means_and_spread() -> None:
    table = as_table([_point(0.5, 58, 0.90, 0.92), _point(1.0, 116, 0.93)]).splitlines()
    assert table[2].startswith("| 0.5 | 58 | 2900 | 2 | 0.910 ± 0.010 |")
    assert table[3].startswith("| 1 | 116 | 5800 | 1 | 0.930 |")
    assert len({line.count("|") for line in table}) == 1


def test_learning_curve_quick_run_prints_table_and_verdict(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(module, "read_calls", lambda paths: tiny_calls())
    module.main(["--quick"])
    out = capsys.readouterr().out
    assert "Measured on 3 validation calls" in out
    assert "| 10 | 70 | 1 | 1.000 | 1.000 |" in out, "what it was trained on it knows"
    assert "| 1 | 12 | 84 | 1 | 1.000 | 1.000 |" in out
    assert out.rstrip().endswith(".")

"""What can be tuned of a rap."""

from __future__ import annotations

import pytest

from companion.errors import InputError
from companion.settings import CallSettings
from companion.trainer.knobs import Knob, changed, knobs_of, present, with_values
from companion.understanding.rap import Rap
from tests.understanding.calls import shipped_rap


@pytest.mark.parametrize("learned", [True, False])
def test_knobs_any_values_within_the_bounds_make_a_valid_rap(learned: bool) -> None:
    knobs = knobs_of(learned)
    for values in ({k.key: k.low for k in knobs}, {k.key: k.high for k in knobs}):
        rap = with_values(shipped_rap(), values)
        Rap.model_validate(rap.model_dump(by_alias=True))
        assert present(rap, CallSettings(), knobs) == values


def test_knobs_what_the_rap_leaves_open_is_the_setting() -> None:
    knobs = knobs_of(True, ["timing.card_cooldown_s"])
    assert present(shipped_rap(), CallSettings(card_cooldown_s=33), knobs) == {
        "timing.card_cooldown_s": 33.0
    }


def test_knobs_the_rap_that_is_tuned_stays_as_it_is() -> None:
    rap = shipped_rap()
    before = rap.model_dump()
    with_values(rap, {"tracking.sure": 0.6, "tracking.weights.plan": 1.0})
    assert rap.model_dump() == before


@pytest.mark.parametrize(
    ("only", "count"),
    [((), 13), (("timing",), 5), (("tracking.weights",), 5), (("tracking.sure",), 1)],
)
def test_knobs_some_or_all(only: tuple[str, ...], count: int) -> None:
    assert len(knobs_of(True, only)) == count


@pytest.mark.parametrize("only", ["tracking.suer", "steps", "timing.closed_run"])
def test_knobs_nothing_else_is_tuned(only: str) -> None:
    with pytest.raises(InputError, match="nothing that can be tuned"):
        knobs_of(True, [only])


@pytest.mark.parametrize(
    ("value", "nearest"), [(0.0, 0.6), (0.604, 0.6), (0.958, 0.96), (0.96, 0.96), (3.0, 0.99)]
)
def test_knobs_values_lie_on_a_grid(value: float, nearest: float) -> None:
    assert Knob("tracking.sure", 0.6, 0.99, 0.01).nearest(value) == pytest.approx(nearest)


def test_knobs_changed_are_those_that_differ() -> None:
    assert changed({"a": 1.0, "b": 2.0}, {"a": 1.0, "b": 2.5}) == {"b": 2.5}

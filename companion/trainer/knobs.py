"""The values of a rap that can be tuned, and within which bounds.

What a trainer writes for people (words, cards, phrases) is never touched, and neither is what a
nudge means (`closed_run`): that is a choice, not something to be measured.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from companion.errors import InputError
from companion.settings import CallSettings
from companion.understanding.rap import Rap

Values = Mapping[str, float]
"""Keys of a rap such as 'tracking.sure', and a number for each."""


@dataclass(frozen=True, slots=True)
class Knob:
    """One value that may be turned."""

    key: str
    low: float
    high: float
    step: float
    """Values lie on a grid: more digits would only fit the calls at hand."""

    def nearest(self, value: float) -> float:
        """The value of the grid that lies nearest."""
        places = round((self.high - self.low) / self.step)
        place = min(max(round((value - self.low) / self.step), 0), places)
        return round(self.low + place * self.step, 6)


_ALWAYS = (
    Knob("tracking.sure", 0.6, 0.99, 0.01),
    Knob("tracking.hold", 0.0, 1.5, 0.1),
    Knob("tracking.weights.make_space", -1.0, 1.0, 0.1),
    Knob("tracking.weights.what_moves_you", -1.0, 1.0, 0.1),
    Knob("tracking.weights.connect", -1.0, 1.0, 0.1),
    Knob("tracking.weights.plan", -1.0, 1.0, 0.1),
    Knob("tracking.weights.ask", -1.0, 1.0, 0.1),
    Knob("timing.question_from", 0.3, 0.8, 0.05),
    Knob("timing.card_patience_s", 60, 240, 15),
    Knob("timing.card_cooldown_s", 10, 60, 5),
    Knob("timing.card_speech_s", 10, 60, 5),
    Knob("timing.nudge_cooldown_s", 0, 40, 5),
)
_LEARNED = (Knob("tracking.cue_doubt", -1.0, 1.0, 0.1),)
"""Where something was learned for the rap's language."""
_BY_PHRASES = (
    Knob("tracking.stay", 0.5, 0.8, 0.05),
    Knob("tracking.forward", 0.02, 0.15, 0.01),
    Knob("tracking.back", 0.01, 0.05, 0.01),
)
"""Where the phrases judge alone. Together at most 1, whatever is drawn."""


def knobs_of(learned: bool, only: Sequence[str] = ()) -> tuple[Knob, ...]:
    """What can be tuned.

    Args:
        learned: whether something was learned for the rap's language.
        only: keys, or how they begin ('timing'); empty for all.

    Raises: InputError for a key that cannot be tuned.
    """
    there = (*_ALWAYS, *(_LEARNED if learned else _BY_PHRASES))
    for wanted in only:
        if not any(_is_meant(knob.key, wanted) for knob in there):
            names = [knob.key for knob in there]
            near = difflib.get_close_matches(wanted, names, n=1)
            hint = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(names)}"
            raise InputError(f"{wanted!r} is nothing that can be tuned; {hint}")
    return tuple(k for k in there if not only or any(_is_meant(k.key, o) for o in only))


def _is_meant(key: str, wanted: str) -> bool:
    return key == wanted or key.startswith(wanted + ".")


def present(rap: Rap, settings: CallSettings, knobs: Sequence[Knob]) -> dict[str, float]:
    """The values that hold now: the rap's, and where it leaves them open, the settings'."""
    return {knob.key: _value(rap, settings, knob.key) for knob in knobs}


def _value(rap: Rap, settings: CallSettings, key: str) -> float:
    found: Any = rap
    for part in key.split("."):
        found = getattr(found, part)
    return float(getattr(settings, key.rpartition(".")[2]) if found is None else found)


def with_values(rap: Rap, values: Values) -> Rap:
    """The rap with some of its values changed."""
    timing = {k.removeprefix("timing."): v for k, v in values.items() if k.startswith("timing.")}
    weights = {
        k.removeprefix("tracking.weights."): v
        for k, v in values.items()
        if k.startswith("tracking.weights.")
    }
    tracking: dict[str, Any] = {
        k.removeprefix("tracking."): v
        for k, v in values.items()
        if k.startswith("tracking.") and not k.startswith("tracking.weights.")
    }
    if weights:
        tracking["weights"] = rap.tracking.weights.model_copy(update=weights)
    return rap.model_copy(
        update={
            "timing": rap.timing.model_copy(update=timing),
            "tracking": rap.tracking.model_copy(update=tracking),
        }
    )


def changed(before: Values, after: Values) -> dict[str, float]:
    """The values that differ."""
    return {key: value for key, value in after.items() if abs(value - before[key]) > 1e-9}

"""How far a figure can be trusted: intervals by drawing whole calls again and again.

Utterances of one call resemble each other, so calls are drawn and not utterances (the cluster
bootstrap; Davison and Hinkley, Bootstrap Methods and their Application, 3.8). The interval is the
middle 95% of the figures of 1,000 drawings (the percentile method). The drawings are seeded: the
same calls give the same interval.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from companion.trainer.scores import Floats, Formula, weighted_quantile

RESAMPLES = 1000
SEED = 20260312
FEWEST_CALLS = 2
"""One call drawn again and again is always itself: it tells nothing about other calls."""


@dataclass(frozen=True, slots=True)
class Measured:
    """One figure: its value, what it was counted on, and the interval that it may lie in."""

    value: float | None
    """None where there was nothing to measure."""
    count: int
    """How many things the figure was counted on, such as utterances or labelled questions."""
    low: float | None = None
    high: float | None = None
    drawn: Floats | None = field(default=None, repr=False, compare=False)
    """f64[1 + resamples]: the figure, then that of each drawing; NaN where it is not defined."""


class Bootstrap:
    """Drawings of so many calls, the same for every figure."""

    def __init__(self, calls: int, resamples: int = RESAMPLES, seed: int = SEED) -> None:
        drawn = np.random.default_rng(seed).multinomial(
            calls, np.full(calls, 1 / calls), size=resamples
        )
        # The first row is the calls as they are, each once.
        self._weights: Floats = np.vstack([np.ones((1, calls)), drawn])
        self._has_interval = calls >= FEWEST_CALLS

    def measure(self, counts: Sequence[Sequence[float]], formula: Formula, count: int) -> Measured:
        """A figure made of counts that add up over calls.

        Args:
            counts: f64[calls, counts]: what was counted in each call.
            formula: makes the figure of the sums.
            count: what to report as its count.
        """
        return self._measured(formula(self._weights @ np.asarray(counts, np.float64)), count)

    def quantile(self, values: Sequence[Sequence[float]], q: float) -> Measured:
        """A quantile of single values, given call by call."""
        each = np.concatenate([np.asarray(v, np.float64) for v in values])
        of_call = np.repeat(np.arange(len(values)), [len(v) for v in values])
        return self._measured(weighted_quantile(each, self._weights[:, of_call], q), each.size)

    def _measured(self, figures: Floats, count: int) -> Measured:
        known = figures[1:][~np.isnan(figures[1:])]
        if not self._has_interval or not known.size:
            return Measured(_finite(figures[0]), count, drawn=figures)
        # Figures that occurred, not means of two: infinite delays have no mean.
        low, high = np.quantile(known, (0.025, 0.975), method="inverted_cdf")
        return Measured(_finite(figures[0]), count, _finite(low), _finite(high), figures)


def difference(before: Measured, after: Measured) -> Measured:
    """How much a figure grew, with the interval of the growth on the same drawings of calls.

    Both have to be measured on the same calls, in the same order. The paired interval is far
    narrower than what the two intervals would suggest: what is hard in a call is hard for both.
    """
    count = max(before.count, after.count)
    if before.drawn is None or after.drawn is None or before.value is None or after.value is None:
        return Measured(None, count)
    with np.errstate(invalid="ignore"):  # of two infinite delays nothing can be said
        grown = after.drawn - before.drawn
    known = grown[1:][np.isfinite(grown[1:])]
    if (before.low is None and after.low is None) or not known.size:
        return Measured(_finite(grown[0]), count)
    low, high = np.quantile(known, (0.025, 0.975), method="inverted_cdf")
    return Measured(_finite(grown[0]), count, _finite(low), _finite(high), grown)


def _finite(figure: float) -> float | None:
    return float(figure) if np.isfinite(figure) else None

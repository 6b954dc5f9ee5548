"""How far the companion's certainty can be believed: calibration, and what being sure costs.

A probability is calibrated where, of all steps shown with it, that share is right. Error and bins:
Naeini, Cooper and Hauskrecht, Obtaining Well Calibrated Probabilities Using Bayesian Binning
(2015), with ten bins of equal width. Score: Brier, Verification of Forecasts Expressed in Terms of
Probability (1950), over all five steps. Curve: El-Yaniv and Wiener, On the Foundations of
Noise-free Selective Classification (2010).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from companion.domain.dialogue import Step, StepEstimate
from companion.trainer import scores
from companion.trainer.bootstrap import Bootstrap, Measured
from companion.trainer.played import Played
from companion.trainer.scores import Floats

BINS = 10
CURVE_POINTS = 50


@dataclass(frozen=True, slots=True)
class Bin:
    """Steps that were shown with about the same probability."""

    low: float
    high: float
    count: int
    mean_probability: float
    """How sure the companion was of them, on average."""
    right_share: float
    """How many of them were right."""


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """Were the companion sure from this probability on: how often, and how often wrongly."""

    from_probability: float
    coverage: float
    """The share of utterances at which it would be sure."""
    risk: float
    """The share of these at which it would be wrong."""


def certainty_figures(played: Sequence[Played], boot: Bootstrap) -> dict[str, Measured]:
    """`steps.calibration_error` in [0, 1] and `steps.brier` in [0, 2]; 0 is best in both."""
    count = sum(len(p.turns) for p in played)
    by_call = [_bin_sums(p).reshape(-1).tolist() for p in played]
    brier = [(sum(map(_squared_error, *_shown(p))), len(p.turns)) for p in played]
    return {
        "steps.calibration_error": boot.measure(by_call, _calibration_error, count),
        "steps.brier": boot.measure(brier, scores.share, count),
    }


def reliability(played: Sequence[Played]) -> tuple[Bin, ...]:
    """The bins that hold anything, from the least probable on."""
    sums = np.sum([_bin_sums(p) for p in played], axis=0)
    return tuple(
        Bin(i / BINS, (i + 1) / BINS, int(n), float(probability / n), float(right / n))
        for i, (n, probability, right) in enumerate(sums)
        if n > 0
    )


def risk_and_coverage(played: Sequence[Played]) -> tuple[CurvePoint, ...]:
    """The curve, from the surest utterances to all of them."""
    shown = [pair for p in played for pair in zip(*_shown(p), strict=True)]
    if not shown:
        return ()
    probability = np.array([estimate.probability for _, estimate in shown])
    wrong = np.array([truth is not estimate.step for truth, estimate in shown], np.float64)
    order = np.argsort(-probability, kind="stable")
    risks = np.cumsum(wrong[order]) / np.arange(1, len(shown) + 1)
    places = np.unique(np.linspace(0, len(shown) - 1, CURVE_POINTS).astype(int))
    return tuple(
        CurvePoint(float(probability[order[n]]), (n + 1) / len(shown), float(risks[n]))
        for n in places.tolist()
    )


def _shown(played: Played) -> tuple[list[Step], list[StepEstimate]]:
    return played.truth, [turn.heard.step for turn in played.turns]


def _bin_sums(played: Played) -> Floats:
    """f64[bins, 3]: how many steps fell into a bin, the sum of their probabilities, the right."""
    sums = np.zeros((BINS, 3))
    for truth, estimate in zip(*_shown(played), strict=True):
        place = min(BINS - 1, int(estimate.probability * BINS))
        sums[place] += (1.0, estimate.probability, float(truth is estimate.step))
    return sums


def _calibration_error(sums: Floats) -> Floats:
    """The mean distance of certainty and being right, weighted by how full a bin is."""
    bins = sums.reshape(len(sums), BINS, 3)
    total = bins[:, :, 0].sum(axis=1)
    apart = np.abs(bins[:, :, 1] - bins[:, :, 2]).sum(axis=1)
    return scores.share(np.stack([apart, total], axis=1))


def _squared_error(truth: Step, estimate: StepEstimate) -> float:
    return sum(
        (probability - float(step is truth)) ** 2
        for step, probability in zip(Step, estimate.distribution, strict=True)
    )

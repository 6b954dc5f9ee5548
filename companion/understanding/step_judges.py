"""From utterances, one after the other, to a belief about the step; no judge looks ahead."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Protocol

from companion.domain.dialogue import AT_THE_START, Step
from companion.understanding.learned import Weights
from companion.understanding.rap import Tracking
from companion.understanding.sequence import StepSequence
from companion.understanding.step_belief import PerStep, likeliest, normalized, per_step
from companion.understanding.step_models import StepModel, UtteranceFeatures

LEAST_HASTE = 0.3
MOST_HASTE = 4.0


class StepJudge(Protocol):
    """Weighs utterances one after the other into a belief about the step."""

    def advance(self, features: UtteranceFeatures, evidence: PerStep) -> PerStep:
        """Take the next utterance; the belief after it sums to 1.

        `evidence` is added to its log-likelihoods: what the organizer's corrections taught.
        """

    def settle(self, belief: PerStep) -> None:
        """Take a belief as given: the organizer set the step."""


class PhraseJudge:
    """A forward filter over a model of single utterances, with the rap's chances of moving on."""

    def __init__(self, model: StepModel, tracking: Tracking, paces_s: Sequence[float]) -> None:
        self._model = model
        self._tracking = tracking
        self._paces_s = paces_s
        self._since_s = 0.0
        self._belief: PerStep = AT_THE_START.distribution

    def advance(self, features: UtteranceFeatures, evidence: PerStep) -> PerStep:
        """See `StepJudge`."""
        likelihoods = self._model.log_likelihoods(features)
        scores = [a + b for a, b in zip(likelihoods, evidence, strict=True)]
        top = max(scores)
        before = likeliest(self._belief)
        transitions = _transitions(self._tracking, before, self._haste(before, features.start_s))
        moved = [
            sum(self._belief[i] * transitions[i][j] for i in range(len(Step)))
            for j in range(len(Step))
        ]
        self._belief = per_step(
            normalized([m * math.exp(score - top) for m, score in zip(moved, scores, strict=True)])
        )
        if likeliest(self._belief) is not before:
            self._since_s = features.start_s
        return self._belief

    def settle(self, belief: PerStep) -> None:
        """See `StepJudge`."""
        self._belief = belief

    def _haste(self, step: Step, now_s: float) -> float:
        """How much likelier a step is left now: little at its start, more beyond its pace."""
        pace_s = max(self._paces_s[step - 1], 1.0)
        return min(MOST_HASTE, max(LEAST_HASTE, (now_s - self._since_s) / pace_s))


class LearnedJudge:
    """The learned weighing; needs `UtteranceFeatures.scores`."""

    def __init__(self, weights: Weights) -> None:
        self._sequence = StepSequence(weights)

    def advance(self, features: UtteranceFeatures, evidence: PerStep) -> PerStep:
        """See `StepJudge`."""
        if features.scores is None:
            raise ValueError("the learned judge needs scores")
        belief = self._sequence.advance(features.scores, evidence).tolist()
        return per_step(normalized(belief))

    def settle(self, belief: PerStep) -> None:
        """See `StepJudge`."""
        self._sequence.settle(belief)


def _transitions(tracking: Tracking, at: Step, haste: float) -> list[list[float]]:
    """The matrix of transitions; from the step we are in, forward moves follow the haste."""
    rows = []
    for i in range(len(Step)):
        row = [0.0] * len(Step)
        row[i] = tracking.stay
        if i + 1 < len(Step):
            row[i + 1] = tracking.forward * (haste if i == at - 1 else 1.0)
        if i > 0:
            row[i - 1] = tracking.back
        others = [j for j in range(len(Step)) if abs(j - i) > 1]
        left = max(0.0, 1 - tracking.stay - tracking.forward - tracking.back)
        for j in others:
            row[j] = max(left / len(others), 1e-4)
        rows.append(normalized(row))
    return rows

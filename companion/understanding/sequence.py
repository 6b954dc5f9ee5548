"""From scores of single utterances to beliefs over a call: strictly forward, no look-ahead.

Two judges of the step are averaged. The first is the forward algorithm of a hidden Markov model
over the utterances' own scores; it is slow to move and never forgets. The second is a linear
model of what is on now and what has been on lately (scores, beliefs, cues), learned on
predictions that were made for calls outside of the training fold. On calls by other hands the
average was right more often, and more honestly sure, than either.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from companion.understanding.learned import Floats, TextScores, Weights

TEMPERATURE = 1.6
"""How much an utterance's own score counts against what was believed before."""
PRIOR_WEIGHT = 0.5
"""How much of the steps' unequal shares is taken out of a score."""
FADE_SCORE = 0.5
FADE_CUE = 0.7
"""What is left of an earlier utterance's score and cues with each new one."""
_LEAST = 1e-4
STEPS = 5


def dense_figures(
    per_step: Sequence[Sequence[float]], counts: Sequence[int], rap_cues: Sequence[float]
) -> list[float]:
    """The rap's own evidence in one row.

    Args:
        per_step: phrases, weak words and goals, each for the five steps.
        counts: issues, roles, kinds of next step, and dates to come.
        rap_cues: how sure the rap's phrases are of each cue, in the artefact's order.
    """
    figures = [min(float(v), 3.0) for row in per_step for v in row]
    figures += [min(float(c), 3.0) for c in counts]
    return figures + [float(p) for p in rap_cues]


class StepSequence:
    """The belief about the step in one call."""

    def __init__(self, weights: Weights) -> None:
        self._w = weights
        self._belief: Floats = weights.initial.copy()
        self._started = False
        self._score_before: Floats = np.zeros(STEPS, dtype=np.float32)
        self._score_mean: Floats = np.zeros(STEPS, dtype=np.float32)
        self._cue_sum: Floats = np.zeros(len(weights.cues), dtype=np.float32)

    def advance(self, scores: TextScores, evidence: Sequence[float] = (0.0,) * STEPS) -> Floats:
        """Weigh one utterance; f32[5], sums to 1.

        `evidence` is added to the scores: what the organizer's corrections taught.
        """
        extra = np.asarray(evidence, dtype=np.float32)
        row = self.figures(scores, extra)
        second = _softmax(self._w.sequence[:, :-1] @ row + self._w.sequence[:, -1] + extra)
        return _shared(self._belief, second)

    def figures(self, scores: TextScores, extra: Floats | None = None) -> Floats:
        """Move the first judge on and return what the second one looks at, f32[m]."""
        w = self._w
        before = np.log(self._belief + _LEAST)
        moved = self._belief @ w.transition if self._started else self._belief
        evened = scores.step - PRIOR_WEIGHT * w.prior
        taught = TEMPERATURE * evened + (0.0 if extra is None else extra)
        self._belief = _normalized(moved * np.exp(taught - taught.max()))
        self._started = True
        cues = 1.0 / (1.0 + np.exp(-scores.cue))
        self._score_mean = _f32(FADE_SCORE * self._score_mean + (1 - FADE_SCORE) * scores.step)
        self._cue_sum = _f32(FADE_CUE * self._cue_sum + cues)
        row = np.concatenate(
            [
                scores.step,
                self._score_before,
                self._score_mean,
                np.log(self._belief + _LEAST),
                before,
                cues,
                self._cue_sum,
            ]
        )
        self._score_before = scores.step
        return row.astype(np.float32)

    def settle(self, belief: Sequence[float]) -> None:
        """Take a belief as given: the organizer set the step."""
        self._belief = np.asarray(belief, dtype=np.float32)
        self._started = True


class CueJudge:
    """From a cue's log odds by its words to a probability, given the step and the rap's phrases."""

    def __init__(self, weights: Weights) -> None:
        self._w = weights

    def probabilities(
        self, scores: TextScores, belief: Sequence[float] | Floats, rap_cues: Sequence[float]
    ) -> Floats:
        """How likely each cue is, f32[c]."""
        rows = cue_rows(scores.cue, belief, rap_cues)
        odds = (self._w.cue_second * rows).sum(axis=1)
        probabilities: Floats = (1.0 / (1.0 + np.exp(-odds))).astype(np.float32)
        return probabilities

    def found(self, probabilities: Floats) -> list[tuple[str, float]]:
        """The cues above their thresholds, with their probabilities."""
        return [
            (name, float(p))
            for name, p, least in zip(
                self._w.cues, probabilities, self._w.cue_threshold, strict=True
            )
            if p >= least
        ]


def cue_rows(odds: Floats, belief: Sequence[float] | Floats, rap_cues: Sequence[float]) -> Floats:
    """What a `CueJudge` looks at for each cue, f32[c, 9]: odds, step, rap, any rap cue, 1."""
    n = len(odds)
    rows = np.empty((n, 9), dtype=np.float32)
    rows[:, 0] = odds
    rows[:, 1:6] = np.asarray(belief, dtype=np.float32)
    rows[:, 6] = rap_cues
    rows[:, 7] = max(rap_cues, default=0.0)
    rows[:, 8] = 1.0
    return rows


def _f32(values: NDArray[Any]) -> Floats:
    return values.astype(np.float32)


def _normalized(values: NDArray[Any]) -> Floats:
    floored = np.maximum(values, 1e-6)
    result: Floats = (floored / floored.sum()).astype(np.float32)
    return result


def _softmax(values: Floats) -> Floats:
    return _normalized(np.exp(values - values.max()))


def _shared(first: Floats, second: Floats) -> Floats:
    return _normalized((first + second) / 2)

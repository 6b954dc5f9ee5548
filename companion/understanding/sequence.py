"""From scores of single utterances to beliefs over a call: strictly forward, no look-ahead.

A hidden Markov model's forward filter runs over the utterances' own scores. Its belief is one
of the things that a linear model of the call so far looks at; the others are what is on now and
what has been on lately, how much of the call each step has had, and which cues came at all. That
model is learned on scores that were made for calls by hands outside of the training fold. On
calls by other hands it was right more often, and more honestly sure, than the filter, than the
average of both, and no less often than small neural networks (see docs/measuring.md).
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
FADES_STEP = (0.5, 0.8)
FADES_CUE = (0.7, 0.9)
"""What is left of earlier utterances' scores and cues with each new one: of lately, of a while."""
SETTLED = 8.0
FADE_SETTLED = 0.8
"""How much a belief set by the organizer counts, and what is left of that with each utterance."""
PASSED = 6.0
"""A step that the organizer set, and those before it, count as so many utterances at least."""
_LEAST = 1e-4
STEPS = 5


def figure_count(cues: int) -> int:
    """How many figures `StepSequence.figures` gives for so many cues."""
    return STEPS * (7 + 2 * len(FADES_STEP)) + cues * (2 + len(FADES_CUE))


def dense_count(cues: int) -> int:
    """How many figures `dense_figures` gives for so many cues."""
    return 3 * STEPS + 4 + cues


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
        self._filtered: Floats = weights.initial.copy()
        self._started = False
        self._settled = _zeros(STEPS)
        self._score_before = _zeros(STEPS)
        self._score_means = [_zeros(STEPS) for _ in FADES_STEP]
        self._chance_sums = [_zeros(STEPS) for _ in FADES_STEP]
        self._had = _zeros(STEPS)
        self._cue_most = _zeros(len(weights.cues))
        self._cue_sums = [_zeros(len(weights.cues)) for _ in FADES_CUE]

    def advance(self, scores: TextScores, evidence: Sequence[float] = (0.0,) * STEPS) -> Floats:
        """Weigh one utterance; f32[5], sums to 1.

        `evidence` is added to the scores: what the organizer's corrections taught.
        """
        extra = np.asarray(evidence, dtype=np.float32)
        row = self.figures(scores, extra)
        odds = self._w.sequence[:, :-1] @ row + self._w.sequence[:, -1] + extra + self._settled
        self._settled = _f32(FADE_SETTLED * self._settled)
        return _softmax(odds)

    def figures(self, scores: TextScores, extra: Floats | None = None) -> Floats:
        """Run the filter on and return what the linear model looks at, f32[m]."""
        w = self._w
        before = np.log(self._filtered + _LEAST)
        moved = self._filtered @ w.transition if self._started else self._filtered
        evened = scores.step - PRIOR_WEIGHT * w.prior
        taught = TEMPERATURE * evened + (0.0 if extra is None else extra)
        self._filtered = _normalized(moved * np.exp(taught - taught.max()))
        self._started = True
        self._had = _f32(self._had + self._filtered)
        chances = np.exp(scores.step)
        cues = 1.0 / (1.0 + np.exp(-scores.cue))
        for i, fade in enumerate(FADES_STEP):
            self._score_means[i] = _f32(fade * self._score_means[i] + (1 - fade) * scores.step)
            self._chance_sums[i] = _f32(fade * self._chance_sums[i] + chances)
        for i, fade in enumerate(FADES_CUE):
            self._cue_sums[i] = _f32(fade * self._cue_sums[i] + cues)
        self._cue_most = np.maximum(self._cue_most, _f32(cues))
        row = np.concatenate(
            [
                scores.step,
                self._score_before,
                *self._score_means,
                chances,
                *self._chance_sums,
                self._filtered,
                np.log(self._filtered + _LEAST),
                before,
                np.log1p(self._had),
                cues,
                *self._cue_sums,
                self._cue_most,
            ]
        )
        self._score_before = scores.step
        return _f32(row)

    def settle(self, belief: Sequence[float]) -> None:
        """Take a belief as given: the organizer set the step.

        It is where the filter goes on from, and outweighs what was heard for a few utterances.
        """
        self._filtered = np.asarray(belief, dtype=np.float32)
        self._settled = _f32(SETTLED * self._filtered)
        # As if the steps up to there had been talked about for a while: a call that has only
        # just begun would otherwise be taken back to its first step by the next utterance.
        passed = self._filtered[::-1].cumsum()[::-1]
        self._had = np.maximum(self._had, _f32(PASSED * passed))
        self._started = True


class CueJudge:
    """From a cue's log odds by its words to a probability, over one call.

    It knows the step, the rap's phrases, which cues came before (a welcome follows an ask), and
    which others the utterance holds.
    """

    def __init__(self, weights: Weights) -> None:
        self._w = weights
        self._lately = _zeros(len(weights.cues))
        self._most = _zeros(len(weights.cues))

    def advance(
        self, scores: TextScores, belief: Sequence[float] | Floats, rap_cues: Sequence[float]
    ) -> Floats:
        """How likely each cue is in the next utterance, f32[c].

        Args:
            scores: of the utterance by its words.
            belief: the steps' probabilities after it.
            rap_cues: how sure the rap's phrases are of each cue.
        """
        odds = (self._w.cue_second * self.figures(scores, belief, rap_cues)).sum(axis=1)
        return _f32(1.0 / (1.0 + np.exp(-odds)))

    def figures(
        self, scores: TextScores, belief: Sequence[float] | Floats, rap_cues: Sequence[float]
    ) -> Floats:
        """Take the next utterance and return what is looked at for each cue, f32[c, 2c + 11].

        Odds, step, rap, any rap cue, 1; the same cue before, at its clearest and lately; then
        every cue before, lately, and every cue now.
        """
        n = len(scores.cue)
        rows = np.empty((n, cue_figure_count(n)), dtype=np.float32)
        rows[:, 0] = scores.cue
        rows[:, 1:6] = np.asarray(belief, dtype=np.float32)
        rows[:, 6] = rap_cues
        rows[:, 7] = max(rap_cues, default=0.0)
        rows[:, 8] = 1.0
        rows[:, 9] = self._most
        rows[:, 10] = self._lately
        rows[:, 11 : 11 + n] = self._lately
        chances = _f32(1.0 / (1.0 + np.exp(-scores.cue)))
        rows[:, 11 + n :] = chances
        self._lately = _f32(FADES_CUE[0] * self._lately + chances)
        self._most = np.maximum(self._most, chances)
        return rows

    def found(self, probabilities: Floats, doubt: float = 0.0) -> list[tuple[str, float]]:
        """The cues above their thresholds, with their probabilities.

        `doubt`, in log-odds, raises the thresholds.
        """
        least = self._w.cue_threshold
        if doubt:
            least = _f32(least / (least + (1 - least) * np.exp(-doubt)))
        return [
            (name, float(p))
            for name, p, t in zip(self._w.cues, probabilities, least, strict=True)
            if p >= t
        ]


def cue_figure_count(cues: int) -> int:
    """How many figures `CueJudge.figures` gives for each of so many cues."""
    return 11 + 2 * cues


def _zeros(count: int) -> Floats:
    return np.zeros(count, dtype=np.float32)


def _f32(values: NDArray[Any]) -> Floats:
    return values.astype(np.float32)


def _normalized(values: NDArray[Any]) -> Floats:
    floored = np.maximum(values, 1e-6)
    return _f32(floored / floored.sum())


def _softmax(values: Floats) -> Floats:
    return _normalized(np.exp(values - values.max()))

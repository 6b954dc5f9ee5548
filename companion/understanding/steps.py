"""Which step the conversation is in: evidence of single utterances, weighed over time.

Two judges do the weighing, and neither looks ahead. The learned one (`sequence.StepSequence`)
serves languages with a trained artefact. The other one counts the rap's phrases and filters them
with the forward algorithm of a hidden Markov model; it serves every other rap. Around the judge,
`StepTracker` obeys the organizer's pins and corrections and learns from them.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from companion.domain.dialogue import AT_THE_START, Step, StepEstimate
from companion.understanding.learned import TextScores, Weights
from companion.understanding.rap import Rap, Tracking
from companion.understanding.sequence import StepSequence
from companion.understanding.vocabulary import STEP_NAMES
from companion.understanding.words import word_set

PerStep = tuple[float, float, float, float, float]
"""One figure for each of the steps 1 to 5."""

NO_EVIDENCE: PerStep = (0.0, 0.0, 0.0, 0.0, 0.0)
CORRECTED = 0.9
"""Probability of a step right after the organizer said that this is where we are."""
LEARNED_WORDS = 4
"""A correction is learned from so many of the last utterances."""
LEARNED_WEIGHT = 0.25
LEARNED_BIAS = 0.15
MAX_LEARNED = 1.5
LEAST_HASTE = 0.3
MOST_HASTE = 4.0
_COMMON = word_set(
    "i you he she it we they me him her us them my your his our their the a an and or but so if of "
    "to in on at for with from is are was were be been do does did have has had will would can "
    "could not no yes yeah okay oh um uh mm that this there here what who how why when where just "
    "like really know mean right well got get going about as all out up"
)


@dataclass(frozen=True, slots=True)
class UtteranceFeatures:
    """What a step model may look at: one utterance, in order, without what comes after it."""

    start_s: float
    words: tuple[str, ...] = field(repr=False)
    phrases: PerStep = NO_EVIDENCE
    """Places with a phrase that speaks for each step."""
    weak_words: PerStep = NO_EVIDENCE
    goals: PerStep = NO_EVIDENCE
    """Goals of each step that the utterance meets."""
    cues: PerStep = NO_EVIDENCE
    """Weights of the cues that speak for each step."""
    issues: int = 0
    """Issues of the fixed list that are mentioned."""
    roles: int = 0
    """Decision makers' roles that are mentioned."""
    plans: int = 0
    """Kinds of a next step that are mentioned."""
    whens: int = 0
    """Dates and times to come."""
    scores: TextScores | None = None
    """What the learned part makes of the words, where there is one."""


class StepModel(Protocol):
    """How likely an utterance is in each step."""

    def log_likelihoods(self, features: UtteranceFeatures) -> PerStep:
        """Log-likelihood for each step, up to a constant."""


class PhraseStepModel:
    """Counts the rap's phrases, cues and words, with a weak prior of time."""

    PHRASE = 1.2
    WORD = 0.4
    GOAL = 0.7
    TIME = 0.12
    CAP = 3.0
    # What is talked about: issues in step 2, who decides in 3, action in 4 and 5, a day in 5.
    ISSUE: PerStep = (0.0, 0.8, 0.3, 0.3, 0.0)
    ROLE: PerStep = (0.0, 0.2, 0.6, 0.4, 0.0)
    PLAN: PerStep = (0.0, 0.0, 0.0, 0.6, 0.7)
    WHEN: PerStep = (0.0, 0.0, 0.0, 0.2, 0.9)

    def __init__(self, rap: Rap) -> None:
        ends: list[float] = []
        for part in rap.steps:
            ends.append(part.pace_s + (ends[-1] if ends else 0.0))
        self._middles_s = [end - part.pace_s / 2 for end, part in zip(ends, rap.steps, strict=True)]
        self._spread_s = max(ends[-1] / len(ends), 1.0)

    def log_likelihoods(self, features: UtteranceFeatures) -> PerStep:
        """See `StepModel`."""
        values = []
        for i in range(len(Step)):
            evidence = (
                self.PHRASE * min(features.phrases[i], 2)
                + self.WORD * min(features.weak_words[i], 2)
                + self.GOAL * min(features.goals[i], 2)
                + features.cues[i]
                + self.ISSUE[i] * min(features.issues, 2)
                + self.ROLE[i] * min(features.roles, 1)
                + self.PLAN[i] * min(features.plans, 2)
                + self.WHEN[i] * min(features.whens, 1)
            )
            away = (features.start_s - self._middles_s[i]) / self._spread_s
            values.append(min(evidence, self.CAP) - self.TIME * min(abs(away), 4.0))
        return values[0], values[1], values[2], values[3], values[4]


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
        before = _likeliest(self._belief)
        transitions = _transitions(self._tracking, before, self._haste(before, features.start_s))
        moved = [
            sum(self._belief[i] * transitions[i][j] for i in range(len(Step)))
            for j in range(len(Step))
        ]
        self._belief = _per_step(
            _normalized([m * math.exp(score - top) for m, score in zip(moved, scores, strict=True)])
        )
        if _likeliest(self._belief) is not before:
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
        return _per_step(_normalized(belief))

    def settle(self, belief: PerStep) -> None:
        """See `StepJudge`."""
        self._sequence.settle(belief)


class StepTracker:
    """A judge, and what the organizer pinned and corrected."""

    def __init__(
        self, judge: StepJudge, sure: float, lean: PerStep = NO_EVIDENCE, hold: float = 0.0
    ) -> None:
        """Follow one call.

        Args:
            judge: weighs the utterances.
            sure: from this probability on, the estimate counts as sure.
            lean: log-odds that the rap gives each step besides.
            hold: log-odds for the step that is on.
        """
        self._judge = judge
        self._sure = sure
        self._lean = lean
        self._hold = hold
        self._belief: PerStep = AT_THE_START.distribution
        self._heard_any = False
        self._pinned: Step | None = None
        self._recent: deque[tuple[str, ...]] = deque(maxlen=LEARNED_WORDS)
        self._bias = [0.0] * len(Step)
        self._learned: dict[str, list[float]] = {}

    @property
    def estimate(self) -> StepEstimate:
        """The present estimate."""
        if self._pinned is not None:
            only = [float(step is self._pinned) for step in Step]
            return StepEstimate(self._pinned, 1.0, True, _per_step(only), pinned=True)
        step = _likeliest(self._belief)
        probability = self._belief[step - 1]
        sure = self._heard_any and probability >= self._sure
        return StepEstimate(step, probability, sure, self._belief)

    def hear(self, features: UtteranceFeatures) -> StepEstimate:
        """Weigh one utterance."""
        taught = self._learned_evidence(features.words)
        evidence = [a + b + c for a, b, c in zip(taught, self._bias, self._lean, strict=True)]
        if self._heard_any:
            evidence[_likeliest(self._belief) - 1] += self._hold
        self._belief = self._judge.advance(features, _per_step(evidence))
        self._heard_any = True
        self._recent.append(features.words)
        return self.estimate

    def pin(self, step: Step | None) -> StepEstimate:
        """Hold a step until `pin(None)`; then the companion follows again from there."""
        if step is not None:
            self._settle(step)
        self._pinned = step
        return self.estimate

    def correct(self, step: Step) -> StepEstimate:
        """'We are in this step now': obeyed, and learned from for the rest of the call."""
        was = self.estimate.step
        if was is not step:
            self._learn(step, was)
        if self._pinned is not None:
            self._pinned = step
        self._settle(step)
        return self.estimate

    def _settle(self, step: Step) -> None:
        rest = (1 - CORRECTED) / (len(Step) - 1)
        self._belief = _per_step([CORRECTED if s is step else rest for s in Step])
        self._judge.settle(self._belief)
        self._heard_any = True

    def _learn(self, right: Step, wrong: Step) -> None:
        self._shift(self._bias, right, wrong, LEARNED_BIAS)
        for word in {w for words in self._recent for w in words} - _COMMON:
            weights = self._learned.setdefault(word, [0.0] * len(Step))
            self._shift(weights, right, wrong, LEARNED_WEIGHT)

    @staticmethod
    def _shift(weights: list[float], right: Step, wrong: Step, by: float) -> None:
        weights[right - 1] = min(MAX_LEARNED, weights[right - 1] + by)
        weights[wrong - 1] = max(-MAX_LEARNED, weights[wrong - 1] - by)

    def _learned_evidence(self, words: tuple[str, ...]) -> list[float]:
        total = [0.0] * len(Step)
        if self._learned:
            for word in set(words):
                for i, weight in enumerate(self._learned.get(word, ())):
                    total[i] += weight
        return [max(-MAX_LEARNED, min(MAX_LEARNED, value)) for value in total]


def leaning(rap: Rap) -> PerStep:
    """The log-odds that the rap gives each step besides what is heard."""
    weights = rap.tracking.weights
    return (
        weights.make_space,
        weights.what_moves_you,
        weights.connect,
        weights.plan,
        weights.ask,
    )


def step_weights(rap: Rap) -> dict[str, tuple[Step, float]]:
    """Which step each cue of the rap speaks for, and how strongly."""
    return {c.name: (STEP_NAMES[c.step], c.weight) for c in rap.cues if c.step is not None}


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
        rows.append(_normalized(row))
    return rows


def _normalized(values: list[float]) -> list[float]:
    # A floor, so that no step is ever ruled out for good.
    floored = [max(v, 1e-6) for v in values]
    total = sum(floored)
    return [v / total for v in floored]


def _likeliest(belief: PerStep) -> Step:
    return Step(max(range(len(Step)), key=lambda i: belief[i]) + 1)


def _per_step(values: Sequence[float]) -> PerStep:
    return values[0], values[1], values[2], values[3], values[4]

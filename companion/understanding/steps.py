"""Which step the conversation is in: evidence of single utterances, weighed over time.

Two judges do the weighing, and neither looks ahead. The learned one (`sequence.StepSequence`)
serves languages with a trained artefact. The other one counts the rap's phrases and filters them
with the forward algorithm of a hidden Markov model; it serves every other rap. Around the judge,
`StepTracker` obeys the organizer's pins and corrections and learns from them.
"""

from __future__ import annotations

from companion.domain.dialogue import AT_THE_START, Step, StepEstimate
from companion.understanding.rap import Rap
from companion.understanding.step_belief import NO_EVIDENCE, PerStep, likeliest, per_step
from companion.understanding.step_judges import StepJudge
from companion.understanding.step_lessons import StepLessons
from companion.understanding.step_models import UtteranceFeatures
from companion.understanding.vocabulary import STEP_NAMES

CORRECTED = 0.9
"""Probability of a step right after the organizer said that this is where we are."""


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
        self._lessons = StepLessons()

    @property
    def estimate(self) -> StepEstimate:
        """The present estimate."""
        if self._pinned is not None:
            only = [float(step is self._pinned) for step in Step]
            return StepEstimate(self._pinned, 1.0, True, per_step(only), pinned=True)
        step = likeliest(self._belief)
        probability = self._belief[step - 1]
        sure = self._heard_any and probability >= self._sure
        return StepEstimate(step, probability, sure, self._belief)

    def hear(self, features: UtteranceFeatures) -> StepEstimate:
        """Weigh one utterance."""
        taught = self._lessons.evidence(features.words)
        evidence = [a + b for a, b in zip(taught, self._lean, strict=True)]
        if self._heard_any:
            evidence[likeliest(self._belief) - 1] += self._hold
        self._belief = self._judge.advance(features, per_step(evidence))
        self._heard_any = True
        self._lessons.heard(features.words)
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
            self._lessons.teach(step, was)
        if self._pinned is not None:
            self._pinned = step
        self._settle(step)
        return self.estimate

    def _settle(self, step: Step) -> None:
        rest = (1 - CORRECTED) / (len(Step) - 1)
        self._belief = per_step([CORRECTED if s is step else rest for s in Step])
        self._judge.settle(self._belief)
        self._heard_any = True


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

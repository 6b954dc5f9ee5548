"""What a single utterance says of the step, by the rap's own phrases, cues and words."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from companion.domain.dialogue import Step
from companion.understanding.learned import TextScores
from companion.understanding.rap import Rap
from companion.understanding.step_belief import NO_EVIDENCE, PerStep


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

"""Understanding of a whole call, utterance by utterance, strictly in order and with no look-ahead.

Composes the parts; each can be swapped for a better one that satisfies its protocol.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from companion.domain.dialogue import Cue, Heard, Question, Step, StepEstimate
from companion.domain.speech import Utterance
from companion.understanding.cues import CueDetector, ProposalMaker
from companion.understanding.dates import find_whens
from companion.understanding.evidence import Evidence, Group, PhraseBook
from companion.understanding.next_step import NextStepTracker
from companion.understanding.questions import QuestionDetector, RuleQuestionDetector
from companion.understanding.rap import Rap
from companion.understanding.steps import (
    PerStep,
    PhraseStepModel,
    StepModel,
    StepTracker,
    UtteranceFeatures,
    step_weights,
)
from companion.understanding.words import Spoken, read


class CallAnalyzer:
    """Hears one call. Holds what earlier utterances showed; never their text."""

    def __init__(
        self,
        rap: Rap,
        call_date: date,
        step_model: StepModel | None = None,
        questions: QuestionDetector | None = None,
    ) -> None:
        self._rap = rap
        self._call_date = call_date
        self._step_model = step_model or PhraseStepModel(rap)
        self._questions = questions or RuleQuestionDetector()
        self._book = PhraseBook(rap)
        self._cues = CueDetector(rap)
        self._step_weights = step_weights(rap)
        self._goal_steps = {g.id: part.number for part in rap.steps for g in part.goals}
        self._goals_by_cue: dict[str, list[str]] = {}
        for part in rap.steps:
            for goal in part.goals:
                for cue in goal.cues:
                    self._goals_by_cue.setdefault(cue, []).append(goal.id)
        self.reset()

    def reset(self) -> None:
        """Forget the call; the compiled rap stays."""
        self._tracker = StepTracker(
            self._step_model, self._rap.tracking, [part.pace_s for part in self._rap.steps]
        )
        self._proposals = ProposalMaker()
        self._next_step = NextStepTracker(self._rap)

    @property
    def estimate(self) -> StepEstimate:
        """Which step the conversation is in."""
        return self._tracker.estimate

    def pin(self, step: Step | None) -> StepEstimate:
        """Hold a step as the organizer says; None follows again."""
        return self._tracker.pin(step)

    def correct(self, step: Step) -> StepEstimate:
        """Go to a step as the organizer says, and learn from it."""
        return self._tracker.correct(step)

    def hear(self, utterance: Utterance) -> Heard:
        """Everything that can be told from the next utterance."""
        spoken = read(utterance.text)
        evidence = self._book.find(spoken)
        whens = find_whens(spoken, self._call_date)
        cues = self._cues.find(spoken, evidence, self._reachable(), whens)
        goals = self._goals(evidence, cues)
        features = self._features(utterance, spoken, evidence, cues, goals)
        step = self._tracker.hear(replace(features, whens=len(whens)))
        return Heard(
            utterance_i=utterance.i,
            questions=_exempted(spoken, self._questions.find(spoken), evidence),
            cues=cues,
            step=step,
            goals=goals,
            proposals=self._proposals.propose(utterance.i, spoken, evidence, cues, step.step),
            next_step=self._next_step.hear(spoken, evidence, cues, step.step, whens),
            invitations=len(evidence.of(Group.INVITATION)),
        )

    def _reachable(self) -> PerStep:
        """Steps that may be on: where we are, and the one after it."""
        at = self._tracker.estimate.distribution
        return (
            at[0],
            max(at[1], at[0]),
            max(at[2], at[1]),
            max(at[3], at[2]),
            max(at[4], at[3]),
        )

    def _goals(self, evidence: Evidence, cues: tuple[Cue, ...]) -> tuple[str, ...]:
        by_cue = (goal for cue in cues for goal in self._goals_by_cue.get(cue.name, ()))
        return tuple(dict.fromkeys((*evidence.names(Group.GOAL), *by_cue)))

    def _features(
        self,
        utterance: Utterance,
        spoken: Spoken,
        evidence: Evidence,
        cues: tuple[Cue, ...],
        goals: tuple[str, ...],
    ) -> UtteranceFeatures:
        goal_counts = [0.0] * len(Step)
        for goal in goals:
            goal_counts[self._goal_steps[goal] - 1] += 1
        cue_weights = [0.0] * len(Step)
        for cue in cues:
            if cue.name in self._step_weights:
                step, weight = self._step_weights[cue.name]
                cue_weights[step - 1] += weight * cue.probability
        return UtteranceFeatures(
            start_s=utterance.start_s,
            words=tuple(spoken.norms),
            phrases=evidence.counts_by_step(Group.STEP_PHRASE),
            weak_words=evidence.counts_by_step(Group.STEP_WORD),
            goals=(goal_counts[0], goal_counts[1], goal_counts[2], goal_counts[3], goal_counts[4]),
            issues=len(evidence.names(Group.ISSUE)),
            roles=len(evidence.names(Group.ROLE)),
            plans=len(evidence.names(Group.NEXT_STEP)),
            cues=(cue_weights[0], cue_weights[1], cue_weights[2], cue_weights[3], cue_weights[4]),
        )


def _exempted(
    spoken: Spoken, questions: tuple[Question, ...], evidence: Evidence
) -> tuple[Question, ...]:
    """Mark the questions that need a yes or a no: consent, the time, the ask, reading back."""
    spans = [
        (spoken.words[m.first].start_char, spoken.words[m.end - 1].end_char)
        for m in evidence.of(Group.EXEMPT)
    ]
    return tuple(
        replace(q, exempt=any(first < q.end_char and q.start_char < end for first, end in spans))
        for q in questions
    )

"""Understanding of a whole call, utterance by utterance, strictly in order and with no look-ahead.

Composes the parts; each can be swapped for a better one that satisfies its protocol. Where a
learned artefact ships for the rap's language, it judges the step and the cues; the rap's phrases
are among its inputs. Elsewhere the phrases judge alone.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from companion.domain.dialogue import Cue, Heard, Question, Step, StepEstimate
from companion.domain.speech import Utterance
from companion.understanding import answers, ngrams
from companion.understanding.answers import AnswerFigures, AnswerModel, Floats
from companion.understanding.cues import CueDetector
from companion.understanding.evidence import Evidence, Group
from companion.understanding.language import language_of
from companion.understanding.learned import LearnedModel, TextScores
from companion.understanding.learned_parts import answers_for, learned_for, questions_for
from companion.understanding.next_step import NextStepTracker
from companion.understanding.next_step_phrases import PhraseNextStep
from companion.understanding.observe import Observation, Observer, rap_cue_row
from companion.understanding.proposals import ProposalMaker
from companion.understanding.questions import QuestionDetector
from companion.understanding.rap import Rap
from companion.understanding.sequence import CueJudge
from companion.understanding.step_belief import PerStep
from companion.understanding.step_judges import LearnedJudge, PhraseJudge, StepJudge
from companion.understanding.step_models import PhraseStepModel, StepModel, UtteranceFeatures
from companion.understanding.steps import StepTracker, leaning, step_weights
from companion.understanding.words import Spoken


class CallAnalyzer:
    """Hears one call. Keeps the words of the last two utterances, and no other text."""

    def __init__(
        self,
        rap: Rap,
        call_date: date,
        step_model: StepModel | None = None,
        questions: QuestionDetector | None = None,
        learned_model: LearnedModel | None = None,
        answer_model: AnswerModel | None = None,
        observer: Observer | None = None,
    ) -> None:
        """Compile the rap and load what was learned for its language.

        `step_model` takes the place of everything learned about steps and cues;
        `learned_model` and `answer_model` that of what ships. An `observer` of the same rap may
        be shared by analyzers.
        """
        self._rap = rap
        self._call_date = call_date
        shipped = learned_model or learned_for(rap)
        self._model = None if step_model is not None else shipped
        self._step_model = step_model or PhraseStepModel(rap)
        self._questions = questions or questions_for(rap)
        self._observer = observer or Observer(rap)
        self._answer_model = answer_model or answers_for(rap)
        self._cues = CueDetector(rap)
        self._step_weights = step_weights(rap)
        self.reset()

    def reset(self) -> None:
        """Forget the call; the compiled rap stays."""
        judge: StepJudge
        if self._model is not None:
            judge = LearnedJudge(self._model.weights)
            self._cue_judge = CueJudge(self._model.weights)
        else:
            paces_s = [part.pace_s for part in self._rap.steps]
            judge = PhraseJudge(self._step_model, self._rap.tracking, paces_s)
        self._tracker = StepTracker(
            judge, self._rap.tracking.sure, leaning(self._rap), self._rap.tracking.hold
        )
        self._proposals = ProposalMaker(self._rap, self._answer_model)
        self._answer_figures = AnswerFigures()
        self._next_step = _next_step_tracker(self._rap)
        self._before: deque[tuple[str, ...]] = deque(maxlen=ngrams.BEFORE)

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
        """Everything that can be told from the next utterance.

        Of words that the learned part does not understand nothing is told, and no step is taken.
        """
        seen = self._observer.look(utterance.text, self._call_date)
        if self._model is not None and not self._model.understands(seen.tokens):
            return Heard(utterance.i, (), (), self._tracker.estimate, ())
        spoken, evidence = seen.spoken, seen.evidence
        reachable = self._reachable()
        by_phrase = self._cues.find(spoken, evidence, reachable, seen.whens)
        scores = self._scores(seen)
        step = self._tracker.hear(self._features(utterance, seen, by_phrase, scores))
        cues, figures = by_phrase, None
        if scores is not None:
            likely = self._likely(seen, scores, step)
            cues = self._judged(seen, likely, step, reachable)
            figures = self._answer_weighed(seen, likely, step)
        return Heard(
            utterance_i=utterance.i,
            questions=_exempted(spoken, self._questions.find(spoken), evidence),
            cues=cues,
            step=step,
            goals=self._observer.goals(evidence, cues),
            proposals=self._proposals.propose(
                utterance.i, spoken, evidence, cues, step.step, figures
            ),
            next_step=self._next_step.hear(
                spoken, evidence, cues, step.step, seen.whens, self._proposals.answer
            ),
            invitations=len(evidence.of(Group.INVITATION)),
        )

    def _scores(self, seen: Observation) -> TextScores | None:
        model = self._model
        if model is None:
            return None
        dense = self._observer.dense(seen, model.weights.cues)
        scores = model.score(seen.tokens, tuple(self._before), dense)
        self._before.appendleft(seen.tokens)
        return scores

    def _likely(self, seen: Observation, scores: TextScores, step: StepEstimate) -> Floats:
        """How likely each learned cue is, f32[c]."""
        assert self._model is not None
        weights = self._model.weights
        rap_row = rap_cue_row(seen.rap_cues, weights.cues)
        return self._cue_judge.advance(scores, step.distribution, rap_row)

    def _answer_weighed(self, seen: Observation, likely: Floats, step: StepEstimate) -> Floats:
        """The figures of the answer to the ask with this utterance weighed."""
        assert self._model is not None
        by_name = dict(zip(self._model.weights.cues, likely.tolist(), strict=True))
        told = seen.evidence.names(Group.ANSWER)
        self._answer_figures.hear(
            answers.signs(by_name, step.distribution, told, seen.spoken.norms)
        )
        return self._answer_figures.row

    def _judged(
        self, seen: Observation, probabilities: Floats, step: StepEstimate, reachable: PerStep
    ) -> tuple[Cue, ...]:
        """The cues by the learned part, and those of the rap's that it never learned of.

        The rap's word on the steps in which a cue counts holds here too.
        """
        assert self._model is not None
        likely = tuple(map(max, zip(step.distribution, reachable, strict=True)))
        known = self._model.weights.cues
        found = self._cue_judge.found(probabilities, self._rap.tracking.cue_doubt)
        spans = {cue.name: cue for cue in seen.rap_cues}
        return (
            *(
                _with_span(name, p, spans.get(name), seen.spoken)
                for name, p in found
                if self._cues.in_play(name, likely)
            ),
            *(cue for cue in seen.rap_cues if cue.name not in known),
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

    def _features(
        self,
        utterance: Utterance,
        seen: Observation,
        cues: Sequence[Cue],
        scores: TextScores | None,
    ) -> UtteranceFeatures:
        evidence = seen.evidence
        cue_weights = [0.0] * len(Step)
        for cue in cues:
            if cue.name in self._step_weights:
                step, weight = self._step_weights[cue.name]
                cue_weights[step - 1] += weight * cue.probability
        goals = self._observer.goals_by_step(self._observer.goals(evidence, cues))
        return UtteranceFeatures(
            start_s=utterance.start_s,
            words=tuple(seen.spoken.norms),
            phrases=evidence.counts_by_step(Group.STEP_PHRASE),
            weak_words=evidence.counts_by_step(Group.STEP_WORD),
            goals=(goals[0], goals[1], goals[2], goals[3], goals[4]),
            issues=len(evidence.names(Group.ISSUE)),
            roles=len(evidence.names(Group.ROLE)),
            plans=len(evidence.names(Group.NEXT_STEP)),
            whens=len(seen.whens),
            cues=(cue_weights[0], cue_weights[1], cue_weights[2], cue_weights[3], cue_weights[4]),
            scores=scores,
        )


def _next_step_tracker(rap: Rap) -> NextStepTracker | PhraseNextStep:
    """The close reading where the rap is English, else by the rap's phrases."""
    language = language_of(rap.language)
    if language.is_english:
        return NextStepTracker(rap)
    return PhraseNextStep(rap, language.corrections, language.spelling)


def _with_span(name: str, probability: float, by_phrase: Cue | None, spoken: Spoken) -> Cue:
    """The phrase that shows the cue where there is one, else the whole utterance."""
    if by_phrase is not None:
        return replace(by_phrase, probability=probability)
    words = spoken.words
    if not words:
        return Cue(name, 0, 0, probability)
    return Cue(name, words[0].start_char, words[-1].end_char, probability)


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

"""Calls that are played again and again with other values of the same rap.

What the values cannot change is worked out once for each line: its words and phrases, its
questions, the scores of the learned part. What is left, the weighing over the call and the cards,
takes a fraction of the time. The texts of practice calls stay in memory, and nowhere else.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from companion.domain.dialogue import Question, QuestionKind
from companion.domain.prompt import PromptKind
from companion.settings import CallSettings
from companion.trainer.card_faults import TEN_MINUTES_S, card_faults
from companion.trainer.knobs import Values, with_values
from companion.trainer.labelled import LabelledCall, bare
from companion.trainer.matching import match_questions
from companion.trainer.played import Played, play
from companion.understanding.analyzer import CallAnalyzer
from companion.understanding.learned import LearnedModel, TextScores
from companion.understanding.learned_parts import answers_for, learned_for, questions_for
from companion.understanding.observe import Observation, Observer
from companion.understanding.questions import QuestionDetector
from companion.understanding.rap import Rap
from companion.understanding.words import Spoken

LEAST_VISIT = 3
"""A step that is on for fewer lines leaves no time for a card of its own."""
COUNTS = (
    "ten_minutes",
    "false_nudges",
    "wrong_cards",
    "steps_right",
    "lines",
    "closed_right",
    "closed_wrong",
    "closed_missed",
    "visits_with_card",
    "visits",
    "runs_nudged",
    "runs",
)
"""What is counted of each call, in this order."""


class Rehearsal:
    """Some calls and one rap, ready to be played with other values."""

    def __init__(self, calls: Sequence[LabelledCall], rap: Rap, settings: CallSettings) -> None:
        """Look at every call, as written and bare."""
        self._rap = rap
        self._settings = settings
        self._calls = [(call, bare(call)) for call in calls]
        self._observer = _RememberingObserver(rap)
        self._questions = _RememberingDetector(questions_for(rap))
        model = learned_for(rap)
        self._model = None if model is None else _RememberingModel(model)
        self._answers = answers_for(rap)

    def count(self, values: Values) -> list[list[float]]:
        """Play all calls with these values.

        Returns: `COUNTS` of each call, both of its forms together.
        """
        rap = with_values(self._rap, values)
        rows = []
        for forms in self._calls:
            found = [_counts(self._play(form, rap), rap) for form in forms]
            rows.append([a + b for a, b in zip(*found, strict=True)])
        return rows

    def _play(self, call: LabelledCall, rap: Rap) -> Played:
        analyzer = CallAnalyzer(
            rap,
            call.call_date,
            questions=self._questions,
            learned_model=self._model,
            answer_model=self._answers,
            observer=self._observer,
        )
        return play(call, rap, self._settings, analyzer)


class _RememberingObserver(Observer):
    def __init__(self, rap: Rap) -> None:
        super().__init__(rap)
        self._looks: dict[tuple[str, date], Observation] = {}
        self._rows: dict[int, list[float]] = {}

    def look(self, text: str, call_date: date) -> Observation:
        """See `Observer`."""
        found = self._looks.get((text, call_date))
        if found is None:
            found = self._looks[(text, call_date)] = super().look(text, call_date)
        return found

    def dense(self, seen: Observation, cue_names: Sequence[str]) -> list[float]:
        """See `Observer`; observations are kept, so that their ids stay their own."""
        found = self._rows.get(id(seen))
        if found is None:
            found = self._rows[id(seen)] = super().dense(seen, cue_names)
        return found


class _RememberingDetector:
    def __init__(self, detector: QuestionDetector) -> None:
        self._detector = detector
        self._found: dict[str, tuple[Question, ...]] = {}

    def find(self, spoken: Spoken) -> tuple[Question, ...]:
        """See `QuestionDetector`."""
        found = self._found.get(spoken.text)
        if found is None:
            found = self._found[spoken.text] = self._detector.find(spoken)
        return found


class _RememberingModel(LearnedModel):
    def __init__(self, model: LearnedModel) -> None:
        super().__init__(model.weights)
        self._understood: dict[tuple[str, ...], bool] = {}
        self._scores: dict[tuple[object, ...], TextScores] = {}

    def understands(self, words: Sequence[str]) -> bool:
        """See `LearnedModel`."""
        key = tuple(words)
        if key not in self._understood:
            self._understood[key] = super().understands(words)
        return self._understood[key]

    def score(
        self, words: Sequence[str], before: Sequence[Sequence[str]], dense: Sequence[float]
    ) -> TextScores:
        """See `LearnedModel`."""
        key = (tuple(words), tuple(map(tuple, before)), tuple(dense))
        found = self._scores.get(key)
        if found is None:
            found = self._scores[key] = super().score(words, before, dense)
        return found


def _counts(played: Played, rap: Rap) -> list[float]:
    faults = card_faults(played, rap.timing.closed_run)
    false_nudges = sum(fault.false_nudge for fault in faults)
    right = sum(t is g for t, g in zip(played.truth, played.guesses, strict=True))
    hits, wrong, missed = _closed(played)
    helped, visits = _visits(played)
    nudged, runs = _runs(played, rap.timing.closed_run)
    return [
        played.turns[-1].utterance.end_s / TEN_MINUTES_S,
        false_nudges,
        len(faults) - false_nudges,
        right,
        len(played.turns),
        hits,
        wrong,
        missed,
        helped,
        visits,
        nudged,
        runs,
    ]


def _closed(played: Played) -> tuple[int, int, int]:
    """Closed questions found, found wrongly, and missed."""
    hits = found = wanted = 0
    for labelled, turn in played.pairs:
        pairs = match_questions(labelled.questions, turn.questions)
        hits += sum(
            span.label == QuestionKind.CLOSED.value and question.kind is QuestionKind.CLOSED
            for span, question in pairs
        )
        found += sum(question.kind is QuestionKind.CLOSED for question in turn.questions)
        wanted += sum(span.label == QuestionKind.CLOSED.value for span in labelled.questions)
    return hits, found - hits, wanted - hits


@dataclass(slots=True)
class _Visit:
    step: int
    lines: int = 0
    card: bool = False


def _visits(played: Played) -> tuple[int, int]:
    """Visits of steps that are long enough for a card, and how many of them had one."""
    visits: list[_Visit] = []
    for labelled, turn in played.pairs:
        if not visits or visits[-1].step != int(labelled.step):
            visits.append(_Visit(int(labelled.step)))
        visits[-1].lines += 1
        card = turn.card
        if card is not None and card.kind is not PromptKind.NUDGE and card.step == labelled.step:
            visits[-1].card = True
    long = [visit for visit in visits if visit.lines >= LEAST_VISIT]
    return sum(visit.card for visit in long), len(long)


def _runs(played: Played, closed_run: int) -> tuple[int, int]:
    """Runs of closed questions by their labels, and how many of them were answered by a nudge."""
    nudged = runs = run = 0
    answered = True
    for labelled, turn in played.pairs:
        before = run
        for span in labelled.questions:
            if span.label == QuestionKind.OPEN.value:
                before = run = 0
            elif span.label == QuestionKind.CLOSED.value:
                run += 1
        if turn.heard.invitations:
            before = run = 0
        if before < closed_run <= run:
            runs += 1
            answered = False
        nudge = turn.card is not None and turn.card.kind is PromptKind.NUDGE
        if nudge and run >= closed_run and not answered:
            nudged += 1
            answered = True
    return nudged, runs

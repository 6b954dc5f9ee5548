"""Where labelled calls came out worst, with what was said around it.

These values quote role-play calls. They are for the report that a trainer asks for, and for
nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from companion.domain.dialogue import QuestionKind
from companion.domain.prompt import PromptKind
from companion.trainer.card_faults import card_faults
from companion.trainer.matching import match_questions
from companion.trainer.played import Played
from companion.understanding.rap import Rap

WORST = 10
_BEFORE, _AFTER, _LONGEST = 2, 1, 5
_NUDGE_WEIGHT, _CARD_WEIGHT, _QUESTION_WEIGHT = 2.0, 1.5, 0.5
_TOLD_APART = (QuestionKind.OPEN.value, QuestionKind.CLOSED.value)


@dataclass(frozen=True, slots=True)
class ContextLine:
    """A line of a call, and whether it is one that came out wrong."""

    start_s: float
    text: str = field(repr=False)
    missed: bool


@dataclass(frozen=True, slots=True)
class CallMiss:
    """One thing that came out wrong in a labelled call."""

    call_id: str
    text: str = field(repr=False)
    """What happened, in one sentence."""
    weight: float
    """How bad it is: how long it lasted, and how sure the companion was."""
    context: tuple[ContextLine, ...] = field(repr=False)


def worst_misses(played: Sequence[Played], rap: Rap, most: int = WORST) -> tuple[CallMiss, ...]:
    """The worst, of steps, cards and questions alike; the worst first."""
    found = [miss for p in played for miss in _misses(p, rap)]
    return tuple(sorted(found, key=lambda miss: -miss.weight)[:most])


def _misses(played: Played, rap: Rap) -> Iterator[CallMiss]:
    yield from _step_misses(played, rap)
    yield from _card_misses(played, rap)
    yield from _question_misses(played)


def _step_misses(played: Played, rap: Rap) -> Iterator[CallMiss]:
    """Stretches of a call in which one step was taken for another."""
    steps = list(zip(played.truth, played.guesses, strict=True))
    for (truth, guess), run in groupby(range(len(steps)), key=lambda at: steps[at]):
        if truth is guess:
            continue
        places = list(run)
        weight = sum(played.turns[at].heard.step.probability for at in places)
        many = len(places) > 1
        lines = f"{len(places)} lines in a row" if many else "One line"
        text = (
            f"{lines} of step {int(truth)} ({rap.step(truth).name}) {'were' if many else 'was'} "
            f"taken for step {int(guess)} ({rap.step(guess).name})"
        )
        if any(played.turns[at].heard.step.sure for at in places):
            text += ", and the companion was sure of it"
            weight *= 2
        yield _miss(played, text, weight, places)


def _card_misses(played: Played, rap: Rap) -> Iterator[CallMiss]:
    for fault in card_faults(played, rap.timing.closed_run):
        card = played.turns[fault.at].card
        assert card is not None
        if fault.false_nudge:
            text = f"A nudge came up without a run of closed questions: “{card.text}”"
            yield _miss(played, text, _NUDGE_WEIGHT, [fault.at])
        else:
            weight = _CARD_WEIGHT * (2 if card.kind is PromptKind.ASK else 1)
            labelled = int(played.truth[fault.at])
            text = f"A card of step {card.step} came up in step {labelled}: “{card.text}”"
            yield _miss(played, text, weight, [fault.at])


def _question_misses(played: Played) -> Iterator[CallMiss]:
    """Open and closed questions that were taken for each other."""
    for at, (labelled, turn) in enumerate(played.pairs):
        for span, question in match_questions(labelled.questions, turn.questions):
            found = question.kind.value
            if span.label != found and {span.label, found} <= set(_TOLD_APART):
                article = "An open" if span.label == QuestionKind.OPEN.value else "A closed"
                text = f"{article} question was taken for {_article(found)} one: “{span.text}”"
                yield _miss(played, text, _QUESTION_WEIGHT * question.probability, [at])


def _article(kind: str) -> str:
    return f"an {kind}" if kind.startswith("o") else f"a {kind}"


def _miss(played: Played, text: str, weight: float, places: Sequence[int]) -> CallMiss:
    first, last = places[0], min(places[-1], places[0] + _LONGEST - 1)
    lines = tuple(
        ContextLine(turn.utterance.start_s, turn.utterance.text, first <= at <= last)
        for at, turn in enumerate(played.turns)
        if first - _BEFORE <= at <= last + _AFTER
    )
    return CallMiss(played.call.call_id, text, weight, lines)

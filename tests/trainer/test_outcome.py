"""What a call came to, in the words of labelled calls."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from companion.domain.call import CallState
from companion.domain.dialogue import Field, NextStep, Origin, Proposal, QuestionKind
from companion.domain.summary import StepCoverage, Summary
from companion.settings import CallSettings
from companion.trainer.labelled import COMMITMENTS, ISSUES
from companion.trainer.outcome import Outcome, outcome_of, phrase, summary_of
from companion.trainer.replay import replay_all
from tests.trainer.calls import labelled, question, turn
from tests.understanding.calls import MONDAY, shipped_rap, store_call

RAP = shipped_rap()
EMPTY = summary_of((), CallState(date(2026, 3, 2)), RAP)


def heard(field: Field, value: str) -> Proposal:
    return Proposal(field, value, Origin.HEARD, 0.9)


def of(summary: Summary) -> Outcome:
    return outcome_of(summary, (), RAP)


def test_outcome_of_the_scripted_call() -> None:
    utterances = [utterance for utterance, _ in store_call()]
    turns, replay = replay_all(utterances, RAP, MONDAY, CallSettings())
    found = outcome_of(summary_of(turns, replay.state, RAP), turns, RAP)
    assert found.commitment == "yes"
    assert found.next_who == "them"
    assert found.next_what in {phrase(kind.id, RAP.next_steps) for kind in RAP.next_steps}
    assert found.self_care_offered
    assert found.steps_reached == (1, 2, 3, 4, 5)


def test_outcome_speaks_in_phrases_and_not_in_ids() -> None:
    kind = RAP.next_steps[0]
    found = of(
        replace(
            EMPTY,
            ask=heard(Field.ASK, kind.id),
            next_step=NextStep("them", kind.id, "2026-03-05"),
        )
    )
    assert found.ask == found.next_what == kind.text[:1].lower() + kind.text[1:]


@pytest.mark.parametrize(
    ("commitment", "ask", "expected"),
    [
        (None, None, "not_asked"),
        (None, "sign", "maybe"),
        ("no", "sign", "no"),
        ("yes", None, "yes"),
    ],
)
def test_outcome_commitment(commitment: str | None, ask: str | None, expected: str) -> None:
    summary = replace(
        EMPTY,
        commitment=heard(Field.COMMITMENT, commitment) if commitment else None,
        ask=heard(Field.ASK, ask) if ask else None,
    )
    assert of(summary).commitment == expected


def test_outcome_counts_questions_as_labellers_do() -> None:
    kinds = [*QuestionKind, QuestionKind.CLOSED]
    questions = tuple(question(i, i + 1, kind) for i, kind in enumerate(kinds))
    found = outcome_of(EMPTY, [turn(labelled(1).utterance, 1, questions=questions)], RAP)
    assert (found.open_count, found.closed_count) == (1, 2)


def test_outcome_steps_reached_are_covered_ones_and_sure_ones() -> None:
    said = labelled(1).utterance
    turns = [turn(said, 2), turn(said, 4, sure=False)]
    coverage = tuple(StepCoverage(n, "", n in (1, 3), (), ()) for n in range(1, 6))
    found = outcome_of(replace(EMPTY, coverage=coverage), turns, RAP)
    assert found.steps_reached == (1, 2, 3)


def test_outcome_of_silence_proposes_nothing() -> None:
    found = of(EMPTY)
    assert not found.has_next_step
    assert (found.issues, found.decision_maker, found.ask, found.follow_up) == (
        (),
        None,
        None,
        None,
    )
    assert found.commitment == "not_asked"


@pytest.mark.parametrize(
    ("value", "expected"),
    [("not in the list", "not in the list"), ("HR", "HR"), ("Somebody", "somebody"), ("", "")],
)
def test_outcome_phrase_of_a_value_outside_the_list(value: str, expected: str) -> None:
    assert phrase(value, RAP.roles) == expected


def test_outcome_the_raps_lists_are_the_labellers() -> None:
    assert {issue.id for issue in RAP.issues} == set(ISSUES)
    assert set(COMMITMENTS) == {"yes", "no", "maybe", "not_asked"}

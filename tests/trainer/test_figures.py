"""The figures of small calls, computed by hand."""

from __future__ import annotations

import pytest

from companion.domain.dialogue import QuestionKind, Step
from companion.trainer.bootstrap import Bootstrap
from companion.trainer.figures import (
    Figures,
    card_figures,
    confusion,
    cue_figures,
    outcome_figures,
    question_figures,
    step_figures,
    time_figures,
)
from companion.trainer.played import Played
from tests.trainer.calls import (
    CARD,
    labelled,
    labelled_call,
    outcome,
    played_once,
    played_outcome,
    played_steps,
    question,
    span,
    truth,
    turn,
)

MEETING = ("them", "come to the meeting", "2026-03-05T18:30")


def value(figures: Figures, name: str) -> float | None:
    return figures[name].value


def test_figures_confusion_has_the_truth_in_rows() -> None:
    matrix = confusion([Step(1), Step(1), Step(2)], [Step(1), Step(2), Step(2)])
    assert matrix[0].tolist() == [1, 1, 0, 0, 0]
    assert matrix[1].tolist() == [0, 1, 0, 0, 0]


def test_figures_of_steps() -> None:
    played = [played_steps("1122", "1112", sure="yyny"), played_steps("33", "33", sure="ny")]
    figures = step_figures(played, Bootstrap(2))
    assert value(figures, "steps.accuracy") == pytest.approx(5 / 6)
    assert figures["steps.accuracy"].count == 6
    # F1: step 1 2*2/(4+1) = .8; step 2 2/(2+1) = .667; step 3 1; steps 4 and 5 do not occur
    assert value(figures, "steps.macro_f1") == pytest.approx((0.8 + 2 / 3 + 1) / 3)
    assert value(figures, "steps.1.precision") == pytest.approx(2 / 3)
    assert value(figures, "steps.1.recall") == 1.0
    assert value(figures, "steps.2.recall") == 0.5
    assert value(figures, "steps.4.f1") is None
    assert value(figures, "steps.sure_share") == pytest.approx(4 / 6)
    assert value(figures, "steps.sure_accuracy") == 1.0
    assert figures["steps.sure_accuracy"].count == 4
    assert value(figures, "steps.delay_median") == 1.0
    assert figures["steps.delay_median"].count == 1
    assert value(figures, "steps.changes_noticed") == 1.0


def test_figures_of_changes_that_were_missed() -> None:
    played = [played_steps("1223", "1112"), played_steps("12", "12")]
    figures = step_figures(played, Bootstrap(2))
    # delays: never, never, 0
    assert value(figures, "steps.delay_median") is None
    assert value(figures, "steps.changes_noticed") == pytest.approx(1 / 3)


def test_figures_of_questions() -> None:
    said = labelled(1, questions=(span(0, 10), span(11, 20, "open"), span(21, 30, "narrow")))
    heard = turn(
        said.utterance,
        1,
        questions=(
            question(0, 10),
            question(12, 20, QuestionKind.CLOSED),  # found, of the wrong kind
            question(32, 40, QuestionKind.OPEN),  # not labelled
        ),
    )
    figures = question_figures([played_once(said, heard)], Bootstrap(1))
    assert value(figures, "questions.any.precision") == pytest.approx(2 / 3)
    assert value(figures, "questions.any.recall") == pytest.approx(2 / 3)
    assert value(figures, "questions.closed.precision") == 0.5
    assert value(figures, "questions.closed.recall") == 1.0
    assert value(figures, "questions.open.f1") == 0.0
    assert value(figures, "questions.narrow.precision") is None
    assert value(figures, "questions.narrow.recall") == 0.0
    assert value(figures, "questions.rhetorical.f1") is None
    assert value(figures, "questions.kind_accuracy") == 0.5
    assert figures["questions.kind_accuracy"].count == 2


def test_figures_of_questions_stay_within_their_utterance() -> None:
    first, second = labelled(1, 0, questions=(span(0, 10),)), labelled(1, 1)
    turns = (turn(first.utterance, 1), turn(second.utterance, 1, questions=(question(0, 10),)))
    played = Played(labelled_call([first, second]), turns, outcome(), 0)
    figures = question_figures([played], Bootstrap(1))
    assert value(figures, "questions.any.f1") == 0.0


def test_figures_of_cues() -> None:
    said = labelled(1, cues=("agenda", "reflection"))
    heard = turn(said.utterance, 1, cues=("agenda", "own_story"))
    figures = cue_figures([played_once(said, heard)], Bootstrap(1))
    assert value(figures, "cues.agenda.f1") == 1.0
    assert value(figures, "cues.reflection.recall") == 0.0
    assert value(figures, "cues.own_story.precision") == 0.0
    assert value(figures, "cues.hard_ask.f1") is None
    assert value(figures, "cues.micro_f1") == 0.5
    assert value(figures, "cues.macro_f1") == pytest.approx(1 / 3)
    assert figures["cues.macro_f1"].count == 2


def test_figures_of_outcomes() -> None:
    played = [
        played_outcome(
            truth(("wages", "safety"), "store manager", "yes", MEETING),
            outcome(("wages", "respect"), "manager", "yes", ("both", *MEETING[1:])),
        ),
        played_outcome(truth(("respect",), None, "no"), outcome((), "owner", "maybe")),
        played_outcome(None, outcome(("wages",), "owner", "yes", MEETING)),
    ]
    figures = outcome_figures(played, Bootstrap(3))
    # issues: 1 right, 1 wrong, 2 missed; the call without a truth is not judged
    assert value(figures, "issues.precision") == 0.5
    assert value(figures, "issues.recall") == pytest.approx(1 / 3)
    assert value(figures, "decision_maker.accuracy") == 0.5
    assert figures["decision_maker.accuracy"].count == 2
    assert value(figures, "commitment.accuracy") == 0.5
    assert value(figures, "next_step.who") == 0.0
    assert value(figures, "next_step.when") == 1.0
    assert value(figures, "next_step.what") == 1.0
    assert figures["next_step.who"].count == 1


def test_figures_a_next_step_out_of_thin_air_counts_against() -> None:
    played = [
        played_outcome(truth(), outcome(next_step=("them", "come to the meeting", None))),
        played_outcome(truth(), outcome()),
    ]
    figures = outcome_figures(played, Bootstrap(2))
    for part in ("who", "when", "what"):
        assert value(figures, f"next_step.{part}") == 0.0
        assert figures[f"next_step.{part}"].count == 1


def test_figures_a_next_step_that_was_not_found_is_wrong() -> None:
    figures = outcome_figures(
        [played_outcome(truth(next_step=("them", "come", None)), outcome())], Bootstrap(1)
    )
    assert [value(figures, f"next_step.{p}") for p in ("who", "when", "what")] == [0.0, 0.0, 0.0]


def test_figures_of_cards() -> None:
    said = [labelled(1, i) for i in range(6)]  # the last ends at 54 s; 24 s are spoken
    turns = tuple(
        turn(u.utterance, 1, card=CARD if u.utterance.i in (2, 4) else None) for u in said
    )
    figures = card_figures([Played(labelled_call(said), turns, outcome(), 3)], Bootstrap(1))
    assert value(figures, "cards.a_minute") == pytest.approx(2 / (54 / 60))
    assert value(figures, "cards.a_speaking_minute") == pytest.approx(2 / (24 / 60))
    assert value(figures, "cards.while_listening") == 3.0


def test_figures_of_time_are_in_milliseconds() -> None:
    said = [labelled(1, i) for i in range(20)]
    turns = tuple(turn(u.utterance, 1, took_s=(u.utterance.i + 1) / 1000) for u in said)
    figures = time_figures([Played(labelled_call(said), turns, outcome(), 0)], Bootstrap(1))
    assert value(figures, "time_ms.p50") == pytest.approx(10.0)
    assert value(figures, "time_ms.p95") == pytest.approx(19.0)


def test_figures_of_steps_reached() -> None:
    call = played_steps("1122", "1122")
    reached = Played(call.call, call.turns, outcome(steps_reached=(1, 3)), 0)
    figures = step_figures([reached], Bootstrap(1))
    assert value(figures, "steps.reached.precision") == 0.5
    assert value(figures, "steps.reached.recall") == 0.5

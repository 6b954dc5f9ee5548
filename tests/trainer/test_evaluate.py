"""A whole evaluation, on two small calls through the real understanding."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import pytest

from companion.errors import InputError
from companion.trainer.call_form import parse_call
from companion.trainer.evaluate import Evaluation, evaluate
from companion.trainer.labelled import CUES, PII_TYPES, LabelledCall
from tests.trainer.calls import CALL_TEXT
from tests.understanding.calls import shipped_rap

OTHER_TEXT = """\
date: 2026-03-02
issues: none
commitment: not_asked
---
1 | Hello, it's me again.
2 | [c Is it still cold in there?]
"""


def calls() -> list[LabelledCall]:
    return [parse_call(CALL_TEXT, "a", "a.call"), parse_call(OTHER_TEXT, "b", "b.call")]


@lru_cache(maxsize=1)
def both() -> Evaluation:
    return evaluate(calls(), shipped_rap())


def test_evaluate_names_what_it_measured() -> None:
    assert both().calls == ("a", "b")
    assert both().utterances == 5
    assert sum(map(sum, both().confusion)) == 5
    assert both().figures["steps.accuracy"].count == 5
    assert both().figures["questions.any.recall"].count == 5
    assert both().figures["commitment.accuracy"].count == 2


def test_evaluate_figures_agree_with_what_was_played() -> None:
    right = [t is g for p in both().played for t, g in zip(p.truth, p.guesses, strict=True)]
    assert both().figures["steps.accuracy"].value == sum(right) / 5
    trace = sum(both().confusion[i][i] for i in range(5))
    assert trace == sum(right)


def test_evaluate_has_every_stable_name() -> None:
    names = set(both().figures)
    three = ("precision", "recall", "f1")
    expected = {
        *(f"steps.{s}.{x}" for s in (1, 2, 3, 4, 5, "reached") for x in three),
        *(
            f"questions.{k}.{x}"
            for k in ("any", "open", "closed", "narrow", "rhetorical")
            for x in three
        ),
        *(f"cues.{c}.{x}" for c in CUES for x in three),
        *(f"issues.{x}" for x in three),
        *(f"steps.{x}" for x in ("accuracy", "macro_f1", "sure_share", "sure_accuracy")),
        *("steps.delay_median", "steps.changes_noticed", "questions.kind_accuracy"),
        *("steps.calibration_error", "steps.brier"),
        *("nudges.false_in_10_min", "cards.wrong_step_in_10_min"),
        *(
            f"baseline.{b}.{x}"
            for b in ("position", "position_in_whole", "no_filter")
            for x in ("accuracy", "macro_f1")
        ),
        *("cues.micro_f1", "cues.macro_f1", "decision_maker.accuracy", "commitment.accuracy"),
        *(f"next_step.{x}" for x in ("who", "when", "what")),
        *(f"cards.{x}" for x in ("a_minute", "a_speaking_minute", "while_listening")),
        *("time_ms.p50", "time_ms.p95"),
        *(f"redaction.{kind.lower()}.recall" for kind in (*PII_TYPES, "all")),
        "redaction.over",
    }
    assert names == expected


def test_evaluate_of_the_rap_only_leaves_out_what_no_rap_changes() -> None:
    whole = evaluate(calls(), shipped_rap()).figures
    part = evaluate(calls(), shipped_rap(), of_the_rap_only=True).figures
    left_out = {name for name in whole if name.startswith(("redaction.", "baseline."))}
    assert set(part) == set(whole) - left_out
    timed = ("time_ms.p50", "time_ms.p95")
    assert {n: m for n, m in part.items() if n not in timed} == {
        n: m for n, m in whole.items() if n not in (*timed, *left_out)
    }


def test_evaluate_every_figure_is_explained() -> None:
    text = (Path(__file__).parents[2] / "docs" / "measuring.md").read_text(encoding="utf-8")
    for name in both().figures:
        name = re.sub(r"^steps\.[1-5]\.", "steps.N.", name)
        name = re.sub(r"^questions\.(open|closed|narrow|rhetorical)\.", "questions.KIND.", name)
        if not name.startswith(("cues.micro", "cues.macro")):
            name = re.sub(r"^cues\.\w+\.", "cues.NAME.", name)
        assert f"`{name}`" in text


def test_evaluate_a_single_call_has_no_positions_and_no_intervals() -> None:
    alone = evaluate(calls()[:1], shipped_rap())
    assert not any(name.startswith("baseline.position") for name in alone.figures)
    assert "baseline.no_filter.accuracy" in alone.figures
    assert alone.figures["steps.accuracy"].low is None


def test_evaluate_takes_calls_one_by_one() -> None:
    taken: list[str] = []

    def one_by_one() -> Iterator[LabelledCall]:
        for call in calls():
            taken.append(call.call_id)
            yield call

    assert evaluate(one_by_one(), shipped_rap()).calls == ("a", "b")
    assert taken == ["a", "b"]


def test_evaluate_labels_do_not_reach_the_understanding() -> None:
    # The same words with other labels: everything that was detected stays as it was.
    text = CALL_TEXT.replace("2 | [o ", "4 | [c ").replace(" | consent_asked", "")
    relabelled = evaluate([parse_call(text, "a", "a.call"), calls()[1]], shipped_rap())
    for before, after in zip(both().played, relabelled.played, strict=True):
        assert [t.heard for t in before.turns] == [t.heard for t in after.turns]
        assert before.outcome == after.outcome


def test_evaluate_refuses_no_calls() -> None:
    with pytest.raises(InputError, match="no call to measure on; name"):
        evaluate([], shipped_rap())

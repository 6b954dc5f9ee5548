"""Two raps side by side: a change that was planted is found, and nothing else."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from companion.errors import InputError
from companion.settings import CallSettings
from companion.trainer.bootstrap import Bootstrap, Measured, difference
from companion.trainer.compare import (
    Comparison,
    Effect,
    Kept,
    StoryChange,
    Verdict,
    compare,
    verdict,
)
from companion.trainer.compare_page import (
    count_rows,
    data_of_comparison,
    in_short,
    page_of_comparison,
)
from companion.trainer.rap_changes import rap_changes
from companion.trainer.rap_test import RapTest, run_test
from companion.trainer.scores import share
from companion.understanding.rap import Rap
from tests.trainer.rap_variants import SHIPPED, rap_of, text_without_goal_phrases, two_calls
from tests.trainer.story_files import stories

STORY = stories('- say: "What do you like about the orchard?"\n  expect: {goals: space.person}')


@pytest.fixture(scope="module")
def shipped() -> Rap:
    return rap_of(SHIPPED.read_text(encoding="utf-8"))


def _tested(rap: Rap, with_story: bool = False) -> RapTest:
    found = STORY if with_story else None
    return run_test(rap, two_calls(), found, CallSettings(), with_bare=False)


def _broken(shipped: Rap, goal: str) -> Comparison:
    after = rap_of(text_without_goal_phrases(goal))
    return compare(_tested(shipped, with_story=True), _tested(after, with_story=True))


def test_compare_a_goal_broken_on_purpose_is_found_and_nothing_else(shipped: Rap) -> None:
    found = _broken(shipped, "space.person")
    (only,) = found.changes
    assert (only.what, only.effect, only.call_id, only.at) == ("goal", Effect.CHANGED, "first", 1)
    assert (only.before, only.after) == ("space.person met", "space.person not met")
    assert all(
        found.count(what, effect) == 0
        for what in ("step", "question", "cue", "card")
        for effect in Effect
    )
    (story,) = found.stories
    assert (story.name, story.effect) == ("One story", Effect.BROKEN)
    assert {change.where for change in found.rap_changes} == {
        "steps, make_space, goals, space.person, phrases"
    }
    assert "The goal space.person is met in 1 fewer line." in in_short(found)


def test_compare_the_other_way_round_the_goal_is_met_more_often(shipped: Rap) -> None:
    before = rap_of(text_without_goal_phrases("space.person"))
    found = compare(_tested(before, with_story=True), _tested(shipped, with_story=True))
    assert "The goal space.person is met in 1 more line." in in_short(found)
    assert found.stories[0].effect is Effect.FIXED


def test_compare_a_rap_with_itself_finds_nothing(shipped: Rap) -> None:
    test = _tested(shipped, with_story=True)
    found = compare(test, test)
    assert found.changes == ()
    assert found.rap_changes == ()
    assert {figure.verdict for figure in found.figures} == {Verdict.SAME}
    assert found.kept["step"].right + found.kept["step"].wrong == 9
    assert found.kept["story"] == Kept(1, 0)
    assert in_short(found) == ["On these calls and stories nothing comes out differently."]


def test_compare_refuses_tests_on_different_ground(shipped: Rap) -> None:
    with pytest.raises(InputError, match="on the same calls and stories only"):
        compare(_tested(shipped), _tested(shipped, with_story=True))
    one = run_test(shipped, two_calls()[:1], None, CallSettings(), with_bare=False)
    with pytest.raises(InputError, match="on the same calls and stories only"):
        compare(_tested(shipped), one)


def test_compare_steps_that_were_fixed_and_broken_are_told_apart(shipped: Rap) -> None:
    test = _tested(shipped)
    assert test.written is not None
    played = test.written.played
    wrong = replace(played[0].turns[0].heard.step, step=played[0].truth[-1])
    heard = replace(played[0].turns[0].heard, step=wrong)
    turns = (replace(played[0].turns[0], heard=heard), *played[0].turns[1:])
    worse = replace(test.written, played=(replace(played[0], turns=turns), played[1]))
    found = compare(test, replace(test, written=worse))
    (only,) = found.changes
    assert (only.what, only.effect, only.at) == ("step", Effect.BROKEN, 0)
    assert (only.before, only.after) == ("step 1", "step 5")
    (back,) = compare(replace(test, written=worse), test).changes
    assert back.effect is Effect.FIXED


def test_compare_questions_that_nobody_asked_count_against_a_rap(shipped: Rap) -> None:
    test = _tested(shipped)
    assert test.written is not None
    played = test.written.played
    asked = played[0].turns[1]
    needless = replace(asked.questions[0], start_char=0, end_char=2)
    turns = list(played[0].turns)
    turns[3] = replace(turns[3], questions=(needless,))
    turns[1] = replace(asked, questions=())
    worse = replace(test.written, played=(replace(played[0], turns=tuple(turns)), played[1]))
    found = compare(test, replace(test, written=worse))
    assert [(c.at, c.effect, c.before, c.after) for c in found.changes] == [
        (1, Effect.BROKEN, "open", "not found"),
        (3, Effect.BROKEN, "no question", "a needless question"),
    ]


@pytest.mark.parametrize(
    ("name", "old", "new", "low", "high", "calls", "expected"),
    [
        ("steps.accuracy", 0.8, 0.9, 0.02, 0.2, 20, Verdict.BETTER),
        ("steps.accuracy", 0.9, 0.8, -0.2, -0.02, 20, Verdict.WORSE),
        ("steps.accuracy", 0.8, 0.9, -0.01, 0.2, 20, Verdict.UNKNOWN),
        ("steps.accuracy", 0.8, 0.9, 0.0, 0.2, 20, Verdict.UNKNOWN),
        ("steps.accuracy", 0.8, 0.9, 0.02, 0.2, 5, Verdict.UNKNOWN),
        ("steps.accuracy", 0.8, 0.9, None, None, 1, Verdict.UNKNOWN),
        ("steps.brier", 0.3, 0.2, -0.2, -0.02, 20, Verdict.BETTER),
        ("nudges.false_in_10_min", 0.1, 0.4, 0.1, 0.5, 20, Verdict.WORSE),
        ("steps.accuracy", 0.8, 0.8, 0.0, 0.0, 20, Verdict.SAME),
        ("steps.brier", 0.0718, 0.0720, 0.0001, 0.0004, 20, Verdict.UNKNOWN),
    ],
)
def test_compare_says_better_only_where_the_interval_leaves_zero(
    name: str,
    old: float,
    new: float,
    low: float | None,
    high: float | None,
    calls: int,
    expected: Verdict,
) -> None:
    grown = Measured(new - old, 10, low, high)
    assert verdict(name, Measured(old, 10), Measured(new, 10), grown, calls) is expected


def test_compare_paired_intervals_are_narrower_than_their_parts() -> None:
    """What is hard in a call is hard for both, so the difference is known better than either."""
    boot = Bootstrap(8)
    easy = [(9.0, 10.0), (2.0, 10.0), (8.0, 10.0), (1.0, 10.0)] * 2
    harder = [(hits - 1, count) for hits, count in easy]
    before, after = (boot.measure(counts, share, 80) for counts in (easy, harder))
    grown = difference(before, after)
    assert grown.value == pytest.approx(-0.1)
    assert grown.low == pytest.approx(-0.1)
    assert grown.high == pytest.approx(-0.1)
    assert before.low is not None
    assert before.high is not None
    assert before.high - before.low > 0.3


def test_compare_a_difference_of_what_was_not_measured_is_none() -> None:
    assert difference(Measured(None, 0), Measured(0.5, 3)).value is None
    late = Measured(None, 2, None, None, np.array([math.inf, math.inf, 1.0]))
    assert difference(late, late).value is None


def test_compare_tells_what_differs_between_raps(shipped: Rap) -> None:
    text = SHIPPED.read_text(encoding="utf-8")
    text = text.replace("monologue_limit_s: 60", "monologue_limit_s: 45", 1)
    text = text.replace('name: "1-on-1 in five steps"', 'name: "Another"', 1)
    changes = rap_changes(shipped, rap_of(text))
    assert [str(change) for change in changes] == [
        "name: from '1-on-1 in five steps' to 'Another'",
        "timing, monologue_limit_s: from '60.0' to '45.0'",
    ]


def test_compare_tells_a_card_in_other_words_once(shipped: Rap) -> None:
    text = SHIPPED.read_text(encoding="utf-8")
    before, after = "Count to five before you speak again.", "Count to seven, then speak."
    changes = rap_changes(shipped, rap_of(text.replace(before, after)))
    assert [(change.before, change.after) for change in changes] == [
        (before, None),
        (None, after),
    ]
    assert all(change.where.endswith(", prompts") for change in changes)


def test_compare_tells_cues_of_one_step_apart(shipped: Rap) -> None:
    """Two of them once had the same place, and a change of the first was not seen."""
    cues = tuple(
        cue.model_copy(update={"weight": (cue.weight or 0.0) + 0.25}) for cue in shipped.cues
    )
    changed = shipped.model_copy(update={"cues": cues})
    assert [change.where for change in rap_changes(shipped, changed)] == [
        f"cues, {cue.name}, weight" for cue in shipped.cues
    ]


def test_compare_page_and_data_hold_what_changed_and_data_no_speech(shipped: Rap) -> None:
    found = _broken(shipped, "space.person")
    page = page_of_comparison(found, date(2026, 3, 12))
    assert "quotes lines of the role-play calls" in page
    assert "What do you like about the orchard?" in page
    assert "space.person not met" in page
    data = data_of_comparison(found)
    assert data["counts"]["goal"] == {"fixed": 0, "broken": 0, "changed": 1}
    assert data["stories"] == [{"name": "One story", "effect": "broken", "must_pass": False}]
    assert "orchard" not in str(data)
    rows = {row.title: row for row in count_rows(found)}
    assert (rows["Goals"].changed, rows["Goals"].fixed) == ("1", "")
    assert rows["Stories"].broken == "1"


def test_compare_a_story_that_must_pass_stands_first(shipped: Rap) -> None:
    found = replace(
        _broken(shipped, "space.person"),
        stories=(StoryChange("Kept", Effect.BROKEN, True, ()),),
    )
    assert in_short(found)[0] == "1 of the stories that must pass broke: “Kept”."

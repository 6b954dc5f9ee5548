"""A rap's test: what is found, in plain words, and what is advised."""

from __future__ import annotations

from dataclasses import replace
from xml.etree import ElementTree

import pytest

from companion.domain.dialogue import Step
from companion.errors import InputError
from companion.settings import CallSettings
from companion.trainer.advice import FEWEST, advice
from companion.trainer.findings import findings
from companion.trainer.misses import worst_misses
from companion.trainer.played import Played
from companion.trainer.rap_test import RapTest, run_test
from companion.trainer.report_data import data_of_test, junit
from companion.trainer.story_checks import Miss
from companion.understanding.rap import Rap, find_rap
from tests.trainer.rap_variants import two_calls
from tests.trainer.story_files import stories

STORIES = stories('- say: "What do you like about the orchard?"\n  expect: {questions: open}')


@pytest.fixture(scope="module")
def rap() -> Rap:
    return find_rap("one-on-one.en")


@pytest.fixture(scope="module")
def tested(rap: Rap) -> RapTest:
    return run_test(rap, two_calls(), STORIES, CallSettings())


def _shown(played: Played, *steps: int) -> Played:
    """The same call, with these steps shown."""
    turns = []
    for turn, step in zip(played.turns, steps, strict=True):
        estimate = replace(turn.heard.step, step=Step(step), sure=True, probability=0.9)
        turns.append(replace(turn, heard=replace(turn.heard, step=estimate), card=None))
    return replace(played, turns=tuple(turns))


def test_rap_test_needs_something_to_test_on(rap: Rap) -> None:
    with pytest.raises(InputError, match="there is nothing to test on; name labelled calls, or"):
        run_test(rap, [], None, CallSettings())


def test_rap_test_on_stories_alone_has_no_figures(rap: Rap) -> None:
    test = run_test(rap, [], STORIES, CallSettings())
    assert (test.written, test.bare, test.misses, test.advice) == (None, None, (), ())
    assert [outcome.passed for outcome in test.stories] == [True]


def test_rap_test_measures_calls_as_written_and_bare(tested: RapTest) -> None:
    assert tested.written is not None
    assert tested.bare is not None
    assert tested.written.calls == tested.bare.calls == ("first", "second")
    assert all(
        text == text.lower()
        for played in tested.bare.played
        for text in (turn.utterance.text for turn in played.turns)
    )


def test_rap_test_says_first_that_few_calls_prove_little(tested: RapTest) -> None:
    texts = {finding.text: finding.works for finding in findings(tested)}
    assert texts[
        "These figures rest on 2 calls only; take them as a first look, not as a proof."
    ] is (False)
    assert texts["The card never changed by itself while the other person spoke."]


@pytest.mark.parametrize(
    ("guard", "sentence"),
    [
        ({"must_pass": True}, "1 of 1 stories that must pass do not."),
        ({"safety": "distress"}, "1 of 1 safety stories fail: a promise is broken."),
        ({}, "1 wish among them does not pass yet."),
    ],
)
def test_rap_test_says_which_stories_failed(
    tested: RapTest, guard: dict[str, object], sentence: str
) -> None:
    outcome = tested.stories[0]
    broken = replace(
        outcome, story=outcome.story.model_copy(update=guard), misses=(Miss(1, "step", "no"),)
    )
    found = findings(replace(tested, stories=(broken,)))
    assert [f for f in found if f.text == sentence and not f.works]


def test_rap_test_worst_misses_are_the_long_and_sure_ones_with_their_context(
    tested: RapTest, rap: Rap
) -> None:
    assert tested.written is not None
    first, second = tested.written.played
    played = [_shown(first, 1, 1, 3, 3, 5), _shown(second, 1, 2, 2, 3)]
    worst = worst_misses(played, rap)
    assert [(miss.call_id, miss.text) for miss in worst] == [
        (
            "first",
            "2 lines in a row of step 2 (What moves you) were taken for step 3 (Connect), and the "
            "companion was sure of it",
        ),
        (
            "second",
            "One line of step 1 (Make space) was taken for step 2 (What moves you), and the "
            "companion was sure of it",
        ),
    ]
    assert [line.missed for line in worst[0].context] == [False, False, True, True, False]
    assert worst_misses(played, rap, most=1) == worst[:1]


def test_rap_test_right_calls_have_no_misses(tested: RapTest, rap: Rap) -> None:
    assert tested.written is not None
    first, second = tested.written.played
    played = [_shown(first, 1, 1, 2, 2, 5), _shown(second, 1, 1, 2, 3)]
    assert [miss for miss in worst_misses(played, rap) if "step" in miss.text] == []


def test_rap_test_advice_names_the_place_in_the_rap_and_shows_the_lines(
    tested: RapTest, rap: Rap
) -> None:
    assert tested.written is not None
    first, second = tested.written.played
    played = [_shown(first, 2, 2, 2, 2, 5), _shown(second, 2, 1, 2, 3)]
    (step,) = [a for a in advice(played, rap) if a.what.startswith("Step")]
    assert step.what == (
        "Step 1 (Make space) is taken for step 2 (What moves you): 3 lines in 2 calls."
    )
    assert "(steps, make_space, examples)" in step.do
    assert "in your own words" in step.do
    assert len(step.lines) == FEWEST
    fewer = [_shown(first, 2, 2, 2, 2, 5), _shown(second, 1, 1, 2, 3)]
    assert not [a for a in advice(fewer, rap) if a.what.startswith("Step")]


def test_rap_test_data_quotes_no_call(tested: RapTest) -> None:
    data = data_of_test(tested)
    assert data["calls"] == ["first", "second"]
    assert data["stories"][0] == {
        "name": "One story",
        "line": 4,
        "must_pass": False,
        "safety": None,
        "passed": True,
        "misses": [],
    }
    assert set(data["written"]) == {"figures", "confusion", "reliability", "risk_and_coverage"}
    assert "signature" not in str(data)


def test_rap_test_junit_fails_guards_and_skips_wishes(tested: RapTest) -> None:
    wish = replace(tested.stories[0], misses=(Miss(1, "step", "expected <step> 2\x07"),))
    must = replace(wish, story=wish.story.model_copy(update={"must_pass": True}))
    root = ElementTree.fromstring(junit({"a & b": [tested.stories[0], wish, must]}))
    (suite,) = root
    assert {key: suite.get(key) for key in ("tests", "failures", "skipped")} == {
        "tests": "3",
        "failures": "1",
        "skipped": "1",
    }
    assert [[part.tag for part in case] for case in suite] == [[], ["skipped"], ["failure"]]
    assert suite[2][0].text == "line 1: expected <step> 2"

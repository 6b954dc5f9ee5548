"""The gate: what holds a changed rap back, and what does not."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from companion import locations
from companion.errors import InputError
from companion.settings import CallSettings
from companion.trainer.bootstrap import Measured
from companion.trainer.corpus import read_calls
from companion.trainer.gate import GateResult, gate, pin
from companion.trainer.pinned import Pinned, Tolerances, fingerprint, pinned_text, read_pinned
from companion.trainer.rap_test import RapTest, run_test
from companion.trainer.stories import load_stories
from companion.trainer.story_checks import Miss
from companion.understanding.rap import find_rap
from tests.trainer.rap_variants import SHIPPED, rap_of, two_calls
from tests.trainer.story_files import stories

LINES = '- say: "What do you like about the orchard?"\n  expect: {questions: open}'
CONSENT = stories(LINES, story="safety: consent\nconsent: help", at_end="{can_save: false}")
MUST = stories(LINES, story="must_pass: true")
WISH = stories(LINES)


@pytest.fixture(scope="module")
def tested() -> RapTest:
    rap = rap_of(SHIPPED.read_text(encoding="utf-8"))
    return run_test(rap, two_calls(), MUST, CallSettings(), with_bare=False)


@pytest.fixture(scope="module")
def pinned(tested: RapTest) -> Pinned:
    return pin(tested, two_calls(), Tolerances())


def _with_figure(test: RapTest, name: str, value: float) -> RapTest:
    assert test.written is not None
    figures = {**test.written.figures, name: Measured(value, 10)}
    return replace(test, written=replace(test.written, figures=figures))


def _with_story(test: RapTest, file: Any, *misses: str) -> RapTest:
    outcome = replace(
        test.stories[0],
        story=file.stories[0],
        misses=tuple(Miss(1, "step", text) for text in misses),
    )
    return replace(test, stories=(outcome,))


def _gate(test: RapTest, pinned: Pinned) -> GateResult:
    return gate(test, two_calls(), pinned)


def test_gate_lets_through_what_was_pinned(tested: RapTest, pinned: Pinned) -> None:
    assert _gate(tested, pinned) == GateResult((), (), 1, 2)


@pytest.mark.parametrize("file", [MUST, CONSENT])
def test_gate_a_broken_story_that_guards_something_fails(
    tested: RapTest, pinned: Pinned, file: Any
) -> None:
    found = _gate(_with_story(tested, file, "expected step 2"), pinned)
    assert not found.passed
    assert found.failures[0].endswith("'One story' is broken: line 1: expected step 2")


def test_gate_a_broken_wish_is_a_note(tested: RapTest) -> None:
    wish = _with_story(tested, WISH)
    pinned = pin(wish, two_calls(), Tolerances())
    found = _gate(_with_story(tested, WISH, "expected step 2"), pinned)
    assert found.passed
    assert found.notes == ("the wish 'One story' does not pass any more",)


def test_gate_a_pinned_story_cannot_be_taken_out_or_made_a_wish(
    tested: RapTest, pinned: Pinned
) -> None:
    (failure,) = _gate(_with_story(tested, WISH), pinned).failures
    assert failure.startswith("story 'One story' must pass no more")
    other = MUST.stories[0].model_copy(update={"name": "Another"})
    outcome = replace(tested.stories[0], story=other)
    found = _gate(replace(tested, stories=(outcome,)), pinned)
    assert found.failures == (
        "story 'One story' was pinned and is gone; bring it back, or pin anew",
    )
    assert "1 story is not in the baseline yet" in found.notes


@pytest.mark.parametrize(
    ("name", "value", "failure"),
    [
        ("steps.2.recall", 0.96, "step 2 is found less often: 96.0% of its lines, pinned are 100"),
        ("steps.2.recall", 0.98, None),
        ("nudges.false_in_10_min", 0.2, "more false nudges: 0.20 in ten minutes, pinned are 0.00"),
        ("nudges.false_in_10_min", 0.05, None),
        ("cards.while_listening", 1.0, "the card changed by itself while the other person spoke"),
        ("steps.accuracy", 0.1, None),
    ],
)
def test_gate_figures_may_be_worse_by_what_is_tolerated(
    tested: RapTest, pinned: Pinned, name: str, value: float, failure: str | None
) -> None:
    best = {**pinned.figures, "steps.2.recall": 1.0, "nudges.false_in_10_min": 0.0}
    found = _gate(
        _with_figure(_with_figure(tested, "steps.2.recall", 1.0), name, value),
        pinned.model_copy(update={"figures": best}),
    )
    assert len(found.failures) == (failure is not None)
    assert all(text.startswith(failure or "") for text in found.failures)


def test_gate_wider_tolerances_let_more_through(tested: RapTest, pinned: Pinned) -> None:
    worse = _with_figure(tested, "nudges.false_in_10_min", 2.0)
    assert not _gate(worse, pinned).passed
    wide = pinned.model_copy(update={"tolerances": Tolerances(false_nudges_in_10_min=5)})
    assert _gate(worse, wide).passed


def test_gate_refuses_other_calls_and_missing_stories(tested: RapTest, pinned: Pinned) -> None:
    with pytest.raises(InputError, match="was pinned on 2 calls; name them"):
        gate(replace(tested, written=None), [], pinned)
    with pytest.raises(InputError, match="not the calls on which the baseline was pinned"):
        gate(tested, two_calls()[:1], pinned)
    with pytest.raises(InputError, match="was pinned with stories; name them with --stories"):
        gate(replace(tested, stories=()), two_calls(), pinned)


def test_gate_never_pins_a_broken_promise(tested: RapTest) -> None:
    with pytest.raises(InputError, match="the safety story 'One story' does not hold, so nothing"):
        pin(_with_story(tested, CONSENT, "something could be saved"), two_calls(), Tolerances())


def test_gate_fingerprint_changes_with_words_and_labels_and_not_with_files() -> None:
    first, second = two_calls()
    assert fingerprint([first, second]) == fingerprint(two_calls())
    assert fingerprint([second, first]) != fingerprint([first, second])
    assert fingerprint([replace(first, utterances=first.utterances[:-1])]) != fingerprint([first])
    relabelled = replace(first.utterances[0], cues=())
    assert fingerprint([replace(first, utterances=(relabelled, *first.utterances[1:]))]) != (
        fingerprint([first])
    )
    assert fingerprint([]) == ""


def test_gate_baseline_is_read_as_it_was_written(tmp_path: Path, pinned: Pinned) -> None:
    file = tmp_path / "b.json"
    file.write_text(pinned_text(pinned), encoding="utf-8")
    assert read_pinned(file) == pinned
    assert "orchard" not in pinned_text(pinned)


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"form": 2}, "form: is 2, and this program knows form 1; renew the program, or pin anew"),
        ({"tolerances": {"step_recal": 0.1}}, "tolerances.step_recal: is not as a baseline has it"),
        ({"tolerances": {"step_recall": 3}}, "tolerances.step_recall: is not as a baseline has it"),
        ({"figures": {"steps.1.recall": "high"}}, "figures.steps.1.recall: is not as"),
        ({"calls_sha256": "x"}, "calls_sha256: is not as a baseline has it"),
        ({"more": 1}, "more: is not as a baseline has it"),
    ],
)
def test_gate_a_damaged_baseline_is_refused_with_the_key(
    tmp_path: Path, pinned: Pinned, change: dict[str, Any], complaint: str
) -> None:
    file = tmp_path / "b.json"
    file.write_text(json.dumps(json.loads(pinned_text(pinned)) | change), encoding="utf-8")
    with pytest.raises(InputError) as raised:
        read_pinned(file)
    assert complaint in str(raised.value)
    assert "b.json" in str(raised.value)


def test_gate_the_shipped_rap_passes_its_own() -> None:
    """Renew the baseline with the command that docs/trainers.md names, when a change is meant."""
    rap = find_rap("one-on-one.en")
    found = load_stories(locations.shipped("configs", "stories", "one-on-one.en.yaml"), rap)
    calls = read_calls([locations.shipped("configs", "corpus", "en", "validation")])
    baseline = read_pinned(locations.shipped("configs", "baselines", "one-on-one.en.json"))
    test = run_test(rap, calls, found, CallSettings(), with_bare=False)
    result = gate(test, calls, baseline)
    assert result.failures == ()
    assert [o.story.name for o in test.failed if o.story.must_pass] == []

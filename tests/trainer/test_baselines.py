"""What the step detection is compared with."""

from __future__ import annotations

from itertools import combinations_with_replacement

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from companion.domain.dialogue import Step
from companion.domain.speech import Utterance
from companion.settings import CallSettings
from companion.trainer.baselines import by_position, by_words, fit_thresholds, word_evidence
from companion.trainer.labelled import LabelledCall, LabelledUtterance
from companion.trainer.played import play
from tests.trainer.calls import labelled_call, steps_call
from tests.understanding.calls import shipped_rap


def hits(thresholds: list[float], places: list[int], steps: list[int]) -> int:
    guesses = 1 + np.searchsorted(np.array(thresholds), np.array(places), side="right")
    return int((guesses == np.array(steps)).sum())


def test_baselines_thresholds_by_hand() -> None:
    places = np.array([0.0, 1, 2, 3, 4, 5, 6, 7])
    steps = np.array([1, 1, 2, 2, 3, 4, 5, 5])
    assert fit_thresholds(places, steps).tolist() == [1.5, 3.5, 4.5, 5.5]


def test_baselines_a_step_that_never_pays_is_skipped() -> None:
    thresholds = fit_thresholds(np.array([0.0, 1, 2, 3]), np.array([1, 1, 5, 5]))
    assert thresholds.tolist() == [1.5, 1.5, 1.5, 1.5]
    never_left = fit_thresholds(np.array([0.0, 1]), np.array([1, 1]))
    assert hits(list(never_left), [0, 1], [1, 1]) == 2


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 5), st.integers(1, 5)), min_size=1, max_size=12))
def test_baselines_no_other_thresholds_are_right_more_often(
    points: list[tuple[int, int]],
) -> None:
    places, steps = [p for p, _ in points], [s for _, s in points]
    fitted = fit_thresholds(np.array(places, np.float64), np.array(steps))
    assert list(fitted) == sorted(fitted)
    best = max(
        hits(list(cuts), places, steps) for cuts in combinations_with_replacement(range(7), 4)
    )
    assert hits(list(fitted), places, steps) == best


def test_baselines_position_never_sees_the_call_itself() -> None:
    # Two calls alike and one unlike: the unlike one is guessed by the others' habit.
    calls = [steps_call("1122345"), steps_call("1122345"), steps_call("5555555")]
    guesses = by_position(calls, of_the_whole=False)
    assert guesses is not None
    assert [int(s) for s in guesses[2]] == [1, 1, 2, 2, 3, 4, 5]


def test_baselines_position_in_the_whole_stretches_with_the_call() -> None:
    calls = [steps_call("12345"), steps_call("12345"), steps_call("1122334455")]
    guesses = by_position(calls, of_the_whole=True)
    assert guesses is not None
    assert [int(s) for s in guesses[2]] == [1, 1, 2, 2, 3, 3, 4, 4, 5, 5]


def test_baselines_position_needs_another_call() -> None:
    assert by_position([steps_call("12345")], of_the_whole=False) is None


def said(*texts: str) -> LabelledCall:
    return labelled_call(
        [
            LabelledUtterance(Utterance(i, 300.0 + i, 300.5 + i, text), Step.ASK, (), (), ())
            for i, text in enumerate(texts)
        ]
    )


def test_baselines_words_alone_know_nothing_of_what_was_said_before() -> None:
    asked = "Will you come to the meeting on Thursday?"
    # After a clear ask the tracked step stays at 5; by itself a hum says nothing of the kind.
    call = said(asked, asked, "Mm-hm.")
    assert play(call, shipped_rap(), CallSettings()).guesses[-1] is Step.ASK
    evidence = word_evidence(call, shipped_rap())
    assert evidence.shape == (3, 5)
    assert evidence[0].argmax() == Step.ASK - 1
    hum = labelled_call(call.utterances[2:])
    assert evidence[2] == pytest.approx(word_evidence(hum, shipped_rap())[0])
    assert evidence[2].max() < evidence[0].max()


def test_baselines_silence_is_no_evidence() -> None:
    assert word_evidence(said(""), shipped_rap())[0] == pytest.approx(np.zeros(5))


def test_baselines_words_and_the_steps_of_the_other_calls() -> None:
    nothing, for_four = np.zeros((1, 5)), np.array([[0.0, 0.0, 0.0, 3.0, 0.0]])
    # The other two calls are all in step 2 (six of six): strong words win, no words do not.
    calls = [steps_call("1"), steps_call("2"), steps_call("22222")]
    assert by_words(calls, [nothing, nothing, np.zeros((5, 5))])[0] == [Step(2)]
    assert by_words(calls, [for_four, nothing, np.zeros((5, 5))])[0] == [Step(4)]


def test_baselines_words_of_a_single_call_stand_alone() -> None:
    evidence = np.array([[0.0, 0.0, 0.1, 0.0, 0.0]])
    assert by_words([steps_call("5")], [evidence]) == [[Step(3)]]

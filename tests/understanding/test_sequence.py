"""The beliefs over time, on weights written by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from companion.understanding.learned import TextScores, Weights
from companion.understanding.sequence import (
    CueJudge,
    StepSequence,
    cue_figure_count,
    figure_count,
)

CUES = ("hard_ask", "thanks_close")
FIGURES = figure_count(len(CUES))
FILTERED = slice(40, 45)
"""Where the filter's log belief stands among the figures."""


def weights(threshold: float = 0.5) -> Weights:
    """The belief repeats the filter's; cues follow their own odds."""
    sequence = np.zeros((5, FIGURES + 1), dtype=np.float32)
    sequence[:, FILTERED] = np.eye(5)
    second = np.zeros((len(CUES), cue_figure_count(len(CUES))), dtype=np.float32)
    second[:, 0] = 1.0
    return Weights(
        vocabulary={},
        idf=np.zeros(0, dtype=np.float32),
        scales={},
        dense_scale=np.zeros(0, dtype=np.float32),
        step=np.zeros((5, 0), dtype=np.float32),
        step_bias=np.zeros(5, dtype=np.float32),
        cues=CUES,
        cue=np.zeros((len(CUES), 0), dtype=np.float32),
        cue_bias=np.zeros(len(CUES), dtype=np.float32),
        initial=np.asarray([0.9, 0.04, 0.02, 0.02, 0.02], dtype=np.float32),
        transition=np.full((5, 5), 0.04, dtype=np.float32) + np.eye(5, dtype=np.float32) * 0.8,
        prior=np.log(np.full(5, 0.2, dtype=np.float32)),
        sequence=sequence,
        cue_second=second,
        cue_threshold=np.full(len(CUES), threshold, dtype=np.float32),
    )


def says(step: int, sure: float = 0.8, cue: float = -5.0) -> TextScores:
    shares = np.full(5, (1 - sure) / 4, dtype=np.float32)
    shares[step - 1] = sure
    return TextScores(np.log(shares), np.full(len(CUES), cue, dtype=np.float32))


def test_sequence_begins_where_calls_begin() -> None:
    belief = StepSequence(weights()).advance(says(1, sure=0.2))
    assert int(belief.argmax()) == 0


def test_sequence_one_odd_utterance_does_not_move_it_and_several_do() -> None:
    sequence = StepSequence(weights())
    for _ in range(4):
        sequence.advance(says(2))
    after_one = sequence.advance(says(4, sure=0.4))
    assert int(after_one.argmax()) == 1
    for _ in range(3):
        after_many = sequence.advance(says(4))
    assert int(after_many.argmax()) == 3


def test_sequence_unclear_words_leave_it_to_what_usually_follows() -> None:
    forward = np.full((5, 5), 0.01, dtype=np.float32)
    forward[0, 1] = 0.96  # here the second step nearly always follows the first
    follows = StepSequence(replace(weights(), transition=forward))
    stays = StepSequence(weights())
    unclear = says(1, sure=0.2)
    for sequence in (follows, stays):
        sequence.advance(unclear)
    assert int(follows.advance(unclear).argmax()) == 1
    assert int(stays.advance(unclear).argmax()) == 0


def test_sequence_can_go_back() -> None:
    sequence = StepSequence(weights())
    for step in (1, 2, 4, 4, 2, 2, 2):
        belief = sequence.advance(says(step))
    assert int(belief.argmax()) == 1


def test_sequence_settled_belief_is_where_it_goes_on_from() -> None:
    left, told = StepSequence(weights()), StepSequence(weights())
    for sequence in (left, told):
        for _ in range(3):
            sequence.advance(says(2))
    told.settle((0.02, 0.02, 0.02, 0.02, 0.92))
    unclear = says(3, sure=0.2)
    assert told.advance(unclear)[4] > left.advance(unclear)[4]


def test_sequence_taught_evidence_counts() -> None:
    plain, taught = StepSequence(weights()), StepSequence(weights())
    unclear = says(3, sure=0.2)
    assert taught.advance(unclear, (0, 0, 1.5, 0, 0))[2] > plain.advance(unclear)[2]


@given(st.lists(st.tuples(st.integers(1, 5), st.floats(0.21, 0.999)), min_size=1, max_size=60))
def test_sequence_belief_is_always_a_distribution(said: list[tuple[int, float]]) -> None:
    sequence = StepSequence(weights())
    for step, sure in said:
        belief = sequence.advance(says(step, sure))
        assert belief.sum() == pytest.approx(1.0, abs=1e-4)
        assert (belief > 0).all()


def test_sequence_no_look_ahead() -> None:
    said = [says(s) for s in (1, 2, 2, 3, 5, 4)]
    whole, part = StepSequence(weights()), StepSequence(weights())
    first = [whole.advance(s) for s in said][:3]
    again = [part.advance(s) for s in said[:3]]
    assert np.allclose(first, again)


def test_sequence_settled_belief_outweighs_what_was_heard_and_fades() -> None:
    sequence = StepSequence(weights())
    for _ in range(6):
        sequence.advance(says(2))
    sequence.settle((0.02, 0.02, 0.02, 0.92, 0.02))
    assert int(sequence.advance(says(2)).argmax()) == 3
    for _ in range(12):
        belief = sequence.advance(says(2))
    assert int(belief.argmax()) == 1


def test_sequence_share_of_the_call_that_a_step_has_had_is_looked_at() -> None:
    sequence = StepSequence(weights())
    had = slice(50, 55)
    rows = [sequence.figures(says(step, sure=0.96)) for step in (1, 1, 2)]
    assert rows[1][had][0] > rows[0][had][0]
    assert rows[2][had][1] > rows[1][had][1]
    assert rows[2][had][0] >= rows[1][had][0], "what a step has had stays with it"


def test_sequence_cue_is_found_above_its_threshold_only() -> None:
    judge = CueJudge(weights(threshold=0.5))
    belief, rap = [0.2] * 5, [0.0] * len(CUES)
    assert judge.found(judge.advance(says(5, cue=-1.0), belief, rap)) == []
    found = judge.found(judge.advance(says(5, cue=2.0), belief, rap))
    assert [name for name, _ in found] == list(CUES)
    assert all(p == pytest.approx(1 / (1 + np.exp(-2.0)), abs=1e-4) for _, p in found)


def test_sequence_cue_follows_the_cues_before_it() -> None:
    after_an_ask = weights()
    lately = 11 + CUES.index("hard_ask")
    after_an_ask.cue_second[CUES.index("thanks_close"), lately] = 3.0
    judge = CueJudge(after_an_ask)
    belief, rap = [0.2] * 5, [0.0] * len(CUES)
    asked = TextScores(says(5).step, np.asarray([4.0, -1.0], dtype=np.float32))
    thanked = TextScores(says(5).step, np.asarray([-4.0, -1.0], dtype=np.float32))
    alone = CueJudge(after_an_ask).advance(thanked, belief, rap)
    judge.advance(asked, belief, rap)
    assert judge.advance(thanked, belief, rap)[1] > 0.5 > alone[1]


@pytest.mark.parametrize(("doubt", "found"), [(-2.0, 2), (0.0, 1), (0.5, 1), (2.0, 0)])
def test_sequence_doubt_raises_the_thresholds_of_cues(doubt: float, found: int) -> None:
    probabilities = np.asarray([0.4, 0.7], dtype=np.float32)
    names = [name for name, _ in CueJudge(weights()).found(probabilities, doubt)]
    assert names == list(CUES[2 - found :])

"""Which stretches are reported as questions, against all sequences counted out."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from companion.understanding.stretches import MOST, Stretch, choose, stretches

SORTS = 3
"""The last one stands for statements."""
LABELS = 2 * SORTS
NEVER = -1e4
SMALL = st.floats(-3, 3, width=32)


@st.composite
def chains(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray]:
    length = draw(st.integers(1, 4))
    scores = draw(st.lists(SMALL, min_size=length * LABELS, max_size=length * LABELS))
    steps = draw(st.lists(SMALL, min_size=LABELS**2, max_size=LABELS**2))
    transition = np.array(steps, dtype=np.float32).reshape(LABELS, LABELS)
    for before, after in itertools.product(range(LABELS), repeat=2):
        if after % 2 and before // 2 != after // 2:
            transition[before, after] = NEVER
    own = np.array(scores, dtype=np.float32).reshape(length, LABELS)
    own[0, 1::2] = NEVER
    return own, transition


def _counted(own: np.ndarray, transition: np.ndarray) -> dict[tuple[int, int, int], float]:
    """The chance of each clause, by adding up all sequences of labels."""
    worth: dict[tuple[int, int, int], float] = {}
    total = 0.0
    for labels in itertools.product(range(LABELS), repeat=len(own)):
        logs = sum(float(own[at, label]) for at, label in enumerate(labels))
        logs += sum(float(transition[a, b]) for a, b in itertools.pairwise(labels))
        weight = float(np.exp(logs))
        total += weight
        starts = [at for at, label in enumerate(labels) if at == 0 or label % 2 == 0]
        for first, end in itertools.pairwise([*starts, len(labels)]):
            clause = (first, end, labels[first] // 2)
            worth[clause] = worth.get(clause, 0.0) + weight
    return {clause: weight / total for clause, weight in worth.items()}


@given(chains())
def test_stretches_have_the_chances_of_all_sequences(chain: tuple[np.ndarray, np.ndarray]) -> None:
    own, transition = chain
    expected = {c: p for c, p in _counted(own, transition).items() if c[2] < SORTS - 1}
    found = {(s.first, s.end, s.sort): s.chance for s in _of(own, transition)}
    assert all(found[c] == pytest.approx(p, abs=1e-3) for c, p in expected.items() if p > 0.011)
    assert set(found) <= {c for c, p in expected.items() if p > 0.009}


def _of(own: np.ndarray, transition: np.ndarray, longest: int = 9) -> list[Stretch]:
    return stretches(own, transition, SORTS - 1, longest)


@given(chains())
def test_stretches_are_no_longer_than_asked_for(chain: tuple[np.ndarray, np.ndarray]) -> None:
    assert all(s.end - s.first <= 2 for s in _of(*chain, longest=2))


def test_stretches_of_long_noise_are_bounded() -> None:
    own = np.zeros((3000, LABELS), dtype=np.float32)
    transition = np.zeros((LABELS, LABELS), dtype=np.float32)
    assert len(_of(own, transition)) == MOST


# Six words of five letters with a space between them.
STARTS = [0, 6, 12, 18, 24, 30]
ENDS = [5, 11, 17, 23, 29, 35]


@pytest.mark.parametrize(
    ("found", "chosen"),
    [
        ([], []),
        ([Stretch(0, 3, 0, 0.9)], [(0, 3, 0)]),
        ([Stretch(0, 3, 0, 0.2)], []),
        # Where it begins is not clear, that it asks is: together they are worth it.
        ([Stretch(0, 4, 0, 0.2), Stretch(1, 4, 0, 0.25)], [(1, 4, 0)]),
        # Neither sort is likely by itself; the likelier of the two is named.
        ([Stretch(0, 4, 0, 0.2), Stretch(0, 4, 1, 0.3)], [(0, 4, 1)]),
        # Two halves and the whole: the likelier reading wins, and nothing overlaps.
        (
            [Stretch(0, 3, 0, 0.7), Stretch(3, 6, 1, 0.6), Stretch(0, 6, 0, 0.2)],
            [(0, 3, 0), (3, 6, 1)],
        ),
        ([Stretch(0, 2, 0, 0.2), Stretch(0, 6, 1, 0.7), Stretch(4, 6, 0, 0.2)], [(0, 6, 1)]),
        # Too far apart to stand for the same question, too unlikely each by itself.
        ([Stretch(0, 2, 0, 0.2), Stretch(3, 6, 0, 0.2)], []),
    ],
)
def test_stretches_choose(found: list[Stretch], chosen: list[tuple[int, int, int]]) -> None:
    assert [(s.first, s.end, s.sort) for s in choose(found, STARTS, ENDS)] == chosen


@given(
    st.lists(
        st.builds(
            Stretch,
            first=st.integers(0, 2),
            end=st.integers(3, 6),
            sort=st.integers(0, 1),
            chance=st.floats(0.01, 1),
        ),
        max_size=12,
    )
)
def test_stretches_chosen_are_in_order_and_apart(found: list[Stretch]) -> None:
    chosen = choose(found, STARTS, ENDS)
    assert all(a.end <= b.first for a, b in itertools.pairwise(chosen))
    assert all(0.0 <= s.chance <= 1.0 for s in chosen)

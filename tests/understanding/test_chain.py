"""Decoding of a linear chain, against all sequences counted out."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from companion.understanding.chain import best_path, marginals

SMALL = st.floats(-4, 4, width=32)


@st.composite
def chains(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray]:
    length, labels = draw(st.integers(1, 5)), draw(st.integers(1, 4))
    scores = draw(st.lists(SMALL, min_size=length * labels, max_size=length * labels))
    steps = draw(st.lists(SMALL, min_size=labels**2, max_size=labels**2))
    return (
        np.array(scores, dtype=np.float32).reshape(length, labels),
        np.array(steps, dtype=np.float32).reshape(labels, labels),
    )


def _worth(path: tuple[int, ...], scores: np.ndarray, steps: np.ndarray) -> float:
    own = sum(float(scores[at, label]) for at, label in enumerate(path))
    return own + sum(float(steps[a, b]) for a, b in itertools.pairwise(path))


@given(chains())
def test_chain_best_path_is_the_best_of_all(chain: tuple[np.ndarray, np.ndarray]) -> None:
    scores, steps = chain
    paths = list(itertools.product(range(scores.shape[1]), repeat=len(scores)))
    best = max(_worth(path, scores, steps) for path in paths)
    found = tuple(int(label) for label in best_path(scores, steps))
    assert _worth(found, scores, steps) == pytest.approx(best, abs=1e-4)


@given(chains())
def test_chain_marginals_are_the_shares_of_all(chain: tuple[np.ndarray, np.ndarray]) -> None:
    scores, steps = chain
    shares = np.zeros(scores.shape)
    for path in itertools.product(range(scores.shape[1]), repeat=len(scores)):
        shares[np.arange(len(scores)), path] += np.exp(_worth(path, scores, steps))
    shares /= shares.sum(axis=1, keepdims=True)
    assert marginals(scores, steps) == pytest.approx(shares, abs=1e-4)


def test_chain_forbidden_labels_have_no_share_however_long_the_chain() -> None:
    scores = np.zeros((5000, 3), dtype=np.float32)
    scores[:, 1] = -1e4
    steps = np.zeros((3, 3), dtype=np.float32)
    assert set(best_path(scores, steps).tolist()) == {0}
    found = marginals(scores, steps)
    assert np.all(found[:, 1] == 0)
    assert found.sum(axis=1) == pytest.approx(1)

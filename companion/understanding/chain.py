"""Decoding of a linear chain: the best sequence of labels, and how sure each label is.

Scores are logarithms up to a constant. Time grows with the length of the chain alone.
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float32]
Logs: TypeAlias = NDArray[np.float64]


def best_path(scores: Floats, transition: Floats) -> NDArray[np.intp]:
    """The likeliest sequence of labels (Viterbi).

    Args:
        scores: f32[n, k], how well each label fits each of n > 0 places.
        transition: f32[k, k], how well a label (column) follows another (row).

    Returns:
        int[n], a label for each place.
    """
    count, width = scores.shape
    came_from = np.zeros((count, width), dtype=np.intp)
    best = scores[0]
    columns = np.arange(width)
    for at in range(1, count):
        paths = best[:, np.newaxis] + transition
        came_from[at] = paths.argmax(axis=0)
        best = paths[came_from[at], columns] + scores[at]
    labels = np.zeros(count, dtype=np.intp)
    labels[-1] = best.argmax()
    for at in range(count - 1, 0, -1):
        labels[at - 1] = came_from[at, labels[at]]
    return labels


def marginals(scores: Floats, transition: Floats) -> Logs:
    """The probability of each label at each place, over all sequences (forward-backward).

    Args:
        scores: as for `best_path`.
        transition: as for `best_path`.

    Returns:
        f64[n, k]; rows sum to 1.
    """
    forward, backward = log_sums(scores, transition)
    both = forward + backward
    chances = np.exp(both - both.max(axis=1, keepdims=True))
    normed: Logs = chances / chances.sum(axis=1, keepdims=True)
    return normed


def log_sums(scores: Floats, transition: Floats) -> tuple[Logs, Logs]:
    """What marginals are made of.

    Args:
        scores: as for `best_path`.
        transition: as for `best_path`.

    Returns:
        Two f64[n, k]: the logarithm of the sum over all sequences up to a place that end there
        with a label, the place's own score included, and over all that go on from there, without
        it.
    """
    own, step = scores.astype(np.float64), transition.astype(np.float64)
    forward, backward = np.empty_like(own), np.zeros_like(own)
    forward[0] = own[0]
    for at in range(1, len(own)):
        forward[at] = log_sum(forward[at - 1][:, np.newaxis] + step, axis=0) + own[at]
    for at in range(len(own) - 2, -1, -1):
        backward[at] = log_sum(step + (own[at + 1] + backward[at + 1])[np.newaxis], axis=1)
    return forward, backward


def log_sum(logs: Logs, axis: int) -> Logs:
    """The logarithm of the sum along an axis of numbers given by their logarithms."""
    top = logs.max(axis=axis, keepdims=True)
    summed: Logs = np.log(np.exp(logs - top).sum(axis=axis)) + top.squeeze(axis)
    return summed

"""Decoding of a linear chain: the best sequence of labels, and how sure each label is.

Scores are logarithms up to a constant. Time grows with the length of the chain alone.
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float32]


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


def marginals(scores: Floats, transition: Floats) -> NDArray[np.float64]:
    """The probability of each label at each place, over all sequences (forward-backward).

    Args:
        scores: as for `best_path`.
        transition: as for `best_path`.

    Returns:
        f64[n, k]; rows sum to 1.
    """
    count, width = scores.shape
    step = np.exp(transition.astype(np.float64))
    emitted = np.exp(scores.astype(np.float64) - scores.max(axis=1, keepdims=True))
    forward = np.zeros((count, width))
    backward = np.ones((count, width))
    forward[0] = emitted[0] / emitted[0].sum()
    for at in range(1, count):
        row = (forward[at - 1] @ step) * emitted[at]
        forward[at] = row / max(row.sum(), 1e-300)
    for at in range(count - 2, -1, -1):
        row = step @ (emitted[at + 1] * backward[at + 1])
        backward[at] = row / max(row.sum(), 1e-300)
    both = forward * backward
    chances: NDArray[np.float64] = both / np.maximum(both.sum(axis=1, keepdims=True), 1e-300)
    return chances

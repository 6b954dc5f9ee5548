"""Which stretches of words to report as questions, where no marks say where they begin and end.

The likeliest sequence of labels is not what serves a listener best: where a question may begin at
one of two words, both sequences may lose to the one that holds no question at all. So each stretch
is weighed by how many questions it can be expected to hit, whichever sequence is the true one, and
those that will more likely than not are taken, the surest first (minimum Bayes risk).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from companion.understanding.chain import Floats, Logs, log_sum, log_sums

LEAST_CHANCE = 0.01
"""Stretches that are less likely are not looked at."""
MOST = 2000
"""So many of the likeliest stretches are looked at, however long the text."""
HIT = 0.5
"""Two stretches stand for the same question where they share this part of both."""
TAKEN = 0.3
"""A stretch is taken where it can be expected to hit so many questions. For the best F1 that is
half of the F1 that can be reached (Lipton, Elkan and Naryanaswamy, 2014), here .6 and more."""
OWN_WEIGHT = 0.5
"""Among stretches that hit the same questions, how much the exact one is preferred."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Words `first` to `end - 1`, of one sort, and how likely just they are a clause."""

    first: int
    end: int
    sort: int
    chance: float


def stretches(scores: Floats, transition: Floats, sorts: int, longest: int) -> list[Stretch]:
    """The stretches that may well be a clause of one of the first sorts, the likeliest first.

    Args:
        scores: f32[n, k], how well each label fits each word. Even labels begin a clause of a sort
            and the odd one after each goes on with it.
        transition: f32[k, k], how well a label (column) follows another (row).
        sorts: how many sorts to look at.
        longest: words that a stretch may have.
    """
    forward, backward = log_sums(scores, transition)
    own, step = scores.astype(np.float64), transition.astype(np.float64)
    everything = log_sum(forward[-1], axis=0)
    leaving = _leaving(own, step, backward)
    floor = np.log(LEAST_CHANCE)
    found: list[Stretch] = []
    for sort in range(sorts):
        begin, go_on = 2 * sort, 2 * sort + 1
        inside = np.concatenate([[0.0], np.cumsum(own[:, go_on] + step[go_on, go_on])])
        likely = forward[:, begin] + backward[:, begin] - everything > floor
        for first in np.flatnonzero(likely).tolist():
            entered = forward[first, begin] - everything
            ends = np.arange(first + 2, min(len(own), first + longest) + 1)
            entering = step[begin, go_on] - step[go_on, go_on] - inside[first + 1]
            longer = entered + entering + inside[ends] + leaving[ends, go_on]
            logs = np.concatenate([[entered + leaving[first + 1, begin]], longer])
            found.extend(
                Stretch(first, first + 1 + more, sort, float(np.exp(logs[more])))
                for more in np.flatnonzero(logs > floor).tolist()
            )
    return sorted(found, key=lambda stretch: -stretch.chance)[:MOST]


def _leaving(own: Logs, step: Logs, backward: Logs) -> Logs:
    """f64[n + 1, k], the sum over all that follows where a clause ends before a word."""
    begins = np.arange(own.shape[1]) % 2 == 0
    leaving = np.zeros((len(own) + 1, own.shape[1]))
    for at in range(1, len(own)):
        leaving[at] = log_sum(step[:, begins] + (own[at] + backward[at])[begins], axis=1)
    return leaving


def choose(found: Sequence[Stretch], starts: Sequence[int], ends: Sequence[int]) -> list[Stretch]:
    """The stretches to report, in order; none overlap.

    Args:
        found: all that may be a clause.
        starts: where each word begins, in characters.
        ends: where each word ends, in characters.

    Returns:
        Stretches with the sort that they most likely hit, and the chance that they hit anything.
    """
    if not found:
        return []
    begin = np.array([starts[s.first] for s in found])
    end = np.array([ends[s.end - 1] for s in found])
    chance = np.array([s.chance for s in found])
    sort = np.array([s.sort for s in found])
    hits = _hits(begin, end)
    of_sort = np.stack([hits @ (chance * (sort == n)) for n in range(int(sort.max()) + 1)], axis=1)
    expected = of_sort.sum(axis=1)
    taken: list[int] = []
    for at in np.argsort(-(expected + OWN_WEIGHT * chance), kind="stable").tolist():
        free = all(end[at] <= begin[other] or end[other] <= begin[at] for other in taken)
        if free and expected[at] >= TAKEN:
            taken.append(at)
    return [
        Stretch(
            found[at].first,
            found[at].end,
            int(of_sort[at].argmax()),
            min(1.0, float(expected[at])),
        )
        for at in sorted(taken, key=lambda at: found[at].first)
    ]


def _hits(begin: NDArray[np.intp], end: NDArray[np.intp]) -> NDArray[np.bool_]:
    """bool[n, n], whether two stretches of characters stand for the same question."""
    length = end - begin
    shared = np.minimum.outer(end, end) - np.maximum.outer(begin, begin)
    same: NDArray[np.bool_] = shared >= HIT * np.maximum.outer(length, length)
    return same

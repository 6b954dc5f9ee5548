"""Figures from counts: shares, precision, recall, F1, quantiles.

Every function works on many samples at once: `sums` has a row for each sample (the calls as they
are, and the bootstrap's resamples of them) and a column for each count, summed over the sample's
calls. Where a figure is not defined, because there was nothing to count, it is NaN.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Floats: TypeAlias = npt.NDArray[np.float64]
Formula: TypeAlias = Callable[[Floats], Floats]
"""f64[samples, counts] to f64[samples]."""


def share(sums: Floats) -> Floats:
    """Columns: hits, all. In [0, 1] where hits are among all; a rate otherwise."""
    return _divide(sums[:, 0], sums[:, 1])


def precision(sums: Floats) -> Floats:
    """Columns: true positives, false positives, false negatives."""
    return _divide(sums[:, 0], sums[:, 0] + sums[:, 1])


def recall(sums: Floats) -> Floats:
    """Columns: true positives, false positives, false negatives."""
    return _divide(sums[:, 0], sums[:, 0] + sums[:, 2])


def f1(sums: Floats) -> Floats:
    """Columns: true positives, false positives, false negatives.

    The harmonic mean of precision and recall; 0 where nothing was found that is there.
    """
    return _divide(2 * sums[:, 0], 2 * sums[:, 0] + sums[:, 1] + sums[:, 2])


def macro_f1(sums: Floats) -> Floats:
    """Three columns a class, as for `f1`: the mean of the classes' F1.

    Classes that are neither labelled nor found in a sample are left out of its mean.
    """
    classes = sums.shape[1] // 3
    each = np.stack([f1(sums[:, 3 * c : 3 * c + 3]) for c in range(classes)])
    known = ~np.isnan(each)
    return _divide(np.where(known, each, 0.0).sum(axis=0), known.sum(axis=0).astype(np.float64))


def class_counts(confusion: Floats) -> Floats:
    """Three counts for each class, one class after the other, from a matrix of confusions.

    Args:
        confusion: f64[classes, classes]; rows are the truth, columns the guesses.

    Returns: f64[3 * classes]: true positives, false positives, false negatives of each class.
    """
    hits = np.diag(confusion)
    wrong = confusion.sum(axis=0) - hits
    missed = confusion.sum(axis=1) - hits
    return np.stack([hits, wrong, missed], axis=1).reshape(-1)


def weighted_quantile(values: Floats, weights: Floats, q: float) -> Floats:
    """The smallest value at or below which a share `q` of the weight lies.

    Args:
        values: f64[n]; infinities are allowed.
        weights: f64[samples, n]: how often each value counts in each sample.
        q: in (0, 1]; at .5 this is the lower median.

    Returns: f64[samples]; NaN where a sample has no weight.
    """
    if not values.size:
        return np.full(len(weights), np.nan)
    order = np.argsort(values, kind="stable")
    gathered = np.cumsum(weights[:, order], axis=1)
    total = gathered[:, -1]
    # A little less than q, so that rounding in the sum does not step over a value.
    place = np.argmax(gathered >= (q * total * (1 - 1e-12))[:, None], axis=1)
    found: Floats = np.where(total > 0, values[order][place], np.nan)
    return found


def _divide(top: Floats, bottom: Floats) -> Floats:
    result = np.full(top.shape, np.nan)
    np.divide(top, bottom, out=result, where=bottom > 0)
    return result

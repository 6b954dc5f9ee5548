"""The training calls as models hear them that have read nothing by the hand of each call.

The scores of single utterances come from models without the hand's fold already (`train_scores`).
Here the models over time and of cues are fitted on the other folds as well. Only counts are of all
calls: which n-grams there are, and how often one step follows another. Each fold's models have
read about a fifth less than what is kept in the end.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from companion.trainer.train import (
    Trained,
    beliefs_of,
    cue_rows,
    fit_cue_judges,
    fit_sequence,
    sequence_rows,
)
from companion.understanding.learned import Floats


@dataclass(frozen=True, slots=True)
class CrossFitted:
    """What is heard in each call of the training table."""

    beliefs: list[Floats] = field(repr=False)
    """Of the step after each utterance, f32[utterances, 5] for each call."""
    cues: list[Floats] = field(repr=False)
    """How likely each cue is, f32[utterances, c] for each call."""
    found: list[NDArray[np.bool_]] = field(repr=False)
    """Whether each cue is likely enough to be shown, bool[utterances, c] for each call."""


def cross_fitted(trained: Trained) -> CrossFitted:
    """Hear all calls of the table, each with models of the other folds."""
    table, scores = trained.table, trained.scores
    calls = table.calls()
    fold_of = np.asarray([table.folds[call.start] for call in calls])
    rows = sequence_rows(trained.weights, table, scores)
    truth = [table.steps[call.start : call.stop] for call in calls]
    beliefs: list[Floats] = [row[:, :0] for row in rows]
    for fold in np.unique(fold_of):
        others = np.flatnonzero(fold_of != fold)
        sequence = fit_sequence([rows[i] for i in others], [truth[i] for i in others])
        weights = replace(trained.weights, sequence=sequence)
        for i in np.flatnonzero(fold_of == fold):
            beliefs[i] = beliefs_of(weights, [scores[line] for line in calls[i]])
    of_cues = cue_rows(trained.weights, table, scores, beliefs)
    cues: list[Floats] = [row[:, :, 0] for row in of_cues]
    found: list[NDArray[np.bool_]] = [row[:, :, 0] > 0 for row in of_cues]
    for fold in np.unique(fold_of):
        others = np.flatnonzero(fold_of != fold)
        wanted = np.concatenate([table.cues[calls[i].start : calls[i].stop] for i in others])
        judges, thresholds = fit_cue_judges(np.concatenate([of_cues[i] for i in others]), wanted)
        for i in np.flatnonzero(fold_of == fold):
            odds = (of_cues[i] * judges).sum(axis=2)
            cues[i] = (1.0 / (1.0 + np.exp(-odds))).astype(np.float32)
            found[i] = cues[i] >= thresholds
    return CrossFitted(beliefs, cues, found)

"""Trains the scores of single utterances: one multinomial model of the step, one model a cue.

Everything that later looks at these scores is trained on `cross_predicted` ones: made by models
that have read nothing by the hand that wrote the call.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from companion.domain.dialogue import Step
from companion.trainer.training_table import FOLDS, Rows, Table
from companion.understanding.learned import Floats, TextScores

STEP_C = 3.0
CUE_C = 10.0
CUE_WEIGHT = 3.0
LEAST_EXAMPLES = 4
"""A cue with fewer is not learned, and never found by its words."""
NEVER_BIAS = -8.0


def fit_step(matrix: Any, steps: NDArray[np.intp]) -> tuple[Floats, Floats]:
    """Weights, f32[5, columns], and bias, f32[5]."""
    model = LogisticRegression(C=STEP_C, max_iter=150, tol=1e-3).fit(matrix, steps)
    return model.coef_.astype(np.float32), model.intercept_.astype(np.float32)


def fit_cues(matrix: Any, cues: NDArray[np.bool_], earlier: Rows) -> tuple[Floats, Floats]:
    """One model a cue, f32[cues, columns] and f32[cues]; earlier words are left out of it."""
    keep = np.setdiff1d(np.arange(matrix.shape[1]), earlier)
    part = matrix[:, keep]
    weights = np.zeros((cues.shape[1], matrix.shape[1]), dtype=np.float32)
    bias = np.full(cues.shape[1], NEVER_BIAS, dtype=np.float32)
    for k in range(cues.shape[1]):
        if cues[:, k].sum() < LEAST_EXAMPLES:
            continue
        model = LogisticRegression(
            C=CUE_C, max_iter=100, tol=1e-3, class_weight={False: 1.0, True: CUE_WEIGHT}
        ).fit(part, cues[:, k])
        weights[k, keep] = model.coef_[0]
        bias[k] = model.intercept_[0]
    return weights, bias


def cross_predicted(
    table: Table, matrix: Any, earlier: Rows, report: Callable[[str], None]
) -> list[TextScores]:
    """Scores for every utterance from models that have not seen its fold."""
    step_scores = np.zeros((len(table.steps), len(Step)), dtype=np.float32)
    cue_scores = np.zeros(table.cues.shape, dtype=np.float32)
    for fold in range(FOLDS):
        report(f"fold {fold + 1} of {FOLDS}")
        train, test = table.folds != fold, table.folds == fold
        for_step, for_cues = train & table.tells_step, train & table.tells_cues
        step, step_bias = fit_step(matrix[for_step], table.steps[for_step])
        cue, cue_bias = fit_cues(matrix[for_cues], table.cues[for_cues], earlier)
        step_scores[test] = matrix[test] @ step.T + step_bias
        cue_scores[test] = matrix[test] @ cue.T + cue_bias
    step_scores -= step_scores.max(axis=1, keepdims=True)
    step_scores -= np.log(np.exp(step_scores).sum(axis=1, keepdims=True))
    return [TextScores(s, c) for s, c in zip(step_scores, cue_scores, strict=True)]

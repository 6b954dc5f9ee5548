"""Trains what tells the answer to the ask: see `companion.understanding.answers`.

Each call is heard by models of steps and cues that were trained without its hand, as a call of
tomorrow would be; what its figures are at the end is compared with the labelled answer.
"""

from __future__ import annotations

import io
from collections.abc import Sequence

import numpy as np
from sklearn.linear_model import LogisticRegression

from companion.trainer.cross_fitted import CrossFitted
from companion.trainer.labelled import CUES, LabelledCall
from companion.trainer.training_table import Table
from companion.understanding.answers import ANSWERS, FIGURES, FORM, AnswerFigures, Floats, signs

LEAST_EACH = 3
"""An answer that is in fewer calls cannot be learned."""
ANSWER_C = 1.0
MAX_ROUNDS = 1000


def has_each_answer(calls: Sequence[LabelledCall]) -> bool:
    """Whether each of the four answers to the ask is in enough calls to be learned."""
    told = [call.truth.commitment for call in calls if call.truth is not None]
    return all(told.count(answer) >= LEAST_EACH for answer in ANSWERS)


def train_answers(calls: Sequence[LabelledCall], table: Table, hearing: CrossFitted) -> bytes:
    """The artefact's bytes. Deterministic: the same calls and rap give the same figures.

    Args:
        calls: as they were trained on.
        table: of these calls, each in it twice.
        hearing: the table as models heard it that read nothing by the hand of each call.

    Raises: ValueError where one of the four answers is in no call.
    """
    rows: list[Floats] = []
    labels: list[int] = []
    for number, call in enumerate(calls):
        if call.truth is not None:
            for version in (number, number + len(calls)):
                rows.append(figures_of(version, table, hearing))
                labels.append(ANSWERS.index(call.truth.commitment))
    return to_bytes(fit(np.asarray(rows), labels))


def figures_of(number: int, table: Table, hearing: CrossFitted) -> Floats:
    """What the figures of one of the table's calls come to at its end, f32[13]."""
    figures = AnswerFigures()
    lines = table.calls()[number]
    for line, belief, likely in zip(
        lines, hearing.beliefs[number].tolist(), hearing.cues[number].tolist(), strict=True
    ):
        by_name = dict(zip(CUES, likely, strict=True))
        figures.hear(signs(by_name, belief, table.told[line], table.norms[line]))
    return figures.row


def fit(rows: Floats, labels: Sequence[int]) -> Floats:
    """The weights, f32[4, 14], from rows of figures, f32[n, 13], and indexes of `ANSWERS`."""
    missing = set(range(len(ANSWERS))) - set(labels)
    if missing:
        names = ", ".join(ANSWERS[i] for i in sorted(missing))
        raise ValueError(f"every answer must be in some call; there is none with: {names}")
    mean, spread = rows.mean(axis=0), rows.std(axis=0) + 1e-6
    model = LogisticRegression(C=ANSWER_C, max_iter=MAX_ROUNDS).fit((rows - mean) / spread, labels)
    # The scaling goes into the weights, so that a call needs none.
    slopes = model.coef_ / spread
    weights: Floats = np.column_stack([slopes, model.intercept_ - slopes @ mean]).astype(np.float32)
    assert weights.shape == (len(ANSWERS), len(FIGURES) + 1)
    return weights


def to_bytes(weights: Floats) -> bytes:
    """The artefact."""
    out = io.BytesIO()
    np.savez_compressed(out, form=np.asarray(FORM), weights=weights)
    return out.getvalue()

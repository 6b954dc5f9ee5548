"""Trains what tells the answer to the ask: see `companion.understanding.answers`.

Each call is heard by a model of steps and cues that was trained without it, as a call of tomorrow
would be; what its figures are at the end is compared with the labelled answer.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence

import numpy as np
from sklearn.linear_model import LogisticRegression

from companion.trainer.labelled import LabelledCall, bare
from companion.trainer.train import train_understanding
from companion.understanding import learned
from companion.understanding.analyzer import CallAnalyzer
from companion.understanding.answers import ANSWERS, FIGURES, FORM, Floats
from companion.understanding.learned import LearnedModel
from companion.understanding.rap import Rap

FOLDS = 3
ANSWER_C = 1.0
MAX_ROUNDS = 1000


def train_answers(
    calls: Sequence[LabelledCall], rap: Rap, report: Callable[[str], None] = lambda text: None
) -> bytes:
    """The artefact's bytes. Deterministic: the same calls and rap give the same figures.

    Raises: ValueError where one of the four answers is in no call, or with too few calls to
        leave some of them out.
    """
    rows: list[Floats] = []
    labels: list[int] = []
    for fold in range(FOLDS):
        report(f"answers: fold {fold + 1} of {FOLDS}")
        model = _without(calls, fold, rap)
        for call in calls[fold::FOLDS]:
            if call.truth is None:
                continue
            for version in (call, bare(call)):
                rows.append(figures_of(version, rap, model))
                labels.append(ANSWERS.index(call.truth.commitment))
    return to_bytes(fit(np.asarray(rows), labels))


def figures_of(call: LabelledCall, rap: Rap, model: LearnedModel) -> Floats:
    """What the figures of a call have come to at its end, f32[13]."""
    analyzer = CallAnalyzer(rap, call.call_date, learned_model=model)
    for labelled in call.utterances:
        analyzer.hear(labelled.utterance)
    return analyzer.answer_figures


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


def _without(calls: Sequence[LabelledCall], fold: int, rap: Rap) -> LearnedModel:
    others = [call for i, call in enumerate(calls) if i % FOLDS != fold]
    return learned.read(io.BytesIO(train_understanding(others, rap)))

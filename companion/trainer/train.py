"""Trains the learned part of understanding from hand-written calls and a rap.

Needs scikit-learn (the extra `train`); what it makes needs numpy only. Scores of single utterances
come first (`train_scores`); then the model of the step over time, and last the cues, which look at
the step and at the cues before. Whatever looks at the output of another model is trained on
predictions for calls outside of that model's training fold.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from companion.domain.dialogue import Step
from companion.trainer.labelled import CUES, LabelledCall
from companion.trainer.train_scores import LEAST_EXAMPLES, cross_predicted, fit_cues, fit_step
from companion.trainer.training_table import (
    DENSE_SCALE,
    SCALES,
    Rows,
    Table,
    earlier_columns,
    matrix_of,
    read_table,
    vocabulary_of,
)
from companion.understanding import adapt, learned, ngrams
from companion.understanding.learned import Floats, TextScores, Weights
from companion.understanding.rap import Rap
from companion.understanding.sequence import (
    CueJudge,
    StepSequence,
    cue_figure_count,
    figure_count,
)

LEAST_CALLS = 10
SEQUENCE_C = 0.01
SECOND_C = 1.0
THRESHOLDS = tuple(np.arange(0.08, 0.8, 0.04).tolist())


def train_weights(
    calls: Sequence[LabelledCall], rap: Rap, report: Callable[[str], None] = lambda text: None
) -> Weights:
    """The weights of the artefact. Deterministic: the same calls and rap give the same figures.

    Raises: ValueError with fewer than ten calls.
    """
    return train_with_trial(calls, rap, report).weights


@dataclass(frozen=True, slots=True)
class Trained:
    """The weights, and what they were made of, for a look at calls by hands left out."""

    weights: Weights = field(repr=False)
    table: Table = field(repr=False)
    scores: list[TextScores] = field(repr=False)
    """Of every row of the table, by models that read nothing by its hand."""


def train_with_trial(
    calls: Sequence[LabelledCall], rap: Rap, report: Callable[[str], None] = lambda text: None
) -> Trained:
    """Train as `train_weights` does, and keep what `held_out` needs."""
    if len(calls) < LEAST_CALLS:
        raise ValueError(f"training needs at least {LEAST_CALLS} calls; there are {len(calls)}")
    report(f"reading {len(calls)} calls")
    table = read_table(calls, rap)
    vocabulary, idf = vocabulary_of(table)
    matrix = matrix_of(table, vocabulary, idf)
    earlier = earlier_columns(vocabulary)
    report(f"{len(vocabulary)} n-grams; learning each fold")
    scores = cross_predicted(table, matrix, earlier, report)
    report("learning on all calls")
    step, step_bias = fit_step(matrix[table.tells_step], table.steps[table.tells_step])
    cue, cue_bias = fit_cues(matrix[table.tells_cues], table.cues[table.tells_cues], earlier)
    dense_scale = np.full(table.dense.shape[1], DENSE_SCALE, dtype=np.float32)
    weights = Weights(
        vocabulary, idf, SCALES, dense_scale,
        step, step_bias, CUES, cue, cue_bias,
        *_dynamics(table),
        sequence=np.zeros((len(Step), figure_count(len(CUES)) + 1), dtype=np.float32),
        cue_second=np.zeros((len(CUES), cue_figure_count(len(CUES))), dtype=np.float32),
        cue_threshold=np.full(len(CUES), 0.5, dtype=np.float32),
        examples=adapt.marks_of(rap),
        words=frozenset(word for line in table.tokens for word in line),
    )  # fmt: skip
    report("learning what follows what")
    rows = sequence_rows(weights, table, scores)
    truth = [table.steps[call.start : call.stop] for call in table.calls()]
    weights = replace(weights, sequence=fit_sequence(rows, truth))
    return Trained(_with_cue_judges(weights, table, scores), table, scores)


def _dynamics(table: Table) -> tuple[Floats, Floats, Floats]:
    """First steps, transitions and shares of the steps, smoothed."""
    first = np.full(len(Step), 0.2)
    moves = np.full((len(Step), len(Step)), 0.1)
    for rows in table.calls():
        path = table.steps[rows.start : rows.stop]
        first[path[0]] += 1
        np.add.at(moves, (path[:-1], path[1:]), 0.5)  # each call stands in the table twice
    steps = table.steps[table.in_calls]
    shares = np.bincount(steps, minlength=len(Step)) / len(steps)
    return (
        (first / first.sum()).astype(np.float32),
        (moves / moves.sum(axis=1, keepdims=True)).astype(np.float32),
        np.log(shares).astype(np.float32),
    )


def sequence_rows(weights: Weights, table: Table, scores: list[TextScores]) -> list[Floats]:
    """What the model over time looks at, f32[utterances, m] for each call of the table."""
    rows = []
    for call in table.calls():
        sequence = StepSequence(weights)
        rows.append(np.asarray([sequence.figures(scores[i]) for i in call]))
    return rows


def fit_sequence(rows: Sequence[Floats], truth: Sequence[Rows]) -> Floats:
    """The model over time, f32[5, m + 1], from the rows of some calls and their true steps."""
    figures = np.concatenate(rows)
    mean, spread = figures.mean(axis=0), figures.std(axis=0) + 1e-6
    model = LogisticRegression(C=SEQUENCE_C, max_iter=300, tol=1e-3).fit(
        (figures - mean) / spread, np.concatenate(truth)
    )
    # The scaling goes into the weights, so that a call needs none.
    slopes = model.coef_ / spread
    offset = model.intercept_ - slopes @ mean
    return np.column_stack([slopes, offset]).astype(np.float32)


def beliefs_of(weights: Weights, scores: Sequence[TextScores]) -> Floats:
    """What is believed of the step after each utterance of one call, f32[utterances, 5]."""
    sequence = StepSequence(weights)
    return np.stack([sequence.advance(each) for each in scores])


def cue_rows(
    weights: Weights, table: Table, scores: list[TextScores], beliefs: Sequence[Floats]
) -> list[Floats]:
    """What the judges of cues look at, f32[utterances, c, m] for each call of the table."""
    rows = []
    for call, of_call in zip(table.calls(), beliefs, strict=True):
        judge = CueJudge(weights)
        rows.append(
            np.stack(
                [
                    judge.figures(scores[i], belief, table.rap_cues[i].tolist())
                    for i, belief in zip(call, of_call, strict=True)
                ]
            )
        )
    return rows


def _with_cue_judges(weights: Weights, table: Table, scores: list[TextScores]) -> Weights:
    beliefs = [beliefs_of(weights, [scores[i] for i in call]) for call in table.calls()]
    rows = np.concatenate(cue_rows(weights, table, scores, beliefs))
    second, threshold = fit_cue_judges(rows, table.cues[table.in_calls])
    return replace(weights, cue_second=second, cue_threshold=threshold)


def fit_cue_judges(rows: Floats, cues: NDArray[np.bool_]) -> tuple[Floats, Floats]:
    """The judges' weights, f32[c, m], and thresholds, f32[c], from rows, f32[n, c, m]."""
    second = np.zeros((len(CUES), rows.shape[2]), dtype=np.float32)
    second[:, 0] = 1.0
    threshold = np.full(len(CUES), 0.5, dtype=np.float32)
    for k in range(len(CUES)):
        wanted = cues[:, k]
        if wanted.sum() < LEAST_EXAMPLES:
            continue
        model = LogisticRegression(C=SECOND_C, max_iter=300, tol=1e-3, fit_intercept=False).fit(
            rows[:, k], wanted
        )
        second[k] = model.coef_[0]
        probabilities = model.predict_proba(rows[:, k])[:, 1]
        threshold[k] = max(THRESHOLDS, key=lambda t: _f1(probabilities >= t, wanted))
    return second, threshold


def _f1(found: NDArray[np.bool_], wanted: NDArray[np.bool_]) -> float:
    both = float((found & wanted).sum())
    return 2 * both / max(1.0, float(found.sum() + wanted.sum()))


def to_bytes(weights: Weights) -> bytes:
    """The artefact; n-gram weights at half precision."""
    vocabulary = "\n".join(sorted(weights.vocabulary, key=weights.vocabulary.__getitem__))
    out = io.BytesIO()
    np.savez_compressed(
        out,
        form=np.asarray(learned.FORM),
        vocabulary=_text(vocabulary),
        idf=weights.idf.astype(np.float16),
        scales=np.asarray([weights.scales[b] for b in ngrams.BLOCKS], dtype=np.float32),
        dense_scale=weights.dense_scale,
        step=weights.step.astype(np.float16),
        step_bias=weights.step_bias,
        cues=_text("\n".join(weights.cues)),
        cue=weights.cue.astype(np.float16),
        cue_bias=weights.cue_bias,
        initial=weights.initial,
        transition=weights.transition,
        prior=weights.prior,
        sequence=weights.sequence,
        cue_second=weights.cue_second,
        cue_threshold=weights.cue_threshold,
        examples=np.asarray(sorted(weights.examples or ()), dtype=np.uint64),
        words=_text("\n".join(sorted(weights.words or ()))),
    )
    return out.getvalue()


def _text(text: str) -> NDArray[np.uint8]:
    return np.frombuffer(text.encode("utf-8"), dtype=np.uint8)

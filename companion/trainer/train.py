"""Trains the learned part of understanding from hand-written calls and a rap.

Needs scikit-learn (the extra `train`); what it makes needs numpy only. Each call is used twice,
as written and as the embedded recognizer would print it; the examples of the rap are loose lines
beside the calls. Everything that looks at the output of another model is trained on predictions
for calls outside of that model's training fold.
"""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack
from sklearn.linear_model import LogisticRegression

from companion.domain.dialogue import Step
from companion.trainer.labelled import CUES, LabelledCall, bare
from companion.understanding import learned, ngrams
from companion.understanding.learned import Floats, TextScores, Weights
from companion.understanding.observe import Observation, Observer, rap_cue_row
from companion.understanding.rap import Rap
from companion.understanding.sequence import StepSequence, cue_rows

LEAST_CALLS = 10
FOLDS = 5
LEAST_SEEN = {ngrams.WORDS: 4, ngrams.CHARS: 6, ngrams.EARLIER: 6}
"""An n-gram counts once it stands in so many utterances (each call counts twice)."""
SCALES = {ngrams.WORDS: 1.0, ngrams.CHARS: 0.7, ngrams.EARLIER: 0.6}
DENSE_SCALE = 0.3
STEP_C = 3.0
CUE_C = 10.0
CUE_WEIGHT = 3.0
SEQUENCE_C = 0.002
SECOND_C = 1.0
THRESHOLDS = tuple(np.arange(0.08, 0.8, 0.04).tolist())

EXAMPLE_DAY = date(2026, 1, 5)
"""The rap's examples are not of any day; one is needed to read them."""

Rows = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Table:
    """All utterances of the training calls in a row, then the rap's examples.

    An example of a step says nothing about cues, and the other way round.
    """

    tokens: list[tuple[str, ...]]
    before: list[list[tuple[str, ...]]]
    dense: Floats
    rap_cues: Floats
    steps: NDArray[np.intp]
    cues: NDArray[np.bool_]
    folds: NDArray[np.intp]
    tells_step: NDArray[np.bool_]
    tells_cues: NDArray[np.bool_]
    starts: list[int]
    """Where calls begin, and where the last one ends."""

    def calls(self) -> list[range]:
        """The rows of each call."""
        return [range(a, b) for a, b in pairwise(self.starts)]

    @property
    def in_calls(self) -> slice:
        """The rows of all calls, without the examples."""
        return slice(0, self.starts[-1])


def train_understanding(
    calls: Sequence[LabelledCall], rap: Rap, report: Callable[[str], None] = lambda text: None
) -> bytes:
    """The artefact's bytes. Deterministic: the same calls and rap give the same figures.

    Raises: ValueError with fewer than ten calls.
    """
    if len(calls) < LEAST_CALLS:
        raise ValueError(f"training needs at least {LEAST_CALLS} calls; there are {len(calls)}")
    report(f"reading {len(calls)} calls")
    table = _table(calls, rap)
    vocabulary, idf = _vocabulary(table)
    matrix = _matrix(table, vocabulary, idf)
    report(f"{len(vocabulary)} n-grams; learning each fold")
    scores = _cross_predicted(table, matrix, _earlier_columns(vocabulary), report)
    report("learning on all calls")
    earlier = _earlier_columns(vocabulary)
    step, step_bias = _fit_step(matrix[table.tells_step], table.steps[table.tells_step])
    cue, cue_bias = _fit_cues(matrix[table.tells_cues], table.cues[table.tells_cues], earlier)
    dense_scale = np.full(table.dense.shape[1], DENSE_SCALE, dtype=np.float32)
    weights = Weights(
        vocabulary, idf, SCALES, dense_scale,
        step, step_bias, CUES, cue, cue_bias,
        *_dynamics(table),
        sequence=np.zeros((len(Step), 1), dtype=np.float32),
        cue_second=np.zeros((len(CUES), 9), dtype=np.float32),
        cue_threshold=np.full(len(CUES), 0.5, dtype=np.float32),
    )  # fmt: skip
    report("learning what follows what")
    weights = replace(weights, sequence=_fit_sequence(weights, table, scores))
    return to_bytes(_with_cue_judges(weights, table, scores))


@dataclass(frozen=True, slots=True)
class _Line:
    """An utterance as it goes into the table."""

    seen: Observation
    before: list[tuple[str, ...]]
    step: int
    cues: tuple[str, ...]
    fold: int
    tells_step: bool = True
    tells_cues: bool = True


def _table(calls: Sequence[LabelledCall], rap: Rap) -> Table:
    observer = Observer(rap)
    lines: list[_Line] = []
    starts = [0]
    for version in (list(calls), [bare(call) for call in calls]):
        for number, call in enumerate(version):
            lines += _call_lines(call, observer, number % FOLDS)
            starts.append(len(lines))
    lines += _example_lines(rap, observer)
    return Table(
        tokens=[line.seen.tokens for line in lines],
        before=[line.before for line in lines],
        dense=np.asarray([observer.dense(line.seen, CUES) for line in lines], dtype=np.float32),
        rap_cues=np.asarray(
            [rap_cue_row(line.seen.rap_cues, CUES) for line in lines], dtype=np.float32
        ),
        steps=np.asarray([line.step for line in lines], dtype=np.intp),
        cues=np.asarray([[c in line.cues for c in CUES] for line in lines], dtype=np.bool_),
        folds=np.asarray([line.fold for line in lines], dtype=np.intp),
        tells_step=np.asarray([line.tells_step for line in lines], dtype=np.bool_),
        tells_cues=np.asarray([line.tells_cues for line in lines], dtype=np.bool_),
        starts=starts,
    )


def _call_lines(call: LabelledCall, observer: Observer, fold: int) -> list[_Line]:
    lines: list[_Line] = []
    for labelled in call.utterances:
        before = [line.seen.tokens for line in reversed(lines[-ngrams.BEFORE :])]
        seen = observer.look(labelled.utterance.text, call.call_date)
        lines.append(_Line(seen, before, labelled.step - 1, labelled.cues, fold))
    return lines


def _example_lines(rap: Rap, observer: Observer) -> list[_Line]:
    """The rap's examples, as if nothing were known of what came before."""
    unknown: list[tuple[str, ...]] = [()] * ngrams.BEFORE
    found: list[tuple[str, int, tuple[str, ...]]] = [
        (text, part.number - 1, ()) for part in rap.steps for text in part.examples
    ]
    of_steps = len(found)
    found += [(text, 0, (cue.name,)) for cue in rap.cues for text in cue.examples]
    return [
        _Line(
            observer.look(text, EXAMPLE_DAY), unknown, step, cues, i % FOLDS,
            tells_step=i < of_steps, tells_cues=i >= of_steps,
        )
        for i, (text, step, cues) in enumerate(found)
    ]  # fmt: skip


def _vocabulary(table: Table) -> tuple[dict[str, int], Floats]:
    seen: Counter[str] = Counter()
    for words, before in zip(table.tokens, table.before, strict=True):
        for block, grams in ngrams.blocks(words, before).items():
            seen.update({f"{block}:{gram}" for gram in grams})
    kept = sorted(g for g, n in seen.items() if n >= LEAST_SEEN[g.partition(":")[0]])
    n = len(table.tokens)
    idf = np.log((1 + n) / (1 + np.asarray([seen[g] for g in kept]))) + 1
    return {gram: i for i, gram in enumerate(kept)}, idf.astype(np.float32)


def _matrix(table: Table, vocabulary: dict[str, int], idf: Floats) -> Any:
    indices: list[Rows] = []
    values: list[Floats] = []
    for words, before in zip(table.tokens, table.before, strict=True):
        columns, row = learned.vectorize(words, before, vocabulary, idf, SCALES)
        indices.append(columns)
        values.append(row)
    ends = np.cumsum([0] + [len(i) for i in indices])
    grams = csr_matrix(
        (np.concatenate(values), np.concatenate(indices), ends), shape=(len(indices), len(idf))
    )
    return hstack([grams, csr_matrix(table.dense * DENSE_SCALE)]).tocsr()


def _earlier_columns(vocabulary: dict[str, int]) -> Rows:
    prefix = f"{ngrams.EARLIER}:"
    return np.asarray([i for g, i in vocabulary.items() if g.startswith(prefix)], dtype=np.intp)


def _fit_step(matrix: Any, steps: NDArray[np.intp]) -> tuple[Floats, Floats]:
    model = LogisticRegression(C=STEP_C, max_iter=150, tol=1e-3).fit(matrix, steps)
    return model.coef_.astype(np.float32), model.intercept_.astype(np.float32)


def _fit_cues(matrix: Any, cues: NDArray[np.bool_], earlier: Rows) -> tuple[Floats, Floats]:
    """One model a cue; words of earlier utterances are left out of it."""
    keep = np.setdiff1d(np.arange(matrix.shape[1]), earlier)
    part = matrix[:, keep]
    weights = np.zeros((cues.shape[1], matrix.shape[1]), dtype=np.float32)
    bias = np.full(cues.shape[1], -8.0, dtype=np.float32)
    for k in range(cues.shape[1]):
        if cues[:, k].sum() < 4:
            continue
        model = LogisticRegression(
            C=CUE_C, max_iter=100, tol=1e-3, class_weight={False: 1.0, True: CUE_WEIGHT}
        ).fit(part, cues[:, k])
        weights[k, keep] = model.coef_[0]
        bias[k] = model.intercept_[0]
    return weights, bias


def _cross_predicted(
    table: Table, matrix: Any, earlier: Rows, report: Callable[[str], None]
) -> list[TextScores]:
    """Scores for every utterance from models that have not seen its call."""
    step_scores = np.zeros((len(table.steps), len(Step)), dtype=np.float32)
    cue_scores = np.zeros(table.cues.shape, dtype=np.float32)
    for fold in range(FOLDS):
        report(f"fold {fold + 1} of {FOLDS}")
        train, test = table.folds != fold, table.folds == fold
        for_step, for_cues = train & table.tells_step, train & table.tells_cues
        step, step_bias = _fit_step(matrix[for_step], table.steps[for_step])
        cue, cue_bias = _fit_cues(matrix[for_cues], table.cues[for_cues], earlier)
        step_scores[test] = matrix[test] @ step.T + step_bias
        cue_scores[test] = matrix[test] @ cue.T + cue_bias
    step_scores -= np.log(np.exp(step_scores).sum(axis=1, keepdims=True))
    return [TextScores(s, c) for s, c in zip(step_scores, cue_scores, strict=True)]


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


def _fit_sequence(weights: Weights, table: Table, scores: list[TextScores]) -> Floats:
    rows: list[Floats] = []
    for call in table.calls():
        sequence = StepSequence(weights)
        rows += [sequence.figures(scores[i]) for i in call]
    figures = np.asarray(rows)
    mean, spread = figures.mean(axis=0), figures.std(axis=0) + 1e-6
    model = LogisticRegression(C=SEQUENCE_C, max_iter=500).fit(
        (figures - mean) / spread, table.steps[table.in_calls]
    )
    # The scaling goes into the weights, so that a call needs none.
    slopes = model.coef_ / spread
    offset = model.intercept_ - slopes @ mean
    return np.column_stack([slopes, offset]).astype(np.float32)


def _with_cue_judges(weights: Weights, table: Table, scores: list[TextScores]) -> Weights:
    beliefs: list[Floats] = []
    for call in table.calls():
        sequence = StepSequence(weights)
        beliefs += [sequence.advance(scores[i]) for i in call]
    rows = np.stack(
        [
            cue_rows(s.cue, b, r.tolist())
            for s, b, r in zip(
                scores[table.in_calls], beliefs, table.rap_cues[table.in_calls], strict=True
            )
        ]
    )
    second = np.zeros((len(CUES), rows.shape[2]), dtype=np.float32)
    second[:, 0] = 1.0
    threshold = np.full(len(CUES), 0.5, dtype=np.float32)
    for k in range(len(CUES)):
        wanted = table.cues[table.in_calls, k]
        if wanted.sum() < 4:
            continue
        model = LogisticRegression(C=SECOND_C, max_iter=300, fit_intercept=False).fit(
            rows[:, k], wanted
        )
        second[k] = model.coef_[0]
        probabilities = model.predict_proba(rows[:, k])[:, 1]
        threshold[k] = max(THRESHOLDS, key=lambda t: _f1(probabilities >= t, wanted))
    return replace(weights, cue_second=second, cue_threshold=threshold)


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
    )
    return out.getvalue()


def _text(text: str) -> NDArray[np.uint8]:
    return np.frombuffer(text.encode("utf-8"), dtype=np.uint8)

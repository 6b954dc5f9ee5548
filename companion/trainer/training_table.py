"""What the models of single utterances are trained on: all utterances of all calls, as figures.

Each call stands in the table twice, as written and as the embedded recognizer would print it; the
examples of the rap follow as loose lines. Calls are put into folds by the hand that wrote them:
a model that is tried on a hand it never read shows what it will do with an organizer it never
heard.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack

from companion.trainer.labelled import CUES, LabelledCall, bare
from companion.understanding import learned, ngrams
from companion.understanding.evidence import Group
from companion.understanding.learned import Floats
from companion.understanding.observe import Observation, Observer, rap_cue_row
from companion.understanding.rap import Rap

FOLDS = 5
LEAST_SEEN = {ngrams.WORDS: 4, ngrams.CHARS: 6, ngrams.EARLIER: 6}
"""An n-gram counts once it stands in so many utterances (each call counts twice)."""
SCALES = {ngrams.WORDS: 1.0, ngrams.CHARS: 0.7, ngrams.EARLIER: 0.6}
DENSE_SCALE = 0.3
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
    told: list[tuple[str, ...]]
    """Answers to the ask that the rap's phrases find in each line."""
    norms: list[tuple[str, ...]]
    """The words of each line."""
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


def read_table(calls: Sequence[LabelledCall], rap: Rap) -> Table:
    """The table of some calls and of the rap's examples."""
    observer = Observer(rap)
    folds = folds_of(calls)
    lines: list[_Line] = []
    starts = [0]
    for version in (list(calls), [bare(call) for call in calls]):
        for call, fold in zip(version, folds, strict=True):
            lines += _call_lines(call, observer, fold)
            starts.append(len(lines))
    lines += _example_lines(rap, observer)
    return Table(
        tokens=[line.seen.tokens for line in lines],
        before=[line.before for line in lines],
        dense=np.asarray([observer.dense(line.seen, CUES) for line in lines], dtype=np.float32),
        rap_cues=np.asarray(
            [rap_cue_row(line.seen.rap_cues, CUES) for line in lines], dtype=np.float32
        ),
        told=[line.seen.evidence.names(Group.ANSWER) for line in lines],
        norms=[tuple(line.seen.spoken.norms) for line in lines],
        steps=np.asarray([line.step for line in lines], dtype=np.intp),
        cues=np.asarray([[c in line.cues for c in CUES] for line in lines], dtype=np.bool_),
        folds=np.asarray([line.fold for line in lines], dtype=np.intp),
        tells_step=np.asarray([line.tells_step for line in lines], dtype=np.bool_),
        tells_cues=np.asarray([line.tells_cues for line in lines], dtype=np.bool_),
        starts=starts,
    )


def folds_of(calls: Sequence[LabelledCall]) -> list[int]:
    """A fold for each call: all calls by one hand in the same one.

    Where too few hands are told to fill the folds, calls are dealt out one by one.
    """
    hands = sorted({call.hand for call in calls})
    if len(hands) < FOLDS:
        return [number % FOLDS for number in range(len(calls))]
    return [hands.index(call.hand) % FOLDS for call in calls]


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


def vocabulary_of(table: Table) -> tuple[dict[str, int], Floats]:
    """The n-grams that occur often enough, 'block:n-gram' to column, and their idf, f32[n]."""
    seen: Counter[str] = Counter()
    for words, before in zip(table.tokens, table.before, strict=True):
        for block, grams in ngrams.blocks(words, before).items():
            seen.update({f"{block}:{gram}" for gram in grams})
    kept = sorted(g for g, n in seen.items() if n >= LEAST_SEEN[g.partition(":")[0]])
    n = len(table.tokens)
    idf = np.log((1 + n) / (1 + np.asarray([seen[g] for g in kept]))) + 1
    return {gram: i for i, gram in enumerate(kept)}, idf.astype(np.float32)


def matrix_of(table: Table, vocabulary: dict[str, int], idf: Floats) -> Any:
    """The table as a sparse matrix, f32[rows, n-grams + the rap's figures]."""
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


def earlier_columns(vocabulary: dict[str, int]) -> Rows:
    """The columns of words that were said before the utterance itself."""
    prefix = f"{ngrams.EARLIER}:"
    return np.asarray([i for g, i in vocabulary.items() if g.startswith(prefix)], dtype=np.intp)

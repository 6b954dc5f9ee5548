"""How far two labellers agree: the ceiling for whatever learns from one of them.

Cohen's kappa (1960) is agreement beyond what the two would reach by chance: 1 is complete, 0 is
chance. Steps are compared for each utterance, questions for each word (so that a boundary moved by
a word is a small difference and no miss), cues one by one for each utterance.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from companion.domain.dialogue import QuestionKind, Step
from companion.errors import InputError
from companion.trainer.bootstrap import Bootstrap, Measured
from companion.trainer.clauses import word_places
from companion.trainer.labelled import CUES, LabelledCall, LabelledUtterance

STATEMENT = "statement"
KINDS = (STATEMENT, *(kind.value for kind in QuestionKind))

Counts = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Agreement:
    """Two labellers on the same calls."""

    calls: tuple[str, ...]
    utterances: int
    steps_agreed: Measured
    """Share of utterances with the same step."""
    steps: Measured
    """Kappa of the step."""
    questions: Measured
    """Kappa of what each word belongs to: a kind of question, or a statement."""
    cues: Measured
    """Mean kappa over the cues that either of them used."""
    disputed: tuple[tuple[str, int, str], ...]
    """(call, utterance, what) of the utterances that they see differently."""


def agreement(ones: Sequence[LabelledCall], others: Sequence[LabelledCall]) -> Agreement:
    """Compare two labellers.

    Calls are paired by their ids; a labeller's initials behind a dot are no part of one.

    Raises: InputError where they share no call, or differ in what was said in one.
    """
    pairs = _paired(ones, others)
    boot = Bootstrap(len(pairs))
    steps = [_table([(int(a.step) - 1, int(b.step) - 1) for a, b in p], len(Step)) for p in pairs]
    kinds = [_table(_words(p), len(KINDS)) for p in pairs]
    utterances = sum(len(pair) for pair in pairs)
    words = int(sum(map(sum, kinds)))
    used = [c for c in CUES if any(c in a.cues or c in b.cues for pair in pairs for a, b in pair)]
    of_cues = [
        [cell for c in used for cell in _table([(c in a.cues, c in b.cues) for a, b in p], 2)]
        for p in pairs
    ]
    return Agreement(
        calls=tuple(_id(call.call_id) for call in ones if _id(call.call_id) in _ids(others)),
        utterances=utterances,
        steps_agreed=boot.measure(steps, lambda t: _agreed(t, len(Step)), utterances),
        steps=boot.measure(steps, lambda t: kappas(t, len(Step)), utterances),
        questions=boot.measure(kinds, lambda t: kappas(t, len(KINDS)), words),
        cues=boot.measure(of_cues, lambda t: _mean_kappa(t, len(used)), utterances),
        disputed=tuple(_disputed(ones, others)),
    )


def kappas(tables: Counts, size: int) -> Counts:
    """Cohen's kappa of flattened square tables, f64[n, size * size] to f64[n].

    NaN where chance alone gives complete agreement: there is nothing to tell.
    """
    square = tables.reshape(len(tables), size, size)
    total = np.maximum(square.sum(axis=(1, 2)), 1e-12)
    observed = np.trace(square, axis1=1, axis2=2) / total
    chance = (square.sum(axis=2) * square.sum(axis=1)).sum(axis=1) / total**2
    with np.errstate(divide="ignore", invalid="ignore"):
        kappa: Counts = np.where(chance < 1 - 1e-12, (observed - chance) / (1 - chance), np.nan)
    return kappa


def _agreed(tables: Counts, size: int) -> Counts:
    square = tables.reshape(len(tables), size, size)
    share: Counts = np.trace(square, axis1=1, axis2=2) / np.maximum(square.sum(axis=(1, 2)), 1e-12)
    return share


def _mean_kappa(tables: Counts, count: int) -> Counts:
    if count == 0:
        return np.full(len(tables), np.nan)
    each = np.stack([kappas(tables[:, 4 * k : 4 * k + 4], 2) for k in range(count)])
    known = np.isfinite(each)
    sums = np.where(known, each, 0.0).sum(axis=0)
    mean: Counts = np.where(known.any(axis=0), sums / np.maximum(known.sum(axis=0), 1), np.nan)
    return mean


def _table(pairs: Sequence[tuple[int, int]], size: int) -> list[float]:
    """Counts of (one, other), flattened row by row."""
    table = np.zeros((size, size))
    for one, other in pairs:
        table[int(one), int(other)] += 1
    cells: list[float] = table.ravel().tolist()
    return cells


def _words(pair: Sequence[tuple[LabelledUtterance, LabelledUtterance]]) -> list[tuple[int, int]]:
    return [
        (KINDS.index(one), KINDS.index(other))
        for a, b in pair
        for one, other in zip(_kinds_of_words(a), _kinds_of_words(b), strict=True)
    ]


def _kinds_of_words(labelled: LabelledUtterance) -> list[str]:
    """What each word belongs to; a word that a question begins or ends within counts as its own."""
    return [
        next(
            (
                span.label
                for span in labelled.questions
                if span.start_char < place.end_char and place.start_char < span.end_char
            ),
            STATEMENT,
        )
        for place in word_places(labelled.utterance.text)
    ]


def _paired(
    ones: Sequence[LabelledCall], others: Sequence[LabelledCall]
) -> list[list[tuple[LabelledUtterance, LabelledUtterance]]]:
    by_id = {_id(call.call_id): call for call in others}
    pairs = []
    for one in ones:
        other = by_id.get(_id(one.call_id))
        if other is None:
            continue
        if [u.utterance.text for u in one.utterances] != [
            u.utterance.text for u in other.utterances
        ]:
            raise InputError(
                f"{one.call_id}: the two files do not hold the same words; label the same text"
            )
        pairs.append(list(zip(one.utterances, other.utterances, strict=True)))
    if not pairs:
        raise InputError(
            "the two labellers have no call in common; calls are paired by their names, such as "
            "laundry.AB.call and laundry.CD.call"
        )
    return pairs


def _disputed(
    ones: Sequence[LabelledCall], others: Sequence[LabelledCall]
) -> list[tuple[str, int, str]]:
    by_id = {_id(call.call_id): call for call in others}
    found = []
    for one in ones:
        other = by_id.get(_id(one.call_id))
        for a, b in zip(one.utterances, other.utterances, strict=True) if other else ():
            what = [f"step {int(a.step)} or {int(b.step)}"] if a.step is not b.step else []
            if _kinds_of_words(a) != _kinds_of_words(b):
                what.append("questions")
            differing = set(a.cues) ^ set(b.cues)
            what += [cue for cue in CUES if cue in differing]
            if what:
                found.append((_id(one.call_id), a.utterance.i, ", ".join(what)))
    return found


def _ids(calls: Sequence[LabelledCall]) -> set[str]:
    return {_id(call.call_id) for call in calls}


def _id(call_id: str) -> str:
    """The call's name without the labeller's initials."""
    return call_id.split(".", 1)[0]

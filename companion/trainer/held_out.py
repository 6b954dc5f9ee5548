"""How well what is learned does on hands that it has not read, with intervals.

See `cross_fitted` for what was left out of what. The figures are a little low: what is kept in the
end has read all hands.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from companion.domain.dialogue import Step
from companion.trainer import scores as formulas
from companion.trainer.bootstrap import Bootstrap, Measured
from companion.trainer.cross_fitted import CrossFitted
from companion.trainer.labelled import CUES, LabelledCall
from companion.trainer.training_table import FOLDS, Table


@dataclass(frozen=True, slots=True)
class HandFigure:
    """The calls by one hand, as written and bare together."""

    hand: str
    calls: int
    utterances: int
    accuracy: Measured
    """Of the step, with the interval over this hand's calls."""


@dataclass(frozen=True, slots=True)
class HeldOut:
    """What calls by hands left out of training say of it."""

    folds: int
    by_hand: bool
    """False where too few hands are told apart, and calls were dealt out one by one."""
    accuracy: Measured
    """Of the step after each utterance."""
    macro_f1: Measured
    """The mean of the five steps' F1."""
    cues_macro_f1: Measured
    hands: tuple[HandFigure, ...]


def held_out(calls: Sequence[LabelledCall], table: Table, hearing: CrossFitted) -> HeldOut:
    """Measure steps and cues on calls that the measuring models have not read.

    Args:
        calls: as they were trained on.
        table: of these calls, each in it twice: as written, then bare.
        hearing: of the table's calls.
    """
    steps = [np.zeros((len(Step), len(Step))) for _ in calls]
    cues = [np.zeros((len(CUES), 3)) for _ in calls]
    for number, lines in enumerate(table.calls()):
        own = slice(lines.start, lines.stop)
        guesses = hearing.beliefs[number].argmax(axis=1)
        np.add.at(steps[number % len(calls)], (table.steps[own], guesses), 1)
        wanted, found = table.cues[own], hearing.found[number]
        counts = (found & wanted, found & ~wanted, wanted & ~found)
        cues[number % len(calls)] += np.stack([c.sum(axis=0) for c in counts], axis=1)
    boot = Bootstrap(len(calls))
    total = int(sum(matrix.sum() for matrix in steps))
    hands = sorted({call.hand for call in calls})
    return HeldOut(
        folds=len(np.unique(table.folds[table.in_calls])),
        by_hand=len(hands) >= FOLDS,
        accuracy=_accuracy(steps),
        macro_f1=boot.measure(
            [formulas.class_counts(m).tolist() for m in steps], formulas.macro_f1, total
        ),
        cues_macro_f1=boot.measure(
            [c.reshape(-1).tolist() for c in cues],
            formulas.macro_f1,
            int(sum(c[:, 0].sum() + c[:, 2].sum() for c in cues)),
        ),
        hands=tuple(_of_hand(hand, calls, steps) for hand in hands),
    )


def _of_hand(
    hand: str, calls: Sequence[LabelledCall], steps: Sequence[formulas.Floats]
) -> HandFigure:
    own = [i for i, call in enumerate(calls) if call.hand == hand]
    utterances = sum(len(calls[i].utterances) for i in own)
    return HandFigure(hand, len(own), utterances, _accuracy([steps[i] for i in own]))


def _accuracy(steps: Sequence[formulas.Floats]) -> Measured:
    counts = [(float(np.trace(m)), float(m.sum())) for m in steps]
    return Bootstrap(len(steps)).measure(
        counts, formulas.share, int(sum(total for _, total in counts))
    )

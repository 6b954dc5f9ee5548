"""Looks for better values of a rap, and says what they are worth on calls that it never saw.

The search sees the calls of the search only. From what was tried, the values with the fewest faults
are taken that lose nothing beyond the tolerance, and what changes nothing is set back. How much
such a choice can be believed is shown twice: across folds by hand, where each time the choice is
made on the other folds; and on the calls that were left for the end.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from companion.settings import CallSettings
from companion.trainer.knobs import Knob, changed, knobs_of, present
from companion.trainer.rehearsal import COUNTS, Rehearsal
from companion.trainer.tune_figures import (
    FAULTS,
    KEPT,
    Change,
    Counts,
    changes,
    faults,
    is_allowed,
    losses,
)
from companion.trainer.tune_split import Split, fingerprint
from companion.trainer.tune_study import Outcome, Tried, TuneStudy
from companion.understanding.learned_parts import learned_for
from companion.understanding.rap import Rap

TOLERANCE = 0.01
FORM = 1
"""Of what is counted and tuned; a study of another form is not gone on with."""


@dataclass(frozen=True, slots=True)
class Task:
    """What is tuned, on which calls."""

    rap: Rap
    settings: CallSettings
    split: Split
    tolerance: float = TOLERANCE
    seed: int = 1
    only: tuple[str, ...] = ()

    @property
    def knobs(self) -> tuple[Knob, ...]:
        """Raises: InputError for a key that cannot be tuned."""
        return knobs_of(learned_for(self.rap) is not None, self.only)

    @property
    def values(self) -> dict[str, float]:
        """Those that hold now."""
        return present(self.rap, self.settings, self.knobs)

    def signature(self) -> str:
        """A fingerprint of everything that the figures of a study depend on."""
        told = {
            "form": FORM,
            "rap": self.rap.sha256,
            "learned": _of_learned(self.rap),
            "settings": self.settings.model_dump(mode="json"),
            "search": fingerprint(self.split.search),
            "holdout": fingerprint(self.split.holdout),
            "tolerance": self.tolerance,
            "seed": self.seed,
            "knobs": [(k.key, k.low, k.high, k.step) for k in self.knobs],
            "counts": COUNTS,
        }
        return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Proposal:
    """What came of a search."""

    before: Mapping[str, float]
    """The values that held."""
    changed: Mapping[str, float]
    """Those that are proposed; empty where nothing better was found."""
    tried: tuple[Tried, ...] = field(repr=False)
    baseline: float
    """Faults in ten minutes of the search's calls with the present values."""
    best: float
    """With the proposed ones."""
    search: tuple[Change, ...]
    """On the calls of the search: too good, since the values were chosen on them."""
    folds: tuple[Change, ...]
    """On each fold with the values that are best on the others."""
    holdout: tuple[Change, ...]
    """On the calls that were left for the end. These count."""
    tolerance: float

    @property
    def verdict(self) -> str:
        """One plain sentence: is it worth it?"""
        if not self.changed:
            return "Nothing that was tried has fewer faults without a loss; the rap stays as it is."
        lost = [c for c in self.holdout if c.name != FAULTS and _is_lost(c, self.tolerance)]
        if lost:
            return (
                "No gain: on the calls that were left for the end, the share of "
                f"{lost[0].words} fell. Keep the rap as it is."
            )
        gain = next(c for c in self.holdout if c.name == FAULTS)
        if gain.is_told and (gain.grown.value or 0.0) > 0:
            return (
                "No gain: on the calls that were left for the end there are more false nudges and "
                "wrong cards. What helped in the search fits those calls only; keep the rap as it "
                "is."
            )
        if gain.is_told:
            return (
                "A gain: on the calls that were left for the end there are fewer false nudges and "
                "wrong cards."
            )
        return (
            "No gain that can be told: on the calls that were left for the end the difference may "
            "be chance. More labelled calls would tell."
        )

    @property
    def is_gain(self) -> bool:
        """Whether the calls left for the end show a gain and no loss."""
        return self.verdict.startswith("A gain")


def search(
    task: Task,
    study: TuneStudy,
    trials: int,
    report: Callable[[int, float | None], None] = lambda taken, best: None,
) -> Rehearsal:
    """Try values until the study has so many trials; those of earlier runs count.

    Args:
        task: what is tuned.
        study: of this task.
        trials: all together.
        report: told after each trial how many are done, and the best score that is allowed.

    Returns: the calls of the search, ready to be played again.
    """
    rehearsal = Rehearsal(task.split.search, task.rap, task.settings)
    base = rehearsal.count(task.values)

    def judge(values: Mapping[str, float]) -> Outcome:
        counts = rehearsal.count(values)
        return Outcome(counts, faults(counts), losses(base, counts, task.tolerance))

    best = min((t.score for t in study.tried() if t.allowed), default=None)
    report(study.taken, best)
    while study.taken < trials:
        tried = study.try_next(judge)
        if tried.allowed:
            best = tried.score if best is None else min(best, tried.score)
        report(study.taken, best)
    return rehearsal


def propose(task: Task, tried: Sequence[Tried], rehearsal: Rehearsal) -> Proposal:
    """Choose from what was tried, and measure the choice on the calls left for the end.

    Args:
        task: what was tuned.
        tried: the finished trials, in the order of their numbers.
        rehearsal: the calls of the search, as `search` gave them.
    """
    before = task.values
    base = rehearsal.count(before)
    chosen = _chosen(tried, base, task.tolerance)
    after = dict(before)
    counts: Counts = base
    if chosen is not None and chosen.score < faults(base):
        after, counts = _pared(task, dict(chosen.values), before, base, rehearsal)
    different = changed(before, after)
    holdout = Rehearsal(task.split.holdout, task.rap, task.settings)
    at_the_end = holdout.count(before)
    return Proposal(
        before=before,
        changed=different,
        tried=tuple(tried),
        baseline=faults(base),
        best=faults(counts),
        search=changes(base, counts),
        folds=_across_folds(task, tried, base),
        holdout=changes(at_the_end, holdout.count(after) if different else at_the_end),
        tolerance=task.tolerance,
    )


def _chosen(tried: Sequence[Tried], base: Counts, tolerance: float) -> Tried | None:
    """The fewest faults among what loses nothing; of equals the earliest."""
    allowed = [t for t in tried if is_allowed(base, t.counts, tolerance)]
    return min(allowed, key=lambda t: (faults(t.counts), t.number), default=None)


def _pared(
    task: Task,
    values: dict[str, float],
    before: Mapping[str, float],
    base: Counts,
    rehearsal: Rehearsal,
) -> tuple[dict[str, float], Counts]:
    """The values with everything set back that can be without more faults or a loss."""
    counts: Counts = rehearsal.count(values)
    for key in changed(before, values):
        simpler = {**values, key: before[key]}
        found = rehearsal.count(simpler)
        if faults(found) <= faults(counts) and is_allowed(base, found, task.tolerance):
            values, counts = simpler, found
    return values, counts


def _across_folds(task: Task, tried: Sequence[Tried], base: Counts) -> tuple[Change, ...]:
    """Each fold with what is best on the other folds."""
    folds = task.split.folds
    after: list[Sequence[float]] = list(base)
    for fold in sorted(set(folds)):
        others = [i for i, own in enumerate(folds) if own != fold]
        there = [base[i] for i in others]
        elsewhere = [
            Tried(t.number, t.values, [t.counts[i] for i in others], t.score, t.allowed)
            for t in tried
        ]
        best = _chosen(elsewhere, there, task.tolerance)
        if best is not None and faults(best.counts) < faults(there):
            whole = next(t for t in tried if t.number == best.number)
            for i, own in enumerate(folds):
                if own == fold:
                    after[i] = whole.counts[i]
    return changes(base, after)


def _is_lost(change: Change, tolerance: float) -> bool:
    """Whether a figure that must not fall did, beyond the tolerance and beyond chance."""
    kept = {share.name for share in KEPT}
    grown = change.grown.value
    return change.name in kept and grown is not None and grown < -tolerance and change.is_told


def _of_learned(rap: Rap) -> str:
    """A fingerprint of what was learned for the rap."""
    model = learned_for(rap)
    if model is None:
        return ""
    weights = model.weights
    digest = hashlib.sha256()
    for array in (weights.step, weights.cue, weights.sequence, weights.cue_second):
        digest.update(array.tobytes())
    return digest.hexdigest()

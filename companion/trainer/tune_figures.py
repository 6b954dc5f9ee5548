"""What a set of values is judged by: few false nudges and wrong cards, nothing else lost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from companion.trainer import scores
from companion.trainer.bootstrap import Bootstrap, Measured, difference
from companion.trainer.rehearsal import COUNTS
from companion.trainer.scores import Floats

Counts = Sequence[Sequence[float]]
"""f64[calls, counts], as `Rehearsal.count` gives them."""
_AT = {name: place for place, name in enumerate(COUNTS)}


@dataclass(frozen=True, slots=True)
class _Share:
    """A figure that must not fall: some of all."""

    name: str
    words: str
    part: str
    rest: str
    """What the part is out of: a total, or what was missed."""
    of_total: bool = True

    def columns(self, counts: Floats) -> Floats:
        part, rest = counts[..., _AT[self.part]], counts[..., _AT[self.rest]]
        return np.stack([part, rest if self.of_total else part + rest], axis=-1)


KEPT = (
    _Share("steps.accuracy", "steps right", "steps_right", "lines"),
    _Share("questions.closed.recall", "closed questions found", "closed_right", "closed_missed",
           of_total=False),
    _Share("nudges.recall", "runs of closed questions nudged", "runs_nudged", "runs"),
    _Share("cards.visits", "stays in a step that had its card", "visits_with_card", "visits"),
)  # fmt: skip
"""What must not fall beyond the tolerance."""
FAULTS = "faults.in_10_min"
FAULT_WORDS = {
    FAULTS: "false nudges and wrong cards in 10 minutes",
    "nudges.false_in_10_min": "false nudges in 10 minutes",
    "cards.wrong_step_in_10_min": "cards of a wrong step in 10 minutes",
}
WORDS = {**FAULT_WORDS, **{share.name: share.words for share in KEPT}}


def faults(counts: Counts) -> float:
    """False nudges and cards of a wrong step in ten minutes of these calls."""
    total = np.asarray(counts, np.float64).sum(axis=0)
    found = total[_AT["false_nudges"]] + total[_AT["wrong_cards"]]
    return float(found / total[_AT["ten_minutes"]])


def kept_shares(counts: Counts) -> dict[str, float]:
    """The figures that must not fall; those of which there is nothing in these calls are 1."""
    total = np.asarray(counts, np.float64).sum(axis=0)
    found = {}
    for share in KEPT:
        part, whole = share.columns(total)
        found[share.name] = float(part / whole) if whole else 1.0
    return found


def losses(before: Counts, after: Counts, tolerance: float) -> dict[str, float]:
    """How far each kept figure falls beyond the tolerance; at most 0 where that is allowed."""
    then, now = kept_shares(before), kept_shares(after)
    return {name: then[name] - tolerance - now[name] for name in then}


def is_allowed(before: Counts, after: Counts, tolerance: float) -> bool:
    """Whether nothing is lost beyond the tolerance."""
    return all(loss <= 1e-12 for loss in losses(before, after, tolerance).values())


@dataclass(frozen=True, slots=True)
class Change:
    """One figure before and after, and how much it grew, on the same calls."""

    name: str
    before: Measured
    after: Measured
    grown: Measured
    """With the paired interval over calls."""

    @property
    def words(self) -> str:
        """The figure, for people."""
        return WORDS[self.name]

    @property
    def is_told(self) -> bool:
        """Whether the calls suffice to tell it from no change."""
        low, high = self.grown.low, self.grown.high
        return low is not None and high is not None and (low > 0 or high < 0)


def changes(before: Counts, after: Counts) -> tuple[Change, ...]:
    """Every figure before and after, with paired intervals over these calls."""
    boot = Bootstrap(len(before))
    then, now = np.asarray(before, np.float64), np.asarray(after, np.float64)
    rates = (
        (FAULTS, ("false_nudges", "wrong_cards")),
        ("nudges.false_in_10_min", ("false_nudges",)),
        ("cards.wrong_step_in_10_min", ("wrong_cards",)),
    )
    return (
        *(_change(n, _rate(boot, then, places), _rate(boot, now, places)) for n, places in rates),
        *(_change(s.name, _of_share(boot, s, then), _of_share(boot, s, now)) for s in KEPT),
    )


def _change(name: str, before: Measured, after: Measured) -> Change:
    return Change(name, before, after, difference(before, after))


def _rate(boot: Bootstrap, counts: Floats, places: Sequence[str]) -> Measured:
    found = counts[:, [_AT[place] for place in places]].sum(axis=1)
    rows = np.stack([found, counts[:, _AT["ten_minutes"]]], axis=1)
    return boot.measure(rows.tolist(), scores.share, int(found.sum()))


def _of_share(boot: Bootstrap, share: _Share, counts: Floats) -> Measured:
    columns = share.columns(counts)
    return boot.measure(columns.tolist(), scores.share, int(columns[:, 1].sum()))

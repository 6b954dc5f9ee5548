"""Which calls are tuned on, in which folds, and which are left for the end.

Calls by one hand go together: values that fit a hand's calls would look good on others by the same
hand. Where no hand is told, each call stands for itself. Of two hands one is left for the end, and
the calls of the other make the folds.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field

from companion.errors import InputError
from companion.trainer.labelled import LabelledCall

FOLDS = 4
HOLDOUT_SHARE = 0.3
LEAST_CALLS = 6
"""With fewer, what is left for the end tells nothing."""


@dataclass(frozen=True, slots=True)
class Split:
    """Calls for the search, and calls that it never sees."""

    search: tuple[LabelledCall, ...] = field(repr=False)
    folds: tuple[int, ...]
    """Of each call of the search."""
    holdout: tuple[LabelledCall, ...] = field(repr=False)


def split_calls(
    calls: Sequence[LabelledCall], holdout: Sequence[LabelledCall] = (), seed: int = 1
) -> Split:
    """Split calls by hand, the same way each time for the same calls and seed.

    Args:
        calls: for the search, and for the end where no holdout is given.
        holdout: calls that are left for the end.
        seed: another one gives another split.

    Raises: InputError with too few calls, or with a call in both lists.
    """
    if len(calls) + len(holdout) < LEAST_CALLS:
        raise InputError(
            f"tuning needs at least {LEAST_CALLS} labelled calls, some of them for the end; there "
            f"are {len(calls) + len(holdout)}. Label more, or name more folders"
        )
    twice = {_content(c) for c in calls} & {_content(c) for c in holdout}
    if twice:
        raise InputError(
            "a call is to be tuned on and left for the end as well; name it in one place only"
        )
    groups = _groups(calls, seed)
    if holdout:
        left, rest = list(holdout), groups
    else:
        left, rest = _taken(groups, HOLDOUT_SHARE * len(calls))
    if not left:
        raise InputError(
            "all calls are by one hand, and none would be left for the end; name calls by another "
            "hand too, with --holdout if you like, or leave out 'hand'"
        )
    if len(rest) == 1:
        rest = [[call] for call in rest[0]]
    if len(rest) < 2:
        raise InputError("there is only one call to tune on; label more, or name more folders")
    count = min(FOLDS, len(rest))
    # The largest groups first, each into the fold that is emptiest.
    folds: list[list[LabelledCall]] = [[] for _ in range(count)]
    for group in sorted(rest, key=len, reverse=True):
        min(folds, key=len).extend(group)
    return Split(
        tuple(call for fold in folds for call in fold),
        tuple(number for number, fold in enumerate(folds) for _ in fold),
        tuple(left),
    )


def _groups(calls: Sequence[LabelledCall], seed: int) -> list[list[LabelledCall]]:
    """The calls of each hand, in an order that the seed shuffles."""
    by_hand: dict[str, list[LabelledCall]] = {}
    for call in calls:
        by_hand.setdefault(call.hand or f"call {_content(call)}", []).append(call)
    order = sorted(by_hand, key=lambda hand: hashlib.sha256(f"{seed} {hand}".encode()).hexdigest())
    return [by_hand[hand] for hand in order]


def _taken(
    groups: Sequence[list[LabelledCall]], wanted: float
) -> tuple[list[LabelledCall], list[list[LabelledCall]]]:
    """Whole groups for the end until there are enough calls, and the rest.

    Of two groups the smaller one is left for the end, and of one group nothing is.
    """
    left: list[LabelledCall] = []
    rest = list(groups)
    if len(rest) == 2:
        left = min(rest, key=len)
        return left, [group for group in rest if group is not left]
    while len(left) < wanted and len(rest) > 2:
        left += rest.pop(0)
    return left, rest


def _content(call: LabelledCall) -> str:
    said = "\n".join(u.utterance.text for u in call.utterances)
    return hashlib.sha256(said.encode()).hexdigest()


def fingerprint(calls: Sequence[LabelledCall]) -> str:
    """A number for some calls with all their labels, hex; it holds none of their words."""
    digest = hashlib.sha256()
    for call in calls:
        digest.update(hashlib.sha256(repr(_values(call)).encode()).digest())
    return digest.hexdigest()


def _values(call: LabelledCall) -> list[object]:
    """Everything that counts of a call; spans hide their text from `repr`, and so do utterances."""
    return [
        call.call_date,
        call.hand,
        [
            (
                u.utterance.text,
                u.utterance.start_s,
                u.utterance.end_s,
                int(u.step),
                [(q.start_char, q.end_char, q.label) for q in u.questions],
                u.cues,
            )
            for u in call.utterances
        ],
    ]

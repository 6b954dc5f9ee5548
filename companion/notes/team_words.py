"""What became of calls that were to go to the team, in sentences."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from companion.store.team import Outcome, Settled, Waiting
from companion.store.team_queue import Action

_GONE = "a call that is no longer on this computer"


def printed_settled(settled: Iterable[Settled]) -> Iterator[str]:
    """A sentence a task."""
    for one in settled:
        name = one.code or _GONE
        if one.outcome is Outcome.SHARED:
            yield f"{name} is shared with the team."
        elif one.outcome is Outcome.UNSHARED:
            yield f"{name} is taken back: the team's server has deleted it."
        elif one.outcome is Outcome.NOT_THERE:
            yield f"{name} is not at the team's server (any more)."
        elif one.outcome is Outcome.CHANGED:
            yield (
                f"{name} was edited after you saw what would be shared, and waits; "
                f"'companion team share {name}' shows it again."
            )
        else:
            yield f"{name} waits: {one.problem}."


def printed_waiting(waiting: Iterable[Waiting]) -> Iterator[str]:
    """A sentence a task that waits."""
    for one in waiting:
        verb = "shared" if one.action is Action.SHARE and one.code is not None else "taken back"
        yield f"{one.code or _GONE} waits to be {verb}."

"""Several calls as a table."""

from __future__ import annotations

from collections.abc import Sequence

from companion.cli.terminal_text import Column, table
from companion.notes.wording import answer
from companion.store.stored_call import StoredCall

_COLUMNS = (
    Column("code"),
    Column("day"),
    Column("min", is_number=True),
    Column("issues", gives_way=True),
    Column("steps"),
    Column("answer"),
    Column("next step"),
)


def calls_table(calls: Sequence[StoredCall], width: int) -> list[str]:
    """A row a call, in the order given, at most `width` columns wide (80 or more)."""
    return table(_COLUMNS, [_row(call) for call in calls], width)


def _row(call: StoredCall) -> tuple[str, ...]:
    summary = call.summary
    return (
        call.code,
        summary.call_date.isoformat(),
        str(summary.duration_s // 60),
        ", ".join(fact.value for fact in summary.issues) or "-",
        _ranges(summary.steps_reached) or "-",
        answer(summary.commitment),
        _next_step(call),
    )


def _next_step(call: StoredCall) -> str:
    """The day it is due, or what became of it."""
    step = call.summary.next_step
    if call.done_at is not None:
        return "done"
    if call.snoozed_to is not None:
        return call.snoozed_to.isoformat()
    if step is not None and step.agreed and step.when is not None:
        return step.when[:10]
    return "promise" if call.summary.follow_up is not None else "none"


def _ranges(steps: Sequence[int]) -> str:
    """'1-3 5' for 1, 2, 3 and 5."""
    runs: list[list[int]] = []
    for step in sorted(steps):
        if runs and step == runs[-1][-1] + 1:
            runs[-1].append(step)
        else:
            runs.append([step])
    return " ".join(f"{run[0]}-{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs)

"""The team's calls, and what became of tasks, as lines for people and values for programs."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from companion.cli.terminal_text import Column, table
from companion.notes.wording import answer
from companion.records import to_json
from companion.store.team import Settled, Waiting
from companion.store.team_calls import SharedCall

_COLUMNS = (
    Column("from"),
    Column("code"),
    Column("day"),
    Column("issues", gives_way=True),
    Column("answer"),
    Column("next step"),
)


def team_table(calls: Sequence[SharedCall], width: int) -> list[str]:
    """A row a call, in the order given."""
    return table(_COLUMNS, [_row(call) for call in calls], width)


def shared_call_values(call: SharedCall) -> dict[str, Any]:
    """A shared call for programs; the names are stable."""
    return {
        "organizer": call.organizer,
        "code": call.code,
        "shared_at": call.shared_at.isoformat(timespec="seconds"),
        "approved_at": call.approved_at.isoformat(timespec="seconds"),
        "edited_at": _moment(call.edited_at),
        "agreed": call.summary.agreed,
        "summary": json.loads(to_json(call.summary)),
    }


def settled_values(settled: Settled) -> dict[str, Any]:
    """What became of a task, for programs."""
    return {
        "code": settled.code,
        "action": settled.task.action.value,
        "outcome": settled.outcome.name.lower(),
        "problem": settled.problem,
    }


def waiting_values(waiting: Waiting) -> dict[str, Any]:
    """A task that waits, for programs."""
    return {
        "code": waiting.code,
        "action": waiting.action.value,
        "since": waiting.since.isoformat(timespec="seconds"),
        "attempts": waiting.attempts,
    }


def waiting_words(code: str, done: str) -> str:
    """That a task is kept, and what does it."""
    return (
        f"{code} waits to be {done}: the next 'companion team sync' or other team command tries "
        "again"
    )


def _row(call: SharedCall) -> tuple[str, ...]:
    summary, step = call.summary, call.summary.next_step
    due = step.when[:10] if step is not None and step.agreed and step.when is not None else None
    return (
        call.organizer,
        call.code,
        summary.call_date.isoformat(),
        ", ".join(fact.value for fact in summary.issues) or "-",
        answer(summary.commitment),
        due or ("promise" if summary.follow_up is not None else "none"),
    )


def _moment(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat(timespec="seconds")

"""Follow-ups as a list by urgency, on a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from companion.after.papers import step_words
from companion.cli.terminal_text import Column, table
from companion.domain.dates import WEEKDAYS
from companion.domain.outline import WHO_WORDS, RapOutline
from companion.notes.due import agreed_step, promise_words
from companion.store.follow_ups import FollowUp

_COLUMNS = (Column("code"), Column("day"), Column("who"), Column("what", gives_way=True))


def follow_up_lines(
    dated: Sequence[FollowUp],
    undated: Sequence[FollowUp],
    today: date,
    outline: RapOutline,
    width: int,
) -> Iterator[str]:
    """The list in parts, each with its title; parts without an entry are left out.

    Args:
        dated: those with a day, the earliest first.
        undated: promises without a day.
        today: the organizer's local day.
        outline: the words for ids.
        width: columns of the terminal.
    """
    parts = (
        ("Overdue", [f for f in dated if f.overdue]),
        ("Today", [f for f in dated if f.due_on == today]),
        ("Coming", [f for f in dated if f.due_on is not None and f.due_on > today]),
        ("Promised, without a day", list(undated)),
    )
    rows = {title: [_row(f, outline) for f in entries] for title, entries in parts if entries}
    # One table for all parts, so that the columns stand in one line.
    lines = table(_COLUMNS, [row for part in rows.values() for row in part], width)
    if rows:
        yield lines[0]
    at = 1
    for title, part in rows.items():
        yield f"\n{title}"
        yield from lines[at : at + len(part)]
        at += len(part)


def _row(follow_up: FollowUp, outline: RapOutline) -> tuple[str, str, str, str]:
    step, due_on = agreed_step(follow_up), follow_up.due_on
    day = "-" if due_on is None else f"{WEEKDAYS[due_on.weekday()][:3]} {due_on.isoformat()}"
    if step is None:
        return follow_up.call.code, day, WHO_WORDS["organizer"], promise_words(follow_up, outline)
    if step.when is not None and "T" in step.when and not follow_up.snoozed:
        day += f" {step.when.partition('T')[2]}"
    return follow_up.call.code, day, WHO_WORDS.get(step.who or "", "-"), step_words(step, outline)

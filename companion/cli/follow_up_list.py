"""Follow-ups for people, as a list by urgency, and for calendar programs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from companion.after.papers import calendar, step_words
from companion.cli.terminal_text import Column, table
from companion.cli.wording import WHO, text_of
from companion.domain.dates import WEEKDAYS
from companion.domain.dialogue import Origin
from companion.domain.outline import RapOutline
from companion.domain.record import RecordedStep, SafeText
from companion.store.follow_ups import FollowUp

FARTHEST_DAYS = 3650
"""Nothing is agreed for later than this many days ahead."""

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


def calendar_of(follow_ups: Sequence[FollowUp], outline: RapOutline) -> bytes:
    """An iCalendar file of everything that has a day (see `companion.after.papers.calendar`)."""
    entries = [(f.call.code, step) for f in follow_ups if (step := _entry(f, outline)) is not None]
    return calendar(entries, outline)


def _entry(follow_up: FollowUp, outline: RapOutline) -> RecordedStep | None:
    """The agreed step, or a promise that was given a day, on the day it is due now."""
    if follow_up.due_on is None:
        return None
    day, step = follow_up.due_on.isoformat(), _agreed(follow_up)
    if step is None:
        promise = SafeText(_promise(follow_up, outline))
        return RecordedStep("organizer", None, day, Origin.TYPED, True, promise)
    return replace(step, when=day) if follow_up.snoozed else step


def _row(follow_up: FollowUp, outline: RapOutline) -> tuple[str, str, str, str]:
    step, due_on = _agreed(follow_up), follow_up.due_on
    day = "-" if due_on is None else f"{WEEKDAYS[due_on.weekday()][:3]} {due_on.isoformat()}"
    if step is None:
        return follow_up.call.code, day, WHO["organizer"], _promise(follow_up, outline)
    if step.when is not None and "T" in step.when and not follow_up.snoozed:
        day += f" {step.when.partition('T')[2]}"
    return follow_up.call.code, day, WHO.get(step.who or "", "-"), step_words(step, outline)


def _agreed(follow_up: FollowUp) -> RecordedStep | None:
    step = follow_up.call.summary.next_step
    return step if step is not None and step.agreed else None


def _promise(follow_up: FollowUp, outline: RapOutline) -> str:
    summary = follow_up.call.summary
    kind = "" if summary.follow_up is None else text_of(summary.follow_up.value, outline.follow_ups)
    detail = "" if summary.follow_up_detail is None else summary.follow_up_detail.text
    return ": ".join(part for part in (kind, detail) if part) or "be in touch"

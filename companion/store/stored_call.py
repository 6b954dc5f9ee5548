"""A call as it lies in the store, as a value, and which calls to look for."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TypeAlias

from sqlalchemy import ColumnElement, func, select
from sqlmodel import col

from companion.domain.record import RedactedSummary
from companion.errors import StoreError
from companion.records import from_json
from companion.store.tables import CallRow


@dataclass(frozen=True, slots=True)
class Hold:
    """Why a call is kept beyond its time."""

    reason: str = field(repr=False)
    since: datetime


@dataclass(frozen=True, slots=True)
class StoredCall:
    """A call as it lies in the store. Times carry their zone (UTC)."""

    id: int
    code: str
    summary: RedactedSummary = field(repr=False)
    approved_at: datetime
    deletion_digest: str
    edited_at: datetime | None = None
    hold: Hold | None = None
    shared_at: datetime | None = None
    """When the team's server had it; None where it is not shared."""
    done_at: datetime | None = None
    snoozed_to: date | None = None


@dataclass(frozen=True, slots=True)
class CallFilter:
    """Which calls to list; what is None does not matter."""

    since: date | None = None
    """Of this day or later."""
    until: date | None = None
    """Of this day or earlier."""
    issue: str | None = None
    """An id of the rap's issue list."""
    step: int | None = None
    """Calls that reached this step."""
    commitment: str | None = None
    agreed: bool | None = None
    due_by: date | None = None
    """Not done, and due on this day or earlier."""
    held: bool | None = None
    shared: bool | None = None


@dataclass(frozen=True, slots=True)
class Erased:
    """A call that was erased with its deletion code."""

    code: str
    was_shared: bool
    """A copy may be with the team: it has to be taken back there too."""


StoredCalls: TypeAlias = list[StoredCall]


def stored(row: CallRow) -> StoredCall:
    """A row as a value. Raises: StoreError where its record cannot be read."""
    try:
        summary = from_json(row.record)
    except ValueError:
        raise StoreError(
            f"the call {row.code} cannot be read; 'companion store restore FILE' brings back a "
            "backup"
        ) from None
    hold = None
    if row.hold_since is not None:
        hold = Hold(row.hold_reason or "", row.hold_since)
    return StoredCall(
        id=row.id or 0,
        code=row.code,
        summary=summary,
        approved_at=row.approved_at,
        deletion_digest=row.deletion_digest,
        edited_at=row.edited_at,
        hold=hold,
        shared_at=row.shared_at,
        done_at=row.done_at,
        snoozed_to=row.snoozed_to,
    )


def conditions(which: CallFilter) -> list[ColumnElement[bool]]:
    """What a row has to fulfil."""
    found: list[ColumnElement[bool]] = []
    if which.since is not None:
        found.append(col(CallRow.call_date) >= which.since)
    if which.until is not None:
        found.append(col(CallRow.call_date) <= which.until)
    if which.issue is not None:
        found.append(col(CallRow.issues).contains(f"|{which.issue}|", autoescape=True))
    if which.step is not None:
        steps = func.json_each(col(CallRow.record), "$.steps_reached").table_valued("value")
        found.append(select(steps.c.value).where(steps.c.value == which.step).exists())
    if which.commitment is not None:
        found.append(col(CallRow.commitment) == which.commitment)
    if which.agreed is not None:
        found.append(col(CallRow.agreed) == which.agreed)
    if which.due_by is not None:
        due_on = func.coalesce(col(CallRow.snoozed_to), col(CallRow.due_on))
        found += [col(CallRow.done_at).is_(None), due_on <= which.due_by]
    for column, wanted in ((CallRow.hold_since, which.held), (CallRow.shared_at, which.shared)):
        if wanted is not None:
            found.append(col(column).is_not(None) if wanted else col(column).is_(None))
    return found

"""The calls at the team's server: putting one there, deleting it, reading what may be read.

Whose row is whose the server decides, from the name that logged in; nothing here says it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import ColumnElement, delete, func
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col, select, text

from companion.domain.call_code import check_code
from companion.domain.record import RedactedSummary
from companion.records import from_json
from companion.store.stored_call import StoredCall
from companion.store.team_connection import TeamLink
from companion.store.team_tables import SharedCallRow

PAGE = 500
"""Rows that are fetched at a time."""
_ALIAS = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]{0,62}")


@dataclass(frozen=True, slots=True)
class Outgoing:
    """Everything that goes to the server for one call."""

    deletion_digest: str
    code: str
    record: str = field(repr=False)
    approved_at: datetime
    edited_at: datetime | None
    call_date: date
    commitment: str | None
    issues: str
    agreed: bool


@dataclass(frozen=True, slots=True)
class SharedCall:
    """A call as the team has it."""

    organizer: str
    """The alias of whom it came from."""
    code: str
    summary: RedactedSummary = field(repr=False)
    deletion_digest: str
    approved_at: datetime
    edited_at: datetime | None
    shared_at: datetime

    def as_stored(self) -> StoredCall:
        """The same as a call of a store, for what shows calls."""
        return StoredCall(
            id=0,
            code=self.code,
            summary=self.summary,
            approved_at=self.approved_at,
            deletion_digest=self.deletion_digest,
            edited_at=self.edited_at,
            shared_at=self.shared_at,
        )


@dataclass(frozen=True, slots=True)
class TeamFilter:
    """Which of the team's calls to list; what is None does not matter."""

    since: date | None = None
    """Of this day or later."""
    until: date | None = None
    """Of this day or earlier."""
    issue: str | None = None
    """An id of the rap's issue list."""
    commitment: str | None = None
    agreed: bool | None = None
    organizer: str | None = None
    """The alias of whom it came from."""
    code: str | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """Some of the team's calls, the newest first."""

    calls: tuple[SharedCall, ...]
    unreadable: int
    """Rows that are in no form this program knows; they are left out."""


EVERY_SHARED_CALL = TeamFilter()


def put(link: TeamLink, outgoing: Outgoing) -> None:
    """Have the server keep a call, in place of an earlier copy of the same one; once or more
    often, it is there once. Raises: TeamError."""
    values = {name: getattr(outgoing, name) for name in Outgoing.__slots__}
    changed = {name: value for name, value in values.items() if name != "deletion_digest"}
    statement = insert(SharedCallRow).values(**values)
    with link.transaction() as session:
        session.execute(
            statement.on_conflict_do_update(index_elements=["deletion_digest"], set_=changed)
        )


def remove(link: TeamLink, deletion_digest: str) -> bool:
    """Delete a call at the server; True where it was there. Raises: TeamError."""
    with link.transaction() as session:
        done = session.execute(
            delete(SharedCallRow).where(col(SharedCallRow.deletion_digest) == deletion_digest)
        )
        return bool(done.rowcount)  # type: ignore[attr-defined]


def own(link: TeamLink) -> dict[str, str]:
    """What this alias has at the server: the code of each digest. Raises: TeamError."""
    query = select(SharedCallRow.deletion_digest, SharedCallRow.code).where(_OWN)
    with link.transaction() as session:
        return dict(session.exec(query).all())


def remove_own(link: TeamLink) -> int:
    """Delete everything that this alias has at the server; returns how many. Raises: TeamError."""
    with link.transaction() as session:
        return int(session.execute(delete(SharedCallRow).where(_OWN)).rowcount)  # type: ignore[attr-defined]


def count(link: TeamLink, which: TeamFilter = EVERY_SHARED_CALL) -> int:
    """How many calls this alias may read. Raises: TeamError."""
    query = select(func.count()).select_from(SharedCallRow).where(*_conditions(which))
    with link.transaction() as session:
        return int(session.exec(query).one())


def pages(
    link: TeamLink,
    which: TeamFilter = EVERY_SHARED_CALL,
    limit: int | None = None,
    offset: int = 0,
) -> Iterator[Page]:
    """The calls that this alias may read, the newest first, a page at a time. Raises: TeamError."""
    end = None if limit is None else offset + limit
    while end is None or offset < end:
        size = PAGE if end is None else min(PAGE, end - offset)
        with link.transaction() as session:
            rows = _rows(session, which, size, offset)
        found = [call for row in rows if (call := _shared(row)) is not None]
        if rows:
            yield Page(tuple(found), len(rows) - len(found))
        if len(rows) < size:
            return
        offset += size


_OWN = text("organizer = session_user")


def _rows(session: Session, which: TeamFilter, limit: int, offset: int) -> list[SharedCallRow]:
    order = (col(SharedCallRow.call_date).desc(), col(SharedCallRow.deletion_digest))
    query = select(SharedCallRow).where(*_conditions(which)).order_by(*order)
    return list(session.exec(query.limit(limit).offset(offset)))


def _conditions(which: TeamFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if which.since is not None:
        found.append(col(SharedCallRow.call_date) >= which.since)
    if which.until is not None:
        found.append(col(SharedCallRow.call_date) <= which.until)
    if which.issue is not None:
        found.append(col(SharedCallRow.issues).contains(f"|{which.issue}|", autoescape=True))
    for column, wanted in (
        (SharedCallRow.commitment, which.commitment),
        (SharedCallRow.agreed, which.agreed),
        (SharedCallRow.organizer, which.organizer),
        (SharedCallRow.code, which.code),
    ):
        if wanted is not None:
            found.append(col(column) == wanted)
    return found


def _shared(row: SharedCallRow) -> SharedCall | None:
    """A row as a value; None where a server, or somebody in its place, sent something else."""
    try:
        summary = from_json(row.record)
        code = check_code(row.code)
    except ValueError:
        return None
    if row.organizer is None or not _ALIAS.fullmatch(row.organizer) or row.shared_at is None:
        return None
    return SharedCall(
        organizer=row.organizer,
        code=code,
        summary=summary,
        deletion_digest=row.deletion_digest,
        approved_at=row.approved_at,
        edited_at=row.edited_at,
        shared_at=row.shared_at,
    )

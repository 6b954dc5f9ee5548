"""Drafts: what is known of a call that is still going on, or was not reviewed yet.

A draft has the form of a summary that may be kept: values of fixed lists and masked text, never
a word of the transcript. It goes when the call is reviewed or discarded, or after a day.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlmodel import col, select

from companion.domain.record import RedactedSummary
from companion.errors import StoreError
from companion.records import from_json
from companion.store.engine import Database
from companion.store.guard import Guard
from companion.store.tables import DraftRow

KEPT_FOR = timedelta(hours=24)
NOT_AGE_BUT_CLOCK = timedelta(days=31)
"""A draft that seems older than this was met by a clock gone wild, or by somebody who was away:
it is offered once more, for another day."""
_MAX_ID_CHARS = 64


@dataclass(frozen=True, slots=True)
class Draft:
    """A call that was not reviewed."""

    draft_id: str
    summary: RedactedSummary = field(repr=False)
    saved_at: datetime


class Drafts:
    """The drafts of one open store."""

    def __init__(self, database: Database, guard: Guard) -> None:
        """Reads nothing yet."""
        self._database = database
        self._guard = guard

    def put(self, draft_id: str, record_json: str, now: datetime) -> None:
        """Keep a draft in place of the former one of this id.

        `record_json`: a summary in the form of `companion.records`. It passes the same
        checks and the same redaction as a call. Raises: StoreError; the former draft then stays.
        """
        if not 0 < len(draft_id) <= _MAX_ID_CHARS or not draft_id.isprintable():
            raise ValueError(f"a draft's id has 1 to {_MAX_ID_CHARS} characters")
        try:
            summary = from_json(record_json)
        except ValueError:
            raise StoreError(
                "the draft of the call has not the form of a summary and was not kept; the call "
                "goes on. Report this, please"
            ) from None
        _, record = self._guard.record(summary)
        with self._database.writing() as session:
            session.merge(DraftRow(draft_id=draft_id, record=record, saved_at=now))

    def pending(self, now: datetime) -> list[Draft]:
        """The drafts that can be recovered, the newest first; those of over a day are removed.

        Raises: StoreError.
        """
        with self._database.writing() as session:
            for row in session.exec(select(DraftRow)):
                age = now - row.saved_at
                if age < timedelta(0) or age > NOT_AGE_BUT_CLOCK:
                    row.saved_at = now
                    session.add(row)
                elif age > KEPT_FOR:
                    session.delete(row)
            session.flush()
            rows = session.exec(select(DraftRow).order_by(col(DraftRow.saved_at).desc())).all()
            return [_draft(row) for row in rows]

    def remove(self, draft_id: str) -> None:
        """Delete a draft; nothing happens where there is none. Raises: StoreError."""
        with self._database.writing() as session:
            session.execute(delete(DraftRow).where(col(DraftRow.draft_id) == draft_id))


def _draft(row: DraftRow) -> Draft:
    try:
        return Draft(row.draft_id, from_json(row.record), row.saved_at)
    except ValueError:
        raise StoreError(
            "a draft cannot be read; 'companion store restore FILE' brings back a backup"
        ) from None

"""The approved calls: saving, finding, changing and deleting them for good."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, text, update
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from companion.domain.record import ApprovedSummary
from companion.errors import StoreError
from companion.store import rows, search
from companion.store.engine import Database
from companion.store.guard import Guard
from companion.store.last_use import LastUse
from companion.store.stored_call import (
    CallFilter,
    Erased,
    Hold,
    StoredCall,
    StoredCalls,
    conditions,
    stored,
)
from companion.store.tables import CallRow, TeamTaskRow, TombstoneRow

__all__ = ["EVERY_CALL", "CallFilter", "Calls", "Erased", "Hold", "StoredCall"]

MAX_REASON_CHARS = 200


EVERY_CALL = CallFilter()


class Calls:
    """The calls of one open store."""

    def __init__(
        self,
        database: Database,
        guard: Guard,
        last_use: LastUse,
        clock: Callable[[], datetime],
    ) -> None:
        """`clock`: the time now, with its zone."""
        self._database = database
        self._guard = guard
        self._last_use = last_use
        self._clock = clock

    def save(self, approved: ApprovedSummary, draft_id: str | None = None) -> StoredCall:
        """Keep an approved summary. Saving the same approval again changes nothing.

        With `draft_id` that draft goes in the same transaction: a power cut leaves the draft or
        the call, never both, and no draft is approved twice.

        Raises: TypeError for anything but an ApprovedSummary; StoreError where a value may not be
        kept, the code is taken, the call was erased before, or the draft is gone. Nothing is then
        written.
        """
        row = rows.row_of(approved, self._guard)
        with self._database.writing() as session:
            if rows.by_value(session, CallRow.deletion_digest, row.deletion_digest) is None:
                rows.settle(session, draft_id)
            return stored(rows.add(session, row))

    def save_all(self, approvals: Iterable[ApprovedSummary]) -> StoredCalls:
        """Keep several, all of them or none. Raises: as `save`."""
        fresh = [rows.row_of(approved, self._guard) for approved in approvals]
        with self._database.writing() as session:
            return [stored(rows.add(session, row)) for row in fresh]

    def reindex(self) -> None:
        """Build the search index anew from the calls. Raises: StoreError."""
        with self._database.writing() as session:
            search.clear(session)
            for row in session.exec(select(CallRow)):
                rows.index(session, row)

    def replace(self, code: str, approved: ApprovedSummary) -> StoredCall:
        """Put an edited and newly approved summary in the place of a stored one.

        The deletion code on the other person's receipt stays valid; a hold, and what was done of
        the follow-up, stay. Raises: as `save`, and where there is no such call.
        """
        fresh = rows.row_of(approved, self._guard)
        with self._database.writing() as session:
            row = rows.find(session, code)
            if fresh.code != row.code:
                rows.check_free(session, fresh.code)
            if fresh.due_on != row.due_on:  # another day was agreed: what was put off is moot
                row.snoozed_to = None
            for name in ("code", "record", "call_date", "commitment", "issues", "agreed"):
                setattr(row, name, getattr(fresh, name))
            row.due_on, row.promised = fresh.due_on, fresh.promised
            row.edited_at = self._clock()
            session.add(row)
            session.flush()
            rows.index(session, row)
            search.compact(session)
            return stored(row)

    def get(self, code: str) -> StoredCall:
        """One call. Raises: StoreError where there is none."""
        with self._database.reading() as session:
            return stored(rows.find(session, code))

    def list(
        self, which: CallFilter = EVERY_CALL, limit: int | None = None, offset: int = 0
    ) -> StoredCalls:
        """Calls, the newest first. Raises: StoreError."""
        query = select(CallRow).where(*conditions(which))
        return self._newest_first(query, limit, offset)

    def count(self, which: CallFilter = EVERY_CALL) -> int:
        """How many there are. Raises: StoreError."""
        with self._database.reading() as session:
            query = select(func.count()).select_from(CallRow).where(*conditions(which))
            count: int = session.exec(query).one()
            return count

    def search(
        self,
        words: str,
        which: CallFilter = EVERY_CALL,
        limit: int | None = None,
        offset: int = 0,
    ) -> StoredCalls:
        """Calls in which every word stands, the newest first; none where `words` has no word.

        Raises: StoreError.
        """
        wanted = search.query_of(words)
        if wanted is None:
            return []
        # The plus keeps SQLite from fetching and sorting every match: it walks the calls from the
        # newest on, and stops when the page is full.
        matching = text(f"+call.id IN ({search.MATCHING})").bindparams(query=wanted)
        query = select(CallRow).where(*conditions(which), matching)
        return self._newest_first(query, limit, offset)

    def codes(self) -> frozenset[str]:
        """Every code in use. Raises: StoreError."""
        with self._database.reading() as session:
            return frozenset(session.exec(select(CallRow.code)))

    def delete(self, code: str) -> None:
        """Delete a call for good. Raises: StoreError where there is none."""
        with self._database.writing() as session:
            self._remove(session, [rows.find(session, code)])

    def erase(self, deletion_code: str, now: datetime) -> Erased | None:
        """Erase the call of a deletion code, whether it is held or not.

        What stays is the code's digest and the day, so that a backup does not bring it back.
        None where no call has this code. Raises: StoreError where it is no deletion code.
        """
        digest = rows.digest_of(deletion_code)
        with self._database.writing() as session:
            row = rows.by_value(session, CallRow.deletion_digest, digest)
            if row is None:
                return None
            erased = Erased(row.code, row.shared_at is not None)
            session.add(TombstoneRow(deletion_digest=digest, erased_on=now.date()))
            self._remove(session, [row])
            return erased

    def erased_on(self, deletion_code: str) -> date | None:
        """The day on which the call of this deletion code was erased; None where none was.

        Raises: StoreError where it is no deletion code.
        """
        digest = rows.digest_of(deletion_code)
        with self._database.reading() as session:
            tombstone = session.get(TombstoneRow, digest)
            return None if tombstone is None else tombstone.erased_on

    def purge(self, older_than: date, dry_run: bool) -> StoredCalls:
        """Delete the calls from before that day; held ones stay.

        Returns what was deleted, or would be (`dry_run`), the oldest first. Raises: StoreError,
        also where the clock looks wrong: then nothing is deleted.
        """
        query = (
            select(CallRow)
            .where(col(CallRow.call_date) < older_than, col(CallRow.hold_since).is_(None))
            .order_by(col(CallRow.call_date), col(CallRow.id))
        )
        if dry_run:
            with self._database.reading() as session:
                return [stored(row) for row in session.exec(query)]
        trouble = self._last_use.trouble(self._clock())
        if trouble is not None:
            raise StoreError(trouble)
        with self._database.writing() as session:
            old = list(session.exec(query))
            gone = [stored(row) for row in old]
            self._remove(session, old)
            return gone

    def hold(self, code: str, reason: str) -> StoredCall:
        """Keep a call beyond its time, for a reason (redacted). Raises: StoreError."""
        reason = " ".join(reason.split())
        if not reason or len(reason) > MAX_REASON_CHARS:
            raise StoreError(
                f"a hold needs a reason of at most {MAX_REASON_CHARS} characters; say in a few "
                "words why this call must be kept"
            )
        reason = self._guard.text(reason, "the reason")
        return self._change(code, hold_reason=reason, hold_since=self._clock())

    def release(self, code: str) -> StoredCall:
        """End a hold. Raises: StoreError where there is no such call."""
        return self._change(code, hold_reason=None, hold_since=None)

    def mark_shared(self, code: str, at: datetime | None) -> StoredCall:
        """Remember that the team's server has it (None: no longer). Raises: StoreError."""
        return self._change(code, shared_at=at)

    def _change(self, code: str, **values: Any) -> StoredCall:
        with self._database.writing() as session:
            row = rows.find(session, code)
            session.execute(update(CallRow).where(col(CallRow.id) == row.id).values(**values))
            session.refresh(row)
            return stored(row)

    def row(self, session: Session, code: str) -> CallRow:
        """The row of a call, in a transaction of the store. Raises: StoreError: no such call."""
        return rows.find(session, code)

    def _remove(self, session: Session, gone: Sequence[CallRow]) -> None:
        """Whatever leaves this store has to leave the team's server too."""
        for row in gone:
            search.unindex_call(session, row.id or 0)
            if row.shared_at is not None:
                digest = row.deletion_digest
                task = TeamTaskRow(deletion_digest=digest, action="unshare", since=self._clock())
                session.merge(task)
            session.delete(row)
        if gone:
            search.compact(session)

    def _newest_first(
        self, query: SelectOfScalar[CallRow], limit: int | None, offset: int
    ) -> StoredCalls:
        order = (col(CallRow.call_date).desc(), col(CallRow.id).desc())
        with self._database.reading() as session:
            page = session.exec(query.order_by(*order).limit(limit).offset(offset))
            return [stored(row) for row in page]

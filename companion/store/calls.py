"""The approved calls: saving, finding, changing and deleting them for good."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, text, update
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from companion.domain.call_code import check_code, deletion_digest
from companion.domain.record import ApprovedSummary, RecordedStep
from companion.errors import StoreError
from companion.records import from_json
from companion.store import search
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
from companion.store.tables import CallRow, DraftRow, TeamTaskRow, TombstoneRow

__all__ = ["EVERY_CALL", "CallFilter", "Calls", "Erased", "Hold", "StoredCall"]

_DIGEST_CHARS = 64
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
        row = self._row(approved)
        with self._database.writing() as session:
            if _by(session, CallRow.deletion_digest, row.deletion_digest) is None:
                _settle(session, draft_id)
            return stored(_added(session, row))

    def save_all(self, approvals: Iterable[ApprovedSummary]) -> StoredCalls:
        """Keep several, all of them or none. Raises: as `save`."""
        rows = [self._row(approved) for approved in approvals]
        with self._database.writing() as session:
            return [stored(_added(session, row)) for row in rows]

    def reindex(self) -> None:
        """Build the search index anew from the calls. Raises: StoreError."""
        with self._database.writing() as session:
            search.clear(session)
            for row in session.exec(select(CallRow)):
                _index(session, row)

    def replace(self, code: str, approved: ApprovedSummary) -> StoredCall:
        """Put an edited and newly approved summary in the place of a stored one.

        The deletion code on the other person's receipt stays valid; a hold, and what was done of
        the follow-up, stay. Raises: as `save`, and where there is no such call.
        """
        fresh = self._row(approved)
        with self._database.writing() as session:
            row = _find(session, code)
            if fresh.code != row.code:
                _check_free(session, fresh.code)
            if fresh.due_on != row.due_on:  # another day was agreed: what was put off is moot
                row.snoozed_to = None
            for name in ("code", "record", "call_date", "commitment", "issues", "agreed"):
                setattr(row, name, getattr(fresh, name))
            row.due_on, row.promised = fresh.due_on, fresh.promised
            row.edited_at = self._clock()
            session.add(row)
            session.flush()
            _index(session, row)
            search.compact(session)
            return stored(row)

    def get(self, code: str) -> StoredCall:
        """One call. Raises: StoreError where there is none."""
        with self._database.reading() as session:
            return stored(_find(session, code))

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
            self._remove(session, [_find(session, code)])

    def erase(self, deletion_code: str, now: datetime) -> Erased | None:
        """Erase the call of a deletion code, whether it is held or not.

        What stays is the code's digest and the day, so that a backup does not bring it back.
        None where no call has this code. Raises: StoreError where it is no deletion code.
        """
        digest = _digest(deletion_code)
        with self._database.writing() as session:
            row = _by(session, CallRow.deletion_digest, digest)
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
        digest = _digest(deletion_code)
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
            rows = list(session.exec(query))
            gone = [stored(row) for row in rows]
            self._remove(session, rows)
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
            row = _find(session, code)
            session.execute(update(CallRow).where(col(CallRow.id) == row.id).values(**values))
            session.refresh(row)
            return stored(row)

    def row(self, session: Session, code: str) -> CallRow:
        """The row of a call, in a transaction of the store. Raises: StoreError: no such call."""
        return _find(session, code)

    def _remove(self, session: Session, rows: Sequence[CallRow]) -> None:
        """Whatever leaves this store has to leave the team's server too."""
        for row in rows:
            search.unindex_call(session, row.id or 0)
            if row.shared_at is not None:
                digest = row.deletion_digest
                task = TeamTaskRow(deletion_digest=digest, action="unshare", since=self._clock())
                session.merge(task)
            session.delete(row)
        if rows:
            search.compact(session)

    def _newest_first(
        self, query: SelectOfScalar[CallRow], limit: int | None, offset: int
    ) -> StoredCalls:
        order = (col(CallRow.call_date).desc(), col(CallRow.id).desc())
        with self._database.reading() as session:
            rows = session.exec(query.order_by(*order).limit(limit).offset(offset))
            return [stored(row) for row in rows]

    def _row(self, approved: ApprovedSummary) -> CallRow:
        if type(approved) is not ApprovedSummary:
            raise TypeError("the store takes an ApprovedSummary and nothing else")
        summary, record = self._guard.record(approved.summary)
        try:
            code = check_code(approved.code)
        except ValueError as error:
            raise StoreError(str(error)) from None
        digest = approved.deletion_digest
        if len(digest) != _DIGEST_CHARS or not set(digest) <= set("0123456789abcdef"):
            raise StoreError("the deletion code was not prepared; approve the summary again")
        if approved.approved_at.tzinfo is None:
            raise StoreError("the approval carries no time zone; approve the summary again")
        step = summary.next_step
        return CallRow(
            code=code,
            deletion_digest=digest,
            record=record,
            approved_at=approved.approved_at,
            call_date=summary.call_date,
            commitment=summary.commitment.value if summary.commitment else None,
            issues="".join(f"|{fact.value}" for fact in summary.issues) + "|",
            agreed=summary.agreed,
            due_on=_day_of(step) if step is not None and step.agreed else None,
            promised=summary.follow_up is not None,
        )


def _day_of(step: RecordedStep) -> date | None:
    return datetime.fromisoformat(step.when).date() if step.when is not None else None


def _digest(deletion_code: str) -> str:
    try:
        return deletion_digest(deletion_code)
    except ValueError as error:
        raise StoreError(str(error)) from None


def _by(session: Session, column: Any, value: str) -> CallRow | None:
    row: CallRow | None = session.exec(select(CallRow).where(column == value)).first()
    return row


def _added(session: Session, row: CallRow) -> CallRow:
    digest = row.deletion_digest
    there = _by(session, CallRow.deletion_digest, digest)
    if there is not None:
        return there
    if session.get(TombstoneRow, digest) is not None:
        raise StoreError(
            "this call was erased with its deletion code, and is not kept again; discard it"
        )
    _check_free(session, row.code)
    session.add(row)
    session.flush()
    _index(session, row)
    return row


def _find(session: Session, code: str) -> CallRow:
    try:
        wanted = check_code(code)
    except ValueError as error:
        raise StoreError(str(error)) from None
    row = _by(session, CallRow.code, wanted)
    if row is None:
        raise StoreError(f"no call has the code {wanted}; 'companion calls list' shows them all")
    return row


def _settle(session: Session, draft_id: str | None) -> None:
    if draft_id is None:
        return
    draft = session.get(DraftRow, draft_id)
    if draft is None:
        raise StoreError(
            "the draft of this call was approved or discarded elsewhere; nothing more was stored. "
            "'companion calls list' shows what there is"
        )
    session.delete(draft)


def _check_free(session: Session, code: str) -> None:
    if _by(session, CallRow.code, code) is not None:
        raise StoreError(f"another call has the code {code} already; choose another code")


def _index(session: Session, row: CallRow) -> None:
    words = search.words_of(row.code, from_json(row.record))
    search.index_call(session, row.id or 0, words)

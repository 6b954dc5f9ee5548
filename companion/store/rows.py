"""Rows of calls within a transaction: made from an approval, added, found."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlmodel import Session, select

from companion.domain.call_code import check_code, deletion_digest
from companion.domain.record import ApprovedSummary, RecordedStep
from companion.errors import StoreError
from companion.records import from_json
from companion.store import search
from companion.store.guard import Guard
from companion.store.tables import CallRow, DraftRow, TombstoneRow

_DIGEST_CHARS = 64


def row_of(approved: ApprovedSummary, guard: Guard) -> CallRow:
    """A new row, checked and redacted once more. Raises: TypeError, StoreError."""
    if type(approved) is not ApprovedSummary:
        raise TypeError("the store takes an ApprovedSummary and nothing else")
    summary, record = guard.record(approved.summary)
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


def digest_of(deletion_code: str) -> str:
    """The digest of a deletion code. Raises: StoreError where it is none."""
    try:
        return deletion_digest(deletion_code)
    except ValueError as error:
        raise StoreError(str(error)) from None


def by_value(session: Session, column: Any, value: str) -> CallRow | None:
    """The row that has this value in a unique column."""
    row: CallRow | None = session.exec(select(CallRow).where(column == value)).first()
    return row


def add(session: Session, row: CallRow) -> CallRow:
    """Add a row to calls and index, or find the one of the same approval. Raises: StoreError."""
    digest = row.deletion_digest
    there = by_value(session, CallRow.deletion_digest, digest)
    if there is not None:
        return there
    if session.get(TombstoneRow, digest) is not None:
        raise StoreError(
            "this call was erased with its deletion code, and is not kept again; discard it"
        )
    check_free(session, row.code)
    session.add(row)
    session.flush()
    index(session, row)
    return row


def find(session: Session, code: str) -> CallRow:
    """The row of a call. Raises: StoreError where there is none."""
    try:
        wanted = check_code(code)
    except ValueError as error:
        raise StoreError(str(error)) from None
    row = by_value(session, CallRow.code, wanted)
    if row is None:
        raise StoreError(f"no call has the code {wanted}; 'companion calls list' shows them all")
    return row


def settle(session: Session, draft_id: str | None) -> None:
    """Take out the draft of a call that is saved now. Raises: StoreError where it is gone."""
    if draft_id is None:
        return
    draft = session.get(DraftRow, draft_id)
    if draft is None:
        raise StoreError(
            "the draft of this call was approved or discarded elsewhere; nothing more was stored. "
            "'companion calls list' shows what there is"
        )
    session.delete(draft)


def check_free(session: Session, code: str) -> None:
    """Raises: StoreError where another call has this code."""
    if by_value(session, CallRow.code, code) is not None:
        raise StoreError(f"another call has the code {code} already; choose another code")


def index(session: Session, row: CallRow) -> None:
    """Make a call findable by its words, in place of those it had."""
    words = search.words_of(row.code, from_json(row.record))
    search.index_call(session, row.id or 0, words)

"""What was agreed and is still to do: due, overdue, put off, done.

Only an agreed next step (who, what and when confirmed) is ever due. A follow-up that the
organizer promised without a day is listed apart until it is done or gets a day by `snooze`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func
from sqlmodel import col, select

from companion.errors import StoreError
from companion.store.calls import Calls
from companion.store.engine import Database
from companion.store.stored_call import StoredCall, stored
from companion.store.tables import CallRow

_MOST_DAYS = 3660


@dataclass(frozen=True, slots=True)
class FollowUp:
    """A call whose next step, or promised follow-up, is not done."""

    call: StoredCall
    due_on: date | None
    """The agreed day, or the one it was put off to; None for a promise without a day."""
    overdue: bool = False

    @property
    def snoozed(self) -> bool:
        """True where it was put off."""
        return self.call.snoozed_to is not None


class FollowUps:
    """The follow-ups of one open store."""

    def __init__(self, database: Database, calls: Calls, clock: Callable[[], datetime]) -> None:
        """`clock`: the time now, with its zone."""
        self._database = database
        self._calls = calls
        self._clock = clock

    def due(self, today: date, within_days: int = 7, limit: int | None = None) -> list[FollowUp]:
        """What is overdue or due within so many days, the earliest first. Raises: StoreError."""
        due_on = func.coalesce(col(CallRow.snoozed_to), col(CallRow.due_on))
        until = today + timedelta(days=max(0, min(within_days, _MOST_DAYS)))
        # The days lie in an index of their own; only the rows that are wanted are then read.
        wanted = (
            select(CallRow.id)
            .where(col(CallRow.done_at).is_(None), due_on <= until)
            .order_by(due_on, col(CallRow.id))
            .limit(limit)
        )
        query = select(CallRow).where(col(CallRow.id).in_(wanted)).order_by(due_on, col(CallRow.id))
        with self._database.reading() as session:
            return [_follow_up(row, today) for row in session.exec(query)]

    def undated(self) -> list[FollowUp]:
        """What was promised without a day, the newest call first. Raises: StoreError."""
        query = (
            select(CallRow)
            .where(
                col(CallRow.promised).is_(True),
                col(CallRow.done_at).is_(None),
                col(CallRow.due_on).is_(None),
                col(CallRow.snoozed_to).is_(None),
            )
            .order_by(col(CallRow.call_date).desc(), col(CallRow.id).desc())
        )
        with self._database.reading() as session:
            return [FollowUp(stored(row), None) for row in session.exec(query)]

    def done(self, code: str) -> StoredCall:
        """It is done. Raises: StoreError where the call has nothing to do."""
        return self._change(code, done_at=self._clock())

    def reopen(self, code: str) -> StoredCall:
        """It is not done after all. Raises: StoreError where the call has nothing to do."""
        return self._change(code, done_at=None)

    def snooze(self, code: str, until: date | None) -> StoredCall:
        """Put it off to a day, or (None) back to the agreed one.

        Raises: StoreError where the call has nothing to do.
        """
        return self._change(code, snoozed_to=until, done_at=None)

    def _change(self, code: str, **values: Any) -> StoredCall:
        with self._database.writing() as session:
            row = self._calls.row(session, code)
            if row.due_on is None and not row.promised:
                raise StoreError(
                    f"nothing was agreed or promised in the call {row.code}; "
                    f"'companion calls edit {row.code}' adds a next step"
                )
            for name, value in values.items():
                setattr(row, name, value)
            session.add(row)
            session.flush()
            return stored(row)


def _follow_up(row: CallRow, today: date) -> FollowUp:
    due_on = row.snoozed_to or row.due_on
    return FollowUp(stored(row), due_on, overdue=due_on is not None and due_on < today)

"""When the store was last used, so that a clock gone wild deletes nothing.

The store keeps the day on which it was last opened. A clock that is suddenly more than a month
ahead of that day may be wrong: the store still opens and saves, but `purge` deletes nothing until
the organizer says that the clock is right. A clock that was set back makes calls look younger,
which deletes nothing by itself.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from companion.errors import StoreError
from companion.store.engine import Database
from companion.store.tables import NoteRow

MOST_DAYS_AWAY = 31
_NAME = "last_used_on"


class LastUse:
    """The day of last use of one open store."""

    def __init__(self, database: Database) -> None:
        """Reads nothing yet."""
        self._database = database

    def note(self, now: datetime) -> None:
        """Remember today, unless the clock looks wrong. Raises: StoreError."""
        last, today = self._read(), now.date()
        if last is None or last < today <= last + timedelta(days=MOST_DAYS_AWAY):
            self._write(today)

    def accept(self, now: datetime) -> None:
        """The organizer says that the clock is right. Raises: StoreError."""
        self._write(now.date())

    def trouble(self, now: datetime) -> str | None:
        """What is odd about the clock, and what to do; None where nothing is."""
        last, today = self._read(), now.date()
        if last is None or today <= last + timedelta(days=MOST_DAYS_AWAY):
            return None
        return (
            f"the computer's clock says {today}, and the store was last used on {last}; nothing "
            "was deleted. If the clock is right, say so with 'companion store check "
            "--clock-is-right'; else set it first"
        )

    def _read(self) -> date | None:
        with self._database.reading() as session:
            row = session.get(NoteRow, _NAME)
        try:
            return None if row is None else date.fromisoformat(row.value)
        except ValueError:
            raise StoreError(
                "the store's own notes are damaged; 'companion store restore FILE' brings back a "
                "backup"
            ) from None

    def _write(self, day: date) -> None:
        with self._database.writing() as session:
            session.merge(NoteRow(name=_NAME, value=day.isoformat()))

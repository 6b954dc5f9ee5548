"""What the team's server still has to be told, kept in the encrypted store.

A task is written down before the server hears of it, and goes in the same transaction that notes
what came of it. So a lost connection or a kill at any moment leaves a task that is done again;
and doing it again changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from sqlalchemy import delete, update
from sqlmodel import Session, col, select

from companion.store.engine import Database
from companion.store.stored_call import StoredCall, stored
from companion.store.tables import CallRow, TeamTaskRow, TombstoneRow


class Action(str, Enum):
    """What is to be done at the server."""

    SHARE = "share"
    UNSHARE = "unshare"


@dataclass(frozen=True, slots=True)
class Task:
    """One call that the server has to take or to delete."""

    deletion_digest: str
    action: Action
    since: datetime
    attempts: int = 0
    record_sha256: str | None = None
    """Of the record that the organizer saw; None for `UNSHARE`."""


class TeamQueue:
    """The tasks of one open store, and the calls that they are about."""

    def __init__(self, database: Database) -> None:
        """Reads nothing yet."""
        self._database = database

    def put(self, task: Task) -> None:
        """Write a task down, in place of a former one about the same call. Raises: StoreError."""
        with self._database.writing() as session:
            session.merge(
                TeamTaskRow(
                    deletion_digest=task.deletion_digest,
                    action=task.action.value,
                    since=task.since,
                    attempts=task.attempts,
                    record_sha256=task.record_sha256,
                )
            )

    def tasks(self) -> list[Task]:
        """Every task, the oldest first. Raises: StoreError."""
        with self._database.reading() as session:
            order = (col(TeamTaskRow.since), col(TeamTaskRow.deletion_digest))
            return [_task(row) for row in session.exec(select(TeamTaskRow).order_by(*order))]

    def done(self, task: Task, shared_at: datetime | None) -> bool:
        """The server did it: note that on the call, and let the task go, both at once.

        `shared_at`: None where the server does not have it (any more).
        False where another program decided otherwise in the meantime; its task stays, to be done
        in its turn. A call that was deleted while it was being shared is to be taken back.
        Raises: StoreError.
        """
        with self._database.writing() as session:
            row = session.get(TeamTaskRow, task.deletion_digest)
            if row is None or (row.action, row.since) != (task.action.value, task.since):
                return False
            is_here = _note_shared(session, task.deletion_digest, shared_at)
            if shared_at is not None and not is_here:
                row.action, row.record_sha256 = Action.UNSHARE.value, None
                session.add(row)
                return False
            session.delete(row)
            return True

    def is_settled(self, deletion_digest: str) -> bool:
        """True where nothing waits about a call and it is not shared. Raises: StoreError."""
        with self._database.reading() as session:
            if session.get(TeamTaskRow, deletion_digest) is not None:
                return False
            query = select(CallRow.shared_at).where(CallRow.deletion_digest == deletion_digest)
            return session.exec(query).first() is None

    def failed(self, task: Task) -> None:
        """Count an attempt that came to nothing. Raises: StoreError."""
        with self._database.writing() as session:
            session.execute(
                update(TeamTaskRow)
                .where(col(TeamTaskRow.deletion_digest) == task.deletion_digest)
                .values(attempts=col(TeamTaskRow.attempts) + 1)
            )

    def call(self, deletion_digest: str) -> StoredCall | None:
        """The call of a task; None where it was deleted. Raises: StoreError."""
        with self._database.reading() as session:
            query = select(CallRow).where(CallRow.deletion_digest == deletion_digest)
            row = session.exec(query).first()
            return None if row is None else stored(row)

    def compare(self, at_the_server: frozenset[str], now: datetime) -> None:
        """Make the marks on the calls agree with what the server has of this alias.

        They disagree after a restored backup, or where the other computer of an organizer shared
        something. What was erased here and is still there is to be taken back: that becomes a
        task. Raises: StoreError.
        """
        with self._database.writing() as session:
            waiting = set(session.exec(select(TeamTaskRow.deletion_digest)))
            marks = session.exec(select(CallRow.deletion_digest, CallRow.shared_at)).all()
            for digest, shared_at in marks:
                there = digest in at_the_server
                if digest not in waiting and there != (shared_at is not None):
                    _note_shared(session, digest, now if there else None)
            erased = set(session.exec(select(TombstoneRow.deletion_digest)))
            for digest in sorted((erased & at_the_server) - waiting):
                task = TeamTaskRow(deletion_digest=digest, action=Action.UNSHARE.value, since=now)
                session.add(task)

    def forget_everything(self) -> None:
        """No call is with a team any more, and nothing waits. Raises: StoreError."""
        with self._database.writing() as session:
            session.execute(delete(TeamTaskRow))
            session.execute(update(CallRow).values(shared_at=None))


def _task(row: TeamTaskRow) -> Task:
    return Task(row.deletion_digest, Action(row.action), row.since, row.attempts, row.record_sha256)


def _note_shared(session: Session, deletion_digest: str, at: datetime | None) -> bool:
    """True where the call is here."""
    here = col(CallRow.deletion_digest) == deletion_digest
    done = session.execute(update(CallRow).where(here).values(shared_at=at))
    return bool(done.rowcount)  # type: ignore[attr-defined]

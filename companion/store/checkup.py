"""Looking a store over: damage, search index, permissions, leftovers. Each finding is a sentence
that says what to do."""

from __future__ import annotations

from pathlib import Path

from sqlmodel import select

from companion.errors import StoreError
from companion.store import search
from companion.store.engine import Database
from companion.store.private_files import open_to_others
from companion.store.stored_call import stored
from companion.store.tables import CallRow

_MOST_NAMED = 5


def damage(database: Database) -> list[str]:
    """What is damaged in the file itself. Raises: StoreError where it cannot even be looked at."""
    path = database.path
    with database.driver_connection() as connection:
        altered = connection.execute("PRAGMA cipher_integrity_check").fetchall()
        if altered:
            pages = "1 page" if len(altered) == 1 else f"{len(altered)} pages"
            return [
                f"damaged or altered: {pages} of {path}; bring back a backup "
                "with 'companion store restore FILE'"
            ]
        if connection.execute("PRAGMA integrity_check(1)").fetchall() != [("ok",)]:
            return [
                f"the tables of {path} are damaged; bring back a backup with "
                "'companion store restore FILE'"
            ]
    return []


def content(database: Database) -> list[str]:
    """What is wrong with what the file holds: records, search index. Raises: StoreError."""
    findings = []
    with database.reading() as session:
        unreadable = [row.code for row in session.exec(select(CallRow)) if not _readable(row)]
    if unreadable:
        named = ", ".join(unreadable[:_MOST_NAMED])
        findings.append(
            f"calls that cannot be read: {len(unreadable)} ({named}); delete each with "
            "'companion calls delete CODE', or bring back a backup with "
            "'companion store restore FILE'"
        )
    with database.writing() as session:
        odd = search.disagreement(session)
    if odd is not None:
        findings.append(f"{odd}; 'companion store check --mend' builds it anew")
    return findings


def _readable(row: CallRow) -> bool:
    try:
        stored(row)
    except StoreError:
        return False
    return True


def permissions(folder: Path) -> list[str]:
    """Which of the store's files others may read or write."""
    paths = (folder, *sorted(folder.iterdir()))
    return [
        f"{path} is open to other users of this computer; 'companion store check --mend' closes it"
        for path in paths
        if open_to_others(path)
    ]

"""Bringing a database to the schema of this program, in one transaction.

An interrupted migration leaves the old state: SQLite undoes the unfinished transaction when the
file is opened the next time, and the migration begins anew. A database of a newer program is
refused and left alone.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, inspect, text

from companion.errors import StoreError
from companion.store.engine import Database
from companion.store.migrations import HEAD, REVISIONS

SCRIPTS = Path(__file__).parent / "migrations"


def revision_of(connection: Connection) -> str | None:
    """The database's revision; None for an empty one. Raises: StoreError for a foreign one."""
    tables = set(inspect(connection).get_table_names())
    if not tables:
        return None
    if "alembic_version" in tables:
        found = connection.execute(text("SELECT version_num FROM alembic_version")).all()
        if len(found) == 1:
            return str(found[0][0])
    raise StoreError(
        "this database was not made by companion; bring back a backup with "
        "'companion store restore FILE'"
    )


def make_tables(database: Database) -> None:
    """Give an empty database its tables. Raises: StoreError."""
    with database.changing_schema() as connection:
        _upgrade(connection)


def bring_up_to_date(database: Database) -> bool:
    """Migrate where there is something to do; True where it was done.

    Raises: StoreError: an emptied, newer or foreign database, which is left as it is.
    """
    with database.reading() as session:
        revision = revision_of(session.connection())
    if revision is None:
        raise StoreError(
            f"{database.path} was emptied; bring back a backup with 'companion store restore FILE'"
        )
    if _is_current(revision):
        return False
    with database.changing_schema() as connection:
        # Another program may have been quicker while this one waited for the lock.
        if _is_current(revision_of(connection)):
            return False
        _upgrade(connection)
    return True


def _is_current(revision: str | None) -> bool:
    if revision not in REVISIONS:
        raise StoreError(
            "the store was written by a newer companion, and was left as it is; "
            "update companion to open it"
        )
    return revision == HEAD


def _upgrade(connection: Connection) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    config.attributes["connection"] = connection
    command.upgrade(config, HEAD)

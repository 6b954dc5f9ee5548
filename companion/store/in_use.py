"""Who has the store open: many programs may, but exchanging its files needs it for oneself.

SQLite's own file locks are used, on an empty file beside the store: they work on every system,
and a program that dies lets go of them.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path

from companion.errors import StoreError
from companion.store.private_files import create_private

IN_USE_FILE = "in-use.lock"


class InUse:
    """A sign that this program has the store open; let go with `close`."""

    def __init__(self, folder: Path) -> None:
        """Raises: StoreError while another program exchanges the store's files."""
        self._connection: sqlite3.Connection | None = None
        try:
            connection = _connect(folder)
        except (OSError, sqlite3.Error):
            return  # a folder that cannot be written: nobody can exchange files there either
        try:
            connection.execute("BEGIN")
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        except sqlite3.Error:
            connection.close()
            raise StoreError(
                "another companion is restoring the store; wait until it is done, then try again"
            ) from None
        self._connection = connection

    def close(self) -> None:
        """Let go. May be called twice."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None


@contextmanager
def alone(folder: Path) -> Generator[None, None, None]:
    """Nobody else has the store open, nor opens it. Raises: StoreError where somebody has."""
    try:
        connection = _connect(folder)
    except (OSError, sqlite3.Error):
        raise StoreError(
            f"{folder} cannot be written; nothing was changed. Make it writable for you, then "
            "do the same again"
        ) from None
    try:
        try:
            connection.execute("BEGIN EXCLUSIVE")
        except sqlite3.Error:
            raise StoreError(
                "another companion has the store open; nothing was changed. "
                "End it, then do the same again"
            ) from None
        yield
    finally:
        connection.close()


def _connect(folder: Path) -> sqlite3.Connection:
    path = folder / IN_USE_FILE
    with suppress(FileExistsError):
        create_private(path)
    uri = f"{path.absolute().as_uri()}?mode=rw"
    return sqlite3.connect(
        uri, uri=True, timeout=1.0, isolation_level=None, check_same_thread=False
    )

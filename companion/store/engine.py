"""The encrypted database: SQLCipher under SQLAlchemy, and how transactions begin.

- The key is random and raw (32 bytes): no derivation when a connection opens. It is handed over
  by statement inside `creator`, never in a URL.
- `journal_mode=DELETE`: the journal holds encrypted pages, and goes when the transaction ends. A
  write-ahead log would keep deleted rows until somebody truncates it.
- `secure_delete`: what is deleted is overwritten with zeros inside the file.
- `synchronous=EXTRA`: a saved call is on the disk before anybody is told so.
- `temp_store=MEMORY`: no temporary file is written beside the database.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlcipher3
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.pool import QueuePool
from sqlmodel import Session

from companion.errors import StoreError
from companion.store.failures import in_plain_words
from companion.store.private_files import create_private

KEY_BYTES = 32
BUSY_S = 5.0
"""How long another program's transaction is waited for."""
_CONNECTIONS = 4
_WRITES = "companion_writes"


def raw_connection(path: Path, key: bytes | None) -> Any:
    """A connection of the driver, in autocommit; with `key` None the file is read as plain.

    Raises: sqlcipher3.Error where there is no such file.
    """
    connection = sqlcipher3.connect(
        f"{path.absolute().as_uri()}?mode=rw",
        uri=True,
        timeout=BUSY_S,
        isolation_level=None,  # SQLAlchemy's "begin" below is the only one that begins
        check_same_thread=False,  # the pool hands a connection to one thread at a time
    )
    # SQLCipher would write its own findings to standard error; ours say what to do.
    connection.execute("PRAGMA cipher_log_level = NONE")
    if key is not None:
        if len(key) != KEY_BYTES:
            raise ValueError("the key has another length than the store's")
        connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
    for pragma in (
        "temp_store = MEMORY",
        "secure_delete = ON",
        "foreign_keys = ON",
        "journal_mode = DELETE",
        "synchronous = EXTRA",
        "trusted_schema = OFF",
        "cell_size_check = ON",
    ):
        connection.execute(f"PRAGMA {pragma}")
    return connection


class Database:
    """One encrypted file, and transactions on it. Thread-safe; SQLite lets one write at a time."""

    def __init__(self, path: Path, key: bytes) -> None:
        """`key`: 32 bytes. Nothing is opened yet."""
        self.path = path
        self._engine = _engine(path, key)
        self._writer = self._engine.execution_options(**{_WRITES: True})

    def __repr__(self) -> str:
        return f"Database({str(self.path)!r})"

    @contextmanager
    def reading(self) -> Generator[Session, None, None]:
        """A consistent look. Raises: StoreError."""
        with in_plain_words(self.path), Session(self._engine, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def writing(self) -> Generator[Session, None, None]:
        """All of it is written when the block ends, or nothing is. Raises: StoreError."""
        with (
            in_plain_words(self.path),
            Session(self._writer, expire_on_commit=False) as session,
            session.begin(),
        ):
            yield session

    @contextmanager
    def changing_schema(self) -> Generator[Connection, None, None]:
        """The same as `writing` for a migration. Raises: StoreError."""
        with in_plain_words(self.path), self._writer.begin() as connection:
            yield connection

    @contextmanager
    def driver_connection(self) -> Generator[Any, None, None]:
        """A connection of its own of the driver, outside of any transaction. Raises: StoreError."""
        with in_plain_words(self.path):
            pooled = self._engine.raw_connection()
            try:
                yield pooled.driver_connection
            finally:
                pooled.close()

    def close(self) -> None:
        """Close every connection; the key goes with them. May be called twice."""
        self._engine.dispose()


def create_database(path: Path, key: bytes) -> Database:
    """An empty private file, to become a database. Raises: StoreError where there is a file."""
    with in_plain_words(path):
        create_private(path)
    return Database(path, key)


def open_database(path: Path, key: bytes) -> Database:
    """The database at `path`, after making sure that the key fits.

    Raises: StoreError: no file, a foreign or damaged one, no permission.
    """
    if not path.is_file():
        raise StoreError(
            f"{path} is not there, though its key file is; put it back, or bring back a backup "
            "with 'companion store restore FILE'"
        )
    database = Database(path, key)
    try:
        with database.driver_connection() as connection:
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except BaseException:
        database.close()
        raise
    return database


def _engine(path: Path, key: bytes) -> Engine:
    engine = create_engine(
        "sqlite+pysqlite://",
        module=sqlcipher3,
        creator=lambda: raw_connection(path, key),
        poolclass=QueuePool,
        pool_size=_CONNECTIONS,
        max_overflow=0,
        pool_timeout=BUSY_S,
        hide_parameters=True,  # values never become part of an exception's text
    )

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # IMMEDIATE takes the write lock at once, and waits for it as long as `BUSY_S`; a lock
        # that is only asked for in the middle is refused without waiting.
        writes = connection.get_execution_options().get(_WRITES, False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine

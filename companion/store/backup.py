"""Backing a store up and restoring it.

A backup is made from a consistent copy while others go on using the store; drafts and the
organizer's voice stay out of it.
A restore builds the new store whole beside the present one, brings it to this program's schema,
erases once more what was erased since the backup, and only then exchanges the key file. The
replaced store lies aside until the restored one was opened.
"""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import delete
from sqlmodel import col, func, select

from companion.errors import CompanionError, StoreError
from companion.store import search
from companion.store.backup_file import BackupFile, write_backup_file
from companion.store.checkup import damage
from companion.store.engine import Database, open_database, raw_connection
from companion.store.failures import in_plain_words
from companion.store.key_file import (
    KEY_FILE,
    KdfCost,
    KeyFile,
    new_store_id,
    read_key_file,
    write_key_file,
)
from companion.store.last_use import LastUse
from companion.store.migrate import bring_up_to_date
from companion.store.private_files import create_private, replace_private
from companion.store.tables import CallRow, DraftRow, TeamTaskRow, TombstoneRow
from companion.store.voices import forget_voice

ASIDE_FILE = f"{KEY_FILE}.replaced"
_COPY = "copy-*.tmp"
_RESTORED = "calls-*.db"
DATABASES = "calls*.db"
"""What the databases of a store are called."""


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore brought."""

    calls: int
    erased_again: int
    """Calls of the backup that were erased with their deletion code after it was made."""


@dataclass(frozen=True, slots=True)
class Erasures:
    """What a store must not forget when another takes its place; nothing of any call."""

    tombstones: tuple[TombstoneRow, ...] = ()
    tasks: tuple[TeamTaskRow, ...] = ()
    """What the team's server still has to take back."""


def make_backup(folder: Path, key_file: KeyFile, key: bytes, target: Path) -> int:
    """Back the store up into a new file; the number of calls in it.

    Raises: StoreError; nothing is then left of the new file.
    """
    with in_plain_words(target), _copied(folder, folder / key_file.database, key) as copy:
        try:
            count = _without_what_is_private(copy, key)
        except StoreError:
            # Where the store is what is damaged, its file is named and not the copy's.
            with contextlib.closing(open_database(folder / key_file.database, key)) as database:
                _refuse_damage(database)
            raise
        write_backup_file(target, copy, key_file)
        return count


def _without_what_is_private(copy: Path, key: bytes) -> int:
    """Take drafts and the voice out of a copy; the number of calls in it. Raises: StoreError."""
    with contextlib.closing(open_database(copy, key)) as database:
        with database.writing() as session:
            session.execute(delete(DraftRow))
            forget_voice(session)
            count: int = session.exec(select(func.count()).select_from(CallRow)).one()
        _refuse_damage(database)
        return count


def build_restored(
    folder: Path, backup: BackupFile, key: bytes, erasures: Erasures, now: datetime
) -> tuple[str, Restored]:
    """The backup as a database of this folder, under a new name, up to date.

    Raises: StoreError; the new file is then gone again.
    """
    name = _RESTORED.replace("*", secrets.token_hex(4))
    path = folder / name
    try:
        with in_plain_words(path):
            backup.extract(path)
        database = open_database(path, key)
        try:
            _refuse_damage(database)
            bring_up_to_date(database)
            again = _erase_again(database, erasures)
            LastUse(database).accept(now)
            with database.reading() as session:
                count = session.exec(select(func.count()).select_from(CallRow)).one()
        finally:
            database.close()
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return name, Restored(count, again)


def keep_keyless(folder: Path, name: str) -> None:
    """Give databases whose key file is lost or damaged another name, since a copy of that file
    may turn up; `name` is the restored one, which stays. Raises: StoreError."""
    try:
        read_key_file(folder / KEY_FILE)
    except StoreError:
        with in_plain_words(folder / KEY_FILE):
            for path in (folder / KEY_FILE, *folder.glob(DATABASES)):
                if path.is_file() and path.name != name:
                    path.rename(folder / f"keyless-{path.name}")


def exchange(folder: Path, name: str, key: bytes, passphrase: str, cost: KdfCost) -> None:
    """Make the database `name` the store of the folder; the present key file lies aside.

    Raises: StoreError.
    """
    fresh = KeyFile.wrap(key, passphrase, cost, new_store_id(), name)
    with in_plain_words(folder / KEY_FILE):
        present = folder / KEY_FILE
        if present.is_file():
            replace_private(folder / ASIDE_FILE, present.read_bytes())
        write_key_file(present, fresh)


def put_back(folder: Path) -> None:
    """Undo `exchange`. Raises: StoreError."""
    with in_plain_words(folder / KEY_FILE):
        if (folder / ASIDE_FILE).is_file():
            (folder / ASIDE_FILE).replace(folder / KEY_FILE)
        else:
            (folder / KEY_FILE).unlink()


def drop_aside(folder: Path, present: KeyFile) -> None:
    """The store was opened: delete the one that it replaced. Does nothing where there is none."""
    aside = folder / ASIDE_FILE
    if not aside.is_file():
        return
    with contextlib.suppress(OSError):
        # An unreadable key file does not say which database was its own; `check` names leftovers.
        with contextlib.suppress(StoreError):
            replaced = read_key_file(aside).database
            if replaced != present.database:
                (folder / replaced).unlink(missing_ok=True)
        aside.unlink()


def drop_leftovers(folder: Path) -> None:
    """Delete what an interrupted backup or restore left. Only while nobody has the store open."""
    if not (folder / KEY_FILE).is_file():
        return  # whatever lies here may be all that is left of a store
    in_use = set()
    for name in (KEY_FILE, ASIDE_FILE):
        if (folder / name).is_file():
            try:
                in_use.add(read_key_file(folder / name).database)
            except CompanionError:
                return  # not known which database belongs to it: delete nothing
    for pattern in (_COPY, f"{_COPY}-journal", _RESTORED, f"{_RESTORED}-journal"):
        for path in folder.glob(pattern):
            if path.name.removesuffix("-journal") not in in_use:
                path.unlink(missing_ok=True)


def erasures_of(path: Path, key: bytes) -> Erasures:
    """What a present store knows to be erased. Raises: StoreError where it cannot be read."""
    database = open_database(path, key)
    try:
        with database.reading() as session:
            unshared = col(TeamTaskRow.action) == "unshare"
            return Erasures(
                tuple(session.exec(select(TombstoneRow))),
                tuple(session.exec(select(TeamTaskRow).where(unshared))),
            )
    finally:
        database.close()


def _erase_again(database: Database, erasures: Erasures) -> int:
    with database.writing() as session:
        session.execute(delete(DraftRow))
        for row in (*erasures.tombstones, *erasures.tasks):
            session.merge(row)
        session.flush()
        erased = select(TombstoneRow.deletion_digest)
        rows = session.exec(select(CallRow).where(col(CallRow.deletion_digest).in_(erased))).all()
        for row in rows:
            search.unindex_call(session, row.id or 0)
            session.delete(row)
        search.compact(session)
        return len(rows)


@contextmanager
def _copied(folder: Path, path: Path, key: bytes) -> Generator[Path, None, None]:
    """A consistent copy of a database, encrypted with the same key; gone afterwards."""
    copy = folder / _COPY.replace("*", secrets.token_hex(4))
    try:
        create_private(copy)
        with (
            in_plain_words(path),
            _connected(path, key) as source,
            _connected(copy, key) as target,
        ):
            source.backup(target)
        yield copy
    finally:
        copy.unlink(missing_ok=True)


@contextmanager
def _connected(path: Path, key: bytes) -> Generator[Any, None, None]:
    connection = raw_connection(path, key)
    try:
        yield connection
    finally:
        connection.close()


def _refuse_damage(database: Database) -> None:
    found = damage(database)
    if found:
        raise StoreError(found[0])

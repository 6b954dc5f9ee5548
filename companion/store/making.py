"""Making an empty store, so that a power cut leaves a store or none, never half of one.

Both files are built under other names. The database gets its name first, the key file second; if
only the last of the two renames lacks, whoever looks next does it.
"""

from __future__ import annotations

from pathlib import Path

from companion.errors import StoreError
from companion.store.backup import DATABASES
from companion.store.engine import create_database
from companion.store.failures import in_plain_words
from companion.store.key_file import (
    DATABASE_FILE,
    KEY_FILE,
    KdfCost,
    KeyFile,
    new_key,
    new_store_id,
    write_key_file,
)
from companion.store.migrate import make_tables
from companion.store.private_files import sync_folder

_NEW_KEY_FILE = f"{KEY_FILE}.new"
_NEW_DATABASE = f"{DATABASE_FILE}.new"


def make_store(folder: Path, passphrase: str, cost: KdfCost) -> bytes:
    """Make a store in a folder that has none; its key. Raises: StoreError, OSError."""
    if any(folder.glob(DATABASES)):
        raise StoreError(
            f"{folder} holds a database without its key file {KEY_FILE}; put that back, or move "
            "the database to another folder"
        )
    key = new_key()
    for leftover in (folder / _NEW_DATABASE, folder / _NEW_KEY_FILE):
        leftover.unlink(missing_ok=True)
    database = create_database(folder / _NEW_DATABASE, key)
    try:
        make_tables(database)
    finally:
        database.close()
    wrapped = KeyFile.wrap(key, passphrase, cost, new_store_id(), DATABASE_FILE)
    write_key_file(folder / _NEW_KEY_FILE, wrapped)
    (folder / _NEW_DATABASE).rename(folder / DATABASE_FILE)
    finish(folder)
    return key


def lacks_last_rename(folder: Path) -> bool:
    """True where making a store was interrupted just before its end."""
    made = (folder / DATABASE_FILE, folder / _NEW_KEY_FILE)
    return not (folder / KEY_FILE).is_file() and all(file.is_file() for file in made)


def finish(folder: Path) -> None:
    """Do the last rename. Raises: StoreError."""
    with in_plain_words(folder / KEY_FILE):
        (folder / _NEW_KEY_FILE).replace(folder / KEY_FILE)
        sync_folder(folder)

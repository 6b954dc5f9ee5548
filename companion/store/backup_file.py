"""A backup as one file: the encrypted database and the wrapped key, in a zip without compression.

Both parts are as secret inside the zip as outside of it: nothing opens without the passphrase
that the store had when the backup was made. A list of checksums tells damage from a wrong
passphrase. A backup is written beside its place, read back, and only then gets its name; one that
is there already is never written over.
"""

from __future__ import annotations

import hashlib
import json
import os
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from companion.errors import StoreError
from companion.store.key_file import DATABASE_FILE, KEY_FILE, KeyFile
from companion.store.private_files import create_private, sync_folder

SUFFIX = ".companion-backup"
_LIST = "backup.json"
_FORMAT = 1
_MAX_SMALL_BYTES = 20_000
_MAX_DATABASE_BYTES = 4 * 2**30
_BLOCK_BYTES = 2**20
# What zipfile raises on a file that is none, or is damaged.
_NO_ZIP = (zipfile.BadZipFile, KeyError, NotImplementedError, RuntimeError, EOFError)


@dataclass(frozen=True, slots=True)
class BackupFile:
    """A backup whose parts have been found; `extract` compares the database with its checksum."""

    path: Path
    key_file: KeyFile
    database_sha256: str

    def extract(self, target: Path) -> None:
        """Write the database to a new private file. Raises: StoreError, OSError."""
        create_private(target)
        with target.open("r+b") as file:
            for block in self.blocks():
                file.write(block)
            file.flush()
            os.fsync(file.fileno())

    def blocks(self) -> Iterator[bytes]:
        """The database, piece by piece. Raises: StoreError, at the end where it is damaged."""
        digest = hashlib.sha256()
        try:
            with zipfile.ZipFile(self.path) as archive, archive.open(DATABASE_FILE) as source:
                while block := source.read(_BLOCK_BYTES):
                    digest.update(block)
                    yield block
        except _NO_ZIP:
            raise _damaged(self.path) from None
        if digest.hexdigest() != self.database_sha256:
            raise _damaged(self.path)


def write_backup_file(target: Path, database: Path, key_file: KeyFile) -> None:
    """Put a database that nobody changes and its key into a new file, and read it back.

    Raises: StoreError: the file is there already, or cannot be written or read back; OSError.
    """
    if target.exists():
        raise StoreError(f"{target} is there already, and was left as it is; choose another name")
    partial = target.with_name(f"{target.name}.partial")
    partial.unlink(missing_ok=True)
    create_private(partial)
    try:
        _write(partial, database, key_file)
        _read_back(partial, database)
        if target.exists():
            raise StoreError(f"{target} came to be meanwhile; choose another name")
        partial.rename(target)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise
    sync_folder(target.parent)


def read_backup_file(path: Path) -> BackupFile:
    """Look into a backup. Raises: StoreError: missing, foreign, damaged, or of a newer program."""
    try:
        with zipfile.ZipFile(path) as archive:
            listed = json.loads(_small(archive, _LIST))
            if isinstance(listed["format"], int) and listed["format"] > _FORMAT:
                raise StoreError(
                    f"{path} was made by a newer companion; update companion to restore it"
                )
            key_bytes = _small(archive, KEY_FILE)
            info = archive.getinfo(DATABASE_FILE)
            plain = info.compress_type == zipfile.ZIP_STORED
            if not plain or info.file_size > _MAX_DATABASE_BYTES:
                raise _damaged(path)
            if _sha256(key_bytes) != listed["sha256"][KEY_FILE]:
                raise _damaged(path)
            database_sha256 = str(listed["sha256"][DATABASE_FILE])
    except FileNotFoundError:
        raise StoreError(f"there is no file {path}; name the backup to restore") from None
    except OSError:
        raise StoreError(
            f"{path} cannot be read; make it readable for you, then try again"
        ) from None
    except (*_NO_ZIP, ValueError, TypeError):
        raise _damaged(path) from None
    return BackupFile(path, KeyFile.from_bytes(key_bytes, str(path)), database_sha256)


def _write(partial: Path, database: Path, key_file: KeyFile) -> None:
    key_bytes = key_file.to_bytes()
    listed = {
        "format": _FORMAT,
        "sha256": {KEY_FILE: _sha256(key_bytes), DATABASE_FILE: _sha256_of(database)},
    }
    with partial.open("r+b") as file:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
            archive.writestr(_LIST, json.dumps(listed, indent=1))
            archive.writestr(KEY_FILE, key_bytes)
            archive.write(database, DATABASE_FILE)
        file.flush()
        os.fsync(file.fileno())


def _read_back(partial: Path, database: Path) -> None:
    try:
        backup = read_backup_file(partial)
        for _ in backup.blocks():
            pass
        whole = backup.database_sha256 == _sha256_of(database)
    except StoreError:
        whole = False
    if not whole:
        raise StoreError(
            f"what was written to {partial.parent} cannot be read back; use another disk"
        )


def _small(archive: zipfile.ZipFile, name: str) -> bytes:
    with archive.open(name) as part:
        return part.read(_MAX_SMALL_BYTES)


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _sha256_of(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK_BYTES):
            digest.update(block)
    return digest.hexdigest()


def _damaged(path: Path) -> StoreError:
    return StoreError(
        f"{path} is no backup of companion, or is damaged; nothing was changed. Use another one"
    )

"""What can go wrong underneath, said in one plain sentence that ends with the way out.

A database error may carry the statement and its values. So nothing of it is passed on: the
code of the error chooses the sentence, and the cause is cut off.
"""

from __future__ import annotations

import errno
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import sqlcipher3
from sqlalchemy.exc import DBAPIError, TimeoutError

from companion.errors import StoreError

_PRIMARY = 0xFF
"""The low byte of an extended error code is the primary one."""
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT)
"""The disk is full, or what this user may have of it."""


@contextmanager
def in_plain_words(path: Path) -> Generator[None, None, None]:
    """Turn errors of the database at `path` into a StoreError; let every other error pass."""
    try:
        yield
    except (DBAPIError, sqlcipher3.Error, TimeoutError, OSError) as error:
        raise StoreError(sentence(error, path)) from None


def sentence(error: BaseException, path: Path) -> str:
    """What happened and what to do, by the kind of the error; nothing of its text."""
    if isinstance(error, DBAPIError):
        error = error.orig or error
    if isinstance(error, PermissionError):
        return _READ_ONLY.format(path=path, folder=path.parent)
    code = getattr(error, "sqlite_errorcode", None)
    if isinstance(error, TimeoutError):
        code = 5
    elif code is None:
        code = _CODE_OF_WORDS.get(str(error))
    if isinstance(error, OSError) and error.errno in _NO_ROOM:
        return _FULL.format(folder=path.parent)
    if isinstance(error, OSError) and error.errno is not None:
        return _FILE_TROUBLE.format(path=path, folder=path.parent, errno=error.errno)
    if code is None:
        return _UNKNOWN.format(path=path, kind=type(error).__name__)
    known = _BY_CODE.get(code & _PRIMARY)
    if known is None:
        return _UNKNOWN.format(path=path, kind=getattr(error, "sqlite_errorname", code))
    return known.format(path=path, folder=path.parent)


_CODE_OF_WORDS = {
    "database is locked": 5,
    "disk I/O error": 10,
    "database disk image is malformed": 11,
    "database or disk is full": 13,
}
"""SQLite's own sentences, for the driver's `backup`, whose errors carry no code."""

_BUSY = (
    "another program is using the store at this moment; nothing was changed. "
    "Wait until it is done, then try again"
)
_FULL = "the disk of {folder} is full; nothing was changed. Make some room, then do the same again"
_READ_ONLY = (
    "{folder} cannot be written; nothing was changed. Make the folder and its files writable "
    "for you, then do the same again"
)
_DAMAGED = (
    "{path} is damaged, or is not this store's file. 'companion store check' looks closer; "
    "'companion store restore FILE' brings back a backup"
)
_FILE_TROUBLE = (
    "the computer could not read or write in {folder} (error {errno}); nothing was changed. "
    "Look whether the disk is there and has room, then do the same again"
)
_DISK = (
    "the disk of {folder} failed, or is full; nothing was changed. Look whether it is there and "
    "has room, then do the same again"
)
_UNKNOWN = (
    "the store at {path} could not be used ({kind}); nothing was changed. "
    "'companion store check' looks closer"
)

# Python 3.10's sqlite3 does not name the codes yet, so they stand here by number.
_BY_CODE = {
    5: _BUSY,  # SQLITE_BUSY
    6: _BUSY,  # SQLITE_LOCKED
    8: _READ_ONLY,  # SQLITE_READONLY
    10: _DISK,  # SQLITE_IOERR
    11: _DAMAGED,  # SQLITE_CORRUPT
    13: _FULL,  # SQLITE_FULL
    14: _READ_ONLY,  # SQLITE_CANTOPEN
    26: _DAMAGED,  # SQLITE_NOTADB
}

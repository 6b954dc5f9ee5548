"""A file outside of the encrypted store, which only its owner can read."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from companion.errors import InputError

_WRITTEN_PRIVATELY = 0o600


def write_private(path: Path, chunks: Iterable[str]) -> None:
    """Write a new file that only its owner can read. A file that is there is never replaced.

    Raises: InputError; then no part of the file is left.
    """
    try:
        descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, _WRITTEN_PRIVATELY)
    except FileExistsError:
        raise InputError(
            f"{path} is there already; choose another name, or delete it first"
        ) from None
    except OSError as error:
        raise InputError(_not_written(path, error)) from None
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
            file.writelines(chunks)
            file.flush()
            os.fsync(file.fileno())
    except BaseException as error:
        path.unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise InputError(_not_written(path, error)) from None
        raise


def _not_written(path: Path, error: OSError) -> str:
    return f"{path} cannot be written ({error.strerror}); choose another place, or make room there"

"""Reports in a folder: files that only their owner can read, each whole or not there."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from companion.errors import InputError
from companion.notes.private_file import write_private


def write_reports(folder: Path, files: Mapping[str, str]) -> None:
    """Write reports, in place of those of an earlier run.

    Raises: InputError where the folder or a file cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(
            f"{folder} cannot be made ({error.strerror}); choose another place with --out"
        ) from None
    for name, text in files.items():
        part = folder / f".{name}.part"
        part.unlink(missing_ok=True)
        write_private(part, [text])
        try:
            part.replace(folder / name)
        except OSError as error:
            part.unlink(missing_ok=True)
            raise InputError(
                f"{folder / name} cannot be replaced ({error.strerror}); close it, and try again"
            ) from None

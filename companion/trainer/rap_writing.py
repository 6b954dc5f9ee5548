"""Files of raps are written as a whole or not at all, readable by their owner only."""

from __future__ import annotations

import os
from pathlib import Path

from companion.errors import RapError
from companion.whole_files import drop_spare, replace_whole, write_spare

FOLDER_MODE = 0o700


def write_new(path: Path, content: bytes, remedy: str) -> None:
    """Write a file that must not be there yet.

    Raises: RapError with the remedy where it is there; where it cannot be written, nothing is.
    """
    _write(path, content, remedy)


def replace(path: Path, content: bytes) -> None:
    """Write a file, in the place of an earlier one.

    Raises: RapError where it cannot be written; then the earlier one is as it was.
    """
    _write(path, content, None)


def make_folder(path: Path) -> None:
    """Make a folder, and those around it, where they are missing.

    Raises: RapError where that cannot be done.
    """
    try:
        path.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
    except OSError as error:
        raise RapError(not_written(path, error)) from None


def not_written(path: Path, error: OSError) -> str:
    """The sentence for a place that cannot be written."""
    return (
        f"{path} cannot be written ({error.strerror}); check that the folder is yours and that "
        "the disk has room"
    )


def _write(path: Path, content: bytes, refuse: str | None) -> None:
    make_folder(path.parent)
    try:
        if refuse is None:
            replace_whole(path, content)
        else:
            _put_new(write_spare(path, content), path)
    except FileExistsError:
        raise RapError(f"{path} is there already; {refuse}") from None
    except OSError as error:
        raise RapError(not_written(path, error)) from None


def _put_new(spare: Path, path: Path) -> None:
    """Give the finished file its name, unless somebody has it already."""
    try:
        os.link(spare, path)  # fails where the name is taken, unlike a rename
    except FileExistsError:
        raise
    except OSError:  # a file system without links
        if path.exists():
            raise FileExistsError from None
        spare.rename(path)
    finally:
        drop_spare(spare)

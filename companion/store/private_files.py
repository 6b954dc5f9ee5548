"""Files that only their owner may read, and that are replaced as a whole or not at all.

POSIX: folders 0700, files 0600, from the moment of their creation. Windows knows no such modes;
there the user's own data folder is closed to other users, and the files inherit that.
"""

from __future__ import annotations

import contextlib
import os
import stat
import sys
from pathlib import Path

FILE_MODE = 0o600
FOLDER_MODE = 0o700


def private_folder(path: Path) -> None:
    """Make the folder, or close an existing one to others. Raises: OSError."""
    path.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
    if open_to_others(path):
        path.chmod(FOLDER_MODE)


def create_private(path: Path) -> None:
    """An empty private file. Raises: FileExistsError, OSError."""
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, FILE_MODE))


def replace_private(path: Path, content: bytes) -> None:
    """Write a private file so that at every moment the old or the new one is there, whole.

    Raises: OSError; the old one then stays.
    """
    beside = path.with_name(f"{path.name}.new")
    beside.unlink(missing_ok=True)
    create_private(beside)
    with beside.open("r+b") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Have the folder's entries on the disk. Windows does so by itself and refuses the call."""
    if sys.platform == "win32":
        return
    with contextlib.suppress(OSError):  # some file systems refuse it; the content is synced
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def open_to_others(path: Path) -> bool:
    """True where another user of this computer may read or write it; on Windows always False."""
    if sys.platform == "win32":
        return False
    return bool(stat.S_IMODE(path.stat().st_mode) & (stat.S_IRWXG | stat.S_IRWXO))


def close_to_others(path: Path) -> None:
    """Take every right of other users away. Raises: OSError."""
    path.chmod(FOLDER_MODE if path.is_dir() else FILE_MODE)

"""Files that are written as a whole or not at all, and that only their owner may read.

The content goes into a file beside the one that is meant, to the disk, and then takes its name:
whoever looks sees the earlier file or the new one, and a crash leaves no half of either. On
Windows files have the rights of the folder that they are made in.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path


def replace_whole(path: Path, content: bytes) -> None:
    """Put the content in the place of what was there.

    Raises: OSError; what was there then stays, and nothing is left beside it.
    """
    spare = write_spare(path, content)
    try:
        spare.replace(path)
    except BaseException:
        drop_spare(spare)
        raise


def write_spare(path: Path, content: bytes) -> Path:
    """The content in a private file beside `path`, on the disk; the caller gives it a name.

    Raises: OSError; then nothing is left.
    """
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-", suffix=".tmp")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        drop_spare(Path(name))
        raise
    return Path(name)


def drop_spare(spare: Path) -> None:
    """Remove a file of `write_spare` that is not needed after all."""
    with contextlib.suppress(OSError):
        spare.unlink()

"""One call at a time hears the microphone, in whatever terminals and windows calls are begun.

A lock of the operating system on an empty file: a program that dies, however it dies, lets go of
it. Calls on a file, the sample call and cards by hand need no lock.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from companion import locations
from companion.errors import AudioDeviceError

TAKEN = (
    "another call of the companion is listening already; end it in its own window first, "
    "or use the cards by hand, without the microphone ('companion call --prompts-only')"
)


@contextmanager
def the_only_call(path: Path | None = None) -> Generator[None, None, None]:
    """Hold the microphone's lock. Raises: AudioDeviceError while another call holds it."""
    descriptor = _opened(path or locations.call_lock())
    if descriptor is None:
        # A folder that cannot be written: better a call without the guard than no call.
        yield
        return
    try:
        if not _locked(descriptor):
            raise AudioDeviceError(TAKEN)
        yield
    finally:
        os.close(descriptor)


def check_no_other_call(path: Path | None = None) -> None:
    """Before anybody is asked anything. Raises: AudioDeviceError as `the_only_call`."""
    with the_only_call(path):
        pass


def _opened(path: Path) -> int | None:
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        return os.open(path, os.O_CREAT | os.O_RDWR, 0o600)
    except OSError:
        return None


def _locked(descriptor: int) -> bool:
    """Take the lock without waiting; false where another holds it."""
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    except OSError:
        return True  # a file system without locks
    return True

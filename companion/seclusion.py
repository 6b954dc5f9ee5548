"""Keeps this process to itself: no core dumps, no looking in by other programs, private files.

A crash of native code must not leave the memory, and with it speech, on disk; another program of
the same user must not read it; and whatever is written is for the user alone. Standard library
only: the recognizer's process calls `seclude` before it loads anything.

What each system offers differs, and `look` says what holds. None of it stops an administrator.
"""

from __future__ import annotations

import contextlib
import os
import sys
from dataclasses import dataclass

_PR_GET_DUMPABLE, _PR_SET_DUMPABLE = 3, 4  # linux/prctl.h
_PT_DENY_ATTACH = 31  # macOS, sys/ptrace.h
_SEM_FAILCRITICALERRORS, _SEM_NOGPFAULTERRORBOX = 0x1, 0x2  # Windows, errhandlingapi.h
_WER_FAULT_REPORTING_FLAG_NOHEAP = 0x1  # Windows, werapi.h
_FOR_THE_USER_ALONE = 0o077
_DEVELOPERS_TOOLS = (
    "TEXTUAL_LOG",
    "TEXTUAL_SCREENSHOT",
    "TEXTUAL_DEVTOOLS",
    "TEXTUAL_DEBUG",
    "TEXTUAL_SHOW_RETURN",
)
"""With these in the environment the terminal's library writes what is typed into a file, saves
pictures of the screen, or sends it all to another program."""


@dataclass(frozen=True, slots=True)
class Seclusion:
    """What holds for this process; None where the system cannot tell."""

    core_dumps: bool | None
    """Whether the system may write its memory to disk when it crashes."""
    traceable: bool | None
    """Whether another program of the same user may read its memory."""
    private_files: bool | None
    """Whether files that it makes are for the user alone."""


def seclude() -> None:
    """No core dumps and no looking in, from here on. A process that is started later has to ask
    for itself."""
    if sys.platform == "win32":
        _seclude_on_windows()
        return
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with contextlib.suppress(ImportError, OSError, AttributeError):
        import ctypes

        library = ctypes.CDLL(None)
        if sys.platform == "linux":
            # Also keeps the memory from a collector of crash reports, which no limit holds back.
            library.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
        elif sys.platform == "darwin":
            library.ptrace(_PT_DENY_ATTACH, 0, None, 0)


def keep_files_private() -> None:
    """Files and folders made from here on are for the user alone; processes inherit it.

    On Windows they have the rights of the folder that they are made in.
    """
    if sys.platform != "win32":
        os.umask(_FOR_THE_USER_ALONE)


def keep_developers_tools_out() -> None:
    """No variable makes a library copy what is typed or shown; before any of them is loaded."""
    for name in list(os.environ):
        if name == "TEXTUAL" or name.startswith(_DEVELOPERS_TOOLS):
            del os.environ[name]


def look() -> Seclusion:
    """What holds for this process now; changes nothing."""
    if sys.platform == "win32":
        return Seclusion(None, None, None)
    mask = os.umask(_FOR_THE_USER_ALONE)
    os.umask(mask)
    limit = _core_limit()
    dumpable = _dumpable()
    may_dump = limit is None or limit != 0
    return Seclusion(
        core_dumps=may_dump if dumpable is None else may_dump or dumpable,
        traceable=dumpable,
        private_files=mask & _FOR_THE_USER_ALONE == _FOR_THE_USER_ALONE,
    )


def _core_limit() -> int | None:
    try:
        import resource
    except ImportError:
        return None
    return resource.getrlimit(resource.RLIMIT_CORE)[0]


def _dumpable() -> bool | None:
    """Linux: whether the memory may be dumped, and be read by the same user's programs."""
    if sys.platform != "linux":
        return None
    with contextlib.suppress(ImportError, OSError, AttributeError):
        import ctypes

        return bool(ctypes.CDLL(None).prctl(_PR_GET_DUMPABLE, 0, 0, 0, 0))
    return None


def _seclude_on_windows() -> None:
    """No dialog at a crash that waits with the memory open, and no heap in its report."""
    with contextlib.suppress(ImportError, OSError, AttributeError):
        import ctypes

        kernel = getattr(ctypes, "windll").kernel32  # noqa: B009 - only there on Windows
        kernel.SetErrorMode(_SEM_FAILCRITICALERRORS | _SEM_NOGPFAULTERRORBOX)
        kernel.WerSetFlags(_WER_FAULT_REPORTING_FLAG_NOHEAP)

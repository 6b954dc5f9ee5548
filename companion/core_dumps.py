"""No core dumps: a crash of native code must not leave the memory, and with it speech, on disk.

Standard library only; the recognizer's process calls it before it loads anything.
"""

from __future__ import annotations

import contextlib
import sys

_PR_SET_DUMPABLE = 4


def forbid_core_dumps() -> None:
    """Ask the system to write none for this process, from here on; processes it starts inherit it.

    Linux also refuses to hand the memory to a collector of crash reports. Windows knows no core
    dumps; whether its error reporting keeps memory is a setting of the system's.
    """
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):
            import ctypes

            ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)

"""Standard error for our own sentences only.

PortAudio, ALSA, libmpg123 and their like print what they meet on the file descriptor of standard
error: a dozen lines each time a lost microphone is tried again. They would stand between the
lines for a screen reader, and in the middle of the full view, which draws there too.
"""

from __future__ import annotations

import contextlib
import os
import sys

STDERR = 2


def keep_native_noise_out() -> None:
    """Give our own output a descriptor of its own, and lead the usual one into nothing.

    For the start of the program, before any thread. Does nothing where there is no real standard
    error (a program without a console) or the system has no descriptor left.
    """
    usual = sys.stderr
    with contextlib.suppress(AttributeError, OSError, ValueError):
        if usual.fileno() != STDERR:
            return
        usual.flush()
        own = os.fdopen(
            os.dup(STDERR), "w", encoding=usual.encoding, errors=usual.errors, buffering=1
        )
        sink = os.open(os.devnull, os.O_WRONLY)
        os.dup2(sink, STDERR)
        os.close(sink)
        # Views that look for the terminal ask for the original stream.
        sys.stderr = sys.__stderr__ = own  # type: ignore[misc]

"""The three standard streams: each of them there, and standard error for our own sentences only.

PortAudio, ALSA, libmpg123 and their like print what they meet on the file descriptor of standard
error: a dozen lines each time a lost microphone is tried again. They would stand between the
lines for a screen reader, and in the middle of the full view, which draws there too.
"""

from __future__ import annotations

import contextlib
import os
import sys

STDERR = 2


def fill_missing_streams() -> None:
    """Open nothing in the place of a stream that was closed, or never was there.

    For the start of the program: otherwise the next file or pipe to be opened would get the
    closed one's number, and be taken for standard output by native code.
    """
    if sys.stdin is None:
        sys.stdin = open(os.devnull, encoding="utf-8")  # noqa: SIM115, PTH123
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115, PTH123
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        with contextlib.suppress(AttributeError, OSError, ValueError):
            if stream.fileno() <= STDERR:
                os.set_inheritable(stream.fileno(), True)  # the recognizer's process has them too


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

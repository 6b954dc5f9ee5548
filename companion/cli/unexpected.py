"""What is said of an error that nobody foresaw: its kind and its place, never its message.

A message may quote what was said in a call, and a traceback shows it too, wherever it is raised:
in the main thread, in another one, while something is being cleared away, or in a library that
logs it, as the web server does with the error of a page.
"""

from __future__ import annotations

import logging
import sys
import threading
import traceback
import warnings
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sys import UnraisableHookArgs


def sentence_of(error: BaseException) -> str:
    """For an error that ended the command."""
    return (
        f"something went wrong that should not have ({_kind_and_place(error, error.__traceback__)})"
        ". Nothing was stored. Run the command again with --debug to see the details"
    )


def quote_nothing() -> None:
    """Python's own last words too name the kind and the place only, for the whole process.

    For the start of the program. With --debug they stay as they are.
    """
    sys.excepthook = _of_main_thread
    threading.excepthook = _of_thread
    sys.unraisablehook = _of_clearing_away
    # What nobody asked to have logged goes there: otherwise to standard error, with its traceback.
    logging.lastResort = _OfLibraries(logging.ERROR)
    # Warnings are for programmers, and some of them show the value that they are about.
    warnings.showwarning = _of_warnings


def _of_main_thread(
    kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    _say(f"stopped by something unforeseen ({_kind_and_place(error, trace)})")


def _of_thread(failed: threading.ExceptHookArgs) -> None:
    if failed.exc_value is not None and not isinstance(failed.exc_value, SystemExit):
        place = _kind_and_place(failed.exc_value, failed.exc_traceback)
        _say(f"a part of the program stopped ({place}); --debug shows the details")


def _of_clearing_away(failed: UnraisableHookArgs) -> None:
    if failed.exc_value is not None:
        _say(f"could not clear away ({_kind_and_place(failed.exc_value, failed.exc_traceback)})")


def _of_warnings(*_: object, **__: object) -> None:
    """Say nothing."""


class _OfLibraries(logging.Handler):
    """Of an error that a library logs, the same; its own words could quote anything."""

    def emit(self, record: logging.LogRecord) -> None:
        """Say that something was logged, and nothing of what."""
        error = record.exc_info[1] if record.exc_info else None
        if error is None:
            place = f"{record.name} at {record.filename}:{record.lineno}"
        else:
            place = _kind_and_place(error, error.__traceback__)
        _say(f"a part of the program met something unforeseen ({place}); --debug shows the details")


def _kind_and_place(error: BaseException, trace: TracebackType | None) -> str:
    frames = traceback.extract_tb(trace)
    if not frames:
        return f"{type(error).__name__} at start"
    place = "/".join(Path(frames[-1].filename).parts[-2:])
    return f"{type(error).__name__} at {place}:{frames[-1].lineno}"


def _say(text: str) -> None:
    if sys.stderr is not None:
        print(f"companion: {text}", file=sys.stderr)

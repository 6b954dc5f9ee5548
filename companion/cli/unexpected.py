"""What is said of an error that nobody foresaw: its kind and its place, never its message.

A message may quote what was said in a call, and a traceback shows it too, wherever it is raised:
in the main thread, in another one, or while something is being cleared away.
"""

from __future__ import annotations

import sys
import threading
import traceback
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


def _kind_and_place(error: BaseException, trace: TracebackType | None) -> str:
    frames = traceback.extract_tb(trace)
    if not frames:
        return f"{type(error).__name__} at start"
    place = "/".join(Path(frames[-1].filename).parts[-2:])
    return f"{type(error).__name__} at {place}:{frames[-1].lineno}"


def _say(text: str) -> None:
    if sys.stderr is not None:
        print(f"companion: {text}", file=sys.stderr)

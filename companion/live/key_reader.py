"""Lines typed while a call runs, read by a thread so that nobody waits for them."""

from __future__ import annotations

import os
import queue
import select
import threading
from types import TracebackType

from typing_extensions import Self

_LOOK_EVERY_S = 0.2
_READ_BYTES = 4096


class KeyReader:
    """Reads lines from a terminal's file descriptor; a context manager.

    It reads the descriptor itself and not `sys.stdin`: a daemon thread inside a buffered reader
    would hold its lock when the program ends. Where waiting can be interrupted (not on Windows)
    it gives the terminal back on leaving, so that the next question gets the next line.
    """

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._lines: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._read, name="companion-keys", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stop.set()
        if os.name != "nt":
            self._thread.join(5 * _LOOK_EVERY_S)

    def poll(self) -> str | None:
        """The next typed line without its end; None where there is none yet."""
        try:
            return self._lines.get_nowait()
        except queue.Empty:
            return None

    def readline(self) -> str:
        """The next typed line with its end, waited for; empty once the input has ended."""
        while True:
            try:
                return self._lines.get(timeout=_LOOK_EVERY_S) + "\n"
            except queue.Empty:  # noqa: PERF203 - a wait that is over is no error
                if not self._thread.is_alive():
                    return ""

    def _read(self) -> None:
        held = b""
        while not self._stop.is_set():
            try:
                if not self._is_ready():
                    continue
                read = os.read(self._descriptor, _READ_BYTES)
            except (OSError, ValueError):
                return  # the terminal went away: the call goes on without keys
            if not read:
                return
            *whole, held = (held + read).split(b"\n")
            for line in whole:
                self._lines.put(line.decode("utf-8", "replace").strip())

    def _is_ready(self) -> bool:
        if os.name == "nt":
            return True  # consoles cannot be waited for; the read itself waits
        ready, _, _ = select.select([self._descriptor], [], [], _LOOK_EVERY_S)
        return bool(ready)

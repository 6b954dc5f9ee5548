"""What is asked of a call from other threads, waiting for the one that drives it."""

from __future__ import annotations

import queue
from collections.abc import Callable, Iterator
from functools import partial
from typing import ParamSpec

P = ParamSpec("P")


class Taps:
    """Keeps them in the order in which they came."""

    def __init__(self) -> None:
        self._waiting: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()

    def put(self, deed: Callable[P, None], *args: P.args, **kwargs: P.kwargs) -> None:
        """Ask for a deed; from any thread, at once."""
        self._waiting.put(partial(deed, *args, **kwargs))

    def take(self, wait_s: float = 0.0) -> Iterator[Callable[[], None]]:
        """Whatever waits now; for the first of them up to `wait_s` seconds."""
        try:
            yield self._waiting.get(block=wait_s > 0, timeout=wait_s or None)
            while True:
                yield self._waiting.get_nowait()
        except queue.Empty:
            return

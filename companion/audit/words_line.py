"""The audit's line into a call: it says which words were heard, and learns who is who.

The call's main process never sees the words beforehand. The recognizer's process asks for them,
one utterance after the other, over a local socket, and they go the usual way from there.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from multiprocessing.connection import Client, Connection, Listener
from pathlib import Path
from types import TracebackType

from typing_extensions import Self

CALL = "call"
RECOGNIZER = "recognizer"
FINAL = "final"
PARTIAL = "partial"


class WordsLine:
    """The audit's end; a context manager. `before` is called with an utterance's number, counted
    from 0, before its final words are given out; false gives none out, as the asker is gone."""

    def __init__(
        self,
        folder: Path,
        words: Sequence[str],
        orders: Mapping[str, str],
        before: Callable[[int], bool],
    ) -> None:
        self._words = tuple(words)
        self._orders = dict(orders)
        self._before = before
        self.given = 0
        """How many utterances were given out."""
        self.recognizers: list[int] = []
        """Process ids of recognizers, in the order in which they came."""
        self.call: int | None = None
        """Process id of the call's main process."""
        self._listener = Listener(str(folder / "line"), "AF_UNIX")
        self._stopping = False
        self._thread = threading.Thread(target=self._accept, daemon=True)

    @property
    def address(self) -> str:
        """Where the call's processes connect to."""
        return str(self._listener.address)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stopping = True
        with suppress(OSError), Client(self.address, "AF_UNIX") as last:
            last.send((None, 0))
        self._thread.join()
        self._listener.close()

    def _accept(self) -> None:
        while not self._stopping:
            with suppress(OSError, EOFError):
                caller = self._listener.accept()
                threading.Thread(target=self._serve, args=(caller,), daemon=True).start()

    def _serve(self, caller: Connection) -> None:
        with caller, suppress(OSError, EOFError):
            who, process_id = caller.recv()
            if who == CALL:
                self.call = process_id
                caller.send(self._orders)
            elif who == RECOGNIZER:
                self.recognizers.append(process_id)
                while True:
                    self._answer(caller, caller.recv())

    def _answer(self, caller: Connection, asked: str) -> None:
        number = self.given
        words = self._words[number] if number < len(self._words) else ""
        if asked == PARTIAL:
            caller.send(" ".join(words.split()[: len(words.split()) // 2]))
        elif self._before(number):
            caller.send(words)
            self.given = number + 1

"""Follows a board from its first event to the end of the call, for views that write lines."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from companion.domain.call import CallPhase
from companion.live.board import Board, LiveEvent, Snapshot

LOOK_EVERY_S = 0.2
"""How long one wait lasts at most; short, so that Ctrl-C and typed lines are noticed."""


@dataclass(frozen=True, slots=True)
class News:
    """What happened on the board since the last look."""

    snapshot: Snapshot
    events: tuple[LiveEvent, ...]
    missed: int
    """Events that were gone before this view could read them."""
    over: bool
    """True for the last one: the call has ended."""


def opening_phase(snapshot: Snapshot) -> CallPhase:
    """The phase a call began in, told from any snapshot of it: no event says so."""
    return CallPhase.PROMPTS_ONLY if snapshot.source is None else CallPhase.LISTENING


class BoardFollower:
    """Remembers which events were read; `look` again after an interruption goes on from there."""

    def __init__(self, board: Board) -> None:
        self._board = board
        self._next_number = 0
        self._version = -1

    def look(self, timeout_s: float = LOOK_EVERY_S) -> News:
        """Wait for something new, but no longer than `timeout_s`."""
        snapshot = self._board.wait_beyond(self._version, timeout_s)
        # The events are read after the snapshot: they may be newer, never older.
        numbered = self._board.events_since(self._next_number)
        missed = numbered[-1].number + 1 - self._next_number - len(numbered) if numbered else 0
        if numbered:
            self._next_number = numbered[-1].number + 1
        self._version = snapshot.version
        return News(
            snapshot=snapshot,
            events=tuple(n.event for n in numbered),
            missed=missed,
            over=snapshot.phase.is_over,
        )

    def news(self) -> Iterator[News]:
        """Every look until the call is over, that one included."""
        while True:
            news = self.look()
            yield news
            if news.over:
                return

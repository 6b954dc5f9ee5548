"""Writes the board: gathers events, notes what changed in the conversation, keeps a calm pace."""

from __future__ import annotations

from collections.abc import Callable

from companion.domain.call import CallState
from companion.live.board import Board, CardShown, LiveEvent, Snapshot, StepChanged

PUBLISH_EVERY_S = 0.1


class BoardWriter:
    """The worker's pen. `look` makes the snapshot with the given version when one is due."""

    def __init__(self, look: Callable[[int], Snapshot]) -> None:
        self._look = look
        self._version = 0
        self._events: list[LiveEvent] = []
        self._published_s = -PUBLISH_EVERY_S
        first = look(0)
        self._speaking = first.speaking
        self._state = first.state
        self.board = Board(first)

    def add(self, *events: LiveEvent) -> None:
        """Events for the next snapshot."""
        self._events += events

    def forget(self, from_s: float, state: CallState) -> None:
        """Drop what tells of `from_s` or later, published or not."""
        self._events.clear()
        self._state = state
        self.board.forget_events(from_s)

    def note_changes(self, after: CallState, source: str) -> None:
        """Turn a changed step or card into events; `source`: 'companion' or 'organizer'."""
        before, self._state = self._state, after
        if (before.step.step, before.step.sure, before.step.pinned) != (
            after.step.step,
            after.step.sure,
            after.step.pinned,
        ):
            self.add(StepChanged(after.now_s, after.step))
        if before.card != after.card:
            self.add(CardShown(after.now_s, after.card, source))

    def publish(self, now_s: float, speaking: bool, force: bool = False) -> None:
        """A new snapshot, if there is news or the last one is a tenth of a second old."""
        due = now_s - self._published_s >= PUBLISH_EVERY_S or speaking != self._speaking
        if not (due or force or self._events):
            return
        self._published_s = now_s
        self._speaking = speaking
        self._version += 1
        events, self._events = tuple(self._events), []
        self.board.publish(self._look(self._version), events)

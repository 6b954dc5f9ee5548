"""The one card: large and central, in large type where there is room for it."""

from __future__ import annotations

from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from companion.live.frame import Frame
from companion.live.terminal.large_type import large_lines
from companion.live.terminal.lines import balanced

LINE_CELLS = 30
"""About as much as an eye takes in at a glance while somebody else is talking."""
NOTE_ROWS = 3
"""Kept free for the note below large type."""


class CardView(Vertical):
    """Shows the card's text, why it is there, and the coping tools when fear came up."""

    def __init__(self) -> None:
        self._text = Static(id="card-text")
        self._note = Static(id="card-note")
        self._care = Static(id="care")
        self._shown: Frame | None = None
        super().__init__(self._text, self._note, self._care)

    def on_resize(self) -> None:
        """What fits is another thing now."""
        if self._shown is not None:
            self.show(self._shown)

    def show(self, frame: Frame) -> None:
        """Put a frame on the card."""
        self._shown = frame
        room = self.content_size
        rows = room.height - NOTE_ROWS - len(frame.care)
        lines = large_lines(frame.card, room.width - 2, rows) if frame.large else None
        self._text.set_class(lines is not None, "-large")
        self._text.update(Content("\n".join(lines or balanced(frame.card, LINE_CELLS))))
        self._text.display = bool(frame.card)
        self._note.update(Content(frame.card_note))
        self._care.update(Content("\n".join(frame.care)))
        self._care.display = bool(frame.care)
        self.set_class(not frame.card, "-resting")

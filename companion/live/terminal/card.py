"""The one card: large, central, and broken into lines of about the same length."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from companion.live.terminal.frame import Frame

LINE_CELLS = 30
"""About as much as an eye takes in at a glance while somebody else is talking."""


class CardView(Vertical):
    """Shows the card's text, why it is there, and the coping tools when fear came up."""

    def compose(self) -> ComposeResult:
        """Three quiet parts; only the first one is large."""
        yield Static(id="card-text")
        yield Static(id="card-note")
        yield Static(id="care")

    def show(self, frame: Frame) -> None:
        """Put a frame on the card."""
        text = self.query_one("#card-text", Static)
        text.update(Content("\n".join(balanced_lines(frame.card, LINE_CELLS))))
        text.display = bool(frame.card)
        self.query_one("#card-note", Static).update(Content(frame.card_note))
        care = self.query_one("#care", Static)
        care.update(Content("\n".join(frame.care)))
        care.display = bool(frame.care)
        self.set_class(not frame.card, "-resting")


def balanced_lines(text: str, line_cells: int) -> list[str]:
    """Break at words into as few lines as fit `line_cells`, with the longest as short as can be."""
    words = text.split()
    widest_word = max(map(len, words), default=0)
    fewest = len(_filled(words, max(line_cells, widest_word)))
    for width in range(widest_word, line_cells):
        lines = _filled(words, width)
        if len(lines) <= fewest:
            return lines
    return _filled(words, max(line_cells, widest_word))


def _filled(words: list[str], width: int) -> list[str]:
    lines: list[str] = []
    for word in words:
        if lines and len(lines[-1]) + 1 + len(word) <= width:
            lines[-1] += " " + word
        else:
            lines.append(word)
    return lines

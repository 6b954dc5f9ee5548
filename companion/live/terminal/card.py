"""The one card: large, central, and broken into lines of about the same length."""

from __future__ import annotations

from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from companion.live.terminal.frame import Frame

LINE_CELLS = 30
"""About as much as an eye takes in at a glance while somebody else is talking."""


class CardView(Vertical):
    """Shows the card's text, why it is there, and the coping tools when fear came up."""

    def __init__(self) -> None:
        self._text = Static(id="card-text")
        self._note = Static(id="card-note")
        self._care = Static(id="care")
        super().__init__(self._text, self._note, self._care)

    def show(self, frame: Frame) -> None:
        """Put a frame on the card."""
        self._text.update(Content("\n".join(balanced_lines(frame.card, LINE_CELLS))))
        self._text.display = bool(frame.card)
        self._note.update(Content(frame.card_note))
        self._care.update(Content("\n".join(frame.care)))
        self._care.display = bool(frame.care)
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

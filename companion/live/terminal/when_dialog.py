"""When is the next step? Typed freely, read back in full before it counts."""

from __future__ import annotations

from datetime import date

from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Input, Static

from companion.domain.dates import WHEN_EXAMPLES, read_when, when_words
from companion.live.terminal.dialogs import Dialog


class WhenDialog(Dialog[str]):
    """The result is an ISO date or datetime."""

    def __init__(
        self, title: str, today: date, proposed: str | None, options: tuple[str, ...] = ()
    ) -> None:
        super().__init__(title, "Enter confirms · Esc leaves without a next step")
        self._today = today
        self._proposed = proposed
        self._options = options

    def compose_content(self) -> ComposeResult:
        """Input, and what the companion understands it to be."""
        field = Input(self._proposed or "", placeholder=WHEN_EXAMPLES)
        field.cursor_blink = False
        if self._options:
            readings = " or ".join(when_words(option) for option in self._options)
            yield Static(Content(f"Heard: {readings}?"))
        yield field
        yield Static(id="when-read")

    def on_mount(self) -> None:
        """Start typing at once."""
        self.query_one(Input).focus()
        self._read_back(self._proposed or "")

    def on_input_changed(self, event: Input.Changed) -> None:
        """Read every change back."""
        self._read_back(event.value)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Confirm only what was understood."""
        when = read_when(event.value, self._today)
        if when is not None:
            self.dismiss(when)

    def _read_back(self, text: str) -> None:
        when = read_when(text, self._today)
        words = f"= {when_words(when)}" if when else f"Type a day: {WHEN_EXAMPLES}"
        self.query_one("#when-read", Static).update(Content(words))

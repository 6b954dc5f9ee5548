"""What the desk asks in small windows: words to mark as personal, and what the call came to."""

from __future__ import annotations

from collections.abc import Callable

from textual.app import ComposeResult
from textual.binding import Binding
from textual.content import Content
from textual.widgets import Input, Static, TextArea

from companion.errors import InputError
from companion.live.terminal.dialogs import Dialog


class PersonalDialog(Dialog[None]):
    """A line such as 'PERSON Rosa'. What is wrong with it is said, and the window stays."""

    def __init__(self, mark: Callable[[str, str], None], kinds: tuple[str, ...]) -> None:
        super().__init__("Personal data", "Enter marks, or takes a mark away · Esc closes")
        self._mark = mark
        self._kinds = kinds

    def compose_content(self) -> ComposeResult:
        """The types, a line to type on, and room for what is wrong."""
        yield Static(
            Content(f"A type and the words, such as: PERSON Rosa\n{', '.join(self._kinds)}")
        )
        yield Input(placeholder="PERSON …")
        yield Static("", id="dialog-problem")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter."""
        kind, _, words = event.value.strip().partition(" ")
        try:
            self._mark(words.strip(), kind.upper())
        except InputError as error:
            self.query_one("#dialog-problem", Static).update(Content(f"{error}"))
            return
        self.dismiss()


class WholeCallDialog(Dialog[None]):
    """What the whole call was and came to, as lines of a header."""

    BINDINGS = [Binding("ctrl+s", "keep", show=False)]  # noqa: RUF012

    def __init__(self, lines: str, keep: Callable[[str], None]) -> None:
        super().__init__("The whole call", "Ctrl-S keeps it · Esc leaves it as it was")
        self._lines = lines
        self._keep = keep

    def compose_content(self) -> ComposeResult:
        """The lines, to be edited."""
        yield TextArea(self._lines)
        yield Static("", id="dialog-problem")

    def action_keep(self) -> None:
        """Ctrl-S."""
        try:
            self._keep(self.query_one(TextArea).text)
        except InputError as error:
            self.query_one("#dialog-problem", Static).update(Content(f"{error}"))
            return
        self.dismiss()


class HelpDialog(Dialog[None]):
    """All keys."""

    BINDINGS = [Binding("question_mark", "dismiss", show=False)]  # noqa: RUF012

    def __init__(self, text: str) -> None:
        super().__init__("Keys", "Esc closes")
        self._text = text

    def compose_content(self) -> ComposeResult:
        """The list."""
        yield Static(Content(self._text))

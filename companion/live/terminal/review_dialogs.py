"""The small windows of the review: free words with their masks, the call's code, text to read."""

from __future__ import annotations

from collections.abc import Callable

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Container, VerticalScroll
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Input, Static

from companion.after.review import TextSlot
from companion.errors import CompanionError
from companion.live.review_desk import KEEP_WARNING, Approved, ReviewDesk, Typed
from companion.live.terminal.dialogs import Dialog

_TYPE_HINT = "Enter goes on · Esc leaves it as it was"
_KEEP_HINT = "Enter takes the masks · Esc leaves it as it was"


class TextDialog(Dialog[Typed]):
    """A few free words, read back with their masks before they count.

    A masked word is kept only where it is typed a second time, below the warning.
    """

    def __init__(self, desk: ReviewDesk, slot: TextSlot) -> None:
        super().__init__(f"{slot.value.capitalize()}: at most {slot.max_chars} characters", "")
        self._desk = desk
        self._slot = slot
        self._typed: Typed | None = None

    def compose_content(self) -> ComposeResult:
        """Input, what would be kept of it, and the warning where something is masked."""
        present = self._desk.review.text(self._slot)
        if present is not None:
            yield Static(Content(f"Now: {present.text}"), id="typed-before")
        field = Input(placeholder="no names, no places, no numbers")
        field.cursor_blink = False
        yield field
        yield Static(Content(_TYPE_HINT), id="typed-read")

    def on_mount(self) -> None:
        """Start typing at once."""
        self.query_one(Input).focus()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Show the masks while the words are typed."""
        if self._typed is None:
            self._read_back(event.value)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """First the words, then masked words that are kept knowingly, one by one."""
        if self._typed is None:
            self._take_words(event.value.strip())
        else:
            self._take_kept_word(self._typed, event.value.strip())

    def _take_words(self, text: str) -> None:
        if not text:
            self.dismiss(None)
            return
        try:
            typed = self._desk.typed(self._slot, text)
        except CompanionError as error:
            self._say(f"{error}")
            return
        self._go_on(typed)

    def _take_kept_word(self, typed: Typed, word: str) -> None:
        if not word:
            self.dismiss(typed)
            return
        kept = self._desk.keep(typed, word)
        if kept is None:
            self._say("That word is not masked in your text.", *_about(typed))
            self.query_one(Input).value = ""
        else:
            self._go_on(kept)

    def _go_on(self, typed: Typed) -> None:
        if not typed.masked_words:
            self.dismiss(typed)
            return
        self._typed = typed
        for before in self.query("#typed-before"):
            before.display = False  # the warning and the keys need its room in a small terminal
        field = self.query_one(Input)
        field.value = ""
        field.placeholder = "a masked word, typed again"
        self._say(*_about(typed))

    def _read_back(self, text: str) -> None:
        try:
            typed = self._desk.typed(self._slot, text.strip())
        except CompanionError as error:
            self._say(f"{error}")
            return
        if typed.masked_words:
            self._say(f"Kept would be: {typed.masked}", _TYPE_HINT)
        else:
            self._say(_TYPE_HINT)

    def _say(self, *lines: str) -> None:
        self.query_one("#typed-read", Static).update(Content("\n".join(lines)))


def _about(typed: Typed) -> tuple[str, ...]:
    return (
        f"Kept would be: {typed.masked}",
        f"Masked: {', '.join(typed.masked_words)}.",
        KEEP_WARNING,
        "To keep a masked word all the same, type that word again.",
        _KEEP_HINT,
    )


class CodeDialog(Dialog[Approved]):
    """The call's code, and with it the approval; stays open where that cannot be saved."""

    def __init__(self, desk: ReviewDesk) -> None:
        super().__init__("Approve, and save it", "Enter approves and saves · Esc goes back")
        self._desk = desk

    def compose_content(self) -> ComposeResult:
        """What falls away, and the code."""
        for point in self._desk.review.open_points:
            yield Static(Content(f"Open: {point}"))
        yield Static(Content("The call gets a code, never a name. Take this one or type your own:"))
        field = Input(self._desk.suggested_code)
        field.cursor_blink = False
        yield field
        yield Static(id="typed-read")

    def on_mount(self) -> None:
        """Start typing at once."""
        self.query_one(Input).focus()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Save; or say why not."""
        try:
            approved = self._desk.approve(event.value.strip() or self._desk.suggested_code)
        except CompanionError as error:
            self.query_one("#typed-read", Static).update(Content(f"Not saved: {error}."))
            return
        self.dismiss(approved)


class ReadScreen(Screen[None]):
    """Text to read, with arrows to scroll."""

    BINDINGS = [Binding("escape,q,enter", "app.pop_screen", show=False)]  # noqa: RUF012

    def __init__(self, title: str, paragraphs: Callable[[], tuple[str, ...]]) -> None:
        super().__init__()
        self._title = title
        self._paragraphs = paragraphs

    def compose(self) -> ComposeResult:
        """Scrolls where the terminal is small."""
        with Container(id="page"):
            yield Static(Content(self._title), id="draft-heading")
            with VerticalScroll(id="help"):
                for paragraph in self._paragraphs():
                    yield Static(Content(paragraph), classes="paragraph")
            yield Static(Content("Esc back · arrows scroll"), classes="hint")

    def on_mount(self) -> None:
        """Arrows scroll at once."""
        self.query_one(VerticalScroll).focus()

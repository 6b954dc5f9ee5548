"""Small windows over the call. The safety row stays in sight and its keys in reach."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from companion.domain.outline import Choice

ResultT = TypeVar("ResultT")

SAFETY_IN_REACH = [
    Binding("space", "app.pause_or_resume", show=False),
    Binding("o", "app.off_record", show=False),
]


class Dialog(ModalScreen[ResultT], Generic[ResultT]):
    """Title, content, a line that says which keys there are. Esc closes without a result."""

    BINDINGS = [Binding("escape", "dismiss", show=False), *SAFETY_IN_REACH]  # noqa: RUF012

    def __init__(self, title: str, hint: str) -> None:
        super().__init__()
        self._title = title
        self._hint = hint

    def compose(self) -> ComposeResult:
        """A calm box in the middle."""
        with Vertical(id="dialog"):
            yield Static(Content(self._title), id="dialog-title")
            yield from self.compose_content()
            yield Static(Content(self._hint), id="dialog-hint")

    def compose_content(self) -> ComposeResult:
        """What the dialog is about; for subclasses."""
        yield from ()


class ConfirmDialog(Dialog[bool]):
    """Yes or no, for what cannot be taken back. Enter alone does not mean yes."""

    BINDINGS = [  # noqa: RUF012
        Binding("y", "dismiss(True)", show=False),
        Binding("n", "dismiss(False)", show=False),
    ]

    def __init__(self, title: str, text: str) -> None:
        super().__init__(title, "y yes · n or Esc no")
        self._text = text

    def compose_content(self) -> ComposeResult:
        """One or two sentences."""
        yield Static(Content(self._text))


class ChoiceDialog(Dialog[str]):
    """Pick one entry of a fixed list, by number or with arrows and Enter; the result is its id.

    `chosen` was set by hand and is marked. `heard` is where the list starts, and says where it
    comes from: what was only heard never looks like what the organizer knows.
    """

    BINDINGS = [Binding(str(n), f"pick({n})", show=False) for n in range(1, 10)]  # noqa: RUF012

    def __init__(
        self,
        title: str,
        choices: tuple[Choice, ...],
        chosen: str | None = None,
        heard: str | None = None,
    ) -> None:
        super().__init__(title, "number or Enter choose · Esc leave")
        self._choices = choices
        self._start = chosen if chosen is not None else heard
        self._marked = set() if chosen is None else {chosen}
        self._heard = frozenset() if heard is None else frozenset({heard})

    def compose_content(self) -> ComposeResult:
        """The list, with what is chosen so far marked by a shape."""
        yield OptionList(*map(Option, map(self._prompt, range(len(self._choices)))))

    def on_mount(self) -> None:
        """Start on what is chosen or was heard so far."""
        ids = [choice.id for choice in self._choices]
        self.query_one(OptionList).highlighted = ids.index(self._start) if self._start in ids else 0

    def action_pick(self, number: int) -> None:
        """A number was pressed."""
        if number <= len(self._choices):
            self.take(number - 1)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Enter or a click."""
        self.take(event.option_index)

    def take(self, index: int) -> None:
        """An entry was chosen."""
        self.dismiss(self._choices[index].id)

    def _prompt(self, index: int) -> Content:
        choice = self._choices[index]
        number = f"{index + 1}" if index < 9 else " "
        mark = "✓" if choice.id in self._marked else "○"
        heard = choice.id in self._heard and choice.id not in self._marked
        said = (" (heard from you)", "$foreground 70%") if heard else ""
        return Content.assemble((number, "bold $accent"), f" {mark} {choice.text}", said)


class ToggleDialog(ChoiceDialog):
    """Mark any number of entries; each tap is handed on at once, and Esc closes."""

    def __init__(
        self,
        title: str,
        choices: tuple[Choice, ...],
        marked: frozenset[str],
        heard: frozenset[str],
        toggle: Callable[[str], None],
    ) -> None:
        super().__init__(title, choices)
        self._hint = "number or Enter mark, again to take it back · Esc close"
        self._marked = set(marked)
        self._heard = heard
        self._toggle = toggle

    def take(self, index: int) -> None:
        """Mark, or take the mark away."""
        chosen = self._choices[index].id
        self._marked ^= {chosen}
        self._toggle(chosen)
        options = self.query_one(OptionList)
        options.replace_option_prompt_at_index(index, self._prompt(index))
        options.highlighted = index

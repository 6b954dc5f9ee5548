"""The review in the terminal: every value with its number and origin, and one clear decision."""

from __future__ import annotations

from collections.abc import Callable

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Container, VerticalScroll
from textual.content import Content
from textual.screen import Screen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from companion.errors import CompanionError
from companion.live import review_rows
from companion.live.review_desk import Approved, Decision, Discarded, Left, ReviewDesk, Typed
from companion.live.review_rows import SLOTS, Part
from companion.live.terminal.calm import CalmApp
from companion.live.terminal.dialogs import ConfirmDialog
from companion.live.terminal.options import ViewOptions
from companion.live.terminal.review_dialogs import CodeDialog, ReadScreen, TextDialog
from companion.live.terminal.review_pickers import Pickers

_PARTS = tuple(Part)
_HELP = (
    "Every row is a value that would be saved, and where it comes from: heard (you said it), "
    "tapped, or typed. Nothing else of the call is saved.",
    "arrows, or 1 to 9     choose a row; a number opens it at once",
    "Enter                 change its value",
    "x or Delete           take its value out",
    "u                     take the last change back",
    "s                     show exactly the bytes that would be saved",
    "a                     approve and save",
    "d                     discard; asks once",
    "Esc or Ctrl-C         leave without a decision: nothing is saved",
)
_HINT = "Enter change · x clear · u undo · s bytes · a approve · d discard · ? keys"
_HINT_STORED = "Enter change · x clear · u undo · s bytes · a save · Esc leave · ? keys"


class ReviewScreen(Screen[None]):
    """The rows, and what is open about them."""

    BINDINGS = [  # noqa: RUF012
        *(Binding(str(n), f"app.change({n})", show=False) for n in range(1, 10)),
        Binding("x,delete", "app.clear", show=False),
        Binding("u", "app.undo", show=False),
        Binding("s", "app.bytes", show=False),
        Binding("a", "app.approve", show=False),
        Binding("d", "app.discard", show=False),
        Binding("question_mark", "app.help", show=False),
        Binding("escape,q", "app.leave", show=False),
    ]

    def __init__(self, desk: ReviewDesk, change: Callable[[Part], None]) -> None:
        super().__init__()
        self._desk = desk
        self._change = change

    def compose(self) -> ComposeResult:
        """Heading, facts, rows, remarks, keys."""
        stored = self._desk.stored_as
        state = "◇ NOT SAVED until you approve" if stored is None else f"■ STORED as {stored.code}"
        with Container(id="page"):
            yield Static(Content(state), classes="review-state")
            yield Static(Content(review_rows.title(self._desk.review)), classes="review-title")
            facts = review_rows.facts_lines(self._desk.review)
            yield Static(Content("\n".join(facts[:-1])), classes="facts")
            yield Static(Content(facts[-1]), classes="facts made-with")
            yield OptionList(id="rows")
            with VerticalScroll(id="remarks", can_focus=False):
                yield Static(id="remarks-text")
            yield Static(Content(_HINT if stored is None else _HINT_STORED), classes="keys-hint")

    def on_mount(self) -> None:
        """Start on the first row."""
        self.show()
        rows = self.query_one("#rows", OptionList)
        rows.highlighted = 0
        rows.focus()

    def show(self) -> None:
        """Show the desk as it is now; the chosen row stays chosen."""
        rows = self.query_one("#rows", OptionList)
        chosen = rows.highlighted
        rows.clear_options()
        rows.add_options([Option(_prompt(row)) for row in review_rows.rows(self._desk.review)])
        rows.highlighted = chosen
        remarks = review_rows.remarks(self._desk.review)
        self.query_one("#remarks-text", Static).update(Content("\n".join(remarks)))
        self.query_one("#remarks").display = bool(remarks)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Enter or a click on a row."""
        self._change(_PARTS[event.option_index])

    @property
    def chosen(self) -> Part:
        """The row that is chosen."""
        return _PARTS[self.query_one("#rows", OptionList).highlighted or 0]


class ReviewApp(CalmApp[Decision]):
    """Runs after a call, or for a stored one. `decide()` returns the decision, and always one."""

    BINDINGS = [Binding("ctrl+c,ctrl+q", "leave", show=False, priority=True)]  # noqa: RUF012

    def __init__(self, desk: ReviewDesk, options: ViewOptions | None = None) -> None:
        super().__init__(options or ViewOptions())
        self._desk = desk
        self._rows = ReviewScreen(desk, self.change)
        self._pickers = Pickers(self, desk, self._refresh_rows)

    def decide(self) -> Decision:
        """Show the review until there is a decision; a window that is closed decides nothing."""
        return self.run() or Left()

    def on_mount(self) -> None:
        """The rows."""
        self.push_screen(self._rows)

    def action_change(self, number: int) -> None:
        """The number of a row was pressed."""
        self.change(_PARTS[number - 1])

    def change(self, part: Part) -> None:
        """Change one value."""
        if part in SLOTS:
            self.push_screen(TextDialog(self._desk, SLOTS[part]), self._put)
        else:
            self._pickers.open(part)

    def action_clear(self) -> None:
        """Take the chosen value out."""
        self._desk.clear(self._rows.chosen)
        self._refresh_rows()

    def action_undo(self) -> None:
        """Take the last change back."""
        self._desk.undo()
        self._refresh_rows()

    def action_bytes(self) -> None:
        """Exactly what would be saved."""
        self.push_screen(ReadScreen("Exactly this would be saved, encrypted", self._bytes))

    def action_help(self) -> None:
        """Every key."""
        self.push_screen(ReadScreen("The review", lambda: _HELP))

    def action_approve(self) -> None:
        """Ask for the code, then save."""
        if self._desk.stored_as is None:
            self.push_screen(CodeDialog(self._desk), self._approved)
        else:
            self.push_screen(
                ConfirmDialog("Save the changes?", "The receipt that you gave stays good."),
                lambda sure: self._approve_again() if sure else None,
            )

    def action_discard(self) -> None:
        """Ask once, then drop it."""
        if self._desk.stored_as is not None:
            self.exit(Discarded())
            return
        self.push_screen(
            ConfirmDialog("Discard this call?", "Nothing of it would be left."),
            lambda sure: self.exit(Discarded()) if sure else None,
        )

    def action_leave(self) -> None:
        """No decision."""
        self.exit(Left())

    def _approved(self, approved: Approved | None) -> None:
        if approved is not None:
            self.exit(approved)

    def _approve_again(self) -> None:
        try:
            self.exit(self._desk.approve(""))
        except CompanionError as error:
            sentence = f"Not saved: {error}."
            self.push_screen(ReadScreen("The call stays as it was", lambda: (sentence,)))

    def _put(self, typed: Typed | None) -> None:
        if typed is not None:
            self._desk.put(typed)
            self._refresh_rows()

    def _bytes(self) -> tuple[str, ...]:
        record = self._desk.review.record
        return (
            record,
            f"{len(record)} bytes. Beside them: the call's code, the time, and the fingerprint of "
            "a deletion code.",
        )

    def _refresh_rows(self) -> None:
        self._rows.show()


def _prompt(row: review_rows.Row) -> Content:
    quiet = "$foreground 70%" if row.value in (review_rows.NOTHING, "none", "not kept") else ""
    return Content.assemble((f"{row.number:>2}", "bold $accent"), " ", (row.text, quiet))

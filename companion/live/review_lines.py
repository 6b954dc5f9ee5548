"""The review as plain lines: for screen readers, for pipes, for simple terminals.

One line is typed at a time. Nothing is saved unless 'approve' is typed: an empty line leads to
discarding, and where the input ends or Ctrl-C is pressed the draft stays for a day.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TextIO

from companion.errors import CompanionError
from companion.live import review_rows
from companion.live.review_desk import Decision, Discarded, Left, ReviewDesk
from companion.live.review_edits import RowEdits
from companion.live.review_rows import Part

_PARTS = tuple(Part)
_MORE_HELP = (
    "  clear 3    take out the value of row 3",
    "  undo       take back the last change",
    "  list       read all of it again",
    "  bytes      show exactly what would be saved",
)
HELP_DRAFT = (
    "Type a command and press Enter.",
    "  1 to 12    change the value of that row",
    *_MORE_HELP,
    "  approve    save it, and get the receipt",
    "  discard    drop it at once; nothing of the call is left",
    "  later      leave it for now; the draft stays for 24 hours",
)
HELP_STORED = (
    "Type a command and press Enter.",
    "  1 to 12    change the value of that row",
    *_MORE_HELP,
    "  approve    save the changes",
    "  discard    leave the call as it is stored",
)


def review_in_lines(desk: ReviewDesk, input_stream: LineInput, out: TextIO) -> Decision:
    """Ask until there is a decision; blocks. Raises nothing for Ctrl-C: that is `Left`."""
    dialog = _Dialog(desk, Lines(input_stream, out))
    try:
        return dialog.run()
    except (EndOfLinesError, KeyboardInterrupt):
        out.write("\n")
        return Left()


class LineInput(Protocol):
    """Where typed lines come from: a stream, or the reader of a call's keys."""

    def readline(self) -> str:
        """The next line with its end; empty where there is none any more."""


class EndOfLinesError(Exception):
    """Nobody types any more."""


class Lines:
    """Asks and says, line by line."""

    def __init__(self, input_stream: LineInput, out: TextIO) -> None:
        self._input = input_stream
        self._out = out

    def say(self, *lines: str) -> None:
        """Print lines at once."""
        self._out.write("".join(f"{line}\n" for line in lines))
        self._out.flush()

    def ask(self, question: str) -> str:
        """What is typed, without blanks around it. Raises: EndOfLinesError."""
        self._out.write(f"{question}: ")
        self._out.flush()
        line = self._input.readline()
        if not line:
            raise EndOfLinesError
        return line.strip()


class _Dialog:
    def __init__(self, desk: ReviewDesk, lines: Lines) -> None:
        self._desk = desk
        self._lines = lines
        self._edits = RowEdits(desk, lines)
        self._remarks_said: tuple[str, ...] = ()

    def run(self) -> Decision:
        self._list()
        while True:
            typed = self._lines.ask("Row, command, or ? for help").lower()
            decision = self._decide(typed)
            if decision is not None:
                return decision

    def _decide(self, typed: str) -> Decision | None:
        if typed == "approve":
            return self._approve()
        if typed == "discard":
            return Discarded()
        if typed == "later":
            return Left()
        if not typed:
            return self._default()
        self._command(typed)
        return None

    def _command(self, typed: str) -> None:
        word, _, rest = typed.partition(" ")
        plain: dict[str, Callable[[], None]] = {
            "?": self._help,
            "h": self._help,
            "help": self._help,
            "list": self._list,
            "bytes": self._bytes,
            "undo": self._undo,
        }
        if word in plain and not rest:
            plain[word]()
            return
        part = _part(rest if word == "clear" else typed)
        if part is None:
            self._lines.say("Not understood. Type ? for the commands.")
            return
        before = self._desk.review
        try:
            if word == "clear":
                self._desk.clear(part)
            else:
                self._edits.change(part)
        except CompanionError as error:
            self._lines.say(f"{error}")
        if self._desk.review != before:
            self._lines.say(_numbered(review_rows.row(self._desk.review, part)))
            self._say_new_remarks()

    def _help(self) -> None:
        self._lines.say(*(HELP_DRAFT if self._desk.stored_as is None else HELP_STORED))

    def _list(self) -> None:
        review = self._desk.review
        heading = review_rows.title(review)
        if self._desk.stored_as is not None:
            heading += f", stored as {self._desk.stored_as.code}"
        self._lines.say(heading, "This is what would be saved, and nothing else.")
        self._lines.say(*(f"  {line}" for line in review_rows.facts_lines(review)))
        self._lines.say(*(_numbered(row) for row in review_rows.rows(review)))
        self._remarks_said = ()
        self._say_new_remarks()

    def _say_new_remarks(self) -> None:
        remarks = review_rows.remarks(self._desk.review)
        self._lines.say(*(r for r in remarks if r not in self._remarks_said))
        self._remarks_said = remarks

    def _bytes(self) -> None:
        record = self._desk.review.record
        self._lines.say(
            f"Exactly this would be saved ({len(record)} bytes), encrypted, with the call's code, "
            "the time, and the fingerprint of a deletion code:",
            record,
        )

    def _undo(self) -> None:
        if self._desk.undo():
            self._lines.say("The last change was taken back.")
            self._list()
        else:
            self._lines.say("There is nothing to take back.")

    def _default(self) -> Decision | None:
        """An empty line: discard, after one question."""
        if self._desk.stored_as is not None:
            answer = self._lines.ask("Leave the call as it is stored? Enter: yes; n: go on")
        else:
            answer = self._lines.ask(
                "Discard this draft? Nothing of the call would be left. Enter: yes; n: go on"
            )
        return Discarded() if answer.lower() in ("", "y", "yes") else None

    def _approve(self) -> Decision | None:
        self._lines.say(*(f"Open: {point}" for point in self._desk.review.open_points))
        if self._desk.stored_as is not None:
            return self._approve_as("")
        suggested = self._desk.suggested_code
        self._lines.say("The call gets a code, never a name.")
        code = self._lines.ask(f"Enter takes {suggested}; or type your own; 'back' goes back")
        return None if code.lower() == "back" else self._approve_as(code or suggested)

    def _approve_as(self, code: str) -> Decision | None:
        try:
            return self._desk.approve(code)
        except CompanionError as error:
            self._lines.say(f"Not saved: {error}.")
            return None


def _part(text: str) -> Part | None:
    if not (text.isascii() and text.isdecimal()) or not 1 <= int(text) <= len(_PARTS):
        return None
    return _PARTS[int(text) - 1]


def _numbered(row: review_rows.Row) -> str:
    return f"{row.number:>3}  {row.text}"

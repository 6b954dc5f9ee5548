"""The labeller's desk: every label is one key, and every change is saved at once."""

from __future__ import annotations

from pathlib import Path

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from companion.domain.dialogue import Step
from companion.domain.outline import Choice
from companion.labelling.dialogs import HelpDialog, PersonalDialog, WholeCallDialog
from companion.labelling.sheet_lines import progress_line, sheet_content
from companion.live.terminal import calm
from companion.live.terminal.calm import CalmApp
from companion.live.terminal.dialogs import ToggleDialog
from companion.live.terminal.options import ViewOptions
from companion.trainer.call_form import parse_call
from companion.trainer.call_writer import truth_values
from companion.trainer.label_desk import LabelDesk, Sheet
from companion.trainer.labelled import COMMITMENTS, CUES, ISSUES, PII_TYPES
from companion.trainer.role_play import BANNER

# One key a line: a window has 58 columns of a terminal of 80, and 14 lines of one of 24.
HELP = """\
1 to 5       the step of the utterance
c o n r s    closed, open, narrow, rhetorical; a statement
u            cues
p            personal data
w            the whole call: what it came to
Up, Down     the utterance before, after
Left, Right  the clause before, after
Enter        the next utterance without a step
[ and ]      move where the clause begins
/ and \\      cut the clause, join it with the next
z and y      undo, and make it again
?            these keys
q            leave; your work is saved"""
_EMPTY_HEAD = (
    "issues: none",
    "decision maker: none",
    "ask: none",
    "commitment: not_asked",
    "next step: none",
    "self-care: no",
    "follow-up: none",
)
_KEYS = "1-5 step · c o n r s clause · u cues · p personal · w whole call · ? all keys · q leave"


class LabelApp(CalmApp[None]):
    """One call on the desk. `run` returns once the labeller leaves."""

    CSS_PATH = str(Path(calm.__file__).with_name("companion.tcss"))
    CSS = """
    #banner { background: $warning; color: $background; padding: 0 1; text-style: bold; }
    #progress { padding: 0 1; color: $foreground 75%; }
    #page { padding: 1 1; height: 1fr; }
    #note { padding: 0 1; color: $warning; }
    #keys { padding: 0 1; color: $foreground 75%; }
    #dialog-problem { color: $warning; }
    TextArea { height: 12; }
    """
    BINDINGS = [  # noqa: RUF012
        *(Binding(str(n), f"step({n})", show=False) for n in range(1, 6)),
        Binding("c", "kind('closed')", show=False),
        Binding("o", "kind('open')", show=False),
        Binding("n", "kind('narrow')", show=False),
        Binding("r", "kind('rhetorical')", show=False),
        Binding("s,space", "kind('')", show=False),
        Binding("u", "cues", show=False),
        Binding("p", "personal", show=False),
        Binding("w", "whole_call", show=False),
        Binding("up", "go(-1)", show=False, priority=False),
        Binding("down", "go(1)", show=False, priority=False),
        Binding("left", "clause(-1)", show=False),
        Binding("right", "clause(1)", show=False),
        Binding("enter", "unlabelled", show=False),
        Binding("left_square_bracket", "start(-1)", show=False),
        Binding("right_square_bracket", "start(1)", show=False),
        Binding("slash", "cut", show=False),
        Binding("backslash", "join", show=False),
        Binding("z", "undo", show=False),
        Binding("y", "redo", show=False),
        Binding("question_mark", "help", show=False),
        Binding("q,ctrl+c", "quit", show=False, priority=False),
    ]

    def __init__(self, desk: LabelDesk, kept_in: str, options: ViewOptions | None = None) -> None:
        super().__init__(options or ViewOptions())
        self._desk = desk
        self._kept_in = kept_in

    def compose(self) -> ComposeResult:
        """Banner, progress, the page, a line for news, the keys."""
        yield Static(Content(BANNER), id="banner")
        yield Static("", id="progress")
        with VerticalScroll(id="page", can_focus=False):
            yield Static("", id="sheet")
        yield Static("", id="note")
        yield Static(Content(_KEYS), id="keys")

    def on_mount(self) -> None:
        """Show where the work was left."""
        self._show()

    @property
    def _sheet(self) -> Sheet:
        return self._desk.sheet

    def _show(self, note: str = "") -> None:
        saved = f"Saved in {self._kept_in}."
        self.query_one("#progress", Static).update(Content(progress_line(self._sheet, saved)))
        self.query_one("#sheet", Static).update(sheet_content(self._sheet))
        self.query_one("#note", Static).update(Content(note))

    def action_step(self, number: int) -> None:
        """A step, and on to the next utterance once its clauses were looked at."""
        self._desk.set_step(Step(number))
        self._show()

    def action_kind(self, kind: str) -> None:
        """What the clause asks; then the next clause of the same utterance."""
        self._desk.set_kind(kind or None)
        if self._sheet.clause + 1 < len(self._sheet.work.clauses):
            self._desk.go_clause(1)
        self._show()

    def action_cues(self) -> None:
        """The fixed list, to mark."""
        choices = tuple(Choice(cue, cue.replace("_", " ")) for cue in CUES)

        def toggle(cue: str) -> None:
            self._desk.toggle_cue(cue)
            self._show()

        marked = frozenset(self._sheet.work.cues)
        self.push_screen(ToggleDialog("Cues", choices, marked, frozenset(), toggle))

    def action_personal(self) -> None:
        """Names and their like."""

        def mark(words: str, kind: str) -> None:
            self._desk.mark_personal(words, kind)
            self._show()

        self.push_screen(PersonalDialog(mark, PII_TYPES))

    def action_whole_call(self) -> None:
        """What the call came to."""
        values = truth_values(self._sheet.truth)
        head = [f"{k}: {v}" for k, v in values.items()] if values else list(_EMPTY_HEAD)
        about = (
            f"# issues of: {', '.join(ISSUES)}",
            f"# commitment: {', '.join(COMMITMENTS)}; next step: who | what | when",
        )
        lines = "\n".join([f"setting: {self._sheet.setting or 'not told'}", *head, *about])
        self.push_screen(WholeCallDialog(lines, self._describe))

    def _describe(self, text: str) -> None:
        """Read the header as a `.call` file has it. Raises: InputError that says what is wrong."""
        lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
        day = self._sheet.call_date.isoformat()
        whole = "\n".join([*lines, f"date: {day}", "---", "1 | hello"])
        read = parse_call(whole, self._sheet.call_id, "the header")
        self._desk.describe(read.setting, read.truth)
        self._show("What the call came to is kept.")

    def action_go(self, by: int) -> None:
        """Another utterance."""
        self._desk.go(by)
        self._show()

    def action_clause(self, by: int) -> None:
        """Another clause."""
        self._desk.go_clause(by)
        self._show()

    def action_unlabelled(self) -> None:
        """The next utterance without a step."""
        left = self._desk.go_unlabelled()
        self._show("" if left else "Every utterance has its step. 'w' says what the call came to.")

    def action_start(self, by: int) -> None:
        """Move where the clause begins."""
        self._desk.move_start(by)
        self._show()

    def action_cut(self) -> None:
        """Cut the clause in two."""
        self._desk.cut()
        self._show()

    def action_join(self) -> None:
        """Join it with the next one."""
        self._desk.join()
        self._show()

    def action_undo(self) -> None:
        """Take the last change back."""
        self._show("" if self._desk.undo() else "There is nothing to take back.")

    def action_redo(self) -> None:
        """Make it again."""
        self._show("" if self._desk.redo() else "There is nothing to make again.")

    def action_help(self) -> None:
        """All keys."""
        self.push_screen(HelpDialog(HELP))

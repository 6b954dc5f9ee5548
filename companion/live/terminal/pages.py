"""Whole screens beside the live one: help, a blank screen, and the draft at the end."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Container, VerticalScroll
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static

from companion.live.frame import SHAPES, Frame
from companion.live.terminal.dialogs import SAFETY_IN_REACH
from companion.live.terminal.keys import GROUPS
from companion.live.terminal.safety import SafetyRow

_SHAPES_HELP = (
    "● listening   ‖ paused   ○ off the record   ◇ prompts only",
    "✓ goal heard from you   ○ not yet   ╌╌ not heard   [ … ] words not certain yet",
    "While you listen nothing moves. The meter shows your own voice only.",
    "Aim: speak about a fifth of the time. It is a direction and not a grade.",
)


class HelpScreen(Screen[None]):
    """Every key, and what the shapes mean."""

    BINDINGS = [  # noqa: RUF012
        Binding("escape,question_mark,q,enter", "app.pop_screen", show=False),
        *SAFETY_IN_REACH,
    ]

    def __init__(self) -> None:
        super().__init__()
        self._safety = SafetyRow()

    def compose(self) -> ComposeResult:
        """Scrolls where the terminal is small."""
        with Container(id="page"):
            yield self._safety
            with VerticalScroll(id="help"):
                for title, keys in GROUPS:
                    yield Static(Content(title), classes="heading")
                    listed = [
                        Content.assemble((f"{key.shown:>7}", "bold $accent"), f"  {key.help}")
                        for key in keys
                        if key.shown
                    ]
                    yield Static(Content("\n").join(listed))
                yield Static(Content("Shapes"), classes="heading")
                yield Static(Content("\n".join(_SHAPES_HELP)), classes="indented")
            yield Static(Content("Esc back · arrows scroll"), classes="hint")

    def on_mount(self) -> None:
        """Arrows scroll at once."""
        self.query_one(VerticalScroll).focus()

    def show(self, frame: Frame) -> None:
        """Keep the safety row true."""
        self._safety.show(frame)


class BlankScreen(Screen[None]):
    """Nothing to read over a shoulder: only the shape of the safety state, in a corner."""

    BINDINGS = [  # noqa: RUF012
        Binding("b,escape,enter", "app.pop_screen", show=False),
        *SAFETY_IN_REACH,
    ]

    def __init__(self) -> None:
        super().__init__()
        self._shape = Static(id="blank")

    def compose(self) -> ComposeResult:
        """One character."""
        yield self._shape

    def show(self, frame: Frame) -> None:
        """Keep the shape true."""
        self._shape.update(Content(SHAPES[frame.phase]))


class DraftScreen(Screen[None]):
    """What the call would leave behind, to read; nothing of it was stored."""

    BINDINGS = [Binding("escape,q,e,enter", "app.leave", show=False)]  # noqa: RUF012

    def __init__(self, heading: str, lines: tuple[str, ...], afterwards: tuple[str, ...]) -> None:
        super().__init__()
        self._heading = heading
        self._lines = lines
        self._afterwards = afterwards

    def compose(self) -> ComposeResult:
        """The draft, then the organizer's own card."""
        with Container(id="page"):
            yield Static(Content(self._heading), id="draft-heading")
            with VerticalScroll(id="draft"):
                for line in self._lines:
                    yield _draft_line(line)
                if self._afterwards:
                    yield Static(Content("For you, now"), classes="heading")
                    yield Static(Content("\n".join(self._afterwards)), classes="indented")
            yield Static(Content("arrows scroll · Enter leave"), classes="hint")

    def on_mount(self) -> None:
        """Arrows scroll at once."""
        self.query_one(VerticalScroll).focus()


def _draft_line(line: str) -> Static:
    depth = len(line) - len(line.lstrip())
    classes = {0: "heading", 2: "indented"}.get(depth, "deeper")
    return Static(Content(line.strip()), classes=classes)

"""The screen of a running call: safety row, step, the one card, goals and figures."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Container, Horizontal, Vertical
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static

from companion.domain.dialogue import Step
from companion.live.terminal.calm import NARROW_CELLS, SHORT_CELLS
from companion.live.terminal.card import CardView
from companion.live.terminal.footer import KeyFooter
from companion.live.terminal.frame import Frame
from companion.live.terminal.safety import SafetyRow

TROUBLES_SHOWN = 2
WORDS_SHOWN = 3


class LiveScreen(Screen[None]):
    """Shows frames; knows nothing of boards."""

    def __init__(self) -> None:
        super().__init__()
        self._shown: Frame | None = None

    def compose(self) -> ComposeResult:
        """From the top down, in the order of what a glance should find."""
        with Container(id="page"):
            yield SafetyRow()
            yield Static(id="steps")
            yield CardView()
            with Horizontal(id="below"):
                yield Static(id="goals")
                yield Static(id="figures")
            with Vertical(id="words"):
                yield Static(id="said")
            yield Static(id="troubles")
            yield KeyFooter()

    def on_resize(self) -> None:
        """Word things again for the new size."""
        if self._shown is not None:
            frame, self._shown = self._shown, None
            self.show(frame, bool(self.query_one("#words").display))

    def on_mount(self) -> None:
        """Parts that are only there when there is something to say start hidden."""
        self.query_one("#words").display = False
        self.query_one("#troubles").display = False

    def show(self, frame: Frame, transcript: bool) -> None:
        """Put a frame on the screen; what did not change is not touched."""
        if self._shown == frame and self.query_one("#words").display == transcript:
            return
        self._shown = frame
        self.query_one(SafetyRow).show(frame)
        narrow = self.app.size.width < NARROW_CELLS
        self.query_one("#steps", Static).update(_steps(frame, narrow))
        self.query_one(CardView).show(frame)
        self.query_one("#goals", Static).update(_goals(frame))
        self.query_one("#figures", Static).update(
            _figures(frame, short=self.app.size.height < SHORT_CELLS)
        )
        self.query_one("#words").display = transcript
        self.query_one("#said", Static).update(_words(frame))
        troubles = self.query_one("#troubles", Static)
        troubles.update(_troubles(frame))
        troubles.display = bool(frame.troubles or frame.gaps)


def _steps(frame: Frame, narrow: bool) -> Content:
    """'── ── ━━ ── ──  Step 3 of 5 · Connect · likely': where we are, by shape and in words."""
    name = (frame.step_name, "bold")
    certainty = (f" · {frame.certainty}", "$foreground" if frame.sure else "$foreground 70%")
    if narrow:
        return Content.assemble(f"{int(frame.step)}/5 ", name, certainty)
    rail = [
        ("━━ ", "$accent") if step is frame.step else ("── ", "$foreground 40%") for step in Step
    ]
    return Content.assemble(*rail, f" Step {int(frame.step)} of 5 · ", name, certainty)


def _goals(frame: Frame) -> Content:
    lines = [
        Content.assemble(("✓ ", "$success"), (text, "$foreground 80%"))
        if met
        else Content.assemble(("○ ", "$foreground 60%"), text)
        for met, text in frame.goals
    ]
    return Content("\n").join(lines)


def _figures(frame: Frame, short: bool) -> Content:
    lines = [Content(words) for words in frame.figures]
    lines += [Content.styled(words, "$accent") for words in frame.timers]
    return Content(" · " if short else "\n").join(lines)


def _words(frame: Frame) -> Content:
    """What was said, newest last; tentative words stand in brackets until they are certain."""
    lines = [Content.styled(words, "$foreground 70%") for words in frame.words[-WORDS_SHOWN:]]
    if frame.committed or frame.tentative:
        partial: list[str | Content | tuple[str, str]] = [frame.committed]
        if frame.tentative:
            partial += [" ", (f"[{frame.tentative} …]", "italic $foreground 60%")]
        lines.append(Content.assemble(*partial))
    if not lines:
        lines.append(Content.styled("Your words will stand here. They are not kept.", "italic"))
    return Content("\n").join(lines)


def _troubles(frame: Frame) -> Content:
    shown = list(frame.troubles[:TROUBLES_SHOWN])
    more = len(frame.troubles) - len(shown)
    if more > 0:
        shown[-1] += f" (and {more} more)"
    lines = [Content.assemble(("! ", "bold $warning"), words) for words in shown]
    if frame.gaps:
        lines.append(Content.assemble(("╌╌ ", "$warning"), frame.gaps))
    return Content("\n").join(lines)

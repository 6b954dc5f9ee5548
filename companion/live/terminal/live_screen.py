"""The screen of a running call: safety row, step, the one card, goals and figures."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Container, Horizontal, Vertical
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static

from companion.domain.dialogue import Step
from companion.live.frame import Frame
from companion.live.terminal.calm import NARROW_CELLS, SHORT_CELLS
from companion.live.terminal.card import CardView
from companion.live.terminal.footer import KeyFooter
from companion.live.terminal.safety import SafetyRow

TROUBLES_SHOWN = 2
WORDS_SHOWN = 3


class LiveScreen(Screen[None]):
    """Shows frames; knows nothing of boards."""

    def __init__(self) -> None:
        super().__init__()
        self._shown: Frame | None = None
        # Kept, not queried: a frame may still arrive while the screen is being taken down.
        self._safety = SafetyRow()
        self._steps = Static(id="steps")
        self._card = CardView()
        self._goals = Static(id="goals")
        self._figures = Static(id="figures")
        self._below = Horizontal(self._goals, self._figures, id="below")
        self._said = Static(id="said")
        self._words = Vertical(self._said, id="words")
        self._troubles = Static(id="troubles")
        self._words.display = self._troubles.display = False

    def compose(self) -> ComposeResult:
        """From the top down, in the order of what a glance should find."""
        with Container(id="page"):
            yield self._safety
            yield self._steps
            yield self._card
            yield self._below
            yield self._words
            yield self._troubles
            yield KeyFooter()

    def on_resize(self) -> None:
        """Word things again for the new size."""
        if self._shown is not None:
            frame, self._shown = self._shown, None
            self.show(frame, bool(self._words.display))

    def show(self, frame: Frame, transcript: bool) -> None:
        """Put a frame on the screen; where nothing changed, nothing is touched."""
        if self._shown == frame and self._words.display == transcript:
            return
        self._shown = frame
        size = self.app.size
        self._safety.show(frame)
        self._steps.update(_steps(frame, narrow=size.width < NARROW_CELLS))
        self._card.show(frame)
        self._goals.update(_goals(frame))
        self._figures.update(_figures(frame, short=size.height < SHORT_CELLS))
        self._figures.display = bool(frame.figures)
        # Care first: its tools need the room, and nothing is to be reached or counted now.
        self._below.display = not frame.care
        self._words.display = transcript
        self._said.update(_words(frame))
        self._troubles.update(_troubles(frame))
        self._troubles.display = bool(frame.troubles or frame.gaps)


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

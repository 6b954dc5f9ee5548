"""The safety row: is anything heard, how loud, for how long. Never hidden, never frozen."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Static

from companion.domain.call import CallPhase
from companion.live import wording
from companion.live.terminal.frame import METER_CELLS, SHAPES, Frame

_DEAF = (CallPhase.PAUSED, CallPhase.OFF_RECORD)


class SafetyRow(Horizontal):
    """State in shape and words, level meter with its word, minutes."""

    def compose(self) -> ComposeResult:
        """Left: the state. Middle: the meter. Right: the minutes."""
        yield Static(id="safety")
        yield Static(id="meter")
        yield Static(id="minutes")

    def show(self, frame: Frame) -> None:
        """Put a frame on the row."""
        state = f"{SHAPES[frame.phase]} {wording.phase_word(frame.phase)}"
        safety = self.query_one("#safety", Static)
        safety.update(Content(f" {state} "))
        safety.set_class(frame.phase in _DEAF, "-deaf")
        self.query_one("#meter", Static).update(_meter(frame))
        self.query_one("#minutes", Static).update(Content(frame.call_minutes))


def _meter(frame: Frame) -> Content:
    if frame.meter is None:
        return Content(_hint(frame.phase))
    lit, unlit = "▮" * frame.meter, "▯" * (METER_CELLS - frame.meter)
    return Content.assemble((lit, "$success"), (unlit, "$foreground 40%"), f" {frame.meter_word}")


def _hint(phase: CallPhase) -> str:
    if phase in _DEAF:
        return "nothing is heard · space to listen"
    return "microphone closed"

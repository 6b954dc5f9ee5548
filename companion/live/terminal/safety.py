"""The safety row: is anything heard, how loud, for how long. Never hidden, never frozen."""

from __future__ import annotations

from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Static

from companion.domain.call import CallPhase
from companion.live import wording
from companion.live.frame import METER_CELLS, SHAPES, Frame


class SafetyRow(Horizontal):
    """State in shape and words, level meter with its word, minutes."""

    def __init__(self) -> None:
        self._state = Static(id="safety")
        self._meter = Static(id="meter")
        self._minutes = Static(id="minutes")
        super().__init__(self._state, self._meter, self._minutes)

    def show(self, frame: Frame) -> None:
        """Put a frame on the row."""
        self._state.update(Content(f" {SHAPES[frame.phase]} {wording.phase_word(frame.phase)} "))
        self._state.set_class(frame.phase.is_deaf, "-deaf")
        self._meter.update(_meter(frame))
        self._minutes.update(Content(frame.call_minutes))


def _meter(frame: Frame) -> Content:
    if frame.meter is None:
        return Content(_hint(frame.phase))
    lit, unlit = "▮" * frame.meter, "▯" * (METER_CELLS - frame.meter)
    return Content.assemble((lit, "$success"), (unlit, "$foreground 40%"), f" {frame.meter_word}")


def _hint(phase: CallPhase) -> str:
    if phase.is_deaf:
        return "nothing is heard · space to listen"
    return "microphone closed"

"""Which microphones there are, and whether one hears the organizer; keeps no sound."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from companion.audio import devices
from companion.checks import levels
from companion.errors import CompanionError
from companion.web.calling import microphone, with_device
from companion.web.templating import sentence
from companion.web.workspace import Workspace

LISTEN_S = 3.0
METER_CELLS = 8
_FLOOR_DBFS, _SPAN_DB = -60.0, 54.0


def told_levels(workspace: Workspace, device: str | None) -> Iterator[dict[str, object]]:
    """Levels in cells of a meter while it listens, then the words for them. Never raises."""
    try:
        with microphone(with_device(workspace.settings, device)) as source:
            listening = levels(source, LISTEN_S)
            while True:
                try:
                    yield {"meter": _cells(next(listening))}
                except StopIteration as end:  # noqa: PERF203 - it comes once, at the end
                    yield {"words": end.value.words, "well": end.value.well}
                    return
    except CompanionError as error:
        yield {"words": f"That did not work: {sentence(error)}", "well": False}


def microphones(preferred: str | None) -> tuple[Sequence[str], str | None]:
    """Names that may be chosen, the preferred one among them; and why there is no list."""
    try:
        listed = [device.name for device in devices.list_inputs() if not device.refused]
    except CompanionError as error:
        return [preferred] if preferred else [], sentence(error)
    return list(dict.fromkeys([*listed, *([preferred] if preferred else [])])), None


def _cells(level_dbfs: float) -> int:
    part = (level_dbfs - _FLOOR_DBFS) / _SPAN_DB
    return round(min(1.0, max(0.0, part)) * METER_CELLS)

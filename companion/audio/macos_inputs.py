"""What macOS knows of an input beyond its name: whether it is a thing or made by a program.

A virtual device can be called anything (Loopback by Rogue Amoeba lets people choose), but the
system lists how it is connected, and that cannot be renamed.
"""

from __future__ import annotations

import json
from collections.abc import Callable

HOST_API = "Core Audio"
_KIND = "coreaudio_device_type_"
_MADE_UP = {
    "virtual": "is made by a program, and can carry what the computer plays",
    "aggregate": "combines devices, and one of them may carry what the computer plays",
    # What aggregates are listed as by some versions.
    "unknown": "is of a kind that the system does not know, and can carry what the computer plays",
}
_VOICE_EFFECTS = ("krisp microphone", "camo microphone", "wave link microphonefx")
"""Virtual inputs that carry the microphone alone."""

COMMAND = ("system_profiler", "SPAudioDataType", "-json")


class MacInputs:
    """The system's list of sound devices; asked anew each time, as devices come and go."""

    def __init__(self, ask: Callable[[tuple[str, ...]], str | None]) -> None:
        """`ask` runs a program and returns what it printed, or None."""
        self._ask = ask

    def refused(self) -> dict[str, str]:
        """Names of inputs that are refused, and why; empty where the system cannot be asked."""
        return read_refused(self._ask(COMMAND) or "")


def read_refused(printed: str) -> dict[str, str]:
    """Names and reasons from what `system_profiler SPAudioDataType -json` prints."""
    try:
        groups = json.loads(printed)["SPAudioDataType"]
        devices = [device for group in groups for device in group.get("_items", ())]
        kinds = {
            str(d["_name"]): str(d.get("coreaudio_device_transport", "")).removeprefix(_KIND)
            for d in devices
        }
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return {}
    return {
        name: f"it {_MADE_UP[kind]}, and so the other person"
        for name, kind in kinds.items()
        if kind in _MADE_UP and not name.lower().startswith(_VOICE_EFFECTS)
    }

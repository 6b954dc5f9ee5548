"""What `pactl list` prints, as values: sources, who records from them, and clients."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

NETWORK = re.compile(r"tunnel|rtp|roc-source|zeroconf|raop", re.IGNORECASE)
"""Drivers of sources whose sound comes over the network."""
PHONE_PROFILES = {
    "a2dp_source",
    "a2dp-source",
    "audio-gateway",
    "headset_audio_gateway",
    "headset-audio-gateway",
    "handsfree_audio_gateway",
}
"""Bluetooth roles of a phone that plays into this computer."""


_NOTHING = ("n/a", "4294967295")
"""How `pactl` writes that there is none; the number where it does not know that it means this."""


@dataclass(frozen=True, slots=True)
class Source:
    """A source of the sound server; what is not said is empty."""

    index: str
    name: str
    description: str = ""
    driver: str = ""
    module: str = ""
    """Number of the module that made it."""
    is_monitor: bool = False
    master: str = ""
    """Name of the source that it is made from, as its maker says."""
    group: str = ""
    """PipeWire's mark of streams that belong together."""
    factory: str = ""
    profile: str = ""
    """Bluetooth role."""


@dataclass(frozen=True, slots=True)
class SourceOutput:
    """Somebody who records from a source: a program, or a module that makes another source."""

    source: str
    """Index of the source."""
    module: str = ""
    client: str = ""
    process_id: str = ""
    group: str = ""
    from_output: bool = False
    """It asks for what an output plays."""

    def feeds(self, source: Source) -> bool:
        """True where this recording is what `source` is made from."""
        if self.module and self.module == source.module:
            return True
        if not self.group or self.group != source.group:
            return False
        # PipeWire's echo canceller may take its reference from an output; it subtracts that.
        return not (self.from_output and self.group.startswith("echo-cancel"))


def read_sources(printed: str) -> tuple[Source, ...]:
    """`pactl list sources`, in plain English."""
    return tuple(
        Source(
            index=index,
            name=lines.get("Name", ""),
            description=lines.get("Description", ""),
            driver=lines.get("Driver", ""),
            module=lines.get("Owner Module", ""),
            is_monitor=("Monitor of Sink" in lines or properties.get("device.class") == "monitor"),
            master=properties.get("device.master_device", ""),
            group=properties.get("node.link-group", ""),
            factory=properties.get("factory.name", ""),
            profile=properties.get("api.bluez5.profile", properties.get("bluetooth.protocol", "")),
        )
        for index, lines, properties in _entries(printed, "Source")
    )


def read_outputs(printed: str) -> tuple[SourceOutput, ...]:
    """`pactl list source-outputs`, in plain English."""
    return tuple(
        SourceOutput(
            source=lines.get("Source", ""),
            module=lines.get("Owner Module", ""),
            client=lines.get("Client", ""),
            process_id=properties.get("application.process.id", ""),
            group=properties.get("node.link-group", ""),
            from_output=properties.get("stream.capture.sink") == "true",
        )
        for _, lines, properties in _entries(printed, "Source Output")
    )


def read_own_clients(printed: str, process_id: int) -> set[str]:
    """Indices of a process's clients (`pactl list clients`)."""
    return {
        index
        for index, _, properties in _entries(printed, "Client")
        if properties.get("application.process.id") == str(process_id)
    }


def _entries(printed: str, kind: str) -> Iterator[tuple[str, dict[str, str], dict[str, str]]]:
    """Index, `Key: value` lines but those without a value, and properties of each entry."""
    for entry in re.split(rf"(?m)^{kind} #", printed)[1:]:
        index = entry.partition("\n")[0].strip()
        lines = dict(re.findall(r"(?m)^\t([A-Z][\w ]*): (.+?)\s*$", entry))
        properties = dict(re.findall(r'(?m)^\t\t([\w.-]+) = "(.*)"\s*$', entry))
        yield index, {k: v for k, v in lines.items() if v not in _NOTHING}, properties

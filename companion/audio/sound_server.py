"""Where an input of the Linux sound server leads: PulseAudio, or PipeWire in its place.

The inputs called "default" and "pulse" lead to whatever the server gives them, and a source of
the server can itself be made from another one: remapped, filtered, mixed. Its name may be
harmless while what it hears is a monitor of the speakers, and so its ways are followed to the end.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from companion.audio.loopback import refused_lead
from companion.audio.pulse_listing import (
    NETWORK,
    PHONE_PROFILES,
    Source,
    SourceOutput,
    read_outputs,
    read_own_clients,
    read_sources,
)

Ask = Callable[[tuple[str, ...]], str | None]
"""Runs a program and returns what it printed; None where it is missing or fails."""

_TO_THE_SOUND_SERVER = {
    "default",
    "pulse",
    "pipewire",
    "sysdefault",
    # ALSA's converters, which stand before the default.
    "lavrate",
    "samplerate",
    "speex",
    "speexrate",
    "upmix",
    "vdownmix",
    "jack",
}
_SERVER_API = "PulseAudio"
"""The host interface of PortAudio builds that speak to the server themselves."""
_SOCKETS = ("pulse/native", "pipewire-0")
_CANNOT_TELL = (
    "it leads to whatever the sound server gives, and what that is cannot be told without the "
    "program pactl (Debian, Ubuntu: the package pulseaudio-utils)"
)
_VOICE_EFFECTS = {"easyeffects_source", "pulseeffects_source"}
"""Virtual sources that are fed by the microphone alone, unless changed by hand."""
_NULL_SOURCE = "support.null-audio-sink"
"""PipeWire's source that hears whatever is linked to it, unseen by `pactl`."""


def ask_program(command: tuple[str, ...], timeout_s: float = 2.0) -> str | None:
    """Run a program briefly, in plain English; None where it is missing, fails or takes long."""
    program = shutil.which(command[0])
    if program is None:
        return None
    try:
        done = subprocess.run(
            (program, *command[1:]),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            encoding="utf-8",
            errors="replace",
            timeout=timeout_s,
            check=False,
            env={**os.environ, "LC_ALL": "C.UTF-8"},
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout if done.returncode == 0 else None


@dataclass(frozen=True, slots=True)
class Route:
    """Where the sound server leads what this process records."""

    source: str
    """The server's name of it, such as 'alsa_input.usb-Maker_Headset-00.mono-fallback'."""
    label: str
    """Its name for people: 'Headset Mono'."""
    refused: str | None = None
    """Why it must not be heard, or None."""


class SoundServer:
    """What PulseAudio or PipeWire would give, or gives, to this program as its input.

    Asked through `pactl`; where that is missing, PULSE_SOURCE and PipeWire's `wpctl` are all
    there is to go by.
    """

    def __init__(self, ask: Ask = ask_program, environment: Mapping[str, str] = os.environ) -> None:
        self._ask = ask
        self._environment = environment

    def refused(self, name: str, host_api: str) -> str | None:
        """Why an input that leads to the sound server is refused; None for every other input."""
        if not leads_to_server(name, host_api):
            return None
        if not all(map(_is_local, self._environment.get("PULSE_SERVER", "").split())):
            return "the sound would travel over the network, as PULSE_SERVER says"
        if host_api == _SERVER_API:
            sources, outputs = self._sources(), self._outputs()
            named = next((s for s in sources if name in (s.description, s.name)), None)
            return None if named is None else _refused_source(named.name, sources, outputs)
        source = self.default_source()
        if source is None:
            return _CANNOT_TELL if self._is_running() else None
        return _refused_source(source, self._sources(), self._outputs())

    def default_source(self) -> str | None:
        """The name of the source that an unspecific recording gets, where it can be told."""
        # The client library prefers PULSE_SOURCE to the server's default, and so it comes first.
        chosen = self._environment.get("PULSE_SOURCE")
        if chosen == "@DEFAULT_MONITOR@":
            return "@DEFAULT_SINK@.monitor"  # what this word of the server's means
        if chosen and not chosen.startswith("@DEFAULT"):
            return chosen
        printed = self._ask(("pactl", "get-default-source"))
        if printed is not None:
            return printed.strip() or None
        # Older ones have no such command.
        told = re.search(r"(?m)^Default Source: (\S+)$", self._ask(("pactl", "info")) or "")
        if told is not None:
            return told.group(1)
        return _wireplumber_name(self._ask(("wpctl", "inspect", "@DEFAULT_AUDIO_SOURCE@")))

    def in_use(self) -> Route | None:
        """What this process records right now; None where that cannot be told.

        Of several recordings a refused one is told of. The server may lead an open recording
        elsewhere than its default says: it remembers a choice made by hand, and moves recordings
        when a device goes away.
        """
        outputs = self._outputs()
        mine = [o for o in outputs if o.process_id == str(os.getpid())]
        if not mine and outputs:
            # PipeWire's own recordings may carry the process on their client only.
            clients = read_own_clients(self._ask(("pactl", "list", "clients")) or "", os.getpid())
            mine = [o for o in outputs if o.client in clients]
        if not mine:
            return None
        sources = self._sources()
        numbers = {output.source for output in mine}
        routes = [
            Route(s.name, s.description or s.name, _refused_source(s.name, sources, outputs))
            for s in sources
            if s.index in numbers
        ]
        return next((r for r in routes if r.refused), routes[0] if routes else None)

    def _is_running(self) -> bool:
        """True where a sound server's socket lies where its clients look for it."""
        folder = self._environment.get("XDG_RUNTIME_DIR")
        sockets = [Path(folder, name) for name in _SOCKETS] if folder else []
        return any(socket.exists() for socket in sockets)

    def _sources(self) -> tuple[Source, ...]:
        return read_sources(self._ask(("pactl", "list", "sources")) or "")

    def _outputs(self) -> tuple[SourceOutput, ...]:
        return read_outputs(self._ask(("pactl", "list", "source-outputs")) or "")


def leads_to_server(name: str, host_api: str) -> bool:
    """True for names of whatever the sound server gives (`default`, `pulse`, …)."""
    if host_api == _SERVER_API:
        return True
    return host_api == "ALSA" and name.partition(":")[0].strip().lower() in _TO_THE_SOUND_SERVER


def _refused_source(
    name: str, sources: tuple[Source, ...], outputs: tuple[SourceOutput, ...]
) -> str | None:
    """Why a source of the server is refused, for itself or for what it is made from."""
    by_name = {source.name: source for source in sources}
    names = {source.index: source.name for source in sources}
    seen: set[str] = set()
    waiting = [name]
    while waiting:
        at = waiting.pop()
        if at in seen:
            continue
        seen.add(at)
        source = by_name.get(at)
        reason = refused_lead(at)
        if reason is None and source is not None:
            reason = _refused_for_itself(source)
            waiting += [source.master] if source.master else []
            waiting += [names[o.source] for o in outputs if o.feeds(source) and o.source in names]
        if reason is not None:
            return reason
    return None


def _refused_for_itself(source: Source) -> str | None:
    if source.is_monitor:
        return (
            f"it leads to {source.name!r}, which records what the speakers play, and so the "
            "other person"
        )
    if NETWORK.search(source.driver):
        return f"it leads to {source.name!r}, and the sound would travel over the network"
    if source.profile in PHONE_PROFILES:
        return (
            f"it leads to {source.name!r}, a phone that plays through this computer, and so the "
            "other person"
        )
    if source.factory == _NULL_SOURCE and source.name not in _VOICE_EFFECTS:
        return (
            f"it leads to {source.name!r}, a virtual source that can carry what any program plays"
        )
    return None


def _wireplumber_name(printed: str | None) -> str | None:
    """The default source's name of `wpctl inspect`; of an output it is its monitor."""
    found = re.search(r'node\.name = "([^"]+)"', printed or "")
    if found is None:
        return None
    of_output = re.search(r'media\.class = "Audio/Sink"', printed or "")
    return found.group(1) + (".monitor" if of_output else "")


def _is_local(address: str) -> bool:
    """True where one of PULSE_SERVER's addresses is on this computer."""
    address = re.sub(r"^\{.*?\}", "", address)
    this_computer = r"(tcp[46]?:)?(localhost|127(\.\d+){3}|::1|\[::1\])(:\d+)?"
    return address.startswith(("/", "unix:")) or re.fullmatch(this_computer, address) is not None

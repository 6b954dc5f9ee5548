"""The inputs of this computer: which there are, which may be used, and which one is meant."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from companion.audio.loopback import refused_name
from companion.audio.macos_inputs import HOST_API as CORE_AUDIO
from companion.audio.macos_inputs import MacInputs
from companion.audio.sound_server import SoundServer, ask_program
from companion.errors import AudioDeviceError


@dataclass(frozen=True, slots=True)
class InputDevice:
    """One input as the system lists it."""

    index: int
    """The system's number; holds only until devices come or go."""
    name: str
    host_api: str
    """Which of the system's sound interfaces lists it: 'ALSA', 'Windows WASAPI', 'Core Audio' …"""
    channels: int
    default_rate_hz: int
    is_default: bool = False
    refused: str | None = None
    """Why it is never opened (it would hear the other person), or None."""


TakeBlock = Callable[[NDArray[np.float32], bool], None]
"""Gets every block, f32[n, channels], on the audio thread; true where sound was lost before it.
Must return at once."""


class OpenInput(Protocol):
    """An opened input."""

    rate_hz: int

    def start(self, take: TakeBlock) -> None:
        """Let blocks come. Raises AudioDeviceError."""

    def alive(self) -> bool:
        """False once the system has ended the stream."""

    def close(self) -> None:
        """Stop and release it; never raises, and no block comes afterwards."""


class SoundSystem(Protocol):
    """What lists and opens inputs: PortAudio, or a fake one. Used by one thread at a time."""

    def inputs(self) -> tuple[InputDevice, ...]:
        """Every input, unjudged. Raises AudioDeviceError where the system cannot be asked."""

    def refresh(self) -> None:
        """Look for devices anew; does nothing while a stream is open."""

    def open(self, device: InputDevice, block_s: float) -> OpenInput:
        """Open an input at its own rate. Raises AudioDeviceError (gone, busy, …)."""


def list_inputs(
    system: SoundSystem | None = None,
    server: SoundServer | None = None,
    mac: MacInputs | None = None,
) -> tuple[InputDevice, ...]:
    """Every input there is now, with the reason where it is refused; empty where there is none.

    Raises: AudioDeviceError where PortAudio is missing.
    """
    if system is None:
        from companion.audio.portaudio import PortAudio

        system = PortAudio()
    server = server or SoundServer()
    system.refresh()
    inputs = system.inputs()
    made_up: Mapping[str, str] = {}
    if any(d.host_api == CORE_AUDIO for d in inputs):
        made_up = (mac or MacInputs(partial(ask_program, timeout_s=5.0))).refused()
    return tuple(replace(d, refused=_refusal(d, inputs, server, made_up)) for d in inputs)


def choose_input(
    inputs: Sequence[InputDevice], wanted: str | None = None, *, allow_loopback: bool = False
) -> InputDevice:
    """The input called `wanted`, or the system's default.

    `allow_loopback` is for tests and demos: it also opens what is refused.

    Raises: AudioDeviceError: no input, no such input, or a refused one.
    """
    if not inputs:
        raise AudioDeviceError(
            "no microphone was found; plug one in, or allow this program to use it in the "
            "system's privacy settings, and run 'companion devices'"
        )
    device = _default(inputs) if not wanted else _named(inputs, wanted)
    if device.refused and not allow_loopback:
        usable = [d.name for d in inputs if not d.refused]
        way_out = (
            f"choose a microphone, such as {usable[0]!r}"
            if usable
            else "plug in a microphone, and run 'companion devices'"
        )
        what = f"the input {device.name!r}" if wanted else f"the default input {device.name!r}"
        raise AudioDeviceError(f"{what} is refused: {device.refused}; {way_out}")
    return device


def base_name(name: str) -> str:
    """A device's name without ALSA's card number, which changes when it is plugged in again."""
    return re.sub(r"\s*\((plug)?hw:\S+?\)$", "", name).strip()


def _default(inputs: Sequence[InputDevice]) -> InputDevice:
    for device in inputs:
        if device.is_default:
            return device
    raise AudioDeviceError(
        "the system names no default microphone; choose one of those that "
        "'companion devices' lists, or set a default in the system's sound settings"
    )


def _named(inputs: Sequence[InputDevice], wanted: str) -> InputDevice:
    # Windows lists an input once for each of its interfaces; the default's interface goes first.
    api = next((d.host_api for d in inputs if d.is_default), None)
    ordered = sorted(inputs, key=lambda d: d.host_api != api)
    key = wanted.casefold().strip()
    for matches in (
        lambda d: d.name.casefold() == key,
        lambda d: base_name(d.name).casefold() == base_name(wanted).casefold(),
    ):
        found = [d for d in ordered if matches(d)]
        if found:
            return found[0]
    parts = [d for d in ordered if key in d.name.casefold()]
    if len({base_name(d.name) for d in parts}) == 1:
        return parts[0]
    names = {base_name(d.name).casefold(): d.name for d in reversed(ordered)}
    near = difflib.get_close_matches(key, names, n=3, cutoff=0.4)
    listed = [d.name for d in parts[:3]] or [names[n] for n in near]
    hint = f"did you mean {' or '.join(repr(n) for n in listed)}? " if listed else ""
    raise AudioDeviceError(
        f"there is no input called {wanted!r}; {hint}'companion devices' lists what there is"
    )


_ALIAS_APIS = ("MME", "Windows DirectSound")
_MME_NAME_CHARS = 31
"""So much of a name MME keeps (UTF-16 units); the other interfaces have all of it."""


def _refusal(
    device: InputDevice,
    inputs: Sequence[InputDevice],
    server: SoundServer,
    made_up: Mapping[str, str],
) -> str | None:
    """Why a device is refused: by its name, by its whole name, or by where it leads."""
    reason = refused_name(device.name, device.host_api) or server.refused(
        device.name, device.host_api
    )
    if reason is not None:
        return reason
    if device.host_api == CORE_AUDIO:
        return made_up.get(device.name)
    if device.host_api in _ALIAS_APIS:
        # Their first input ('Microsoft Sound Mapper', 'Primary Sound Capture Driver', translated)
        # is no device: it goes wherever the default goes, in the middle of a call too.
        if device is next(d for d in inputs if d.host_api == device.host_api):
            return "it follows the system's default unseen, which can be what the speakers play"
        if _utf16_units(device.name) >= _MME_NAME_CHARS:
            whole = (d for d in inputs if d.name.startswith(device.name))
            return next((r for d in whole if (r := refused_name(d.name, d.host_api))), None)
    return None


def _utf16_units(text: str) -> int:
    return len(text.encode("utf-16-le", errors="surrogatepass")) // 2

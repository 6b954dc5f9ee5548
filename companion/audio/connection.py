"""The line to one input device: opens it, watches it, gets it back when it was lost.

Everything here may take long (PortAudio opens devices in up to seconds), so it all runs on one
thread of the microphone's own, and readers are never held up.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from companion.audio.devices import (
    InputDevice,
    OpenInput,
    SoundSystem,
    TakeBlock,
    base_name,
    choose_input,
    list_inputs,
)
from companion.audio.loopback import SoundServer, leads_to_server
from companion.audio.ring import Ring
from companion.audio.sound import SourceState
from companion.errors import AudioDeviceError
from companion.settings import AudioSettings

ROUTE_CHECK_EVERY_S = 2.0
"""How often the sound server is asked where it leads an open recording; takes about 10 ms."""


@dataclass(frozen=True, slots=True)
class LineStatus:
    """RUNNING, STALLED, LOST or ENDED; what the samples say is judged elsewhere."""

    state: SourceState
    name: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class _Trouble:
    """What is wrong, until sound arrives that is newer."""

    state: SourceState
    detail: str
    since_s: float


class Connection:
    """Opens the wanted input and feeds the ring. One thread at a time, except for `status`."""

    def __init__(
        self,
        wanted: str | None,
        settings: AudioSettings,
        system: SoundSystem,
        server: SoundServer,
        clock: Callable[[], float],
        *,
        allow_loopback: bool = False,
    ) -> None:
        self._wanted = wanted
        self._settings = settings
        self._system = system
        self._server = server
        self._clock = clock
        self._allow_loopback = allow_loopback
        self._device = choose_input(
            list_inputs(system, server), wanted, allow_loopback=allow_loopback
        )
        self.ring = Ring(settings.ring_s, settings.block_s, self._device.default_rate_hz)
        self._input: OpenInput | None = None
        self._opened_s = 0.0
        self._last_arrival_s = -math.inf
        self._next_try_s = 0.0
        self._next_route_check_s = 0.0
        self._trouble: _Trouble | None = None

    def open(self) -> None:
        """Open the device for the first time.

        Raises: AudioDeviceError: gone, busy, refused, not allowed …
        """
        self._connect(self._device)

    def tend(self) -> None:
        """Look after the line once: notice a loss, try to get the device back. Call it often."""
        now_s = self._clock()
        if self._input is not None:
            self._watch(self._input, now_s)
        if self._input is None and now_s >= self._next_try_s:
            self._next_try_s = now_s + self._settings.reconnect_every_s
            try:
                self._connect(self._find_again())
            except AudioDeviceError as error:
                self._in_trouble(SourceState.LOST, str(error), now_s)

    def close(self) -> None:
        """Release the device."""
        if self._input is not None:
            self._input.close()
            self._input = None
        self._trouble = None

    def status(self) -> LineStatus:
        """How the line is; cheap, from any thread."""
        name = self._device.name
        trouble = self._trouble
        # A problem is over when sound arrives, and not already when the device opens again.
        away = self._input is None
        if trouble is not None and (away or self._last_arrival_s <= trouble.since_s):
            return LineStatus(trouble.state, name, trouble.detail)
        if away:
            return LineStatus(SourceState.ENDED, name)
        if self._silent_for_s(self._clock()) > self._settings.trouble_after_s:
            return LineStatus(SourceState.STALLED, name, self._stalled_detail())
        return LineStatus(SourceState.RUNNING, name)

    def _find_again(self) -> InputDevice:
        """The same device by name; where the default was wanted, whatever is the default now."""
        inputs = list_inputs(self._system, self._server)
        if self._wanted is not None:
            inputs = tuple(d for d in inputs if _same(d, self._device))
        if not inputs:
            raise AudioDeviceError(_gone(self._device))
        name = self._wanted and inputs[0].name
        return choose_input(inputs, name, allow_loopback=self._allow_loopback)

    def _connect(self, device: InputDevice) -> None:
        """Open a device and let its blocks into the ring."""
        opened = self._system.open(device, self._settings.block_s)
        # The sound server tells where it leads a recording only once it runs, and until that is
        # known nothing of it may get in.
        admitted = threading.Event()
        try:
            self._opened_s = self._clock()
            opened.start(self._taker(opened.rate_hz, admitted))
            self._check_route(device)
        except BaseException:
            opened.close()
            raise
        self._device = device
        self._input = opened
        admitted.set()

    def _taker(self, rate_hz: int, admitted: threading.Event) -> TakeBlock:
        """The audio callback of one stream: copies and returns; never waits, grows or raises."""
        first = True

        def take(sound: NDArray[np.float32], sound_was_lost: bool) -> None:
            nonlocal first
            if not admitted.is_set():
                return
            now_s = self._clock()
            # No device holds more sound than this, so after such a pause some is missing.
            long_pause = now_s - self._last_arrival_s > self._settings.trouble_after_s
            self.ring.write(sound, rate_hz, now_s, first or sound_was_lost or long_pause)
            self._last_arrival_s = now_s
            first = False

        return take

    def _check_route(self, device: InputDevice) -> None:
        """Raise where the sound server leads the open recording to what the speakers play."""
        self._next_route_check_s = self._clock() + ROUTE_CHECK_EVERY_S
        if self._allow_loopback or not leads_to_server(device.name, device.host_api):
            return
        reason = self._server.refused_in_use()
        if reason is not None:
            raise AudioDeviceError(
                f"the input {device.name!r} is refused: {reason}; "
                "choose a microphone in the system's sound settings"
            )

    def _watch(self, opened: OpenInput, now_s: float) -> None:
        """Let go of a stream that ended, has sent nothing for long, or was led elsewhere."""
        settings = self._settings
        if not opened.alive():
            self._let_go(opened, SourceState.LOST, _gone(self._device), now_s)
        elif self._silent_for_s(now_s) > settings.trouble_after_s + settings.reconnect_every_s:
            # Not every system ends the stream of a device that was unplugged: open it again.
            self._let_go(opened, SourceState.STALLED, self._stalled_detail(), now_s)
        elif now_s >= self._next_route_check_s:
            try:
                self._check_route(self._device)
            except AudioDeviceError as refused:
                self._let_go(opened, SourceState.LOST, str(refused), now_s)
                self.ring.clear()

    def _let_go(self, opened: OpenInput, state: SourceState, detail: str, now_s: float) -> None:
        self._in_trouble(state, detail, now_s)
        self._input = None
        opened.close()

    def _in_trouble(self, state: SourceState, detail: str, now_s: float) -> None:
        self._trouble = _Trouble(state, detail, now_s)

    def _silent_for_s(self, now_s: float) -> float:
        """Seconds since the stream last gave anything, or was opened."""
        return now_s - max(self._opened_s, self._last_arrival_s)

    def _stalled_detail(self) -> str:
        return (
            f"{self._device.name!r} is open but sends nothing; it is being tried again, "
            "or choose another microphone"
        )


def _same(one: InputDevice, other: InputDevice) -> bool:
    """True where both are one device, perhaps plugged in at another place."""
    return (base_name(one.name), one.host_api) == (base_name(other.name), other.host_api)


def _gone(device: InputDevice) -> str:
    return f"{device.name!r} is gone; plug it in again, the call goes on and will find it"

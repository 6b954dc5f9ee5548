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
from companion.audio.ring import Ring
from companion.audio.sound import SourceState
from companion.audio.sound_server import SoundServer, leads_to_server
from companion.errors import AudioDeviceError
from companion.settings import AudioSettings

ROUTE_CHECK_EVERY_S = 1.5
"""How often the sound server is asked where it leads an open recording; takes about 20 ms."""


_LOOKING = "the microphone of the start is being looked for; your sound is back in a moment"


@dataclass(frozen=True, slots=True)
class LineStatus:
    """RUNNING, ELSEWHERE, STALLED, LOST or ENDED; what the samples say is judged elsewhere."""

    state: SourceState
    name: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class _Trouble:
    """What is wrong, until sound arrives that is newer."""

    state: SourceState
    detail: str
    since_s: float


@dataclass(frozen=True, slots=True)
class _Place:
    """Where the sound comes from, as far as that can be told."""

    name: str
    """As the system or the sound server names it."""
    label: str
    """For people."""
    by_server: bool
    """The sound server leads there, and can be told to lead elsewhere."""

    def is_same(self, other: _Place) -> bool:
        """One device, perhaps with another profile (a Bluetooth headset) or in another socket."""
        return self.name == other.name or self.label == other.label


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
        self._first = self._device
        self.ring = Ring(settings.ring_s, settings.block_s, self._device.default_rate_hz)
        self._input: OpenInput | None = None
        self._opened_s = 0.0
        self._last_arrival_s = -math.inf
        self._next_try_s = 0.0
        self._next_route_check_s = 0.0
        self._looks_again = False
        self.cut = 0
        """See `SourceStatus.cut`."""
        self._home: _Place | None = None
        """Where the sound came from at the start."""
        self._place: _Place | None = None
        """Where it comes from now; None where nobody can tell."""
        self._trouble: _Trouble | None = None

    def open(self) -> None:
        """Open the device for the first time.

        Raises: AudioDeviceError: gone, busy, refused, not allowed …
        """
        self._connect(self._device)

    def tend(self) -> None:
        """Look after the line once: notice a loss, try to get the device back. Call it often."""
        now_s = self._clock()
        looks_again, self._looks_again = self._looks_again, False
        if looks_again and self._input is not None and self._stands_in():
            # Devices that came back are seen only while no stream is open.
            self._let_go(self._input, SourceState.STALLED, _LOOKING, now_s)
            self._next_try_s = now_s
        if self._input is not None:
            self._watch(self._input, now_s)
        if self._input is None and now_s >= self._next_try_s:
            self._next_try_s = now_s + self._settings.reconnect_every_s
            try:
                self._connect(self._find_again())
            except AudioDeviceError as error:
                self._in_trouble(SourceState.LOST, str(error), now_s)

    def look_again(self) -> None:
        """Have the next `tend` look for the device of the start, where another one stands in for
        it. From any thread."""
        self._looks_again = True

    def close(self) -> None:
        """Release the device."""
        if self._input is not None:
            self._input.close()
            self._input = None
        self._trouble = None

    def status(self) -> LineStatus:
        """How the line is; cheap, from any thread."""
        name = self._label
        trouble = self._trouble
        # A problem is over when sound arrives, and not already when the device opens again.
        away = self._input is None
        if trouble is not None and (away or self._last_arrival_s <= trouble.since_s):
            return LineStatus(trouble.state, name, trouble.detail)
        if away:
            return LineStatus(SourceState.ENDED, name)
        if self._silent_for_s(self._clock()) > self._settings.trouble_after_s:
            return LineStatus(SourceState.STALLED, name, self._stalled_detail())
        home, place = self._home, self._place
        if home is not None and place is not None and not place.is_same(home):
            return LineStatus(SourceState.ELSEWHERE, place.label, _elsewhere(home, place))
        return LineStatus(SourceState.RUNNING, name)

    def _find_again(self) -> InputDevice:
        """The same device by name; where the default was wanted, whatever is the default now."""
        inputs = list_inputs(self._system, self._server)
        if self._wanted is not None:
            inputs = tuple(d for d in inputs if _same(d, self._device))
        elif again := [d for d in inputs if _same(d, self._first) and not d.refused]:
            return again[0]
        if not inputs:
            raise AudioDeviceError(_gone(self._label))
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
        """Find out where the sound comes from.

        Raises: AudioDeviceError where the sound server leads to what the speakers play.
        """
        self._next_route_check_s = self._clock() + ROUTE_CHECK_EVERY_S
        if not leads_to_server(device.name, device.host_api):
            self._settle_at(_Place(base_name(device.name), device.name, by_server=False))
            return
        route = self._server.in_use()
        if route is None:
            self._place = None
            return
        if route.refused and not self._allow_loopback:
            raise AudioDeviceError(
                f"the input {device.name!r} is refused: {route.refused}; "
                "choose a microphone in the system's sound settings"
            )
        self._settle_at(_Place(route.source, route.label, by_server=True))

    def _stands_in(self) -> bool:
        """Sound comes from another device than at the start."""
        home, place = self._home, self._place
        return home is not None and place is not None and not place.is_same(home)

    def _settle_at(self, place: _Place) -> None:
        self._place = place
        if self._home is None:
            self._home = place

    def _watch(self, opened: OpenInput, now_s: float) -> None:
        """Let go of a stream that ended, has sent nothing for long, or was led elsewhere."""
        settings = self._settings
        if not opened.alive():
            self._let_go(opened, SourceState.LOST, _gone(self._label), now_s)
        elif self._silent_for_s(now_s) > settings.trouble_after_s + settings.reconnect_every_s:
            # Not every system ends the stream of a device that was unplugged: open it again.
            self._let_go(opened, SourceState.STALLED, self._stalled_detail(), now_s)
        elif now_s >= self._next_route_check_s:
            try:
                self._check_route(self._device)
            except AudioDeviceError as refused:
                self._let_go(opened, SourceState.LOST, str(refused), now_s)
                self.ring.clear()
                self.cut += 1

    def _let_go(self, opened: OpenInput, state: SourceState, detail: str, now_s: float) -> None:
        self._in_trouble(state, detail, now_s)
        self._input = None
        opened.close()

    def _in_trouble(self, state: SourceState, detail: str, now_s: float) -> None:
        self._trouble = _Trouble(state, detail, now_s)

    def _silent_for_s(self, now_s: float) -> float:
        """Seconds since the stream last gave anything, or was opened."""
        return now_s - max(self._opened_s, self._last_arrival_s)

    @property
    def _label(self) -> str:
        """The microphone's name for people: 'default' says nothing where the server says more."""
        place = self._place
        return place.label if place is not None and place.by_server else self._device.name

    def _stalled_detail(self) -> str:
        return (
            f"{self._label!r} is open but sends nothing; it is being tried again, "
            "or choose another microphone"
        )


def _same(one: InputDevice, other: InputDevice) -> bool:
    """True where both are one device, perhaps plugged in at another place."""
    return (base_name(one.name), one.host_api) == (base_name(other.name), other.host_api)


def _elsewhere(home: _Place, place: _Place) -> str:
    way_out = (
        f"choose {home.label!r} for this program in the system's sound settings"
        if place.by_server
        else f"plug {home.label!r} in again, then pause the call and resume it"
    )
    return (
        f"your sound now comes from {place.label!r}, not from {home.label!r}; "
        f"if that is not right, {way_out}"
    )


def _gone(label: str) -> str:
    return f"{label!r} is gone; plug it in again, the call goes on and will find it"

"""The line to the device: noticed when it breaks, and mended, on scripted time."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from companion.audio.connection import Connection
from companion.audio.devices import InputDevice
from companion.audio.sound import SourceState
from companion.audio.sound_server import Route, SoundServer
from companion.errors import AudioDeviceError
from companion.settings import AudioSettings
from tests.fakes.sound import FakeClock, FakeSystem, microphone, tone

RATE_HZ = 48_000
SETTINGS = AudioSettings()
HEADSET = microphone("USB Headset: Audio (hw:1,0)", index=0)
BUILT_IN = microphone("HDA Intel PCH: ALC257 Analog (hw:0,0)", index=1, is_default=False)
MONITOR = microphone("Monitor of Built-in Audio", index=2, is_default=True)


class _Server:
    """A sound server that leads this process's recording to one source."""

    def __init__(self) -> None:
        self.source: str | None = None
        self.label = ""
        self.while_asked: Callable[[], None] | None = None

    def in_use(self) -> Route | None:
        if self.while_asked is not None:
            self.while_asked()
        if self.source is None:
            return None
        refused = f"it leads to {self.source!r}" if self.source.endswith(".monitor") else None
        return Route(self.source, self.label or self.source, refused)

    def lead(self, source: str, label: str = "") -> None:
        self.source, self.label = source, label


class Line:
    """A connection with everything around it fake."""

    def __init__(self, *devices: InputDevice, wanted: str | None = None) -> None:
        self.clock = FakeClock()
        self.system = FakeSystem(self.clock, devices or (HEADSET, BUILT_IN))
        self.route = _Server()
        server = SoundServer(lambda command: None, {})
        server.in_use = self.route.in_use  # type: ignore[method-assign]
        self.connection = Connection(wanted, SETTINGS, self.system, server, self.clock)
        self.connection.open()

    def state(self) -> SourceState:
        return self.connection.status().state

    def hear(self, duration_s: float = 0.3) -> None:
        self.system.opened[-1].give(tone(duration_s, RATE_HZ))

    def pass_time(self, for_s: float, step_s: float = 0.25) -> None:
        """Time passes without sound, and the keeper looks in as it does in a call."""
        for _ in range(round(for_s / step_s)):
            self.clock.advance(step_s)
            self.connection.tend()


def test_connection_running_while_sound_comes() -> None:
    line = Line()
    for _ in range(40):
        line.hear(0.25)
        line.connection.tend()
        assert line.state() is SourceState.RUNNING
    assert len(line.system.opened) == 1
    assert line.system.refreshed == 1, "PortAudio is left alone while a stream is open"


def test_connection_is_not_stalled_by_a_hiccup() -> None:
    line = Line()
    line.hear()
    line.pass_time(2.0)
    assert line.state() is SourceState.RUNNING
    line.hear()
    line.pass_time(2.0)
    assert line.state() is SourceState.RUNNING


@pytest.mark.parametrize("heard_before", [True, False])
def test_connection_stalled_is_told_within_three_seconds(heard_before: bool) -> None:
    line = Line()
    if heard_before:
        line.hear()
    line.pass_time(3.0)
    status = line.connection.status()
    assert status.state is SourceState.STALLED
    assert HEADSET.name in status.detail


def test_connection_unplugged_is_told_at_the_next_look() -> None:
    line = Line()
    line.hear()
    line.system.opened[-1].end()
    line.system.after_refresh = []
    line.pass_time(0.25)
    status = line.connection.status()
    assert status.state is SourceState.LOST
    assert status.name == HEADSET.name
    assert "plug it in again" in status.detail
    assert line.system.opened[0].closed


def test_connection_tries_once_a_second_and_comes_back() -> None:
    line = Line(wanted="USB Headset")
    line.hear()
    line.system.opened[-1].end()
    line.system.after_refresh = [BUILT_IN]
    line.pass_time(10.0)
    assert 10 <= line.system.refreshed <= 12
    assert len(line.system.opened) == 1, "another device is not taken for the one that was named"
    # It comes back in another socket, with another number.
    again = microphone("USB Headset: Audio (hw:2,0)", index=3)
    line.system.after_refresh = [BUILT_IN, again]
    line.pass_time(1.25)
    assert line.system.opened[-1].device.index == 3
    assert line.state() is SourceState.LOST, "open is not enough: sound has to come"
    line.hear()
    assert line.state() is SourceState.RUNNING
    assert line.connection.status().name == again.name


def test_connection_to_the_default_follows_to_the_new_default() -> None:
    line = Line()
    line.hear()
    line.system.opened[-1].end()
    line.system.after_refresh = [microphone(BUILT_IN.name, index=0, is_default=True)]
    line.pass_time(0.25)
    line.hear()
    assert line.connection.status().name == BUILT_IN.name
    assert line.state() is SourceState.ELSEWHERE


def test_connection_never_follows_to_a_monitor() -> None:
    line = Line()
    line.hear()
    line.system.opened[-1].end()
    line.system.after_refresh = [MONITOR]
    line.pass_time(5.0)
    status = line.connection.status()
    assert status.state is SourceState.LOST
    assert "refused" in status.detail
    assert len(line.system.opened) == 1


def test_connection_stalled_for_long_is_opened_again() -> None:
    line = Line()
    line.hear()
    line.pass_time(3.75)
    assert line.system.opened[0].closed
    assert len(line.system.opened) == 2
    assert line.state() is SourceState.STALLED
    line.hear()
    assert line.state() is SourceState.RUNNING


def test_connection_stalled_because_unplugged_becomes_lost() -> None:
    line = Line()
    line.hear()
    line.system.after_refresh = []
    line.pass_time(3.0)
    assert line.state() is SourceState.STALLED
    line.pass_time(1.0)
    assert line.state() is SourceState.LOST


def test_connection_busy_device_is_said_and_tried_again() -> None:
    line = Line()
    line.hear()
    line.system.opened[-1].end()
    line.system.fail_with = "'USB Headset' is busy: close the other program"
    line.pass_time(2.0)
    assert line.connection.status().detail == line.system.fail_with
    line.system.fail_with = None
    line.pass_time(1.25)
    line.hear()
    assert line.state() is SourceState.RUNNING


def test_connection_marks_the_break_for_call_time() -> None:
    line = Line()
    line.hear(0.06)
    line.system.opened[-1].end()
    line.pass_time(5.0)
    line.hear(0.06)
    blocks = list(iter(lambda: line.connection.ring.take(0), None))
    assert [b.broken for b in blocks] == [True, False, True, False]
    assert blocks[2].arrived_s - blocks[1].arrived_s == pytest.approx(5.03)


def test_connection_marks_a_break_after_a_stall_and_where_the_system_lost_sound() -> None:
    line = Line()
    line.hear(0.03)
    line.clock.advance(2.6)
    line.hear(0.06)
    line.system.opened[-1].give(tone(0.03, RATE_HZ), sound_was_lost=True)
    blocks = list(iter(lambda: line.connection.ring.take(0), None))
    assert [b.broken for b in blocks] == [True, True, False, True]


def test_connection_led_to_a_monitor_is_not_opened() -> None:
    line = Line(microphone("default"))
    line.hear()
    line.system.opened[-1].end()
    line.route.source = "speakers.monitor"
    line.pass_time(0.25)
    status = line.connection.status()
    assert status.state is SourceState.LOST
    assert "speakers.monitor" in status.detail
    assert all(opened.closed for opened in line.system.opened)


def test_connection_lets_no_sound_in_before_the_route_is_known() -> None:
    line = Line(microphone("default"))
    heard_early: list[object] = []

    def ask() -> None:
        # Blocks already come while the sound server is still being asked.
        line.hear(0.3)
        heard_early.append(line.connection.ring.take(0))

    line.system.opened[-1].end()
    line.route.while_asked = ask
    line.pass_time(0.25)
    assert heard_early == [None]
    line.route.while_asked = None
    line.hear(0.03)
    assert line.connection.ring.take(0) is not None


def test_connection_moved_to_a_monitor_in_a_call_is_cut_and_what_waits_is_forgotten() -> None:
    line = Line(microphone("default"))
    line.hear()
    line.route.source = "speakers.monitor"
    for _ in range(9):
        line.hear(0.25)
        line.connection.tend()
    assert line.state() is SourceState.LOST
    assert line.connection.cut == 1, "what was read already is to be forgotten too"
    assert line.system.opened[0].closed
    assert line.connection.ring.take(0) is None
    # The organizer leads it back.
    line.route.source = None
    line.pass_time(1.25)
    line.hear()
    assert line.state() is SourceState.RUNNING


def _heard_for(line: Line, duration_s: float) -> None:
    for _ in range(round(duration_s / 0.25)):
        line.hear(0.25)
        line.connection.tend()


def test_connection_led_to_another_source_is_told_within_three_seconds_and_taken_back() -> None:
    line = Line(microphone("default"))
    line.route.lead("headset", "USB Headset Mono")
    _heard_for(line, 2.0)
    assert line.state() is SourceState.RUNNING
    line.route.lead("webcam", "Webcam Stereo")
    _heard_for(line, 3.0)
    status = line.connection.status()
    assert status.state is SourceState.ELSEWHERE
    assert status.name == "Webcam Stereo"
    assert "now comes from 'Webcam Stereo', not from 'USB Headset Mono'" in status.detail
    assert "sound settings" in status.detail
    line.route.lead("headset", "USB Headset Mono")
    _heard_for(line, 3.0)
    assert line.state() is SourceState.RUNNING
    assert len(line.system.opened) == 1, "sound never stopped"


def test_connection_other_profile_of_the_same_headset_is_not_another_device() -> None:
    line = Line(microphone("default"))
    line.route.lead("bluez_source.1.a2dp", "My Headset")
    _heard_for(line, 2.0)
    line.route.lead("bluez_source.1.headset_head_unit", "My Headset")
    _heard_for(line, 3.0)
    assert line.state() is SourceState.RUNNING


def test_connection_claims_nothing_where_the_server_cannot_tell() -> None:
    line = Line(microphone("default"))
    line.route.lead("headset")
    _heard_for(line, 2.0)
    line.route.source = None
    _heard_for(line, 3.0)
    assert line.state() is SourceState.RUNNING


def test_connection_that_fell_back_to_another_default_says_so_and_looks_for_the_first() -> None:
    line = Line()
    line.hear()
    line.system.opened[-1].end()
    line.system.after_refresh = [microphone(BUILT_IN.name, index=0, is_default=True)]
    line.pass_time(0.25)
    _heard_for(line, 3.0)
    status = line.connection.status()
    assert status.state is SourceState.ELSEWHERE
    assert f"not from {HEADSET.name!r}" in status.detail
    assert "pause the call and resume it" in status.detail
    # The headset is plugged in again, as no default; nothing happens until the organizer resumes.
    line.system.after_refresh = [
        microphone(BUILT_IN.name, index=0),
        microphone("USB Headset: Audio (hw:2,0)", index=1, is_default=False),
    ]
    _heard_for(line, 3.0)
    assert len(line.system.opened) == 2
    line.connection.look_again()
    line.connection.tend()
    assert line.state() is not SourceState.ENDED, "a call would end there"
    line.hear()
    assert line.state() is SourceState.RUNNING
    assert line.system.opened[-1].device.index == 1


def test_connection_looks_for_nothing_where_nothing_stands_in() -> None:
    line = Line()
    line.hear()
    line.connection.look_again()
    _heard_for(line, 1.0)
    assert len(line.system.opened) == 1


def test_connection_first_opening_raises_what_is_wrong() -> None:
    clock = FakeClock()
    server = SoundServer(lambda command: None, {})
    with pytest.raises(AudioDeviceError, match="no input called 'nobody'"):
        Connection("nobody", SETTINGS, FakeSystem(clock), server, clock)
    system = FakeSystem(clock)
    system.fail_with = "busy"
    connection = Connection(None, SETTINGS, system, server, clock)
    with pytest.raises(AudioDeviceError, match="busy"):
        connection.open()


def test_connection_closed_is_ended() -> None:
    line = Line()
    line.hear()
    line.connection.close()
    assert line.state() is SourceState.ENDED
    assert line.system.opened[0].closed


def test_connection_ring_is_as_large_as_settings_say() -> None:
    line = Line()
    line.hear(SETTINGS.ring_s + 2)
    assert line.connection.ring.dropped_s == pytest.approx(2, abs=0.05)
    kept = [len(b.samples) for b in iter(lambda: line.connection.ring.take(0), None)]
    assert np.sum(kept) / RATE_HZ == pytest.approx(SETTINGS.ring_s, abs=0.05)

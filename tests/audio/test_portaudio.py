"""PortAudio's adapter, on a fake sounddevice; the real one is heard in test_pulse."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
import pytest

from companion.audio import portaudio
from companion.audio.devices import list_inputs
from companion.audio.portaudio import PortAudio, PortAudioSpeaker
from companion.audio.sound_server import SoundServer
from companion.errors import AudioDeviceError
from tests.fakes.sound import microphone

BUSY = -9985
NOT_THESE_CHANNELS = -9998
NOT_THIS_RATE = -9997
HOST_ERROR = -9999


class _Error(Exception):
    """As sounddevice's PortAudioError: a text, then PortAudio's number."""


class _Stream:
    def __init__(self, sounddevice: _FakeSoundDevice, **form: Any) -> None:
        code = sounddevice.refuse(form)
        if code is not None:
            raise _Error("Error opening InputStream", code)
        self.form = form
        self.samplerate = float(form["samplerate"])
        self.active = self.closed = False
        self.sounddevice = sounddevice
        sounddevice.streams.append(self)

    def start(self) -> None:
        if self.sounddevice.start_fails:
            raise _Error("Error starting stream", HOST_ERROR)
        self.active = True

    def abort(self) -> None:
        self.active = False
        if self.sounddevice.gone:
            raise _Error("Error terminating stream", HOST_ERROR)

    def close(self) -> None:
        self.closed = True


class _OutputStream(_Stream):
    """Asks for blocks when told to."""

    def pull(self, n: int) -> np.ndarray[Any, Any]:
        block = np.full((n, self.form["channels"]), 9.0, dtype=np.float32)
        self.form["callback"](block, n, None, None)
        return block


class _FakeSoundDevice(ModuleType):
    """What portaudio.py uses of sounddevice."""

    PortAudioError = _Error

    def __init__(self) -> None:
        super().__init__("sounddevice")
        self.apis: list[dict[str, Any]] = [{"name": "ALSA", "default_input_device": 1}]
        self.devices: list[dict[str, Any]] = [
            _device("Speakers", channels=0),
            _device("Headset", channels=2, rate_hz=44_100.0),
        ]
        self.default = SimpleNamespace(device=[1, 0])
        self.refuse: Callable[[dict[str, Any]], int | None] = lambda form: None
        self.start_fails = self.gone = False
        self.has_output = True
        self.streams: list[_Stream] = []
        self.log: list[str] = []

    def InputStream(self, **form: Any) -> _Stream:  # noqa: N802 - sounddevice's name
        return _Stream(self, **form)

    def OutputStream(self, **form: Any) -> _OutputStream:  # noqa: N802 - sounddevice's name
        return _OutputStream(self, **form)

    def query_devices(self, index: int | None = None, kind: str | None = None) -> Any:
        if kind == "output":
            if not self.has_output:
                raise ValueError("No output device")
            return {"max_output_channels": 6, "default_samplerate": 44_100.0}
        return self.devices if index is None else self.devices[index]

    def query_hostapis(self) -> list[dict[str, Any]]:
        return self.apis

    def _terminate(self) -> None:
        self.log.append("terminate")

    def _initialize(self) -> None:
        self.log.append("initialize")


def _device(name: str, channels: int, rate_hz: float = 48_000.0, api: int = 0) -> dict[str, Any]:
    return {
        "name": name,
        "hostapi": api,
        "max_input_channels": channels,
        "default_samplerate": rate_hz,
    }


@pytest.fixture
def sounddevice(monkeypatch: pytest.MonkeyPatch) -> _FakeSoundDevice:
    fake = _FakeSoundDevice()
    monkeypatch.setitem(sys.modules, "sounddevice", fake)
    monkeypatch.setattr(portaudio, "_open_streams", 0)
    return fake


def test_portaudio_missing_names_the_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "sounddevice.py").write_text("raise OSError('PortAudio library not found')\n")
    monkeypatch.delitem(sys.modules, "sounddevice", raising=False)
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(AudioDeviceError) as caught:
        list_inputs()
    message = str(caught.value)
    assert "libportaudio2 (Debian, Ubuntu)" in message
    assert "portaudio (Fedora" in message
    assert caught.value.__suppress_context__


def test_portaudio_lists_inputs_only(sounddevice: _FakeSoundDevice) -> None:
    (listed,) = PortAudio().inputs()
    assert listed.index == 1
    assert listed.name == "Headset"
    assert listed.host_api == "ALSA"
    assert listed.channels == 2
    assert listed.default_rate_hz == 44_100
    assert listed.is_default
    assert listed.refused is None


def test_portaudio_without_devices_lists_none(sounddevice: _FakeSoundDevice) -> None:
    sounddevice.devices = []
    sounddevice.default.device = [-1, -1]
    sounddevice.apis[0]["default_input_device"] = -1
    assert list_inputs(PortAudio(), SoundServer(lambda command: None, {})) == ()


def test_portaudio_takes_the_default_of_wasapi_on_windows(sounddevice: _FakeSoundDevice) -> None:
    sounddevice.apis = [
        {"name": "MME", "default_input_device": 0},
        {"name": "Windows WASAPI", "default_input_device": 1},
    ]
    sounddevice.devices = [_device("Mapper", 2), _device("Headset", 1, api=1)]
    sounddevice.default.device = [0, -1]
    assert [d.is_default for d in PortAudio().inputs()] == [False, True]


def test_portaudio_takes_some_interfaces_default_where_there_is_none_overall(
    sounddevice: _FakeSoundDevice,
) -> None:
    sounddevice.default.device = [-1, -1]
    assert [d.is_default for d in PortAudio().inputs()] == [True]


DEVICE = microphone("Headset", index=1, channels=4, rate_hz=44_100)


def test_portaudio_opens_in_mono_at_the_devices_own_rate(sounddevice: _FakeSoundDevice) -> None:
    opened = PortAudio().open(DEVICE, 0.03)
    form = sounddevice.streams[0].form
    assert (form["device"], form["channels"], form["samplerate"]) == (1, 1, 44_100)
    assert form["dtype"] == "float32"
    assert form["blocksize"] == 1323
    assert opened.rate_hz == 44_100


@pytest.mark.parametrize(
    ("refuse", "channels", "rate_hz"),
    [
        (lambda f: NOT_THESE_CHANNELS if f["channels"] == 1 else None, 2, 44_100),
        (lambda f: NOT_THESE_CHANNELS if f["channels"] < 4 else None, 4, 44_100),
        (lambda f: NOT_THIS_RATE if f["samplerate"] == 44_100 else None, 1, 48_000),
    ],
)
def test_portaudio_finds_a_form_the_device_can_do(
    sounddevice: _FakeSoundDevice,
    refuse: Callable[[dict[str, Any]], int | None],
    channels: int,
    rate_hz: int,
) -> None:
    sounddevice.refuse = refuse
    opened = PortAudio().open(DEVICE, 0.03)
    assert sounddevice.streams[0].form["channels"] == channels
    assert opened.rate_hz == rate_hz


@pytest.mark.parametrize(
    ("code", "message"),
    [
        (BUSY, "'Headset' is busy: another program holds it; close that program"),
        (-9996, "'Headset' is gone; plug it in again"),
        (HOST_ERROR, "privacy settings allow the microphone"),
        (NOT_THIS_RATE, "could not be opened"),
    ],
)
def test_portaudio_says_why_it_cannot_open(
    sounddevice: _FakeSoundDevice, code: int, message: str
) -> None:
    tried: list[int] = []

    def refuse(form: dict[str, Any]) -> int:
        tried.append(form["samplerate"])
        return code

    sounddevice.refuse = refuse
    with pytest.raises(AudioDeviceError, match=message):
        PortAudio().open(DEVICE, 0.03)
    assert (len(tried) == 1) is (code != NOT_THIS_RATE), "a busy device is asked only once"


def test_portaudio_device_that_sounddevice_does_not_find_is_gone(
    sounddevice: _FakeSoundDevice,
) -> None:
    def refuse(form: dict[str, Any]) -> int:
        raise ValueError("No input device matching 1")

    sounddevice.refuse = refuse
    with pytest.raises(AudioDeviceError, match="is gone"):
        PortAudio().open(DEVICE, 0.03)


def test_portaudio_never_opens_another_device_that_took_the_number(
    sounddevice: _FakeSoundDevice,
) -> None:
    sounddevice.devices[1] = _device("Stereo Mix", channels=2)
    with pytest.raises(AudioDeviceError, match="'Headset' is gone"):
        PortAudio().open(DEVICE, 0.03)
    assert not sounddevice.streams


def test_portaudio_hands_blocks_on(sounddevice: _FakeSoundDevice) -> None:
    opened = PortAudio().open(DEVICE, 0.03)
    callback = sounddevice.streams[0].form["callback"]
    sound = np.ones((480, 1), np.float32)
    callback(sound, 480, None, SimpleNamespace(input_overflow=False))  # before start: nowhere to go
    got: list[tuple[int, bool]] = []
    opened.start(lambda block, lost: got.append((len(block), lost)))
    callback(sound, 480, None, SimpleNamespace(input_overflow=False))
    callback(sound, 480, None, SimpleNamespace(input_overflow=True))
    assert got == [(480, False), (480, True)]


def test_portaudio_stream_that_ends_is_not_alive(sounddevice: _FakeSoundDevice) -> None:
    opened = PortAudio().open(DEVICE, 0.03)
    opened.start(lambda block, lost: None)
    assert opened.alive()
    sounddevice.streams[0].form["finished_callback"]()
    assert not opened.alive()


def test_portaudio_start_that_fails_says_so(sounddevice: _FakeSoundDevice) -> None:
    opened = PortAudio().open(DEVICE, 0.03)
    sounddevice.start_fails = True
    with pytest.raises(AudioDeviceError, match="could not be opened"):
        opened.start(lambda block, lost: None)


def test_portaudio_closing_a_device_that_is_gone_raises_nothing(
    sounddevice: _FakeSoundDevice,
) -> None:
    sounddevice.gone = True
    opened = PortAudio().open(DEVICE, 0.03)
    opened.start(lambda block, lost: None)
    opened.close()
    opened.close()
    assert sounddevice.streams[0].closed


def test_portaudio_refreshes_only_while_nothing_is_open(sounddevice: _FakeSoundDevice) -> None:
    system = PortAudio()
    opened = system.open(DEVICE, 0.03)
    PortAudio().refresh()
    assert sounddevice.log == [], "another's open stream must not be pulled away"
    opened.close()
    system.refresh()
    assert sounddevice.log == ["terminate", "initialize"]


def test_portaudio_has_a_fresh_look_whenever_inputs_are_listed(
    sounddevice: _FakeSoundDevice,
) -> None:
    list_inputs(PortAudio(), SoundServer(lambda command: None, {}))
    assert sounddevice.log == ["terminate", "initialize"]


def test_portaudio_is_not_started_only_to_be_refreshed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "sounddevice", raising=False)
    PortAudio().refresh()
    assert "sounddevice" not in sys.modules


def test_portaudio_plays_a_sound_on_all_channels_and_then_silence(
    sounddevice: _FakeSoundDevice,
) -> None:
    speaker = PortAudioSpeaker()
    assert speaker.rate_hz == 44_100
    stream = sounddevice.streams[0]
    assert isinstance(stream, _OutputStream)
    assert stream.form["channels"] == 2
    assert not stream.active, "nothing plays before it is told to"
    assert not stream.pull(4).any()
    speaker.play(np.array([0.1, 0.2, 0.3], dtype=np.float32))
    assert stream.active
    assert stream.pull(2).tolist() == [[np.float32(0.1)] * 2, [np.float32(0.2)] * 2]
    assert stream.pull(2).tolist() == [[np.float32(0.3)] * 2, [0.0, 0.0]]
    PortAudio().refresh()
    assert sounddevice.log == [], "PortAudio is left alone while the tone plays"
    speaker.close()
    speaker.close()
    assert stream.closed
    PortAudio().refresh()
    assert sounddevice.log == ["terminate", "initialize"]


@pytest.mark.parametrize("what", ["no output", "busy", "does not start"])
def test_portaudio_says_why_the_tone_cannot_be_played(
    sounddevice: _FakeSoundDevice, what: str
) -> None:
    sounddevice.has_output = what != "no output"
    sounddevice.refuse = lambda form: BUSY if what == "busy" else None
    sounddevice.start_fails = what == "does not start"
    with pytest.raises(AudioDeviceError, match="could not be played") as caught:
        PortAudioSpeaker().play(np.zeros(4, np.float32))
    assert "sound settings" in str(caught.value)

"""`companion devices` as people and programs see it."""

from __future__ import annotations

import json

import pytest

from companion.audio import portaudio
from companion.audio.devices import InputDevice
from companion.cli.app import run
from companion.errors import AudioDeviceError
from tests.fakes.sound import microphone

HEADSET = microphone("Jabra Evolve2 65", host_api="Core Audio")
MONITOR = microphone(
    "Monitor of Built-in Audio", index=1, host_api="Core Audio", channels=2, is_default=False
)


def _machine_with(monkeypatch: pytest.MonkeyPatch, *inputs: InputDevice) -> None:
    monkeypatch.setattr(portaudio.PortAudio, "inputs", lambda self: inputs)


def test_devices_marks_the_default_and_the_refused_in_words(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _machine_with(monkeypatch, HEADSET, MONITOR)
    assert run(["devices"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[:2] == ["Jabra Evolve2 65 (default)", "    Core Audio, 1 channel, 48000 Hz"]
    assert lines[2:4] == ["Monitor of Built-in Audio", "    Core Audio, 2 channels, 48000 Hz"]
    assert lines[4] == "    refused: it records what the speakers play, and so the other person"
    assert "--device" in lines[-1]


def test_devices_json_is_a_line_for_each_input(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _machine_with(monkeypatch, HEADSET, MONITOR)
    assert run(["devices", "--json"]) == 0
    first, second = map(json.loads, capsys.readouterr().out.splitlines())
    assert first == {
        "name": "Jabra Evolve2 65",
        "host_api": "Core Audio",
        "channels": 1,
        "default_rate_hz": 48_000,
        "default": True,
        "refused": None,
    }
    assert second["refused"].startswith("it records")


@pytest.mark.parametrize(("arguments", "said"), [([], "Plug one in"), (["--json"], "")])
def test_devices_without_any_says_what_to_do(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    said: str,
) -> None:
    _machine_with(monkeypatch)
    assert run(["devices", *arguments]) == 0
    out = capsys.readouterr().out
    assert said in out
    assert out or arguments


def test_devices_with_only_refused_ones_says_what_to_do(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _machine_with(monkeypatch, MONITOR)
    assert run(["devices"]) == 0
    assert "None of these can be used. Plug one in" in capsys.readouterr().out


def test_devices_without_portaudio_is_one_sentence_and_exit_code_2(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def missing(self: object) -> tuple[InputDevice, ...]:
        raise AudioDeviceError(portaudio.MISSING)

    monkeypatch.setattr(portaudio.PortAudio, "inputs", missing)
    assert run(["devices"]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.count("\n") == 1
    assert "libportaudio2" in captured.err

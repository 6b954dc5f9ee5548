"""`companion setup`: answers become settings, and an abort changes nothing."""

from __future__ import annotations

import io
from collections.abc import Sequence
from types import TracebackType

import numpy as np
import pytest
from typing_extensions import Self

from companion import locations
from companion.audio import devices, microphone
from companion.audio.devices import InputDevice
from companion.audio.sound import AudioChunk, SourceState, SourceStatus
from companion.cli.app import run
from companion.errors import AudioDeviceError
from companion.settings import AudioSettings, load_settings

BUILT_IN = InputDevice(0, "Built-in", "ALSA", 1, 48_000, is_default=True)
HEADSET = InputDevice(1, "USB Headset", "ALSA", 1, 48_000)
MONITOR = InputDevice(2, "Monitor of Speakers", "ALSA", 2, 48_000, refused="it hears the call")


class _Keyboard(io.StringIO):
    def isatty(self) -> bool:
        return True


class _Microphone:
    """A source that is as loud as it is told; knows which device was opened."""

    level_dbfs = -20.0
    fails = False
    delivers = True
    opened: list[str | None] = []  # noqa: RUF012 - shared on purpose, emptied for every test

    def __init__(self, settings: AudioSettings, *, device: str | None = None) -> None:
        self._device = device
        self._now_s = 0.0

    def __enter__(self) -> Self:
        if self.fails:
            raise AudioDeviceError("the input is busy; close the program that uses it")
        self.opened.append(self._device)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        pass

    def read(self, timeout_s: float) -> AudioChunk | None:
        if not self.delivers:
            return None
        chunk = AudioChunk(np.zeros(1600, np.float32), self._now_s)
        self._now_s = chunk.end_s
        return chunk

    def status(self) -> SourceStatus:
        return SourceStatus(SourceState.RUNNING, "fake", self.level_dbfs)


@pytest.fixture(autouse=True)
def _computer(monkeypatch: pytest.MonkeyPatch) -> None:
    _Microphone.opened = []
    monkeypatch.setattr(devices, "list_inputs", lambda: (BUILT_IN, HEADSET, MONITOR))
    monkeypatch.setattr(microphone, "MicrophoneSource", _Microphone)


def _type(monkeypatch: pytest.MonkeyPatch, answers: Sequence[str]) -> int:
    keyboard = _Keyboard("".join(f"{answer}\n" for answer in answers))
    monkeypatch.setattr("sys.stdin", keyboard)
    code = run(["setup"])
    assert keyboard.read() == "", "not every answer was asked for"
    return code


ENTER_ALL = ["", "n", "", "", "", "", "", ""]
"""Microphone, level check, headset, engine, model, language, transcript, save."""


def test_setup_pressing_enter_takes_what_is_offered(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _type(monkeypatch, ENTER_ALL) == 0
    settings = load_settings()
    assert settings.audio.device is None
    assert settings.audio.headset is True
    assert settings.recognizer.engine == "auto"
    assert settings.call.show_transcript is False
    out = capsys.readouterr().out
    assert "companion demo" in out
    assert "companion call" in out


def test_setup_never_offers_an_input_that_hears_others(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _type(monkeypatch, ENTER_ALL)
    out = capsys.readouterr().out
    assert "USB Headset" in out
    assert "Monitor" not in out


def test_setup_takes_the_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    # A number that is not there and a word are asked again.
    answers = ["9", "two", "3", "n", "2", "3", "en", "y", "y"]
    assert _type(monkeypatch, answers) == 0
    settings = load_settings()
    assert settings.audio.device == "USB Headset"
    assert settings.audio.headset is False
    assert settings.recognizer.engine == "sphinx"
    assert settings.call.show_transcript is True


def test_setup_again_offers_what_was_chosen_before(monkeypatch: pytest.MonkeyPatch) -> None:
    _type(monkeypatch, ["3", "n", "2", "3", "en", "y", "y"])
    before = locations.settings_file().read_bytes()
    assert _type(monkeypatch, ["", "n", "", "", "", "", ""]) == 0
    assert locations.settings_file().read_bytes() == before


def test_setup_hears_the_chosen_microphone(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _type(monkeypatch, ["3", "y", "", "", "", "", "", ""]) == 0
    assert _Microphone.opened == ["USB Headset"]
    assert "I hear you well." in capsys.readouterr().out


def test_setup_a_faint_microphone_can_be_changed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(_Microphone, "level_dbfs", -60.0)
    answers = ["3", "y", "y", "2", "y", "n", "", "", "", "", "", ""]
    assert _type(monkeypatch, answers) == 0
    assert _Microphone.opened == ["USB Headset", "Built-in"]
    assert capsys.readouterr().out.count("only faintly") == 2
    assert load_settings().audio.device == "Built-in"


def test_setup_a_microphone_that_delivers_nothing_does_not_hang(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(_Microphone, "delivers", False)
    assert _type(monkeypatch, ["", "y", "n", "", "", "", "", "", ""]) == 0
    assert "nothing at all" in capsys.readouterr().out


def test_setup_a_busy_microphone_is_said_and_another_offered(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(_Microphone, "fails", True)
    assert _type(monkeypatch, ["3", "y", "y", "2", "n", "", "", "", "", "", ""]) == 0
    assert "busy" in capsys.readouterr().out
    assert load_settings().audio.device == "Built-in"


@pytest.mark.parametrize("found", [(), (MONITOR,)], ids=["no input at all", "only refused ones"])
def test_setup_without_a_microphone_goes_on(
    found: tuple[InputDevice, ...],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(devices, "list_inputs", lambda: found)
    assert _type(monkeypatch, ["", "", "", "", "", ""]) == 0
    assert "No microphone was found" in capsys.readouterr().out


def test_setup_without_portaudio_goes_on(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def missing() -> tuple[InputDevice, ...]:
        raise AudioDeviceError("PortAudio is missing; install libportaudio2")

    monkeypatch.setattr(devices, "list_inputs", missing)
    assert _type(monkeypatch, ["", "", "", "", "", ""]) == 0
    assert "install libportaudio2" in capsys.readouterr().out


def test_setup_what_would_not_work_is_said_and_asked_again(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    # Whisper without a model on this computer; a language the built-in one cannot hear; no code.
    answers = ["", "n", "", "2", "", "", "3", "fr", "3", "English", "3", "en", "", ""]
    assert _type(monkeypatch, answers) == 0
    out = capsys.readouterr().out
    assert out.count("That would not work now") == 2
    assert "not the code of a language" in out
    assert load_settings().recognizer.engine == "sphinx"


@pytest.mark.parametrize("answers_given", range(len(ENTER_ALL)))
def test_setup_stopping_anywhere_changes_nothing(
    answers_given: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = locations.settings_file()
    path.parent.mkdir(parents=True)
    path.write_text("audio:\n  ring_s: 5 # mine\n", encoding="utf-8")
    assert _type(monkeypatch, ENTER_ALL[:answers_given]) == 130
    assert path.read_text(encoding="utf-8") == "audio:\n  ring_s: 5 # mine\n"


def test_setup_saying_no_at_the_end_changes_nothing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _type(monkeypatch, [*ENTER_ALL[:-1], "n"]) == 0
    assert not locations.settings_file().exists()
    assert "Nothing was changed" in capsys.readouterr().out


def test_setup_a_damaged_file_is_kept_and_said(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = locations.settings_file()
    path.parent.mkdir(parents=True)
    path.write_text("audio: [\n", encoding="utf-8")
    assert _type(monkeypatch, ENTER_ALL) == 0
    out, err = capsys.readouterr()
    assert "line 2" in err
    assert "settings.yaml.bak" in out
    assert load_settings().audio.headset is True


def test_setup_without_a_terminal_asks_nothing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("\n" * 20))
    assert run(["setup"]) == 2
    err = capsys.readouterr().err
    assert "--defaults" in err
    assert "--device" in err
    assert err.count("\n") == 1


def test_setup_defaults_asks_nothing_and_keeps_what_is_set(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    assert run(["setup", "--defaults"]) == 0
    assert not locations.settings_file().exists()
    run(["setup", "--speakers"])
    assert run(["setup", "--defaults"]) == 0
    assert load_settings().audio.headset is False
    assert str(locations.settings_file()) in capsys.readouterr().out


def test_setup_options_answer_instead_of_the_keyboard(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    options = ["--device", "USB Headset", "--headset", "--engine", "sphinx", "--language", "en"]
    assert run(["setup", *options, "--show-transcript"]) == 0
    settings = load_settings()
    assert (settings.audio.device, settings.audio.headset) == ("USB Headset", True)
    assert settings.recognizer.engine == "sphinx"
    assert settings.call.show_transcript is True
    assert run(["setup", "--device", ""]) == 0
    assert load_settings().audio.device is None


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--device", "Nosuch"], "companion devices"),
        (["--device", "Monitor of Speakers"], "it hears the call"),
        (["--engine", "magic"], "'auto', 'whisper' or 'sphinx'"),
        (["--language", "English"], "recognizer.language"),
    ],
)
def test_setup_an_option_that_cannot_work_is_refused(
    options: list[str], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["setup", *options]) == 2
    assert says in capsys.readouterr().err
    assert not locations.settings_file().exists()

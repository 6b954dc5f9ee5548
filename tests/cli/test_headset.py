"""`companion headset`, and the headset test before a call and in the set-up."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from datetime import date

import pytest

from companion.audio import devices
from companion.audio.devices import InputDevice
from companion.cli import clock, headset_testing
from companion.cli.app import run
from companion.errors import AudioDeviceError
from companion.live.one_call import the_only_call
from companion.settings import load_settings
from companion.settings_file import write_settings
from tests.fakes.room import Room

TODAY = date(2026, 11, 22)
HEADSET = InputDevice(0, "USB Headset", "ALSA", 1, 48_000, is_default=True)


class _Keyboard(io.StringIO):
    def isatty(self) -> bool:
        return True


class Desk:
    """An organizer at a computer in a room."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, room: Room) -> None:
        self.room = room
        self.opened: list[tuple[str | None, bool]] = []
        self._monkeypatch = monkeypatch
        monkeypatch.setattr(headset_testing, "microphone", self._microphone)
        monkeypatch.setattr(headset_testing, "speaker", lambda: self.room.speaker)
        monkeypatch.setattr(devices, "list_inputs", lambda: (HEADSET,))
        monkeypatch.setattr(clock, "today", lambda: TODAY)

    def _microphone(self, audio: object, allow_loopback: bool) -> Room:
        self.opened.append((getattr(audio, "device", None), allow_loopback))
        return self.room

    def types(self, command: list[str], *lines: str, attended: bool = True) -> int:
        keyboard = (_Keyboard if attended else io.StringIO)("".join(f"{x}\n" for x in lines))
        self._monkeypatch.setattr("sys.stdin", keyboard)
        return run(command)

    @property
    def played(self) -> int:
        return len(self.room.speaker.played)


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Desk]:
    return lambda **room: Desk(monkeypatch, Room(**room))


def _kept() -> tuple[bool | None, str | None]:
    audio = load_settings().audio
    return audio.headset, audio.headset_measured


@pytest.mark.parametrize(
    ("room", "answers", "said", "kept"),
    [
        ({"gain_db": -20}, ["y"], "Your microphone hears", (False, "speakers 2026-11-22")),
        ({}, ["y", "y"], "Nothing of the tone comes back", (True, "headset 2026-11-22")),
        ({}, ["y", "n"], "You did not hear the tone", (None, None)),
        ({"noise_db": -30}, ["y"], "too loud around you", (None, None)),
        ({"noise_db": None}, ["y"], "sends no sound at all", (None, None)),
    ],
)
def test_headset_says_and_keeps_what_it_found(
    desk: Callable[..., Desk],
    room: dict[str, float | None],
    answers: list[str],
    said: str,
    kept: tuple[bool | None, str | None],
    capsys: pytest.CaptureFixture[str],
) -> None:
    here = desk(**room)
    assert here.types(["headset"], *answers) == 0
    out, err = capsys.readouterr()
    assert said in out
    assert "quiet tone" in err, "what will be heard is said beforehand"
    assert ("Kept in your settings" in out) is (kept[0] is not None)
    assert _kept() == kept
    assert here.played == 1
    assert here.room.speaker.closed


def test_headset_plays_nothing_unless_told_to(
    desk: Callable[..., Desk], capsys: pytest.CaptureFixture[str]
) -> None:
    here = desk()
    assert here.types(["headset"], "n") == 0
    assert here.types(["headset"], attended=False) == 2
    assert "--yes" in capsys.readouterr().err
    assert here.played == 0
    assert here.opened == []


def test_headset_plays_nothing_while_a_call_is_on_in_another_window(
    desk: Callable[..., Desk], capsys: pytest.CaptureFixture[str]
) -> None:
    here = desk()
    with the_only_call():
        assert here.types(["headset", "--yes"], attended=False) == 2
    assert "another call" in capsys.readouterr().err
    assert here.played == 0
    assert here.opened == []


def test_headset_json_is_one_line(
    desk: Callable[..., Desk], capsys: pytest.CaptureFixture[str]
) -> None:
    here = desk(gain_db=-20, delay_s=0.3)
    options = ["headset", "--yes", "--json", "--device", "USB Headset"]
    assert here.types(options, attended=False) == 0
    line = json.loads(capsys.readouterr().out)
    assert line["playback"] == "speakers"
    assert line["echo"]["delay_s"] == pytest.approx(0.3, abs=0.002)
    assert line["loopback_allowed"] is False
    assert here.opened == [("USB Headset", False)]
    assert _kept() == (False, "speakers 2026-11-22")


def test_headset_that_nobody_heard_is_not_kept(
    desk: Callable[..., Desk], capsys: pytest.CaptureFixture[str]
) -> None:
    assert desk().types(["headset", "--yes"], attended=False) == 0
    assert "If you did not hear the tone" in capsys.readouterr().out
    assert _kept() == (None, None)


def test_headset_with_a_loopback_permitted_says_so_and_keeps_nothing(
    desk: Callable[..., Desk], capsys: pytest.CaptureFixture[str]
) -> None:
    here = desk(gain_db=0)
    assert here.types(["headset", "--yes", "--allow-loopback"], attended=False) == 0
    assert "--allow-loopback" in capsys.readouterr().err
    assert here.opened == [(None, True)]
    assert _kept() == (None, None)


def test_headset_that_cannot_be_played_is_one_sentence(
    desk: Callable[..., Desk], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def missing() -> object:
        raise AudioDeviceError("the tone could not be played; see the system's sound settings")

    here = desk()
    monkeypatch.setattr(headset_testing, "speaker", missing)
    assert here.types(["headset", "--yes"], attended=False) == 2
    assert "could not be played" in capsys.readouterr().err


LEAVE = ["", "5"]
"""The preparation, then the gate: not now."""


@pytest.mark.parametrize(
    ("what", "settings", "options", "offered"),
    [
        ("never measured", {}, [], True),
        ("said, not measured", {"audio.headset": True}, [], True),
        (
            "measured this week",
            {"audio.headset": True, "audio.headset_measured": "headset 2026-11-16"},
            [],
            False,
        ),
        (
            "measured long ago",
            {"audio.headset": True, "audio.headset_measured": "headset 2026-11-01"},
            [],
            True,
        ),
        (
            "speakers, measured today",
            {"audio.headset": False, "audio.headset_measured": "speakers 2026-11-22"},
            [],
            True,
        ),
        ("not wanted", {}, ["--no-headset-test"], False),
        ("the preparation is skipped", {"call.skip_preparation": True}, [], False),
    ],
)
def test_headset_test_is_offered_before_a_call_where_it_is_due(
    desk: Callable[..., Desk],
    what: str,
    settings: dict[str, bool | str],
    options: list[str],
    offered: bool,
    capsys: pytest.CaptureFixture[str],
) -> None:
    write_settings(dict(settings))
    here = desk()
    lines = (["n"] if offered else []) + LEAVE
    assert here.types(["call", "--plain", *options], *lines) == 0
    err = capsys.readouterr().err
    assert ("quiet tone" in err) is offered, what
    assert "Ask for consent" in err
    assert here.played == 0, "nothing plays without a yes"


def test_headset_test_comes_before_consent_and_is_kept(
    desk: Callable[..., Desk], capsys: pytest.CaptureFixture[str]
) -> None:
    here = desk(gain_db=-20)
    assert here.types(["call", "--plain"], "y", "n", *LEAVE) == 0
    err = capsys.readouterr().err
    assert err.index("Your microphone hears what your speakers play") < err.index("Ask for consent")
    assert _kept() == (False, "speakers 2026-11-22")


@pytest.mark.parametrize("options", [["--prompts-only"], ["--input", "talk.wav"]])
def test_headset_test_needs_a_microphone(
    desk: Callable[..., Desk], options: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert desk().types(["call", "--plain", "--headset-test", *options]) == 2
    assert "--headset-test" in capsys.readouterr().err


def test_headset_can_be_tested_in_the_set_up(desk: Callable[..., Desk]) -> None:
    here = desk(gain_db=-20)
    # Microphone, level check, test it, once more, and whatever comes after.
    lines = ["", "n", "3", "n", "", "", "", "", ""]
    assert here.types(["setup"], *lines) == 0
    assert _kept() == (False, "speakers 2026-11-22")
    assert here.played == 1


def test_headset_set_up_asks_again_where_the_test_tells_nothing(desk: Callable[..., Desk]) -> None:
    here = desk(noise_db=-30)
    lines = ["", "n", "3", "n", "1", "", "", "", "", ""]
    assert here.types(["setup"], *lines) == 0
    assert _kept() == (True, None)

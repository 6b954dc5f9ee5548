"""`companion settings`: what can be set is shown with units, and changed with care."""

from __future__ import annotations

import pytest

from companion import locations
from companion.cli.app import run
from companion.settings import load_settings
from companion.settings_reference import defaults_text, known_settings


def test_settings_show_lists_every_key_with_unit_and_range(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(["settings", "show"]) == 0
    out = capsys.readouterr().out
    for setting in known_settings():
        assert f"  {setting.key} = " in out
        assert setting.comment in out


def test_settings_show_marks_what_was_changed(capsys: pytest.CaptureFixture[str]) -> None:
    run(["settings", "set", "recognizer.beam", "1"])
    capsys.readouterr()
    run(["settings", "show"])
    out = capsys.readouterr().out
    assert "* recognizer.beam = 1" in out
    assert out.count("\n* ") == 1


def test_settings_show_defaults_is_the_commented_file(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["settings", "show", "--defaults"]) == 0
    assert capsys.readouterr().out == defaults_text()


def test_settings_path_is_told_before_there_is_a_file(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["settings", "path"]) == 0
    assert capsys.readouterr().out.strip() == str(locations.settings_file())
    assert not locations.settings_file().exists()


def test_settings_set_and_reset(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["settings", "set", "audio.device", "USB Headset"]) == 0
    assert "audio.device = USB Headset" in capsys.readouterr().out
    assert load_settings().audio.device == "USB Headset"
    assert run(["settings", "reset", "audio.device"]) == 0
    assert load_settings().audio.device is None


def test_settings_set_to_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    run(["settings", "set", "audio.device", "X"])
    assert run(["settings", "set", "audio.device", ""]) == 0
    assert "audio.device = (nothing)" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["set", "audio.devise", "X"], "did you mean 'audio.device'"),
        (["set", "beam", "1"], "did you mean 'recognizer.beam'"),
        (["set", "recognizer.beam", "99"], "less than or equal to 10"),
        (["reset", "nonsense"], "companion settings show"),
    ],
)
def test_settings_refuses_in_one_line(
    arguments: list[str], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["settings", *arguments]) == 2
    err = capsys.readouterr().err
    assert says in err
    assert err.count("\n") == 1
    assert not locations.settings_file().exists()

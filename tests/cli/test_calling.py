"""What happens before a call: nobody is asked anything for a call that cannot start."""

from __future__ import annotations

import io

import pytest

from companion.audio import devices
from companion.audio.devices import InputDevice
from companion.cli.app import run
from companion.live.one_call import the_only_call

MICROPHONE = InputDevice(0, "Headset", "ALSA", 1, 48_000, is_default=True)


class _Terminal(io.StringIO):
    """Somebody who types these lines."""

    def isatty(self) -> bool:
        return True


def _call(monkeypatch: pytest.MonkeyPatch, inputs: tuple[InputDevice, ...], *options: str) -> int:
    monkeypatch.setattr(devices, "list_inputs", lambda: inputs)
    monkeypatch.setattr("sys.stdin", _Terminal("\n5\n"))
    return run(["call", "--plain", *options])


@pytest.mark.parametrize(
    ("inputs", "options", "reason"),
    [
        ((), (), "no microphone was found"),
        ((MICROPHONE,), ("--engine", "whisper"), "no Whisper model"),
    ],
)
def test_calling_asks_nobody_for_consent_where_no_call_can_start(
    inputs: tuple[InputDevice, ...],
    options: tuple[str, ...],
    reason: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert _call(monkeypatch, inputs, *options) == 2
    err = capsys.readouterr().err
    assert reason in err
    assert err.rstrip().endswith("or use the cards by hand with --prompts-only")
    assert "Ask for consent" not in err


def test_calling_asks_where_a_call_can_start_and_leaves_when_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _call(monkeypatch, (MICROPHONE,)) == 0
    assert "Ask for consent" in capsys.readouterr().err


@pytest.mark.parametrize("options", [(), ("--json",)])
def test_calling_by_hand_needs_somebody_who_turns_the_cards(
    options: tuple[str, ...], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", _Terminal() if options else io.StringIO())
    assert run(["call", "--prompts-only", *options]) == 2
    assert "needs a terminal" in capsys.readouterr().err


@pytest.mark.parametrize("command", [("call", "--consent", "spoken"), ("transcribe", "talk.wav")])
def test_calling_refuses_a_whisper_model_for_the_other_engine(
    command: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run([*command, "--engine", "sphinx", "--model", "base"]) == 2
    assert "--model 'base' is for Whisper" in capsys.readouterr().err


def test_calling_names_the_choices_of_an_option_in_plain_words(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(["call", "--engine", "guess"]) == 2
    err = capsys.readouterr().err
    assert "'guess' is not one of 'auto', 'whisper', 'sphinx'" in err
    assert "Value error" not in err


@pytest.mark.parametrize("options", [(), ("--consent", "spoken")])
def test_calling_asks_nobody_while_another_call_listens(
    options: tuple[str, ...], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with the_only_call():
        assert _call(monkeypatch, (MICROPHONE,), *options) == 2
        err = capsys.readouterr().err
        assert "listening already" in err
        assert "--prompts-only" in err
        assert "Ask for consent" not in err

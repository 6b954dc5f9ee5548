"""What happens before a call: nobody is asked anything for a call that cannot start."""

from __future__ import annotations

import io

import pytest

from companion.audio import devices
from companion.audio.devices import InputDevice
from companion.cli.app import run

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

"""A whole call from the microphone: PulseAudio, PortAudio, the recognizer's process, plain lines.

Speech is played into a null sink; the call reads the sink's monitor, which only a test may allow.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fakes.pulse import PulseServer, private_pulse

pytestmark = [pytest.mark.pulse, pytest.mark.flite]

ROOT = Path(__file__).parents[1]
SPEECH = "What would you change about the schedule at the warehouse?"
TELLING_WORDS = {"what", "would", "you", "change", "about", "the", "schedule", "warehouse"}


@pytest.fixture
def pulse() -> Iterator[PulseServer]:
    with private_pulse() as server:
        yield server


@pytest.fixture
def speech(tmp_path: Path) -> Path:
    if shutil.which("flite") is None:
        pytest.skip("flite is not installed (apt install flite)")
    path = tmp_path / "speech.wav"
    subprocess.run(["flite", "-voice", "rms", "-t", SPEECH, "-o", str(path)], check=True)
    return path


class CallOnMicrophone:
    """`companion call` in a process of its own, read line by line."""

    def __init__(self, pulse: PulseServer) -> None:
        command = ["call", "--allow-loopback", "--consent", "spoken", "--plain", "--transcript"]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "companion", *command, "--engine", "sphinx"],
            env={**pulse.environment, "COMPANION_HOME": os.environ["COMPANION_HOME"]},
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def line(self, beginning: str) -> str:
        """The next line that begins so. The test's own time limit bounds the wait."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            if line.startswith(beginning):
                return line.strip()
        assert self.process.stderr is not None
        pytest.fail(f"no line '{beginning} …' before the end: {self.process.stderr.read()}")

    def close(self) -> None:
        self.process.kill()
        self.process.communicate()


@pytest.fixture
def call(pulse: PulseServer) -> Iterator[CallOnMicrophone]:
    running = CallOnMicrophone(pulse)
    yield running
    running.close()


def _telling_words(line: str) -> int:
    return len(TELLING_WORDS & set(line.lower().split()))


def test_microphone_call_hears_speech_survives_a_lost_device_and_ends_with_a_draft(
    pulse: PulseServer, speech: Path, call: CallOnMicrophone
) -> None:
    call.line("Listening.")
    pulse.play(speech)
    assert _telling_words(call.line("You: ")) >= 5

    pulse.kill()
    assert "is gone" in call.line("Problem: 'Monitor of")
    pulse.start()
    call.line("Mended: Your microphone")
    assert "the microphone was gone" in call.line("Gap: ")
    pulse.play(speech)
    assert _telling_words(call.line("You: ")) >= 5

    call.process.send_signal(signal.SIGINT)
    rest, errors = call.process.communicate(timeout=60)
    assert "Draft of this call. Nothing was stored." in rest
    assert "the microphone was gone" in rest
    assert call.process.returncode == 0
    assert "a loopback input was permitted" in rest, "the draft says so too"
    # What was permitted, the recognizer, and nothing of what ALSA and PortAudio print.
    permitted, recognizer = errors.splitlines()
    assert "(--allow-loopback)" in permitted
    assert "recognizer" in recognizer

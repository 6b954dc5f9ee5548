"""What native libraries print stays off the screen; what we say arrives."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
import soundfile

from companion import locations

NOISY = """
import os, sys
from companion.cli.standard_streams import keep_native_noise_out
keep_native_noise_out()
os.write(2, b"Expression 'r' failed in a library\\n")
print("our own: \\u00e9", file=sys.stderr)
print("the view's", file=sys.__stderr__)
print(sys.stderr.isatty())
"""


def _run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *command],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def test_standard_streams_error_holds_our_words_and_no_library_noise() -> None:
    done = _run("-X", "utf8", "-c", NOISY)
    assert done.returncode == 0
    assert done.stderr.splitlines() == ["our own: é", "the view's"]
    assert done.stdout == "False\n"


def test_standard_streams_error_of_a_program_without_a_console_is_left_alone() -> None:
    done = _run(
        "-c", "import sys; sys.stderr = sys.__stderr__ = None" + NOISY.replace("print", "#")
    )
    assert done.returncode == 0


def test_standard_streams_error_still_gets_the_one_sentence_of_an_error() -> None:
    done = _run("-m", "companion", "call", "--nonsense")
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
    assert "--nonsense" in done.stderr


def test_standard_streams_error_of_a_broken_sound_file_has_our_sentence_only(
    tmp_path: Path,
) -> None:
    broken = tmp_path / "broken.mp3"
    # The first bytes of an MP3 and nothing else: libmpg123 warns about that by itself.
    broken.write_bytes(bytes.fromhex("fff388c4") + bytes(9) + b"Xing" + bytes(13))
    done = _run("-m", "companion", "transcribe", str(broken))
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
    noisy = _run("-m", "companion", "--debug", "transcribe", str(broken))
    assert "mpg123" in noisy.stderr  # the technical details are shown where they are asked for


@pytest.fixture
def talk(tmp_path: Path) -> Path:
    """The first sentence of the sample call."""
    sound, rate_hz = soundfile.read(
        locations.shipped("configs", "samples", "one-on-one.en.ogg"), frames=16_000 * 5
    )
    path = tmp_path / "talk.wav"
    soundfile.write(path, sound, rate_hz)
    return path


@pytest.mark.skipif(os.name == "nt", reason="closing descriptors before the start is POSIX")
@pytest.mark.parametrize("closed", [0, 1, 2])
def test_standard_streams_that_are_closed_do_no_harm(closed: int, talk: Path) -> None:
    # The recognizer's process starts from the same streams: its pipe must not be among them.
    command = ["companion", "transcribe", "--engine", "sphinx", str(talk)]
    arguments = [sys.executable, "-m", *command]
    done = _run("-c", f"import os; os.close({closed}); os.execv({sys.executable!r}, {arguments!r})")
    assert done.returncode == 0, done.stderr
    assert len(done.stdout.splitlines()) == (0 if closed == 1 else 1)

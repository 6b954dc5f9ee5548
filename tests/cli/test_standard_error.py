"""What native libraries print stays off the screen; what we say arrives."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

NOISY = """
import os, sys
from companion.cli.standard_error import keep_native_noise_out
keep_native_noise_out()
os.write(2, b"Expression 'r' failed in a library\\n")
print("our own: \\u00e9", file=sys.stderr)
print("the view's", file=sys.__stderr__)
print(sys.stderr.isatty())
"""


def _run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *command],
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def test_standard_error_holds_our_words_and_no_library_noise() -> None:
    done = _run("-X", "utf8", "-c", NOISY)
    assert done.returncode == 0
    assert done.stderr.splitlines() == ["our own: é", "the view's"]
    assert done.stdout == "False\n"


def test_standard_error_of_a_program_without_a_console_is_left_alone() -> None:
    done = _run(
        "-c", "import sys; sys.stderr = sys.__stderr__ = None" + NOISY.replace("print", "#")
    )
    assert done.returncode == 0


def test_standard_error_still_gets_the_one_sentence_of_an_error() -> None:
    done = _run("-m", "companion", "call", "--nonsense")
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
    assert "--nonsense" in done.stderr


def test_standard_error_of_a_broken_sound_file_has_our_sentence_only(tmp_path: Path) -> None:
    broken = tmp_path / "broken.mp3"
    # The first bytes of an MP3 and nothing else: libmpg123 warns about that by itself.
    broken.write_bytes(bytes.fromhex("fff388c4") + bytes(9) + b"Xing" + bytes(13))
    done = _run("-m", "companion", "transcribe", str(broken))
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
    noisy = _run("-m", "companion", "--debug", "transcribe", str(broken))
    assert "mpg123" in noisy.stderr  # the technical details are shown where they are asked for

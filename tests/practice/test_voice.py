"""The other person's voice: found where there is one, and fed by standard input."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

from companion.practice.voice import Speaker, find_speaker


def test_voice_reads_its_line_from_standard_input(tmp_path: Path) -> None:
    heard = tmp_path / "heard"
    program = f"import sys, pathlib; pathlib.Path({str(heard)!r}).write_text(sys.stdin.read())"
    assert Speaker("fake", (sys.executable, "-c", program)).say("It is the fumes.")
    assert heard.read_text(encoding="utf-8") == "It is the fumes."


def test_voice_that_fails_says_so() -> None:
    assert not Speaker("fake", (sys.executable, "-c", "raise SystemExit(3)")).say("x")
    assert not Speaker("fake", ("no-such-program-here",)).say("x")


@pytest.mark.parametrize(
    ("platform", "programs", "language", "found"),
    [
        ("darwin", {"say"}, "en", "say"),
        ("win32", {"powershell"}, "en", "Windows speech"),
        ("linux", {"flite", "espeak-ng"}, "en", "flite"),
        ("linux", {"flite", "espeak-ng"}, "es", "espeak-ng"),
        ("linux", {"flite"}, "es", None),
        ("linux", set(), "en", None),
    ],
)
def test_voice_takes_what_the_computer_has(
    monkeypatch: pytest.MonkeyPatch,
    platform: str,
    programs: set[str],
    language: str,
    found: str | None,
) -> None:
    monkeypatch.setattr(sys, "platform", platform)
    monkeypatch.setattr(shutil, "which", lambda name: name if name in programs else None)
    speaker = find_speaker(language, None)
    assert (speaker.name if speaker is not None else None) == found

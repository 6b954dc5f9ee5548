"""Speaks the other person's lines with the synthesizer that the computer has, where it has one.

macOS has `say`, Windows its own speech; on Linux `flite` or `espeak-ng` can be installed. None of
them uses the network. A line goes in by standard input, so that it stands in no list of processes.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from dataclasses import dataclass, field

WITHIN_S = 60.0
_WINDOWS = (
    "Add-Type -AssemblyName System.Speech; "
    "(New-Object System.Speech.Synthesis.SpeechSynthesizer).Speak([Console]::In.ReadToEnd())"
)


@dataclass(frozen=True, slots=True)
class Speaker:
    """A program that speaks what it reads on standard input."""

    name: str
    command: tuple[str, ...] = field(repr=False)

    def say(self, text: str) -> bool:
        """Speak, and come back when it was said; False where that failed."""
        try:
            done = subprocess.run(
                self.command,
                input=text,
                encoding="utf-8",
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                timeout=WITHIN_S,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired):
            return False
        return done.returncode == 0


def find_speaker(language: str, voice: str | None) -> Speaker | None:
    """The computer's synthesizer for a language; None where there is none.

    Args:
        language: such as en.
        voice: a voice of flite; the others speak with their own.
    """
    if sys.platform == "darwin" and shutil.which("say"):
        return Speaker("say", ("say", "-f", "-"))
    if sys.platform == "win32" and (shell := shutil.which("powershell")):
        return Speaker("Windows speech", (shell, "-NoProfile", "-Command", _WINDOWS))
    if language == "en" and shutil.which("flite"):
        return Speaker("flite", ("flite", "-voice", voice or "slt", "/dev/stdin"))
    if shutil.which("espeak-ng"):
        return Speaker("espeak-ng", ("espeak-ng", "-v", language, "--stdin"))
    return None

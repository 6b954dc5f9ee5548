"""The program as it is, watched: real recognizers load their models and hear, every part loads.

No words are planted here; what counts is what is opened, mapped and reached.
"""

from __future__ import annotations

import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from companion.audit.allowed import LOCKS, SOUND_SERVERS, Allowed
from companion.audit.disk import search_folders
from companion.audit.findings import Breach, Finding
from companion.audit.folders import Folders, python_command, with_package
from companion.audit.judge import Judge, Seen
from companion.audit.needles import Needles
from companion.audit.tracing import Means, TracedProcess

_WITHIN_S = 300.0
_LAST_WORDS = 160


@dataclass(frozen=True, slots=True)
class Program:
    """A command of ours, run as people run it."""

    name: str
    title: str
    arguments: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ProgramSeen:
    """What was seen of it."""

    program: Program
    took_s: float
    seen: Seen | None
    """None where system calls could not be watched."""
    findings: tuple[Finding, ...]


def programs(whisper_model: Path | None) -> tuple[Program, ...]:
    """What is run; with a Whisper model in this folder, that too."""
    demo = ("-m", "companion", "demo", "--fast", "--plain")
    listed = [
        Program("imports", "every module and library is imported", ("-m", f"{_HERE}.imports")),
        Program("sphinx", "the sample call with pocketsphinx", (*demo, "--engine", "sphinx")),
    ]
    if whisper_model is not None:
        listed.append(
            Program(
                "whisper",
                "the sample call with Whisper",
                (*demo, "--engine", "whisper", "--model", str(whisper_model)),
            )
        )
    return tuple(listed)


_HERE = "companion.audit"


def run_program(program: Program, needles: Needles, means: Means, base: Path) -> ProgramSeen:
    """Run it to its end, watched, with no network where that is permitted."""
    folders = Folders(base / f"program-{program.name}")
    judge = Judge(needles, Allowed(shared=(LOCKS, SOUND_SERVERS)))
    began_s = time.monotonic()
    findings: list[Finding] = []
    with TracedProcess(
        means,
        python_command(*program.arguments),
        judge,
        environment=with_package(folders.environment()),
        folder=folders.cwd,
    ) as process:
        said = process.output.read()
        try:
            code = process.wait(_WITHIN_S)
        except subprocess.TimeoutExpired:
            code = None
    if code != 0:
        words = said.decode("utf-8", "replace").strip()[-_LAST_WORDS:]
        findings.append(Finding(Breach.ENDED, f"{program.name}: exit code {code}: {words}"))
    left = _left_in([folders.home, folders.cwd, folders.temporary])
    findings += [Finding(Breach.OPENED, f"{path}, left behind") for path in left]
    findings += search_folders([folders.base], 0.0, needles).findings
    seen = judge.seen if means.strace is not None else None
    if seen is not None:
        findings += seen.findings
    return ProgramSeen(program, time.monotonic() - began_s, seen, tuple(findings))


def _left_in(folders: Sequence[Path]) -> list[Path]:
    return [path for folder in folders for path in folder.rglob("*") if path.is_file()]

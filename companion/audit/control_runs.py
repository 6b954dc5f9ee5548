"""Runs the positive controls: does this audit notice what it must?"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from companion.audit.allowed import Allowed
from companion.audit.controls import CONTROLS, Control
from companion.audit.disk import search_folders
from companion.audit.findings import Breach
from companion.audit.folders import Folders, python_command, with_package
from companion.audit.identifiers import Identifier, IdentifierKind
from companion.audit.judge import Judge
from companion.audit.needles import Needles
from companion.audit.tracing import Means, TracedProcess, core_files_possible

_WITHIN_S = 60.0


@dataclass(frozen=True, slots=True)
class ControlSeen:
    """What became of one control."""

    control: Control
    caught: bool
    how: str
    """What noticed it, or why nothing did."""


def possible_controls(means: Means) -> tuple[Control, ...]:
    """Those that can be tried here: without a trace only what lies on disk shows."""
    return tuple(
        control
        for control in CONTROLS
        if (control.on_disk if means.strace is None else _can_be_done(control))
    )


def run_controls(
    controls: tuple[Control, ...], spoken: tuple[Identifier, ...], means: Means, base: Path
) -> Iterator[ControlSeen]:
    """One after the other, each with a planted word."""
    needles = Needles(spoken)
    # Their last letter is not a plain one, so that every form of escaping shows.
    accented = [i for i in spoken if i.kind is IdentifierKind.NAME and i.marks[-1].endswith("é")]
    for number, control in enumerate(controls):
        word = accented[number % len(accented)].marks[-1]
        yield _run(control, word, needles, means, base / f"control-{control.name}")


def _run(control: Control, word: str, needles: Needles, means: Means, base: Path) -> ControlSeen:
    folders = Folders(base)
    judge = Judge(needles, Allowed((folders.cwd / "allowed",)))
    ours, theirs = os.pipe()
    os.write(theirs, word.encode())
    os.close(theirs)
    try:
        with TracedProcess(
            means,
            python_command("-S", "-m", "companion.audit.controls", control.name),
            judge,
            environment=with_package(folders.environment()),
            folder=folders.cwd,
            stdin=ours,
        ) as process:
            process.output.read()
            process.wait(_WITHIN_S)
    except subprocess.TimeoutExpired:
        return ControlSeen(control, False, "it did not end")
    finally:
        os.close(ours)
    on_disk = bool(search_folders([base], 0.0, needles).findings)
    traced = {finding.breach for finding in judge.seen.findings}
    wanted = control.traced if means.strace is not None else frozenset[Breach]()
    missing = [breach.value for breach in wanted - traced]
    if control.on_disk and not on_disk:
        missing.append("the word on disk")
    if missing:
        return ControlSeen(control, False, f"not noticed: {', '.join(sorted(missing))}")
    noticed = sorted(breach.value for breach in traced) + ["the word on disk"] * on_disk
    return ControlSeen(control, True, ", ".join(noticed))


def _can_be_done(control: Control) -> bool:
    # Where no program may leave a core file, none can be made as a control.
    return control.name != "core" or core_files_possible()

"""The doctor's round: every check, in the order in which it is told."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from companion.checks import computer, hearing, installed, privacy
from companion.checks.check import Check, guarded

CHECKS: tuple[tuple[str, Callable[[str], Check]], ...] = (
    ("Python", installed.python),
    ("Shipped files", installed.shipped_files),
    ("Settings", installed.settings),
    ("Conversation", installed.rap),
    ("Microphone", hearing.microphone),
    ("Headset", hearing.headset),
    ("Built-in recognizer", hearing.built_in_recognizer),
    ("Recognizer in calls", hearing.recognizer),
    ("Own process", privacy.own_process),
    ("Computer", computer.cores_and_memory),
    ("Disk", computer.disk),
    ("Terminal", computer.terminal),
    ("Network", privacy.network),
    ("Audit", privacy.last_audit),
)


def run_checks() -> Iterator[Check]:
    """All checks, one after the other; never raises for what they find."""
    for name, look in CHECKS:
        yield guarded(name, look)

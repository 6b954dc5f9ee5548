"""One check: what it found, in plain words, and a way to mend it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from companion.errors import CompanionError


class Verdict(str, Enum):
    """How a check ended."""

    OK = "ok"
    WARN = "warn"
    """Works, and could be better."""
    FAIL = "fail"
    """Needs mending before a call."""


@dataclass(frozen=True, slots=True)
class Check:
    """What one check found."""

    name: str
    verdict: Verdict
    finding: str
    remedy: str = ""
    """What to do; empty where all is well."""


def guarded(name: str, look: Callable[[str], Check]) -> Check:
    """One check; whatever goes wrong in it becomes its finding."""
    try:
        return look(name)
    except CompanionError as error:
        finding, _, remedy = str(error).partition("; ")
        return Check(name, Verdict.FAIL, finding, remedy)
    except Exception as error:  # noqa: BLE001 - a check must not take the others with it
        return Check(
            name,
            Verdict.FAIL,
            f"could not be checked ({type(error).__name__})",
            "reinstall companion; if it stays so, please report it where companion is hosted",
        )

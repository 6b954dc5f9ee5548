"""What the last audit on this computer came to: a few words, for `companion doctor`."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from companion import locations

OUTCOMES = {
    "clean": "clean, nothing was found",
    "in_part": "clean in the parts that work on this system",
    "found": "something was found",
}
"""What an audit can come to, in words."""
_NAME = "last-audit.json"
_READABLE_BY_OWNER = 0o600


@dataclass(frozen=True, slots=True)
class LastAudit:
    """One audit, in short."""

    made_at: datetime
    version: str
    outcome: str
    """One of `OUTCOMES`."""
    quick: bool


def keep_last(audit: LastAudit) -> None:
    """Remember it in place of the one before, unless that one says more: a quick audit that found
    nothing tells less than a full one. A full or read-only disk is no reason to fail."""
    before = read_last()
    same = before is not None and not before.quick and before.version == audit.version
    if same and audit.quick and audit.outcome != "found":
        return
    path = _path()
    values = {
        "made_at": audit.made_at.isoformat(timespec="seconds"),
        "version": audit.version,
        "outcome": audit.outcome,
        "quick": audit.quick,
    }
    fresh = path.with_suffix(".new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, _READABLE_BY_OWNER)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(values, file)
        fresh.replace(path)
    except OSError:
        with suppress(OSError):
            fresh.unlink()


def read_last() -> LastAudit | None:
    """The last one; None where there was none, or it cannot be read."""
    try:
        values = json.loads(_path().read_text(encoding="utf-8"))
        last = LastAudit(
            datetime.fromisoformat(values["made_at"]),
            str(values["version"]),
            str(values["outcome"]),
            bool(values["quick"]),
        )
        return last if last.outcome in OUTCOMES else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _path() -> Path:
    return locations.user_data() / _NAME

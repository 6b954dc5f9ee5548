"""Where a watched program runs: folders and an environment of its own, and this Python."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path


class Folders:
    """Every folder that a program may take for the user's, in a place of the audit's own."""

    def __init__(self, base: Path) -> None:
        self.base = base
        self.home, self.cwd, self.temporary = base / "home", base / "cwd", base / "tmp"
        for folder in (self.home, self.cwd, self.temporary):
            folder.mkdir(parents=True)

    @property
    def store(self) -> Path:
        """Where the store of this home lies."""
        return self.home / "companion" / "data" / "store"

    def environment(self) -> dict[str, str]:
        """The environment in which all of these are found, and nothing of the user's is."""
        home, temporary = str(self.home), str(self.temporary)
        return {
            **{k: v for k, v in os.environ.items() if not k.startswith(("XDG_", "HF_"))},
            **dict.fromkeys(("HOME", "USERPROFILE", "APPDATA", "LOCALAPPDATA"), home),
            **dict.fromkeys(("TMPDIR", "TEMP", "TMP"), temporary),
            "COMPANION_HOME": str(self.home / "companion"),
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
        }


def with_package(environment: Mapping[str, str]) -> dict[str, str]:
    """The same, so that this package is found from another working folder."""
    here = str(Path(__file__).resolve().parents[2])
    found = [here, *filter(None, [environment.get("PYTHONPATH")])]
    return {**environment, "PYTHONPATH": os.pathsep.join(found)}


def python_command(*arguments: str) -> Sequence[str]:
    """This Python with these arguments."""
    return [sys.executable, *arguments]

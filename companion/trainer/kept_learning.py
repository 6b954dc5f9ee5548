"""What was learned for a rap, in its folder: written as a whole, looked at, and taken away.

Each file is replaced in one go, and the card comes last: whatever interrupts the writing, no file
is half written, and a card whose fingerprints do not fit tells that it was interrupted.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from companion import locations
from companion.errors import ModelError
from companion.whole_files import replace_whole

CARD = "card.json"
CARD_TEXT = "card.md"
_ENDING = ".learned"
_OURS = ("understanding.*.npz", "questions.*.npz", "answers.*.npz", CARD, CARD_TEXT)


@dataclass(frozen=True, slots=True)
class Kept:
    """What one folder holds."""

    name: str
    """Of the rap that it was learned for."""
    folder: Path
    card: Mapping[str, Any]
    """See `model_card`; empty where it cannot be read."""
    whole: bool
    """Whether all files are as the card says."""


def write_learned(folder: Path, files: Mapping[str, bytes], card: str, card_text: str) -> None:
    """Put artefacts and their card into a folder; files of an earlier training go.

    Args:
        folder: made where it is missing.
        files: by their names.
        card: JSON; names the fingerprint of each file.
        card_text: the same for people.

    Raises: ModelError where the folder cannot be written.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for name, content in files.items():
            replace_whole(folder / name, content)
        replace_whole(folder / CARD_TEXT, card_text.encode())
        replace_whole(folder / CARD, card.encode())
        for path in _files_of(folder):
            if path.name not in (*files, CARD, CARD_TEXT):
                path.unlink()
    except OSError as error:
        raise ModelError(
            f"{folder} cannot be written ({error.strerror}); check that it is yours and that "
            "the disk has room"
        ) from None


def sha256_of(content: bytes) -> str:
    """The fingerprint that a card gives a file, hex."""
    return hashlib.sha256(content).hexdigest()


def kept_learning() -> list[Kept]:
    """Everything that was learned for the user's own raps, by name."""
    parent = locations.learned_folder("any").parent
    folders = sorted(p for p in parent.glob(f"*{_ENDING}") if p.is_dir())
    return [_kept(folder) for folder in folders]


def remove_learned(name: str) -> bool:
    """Take away what was learned for a rap; False where there was nothing.

    Raises: ModelError where it cannot be removed.
    """
    folder = locations.learned_folder(name)
    if not folder.is_dir():
        return False
    try:
        for path in _files_of(folder):
            path.unlink()
        with contextlib.suppress(OSError):  # somebody else's files stay, and so does their folder
            folder.rmdir()
    except OSError as error:
        raise ModelError(
            f"{folder} cannot be removed ({error.strerror}); end calls that use it and try again"
        ) from None
    return True


def _kept(folder: Path) -> Kept:
    card: dict[str, Any] = {}
    with contextlib.suppress(OSError, ValueError):
        read = json.loads((folder / CARD).read_text(encoding="utf-8"))
        card = read if isinstance(read, dict) else {}
    files = card.get("files")
    whole = (
        isinstance(files, dict)
        and bool(files)
        and all(_fits(folder / str(name), sha) for name, sha in files.items())
    )
    return Kept(folder.name.removesuffix(_ENDING), folder, card, whole)


def _fits(path: Path, sha256: object) -> bool:
    try:
        return sha256_of(path.read_bytes()) == sha256
    except OSError:
        return False


def _files_of(folder: Path) -> list[Path]:
    return [path for pattern in _OURS for path in folder.glob(pattern) if path.is_file()]

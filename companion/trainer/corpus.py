"""Labelled calls from files and folders.

Two forms hold the same: `.json` (see `json_form`), which labellers exchange, and `.call` (see
`call_form`), which people write and read.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from companion.errors import InputError
from companion.trainer.call_form import parse_call
from companion.trainer.json_form import parse_json
from companion.trainer.labelled import LabelledCall, LabelledUtterance, Span, Truth, bare
from companion.trainer.source import read_text

__all__ = [
    "LabelledCall",
    "LabelledUtterance",
    "Span",
    "Truth",
    "bare",
    "parse_call",
    "parse_json",
    "read_call",
    "read_calls",
]


def read_calls(paths: Sequence[Path]) -> list[LabelledCall]:
    """Labelled calls from files and folders (`.json` and `.call`), in the order of their names.

    Raises: InputError, naming the file and the line or key, and the way to mend it.
    """
    calls: dict[str, tuple[Path, LabelledCall]] = {}
    for path in _files(paths):
        call = read_call(path)
        if call.call_id in calls:
            raise InputError(
                f"{path}: has the call id {call.call_id!r}, and so has "
                f"{calls[call.call_id][0]}; give each call its own"
            )
        calls[call.call_id] = (path, call)
    return [call for _, call in calls.values()]


def _files(paths: Sequence[Path]) -> Iterator[Path]:
    seen: set[Path] = set()
    for path in paths:
        for file in _in_folder(path) if path.is_dir() else [path]:
            if file.resolve() in seen:
                raise InputError(
                    f"{file}: is named twice; name it once, or its figures count twice"
                )
            seen.add(file.resolve())
            yield file


def _in_folder(folder: Path) -> list[Path]:
    found = sorted([*folder.glob("*.call"), *folder.glob("*.json")])
    if not found:
        raise InputError(f"{folder}: holds no .call or .json files; name a folder that does")
    return found


def read_call(path: Path) -> LabelledCall:
    """One labelled call; see `read_calls`."""
    ending = path.suffix.lower()
    if not ending and not path.exists():
        raise InputError(f"{path}: there is no such file or folder; check the name")
    if ending not in (".call", ".json"):
        raise InputError(f"{path}: must be a labelled call, a .call or .json file")
    text = read_text(path)
    parse = parse_call if ending == ".call" else parse_json
    return parse(text, path.stem, str(path))

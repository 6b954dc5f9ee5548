"""Published versions of raps: their records, read with care, and their changelog."""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from companion.errors import RapError
from companion.trainer.signed_figures import Summary
from companion.understanding import rap_library
from companion.understanding.rap_library import LEARNED, RAP_FILE, RECORD_FILE

FORM = 1
CHANGELOG_FILE = "CHANGELOG.md"
MAX_RECORD_BYTES = 200_000


@dataclass(frozen=True, slots=True)
class Published:
    """What is known of a published version."""

    name: str
    version: str
    title: str
    """What people call the rap."""
    language: str
    sha256: str
    """Of its file."""
    published_at: str
    """ISO moment with its offset."""
    companion: str
    """The version of the program that published it."""
    note: str = field(default="", repr=False)
    signed_by: str = ""
    """As somebody typed it; empty where nobody signed."""
    changes: tuple[str, ...] = field(default=(), repr=False)
    """What is otherwise than in the version before, in words."""
    figures: Summary = field(default_factory=dict)
    learned: Mapping[str, str] = field(default_factory=dict)
    """Its own learned part: file name to SHA-256; empty where it uses what ships."""

    @property
    def folder(self) -> Path:
        """Where it lies."""
        return rap_library.published_folder(self.name, self.version)

    def as_json(self) -> str:
        """The record's file."""
        return json.dumps({"form": FORM, **asdict(self)}, indent=2, sort_keys=True) + "\n"


def read_published(name: str, version: str) -> Published:
    """The record of a published version.

    Raises: RapError where it is missing or damaged.
    """
    path = rap_library.published_folder(name, version) / RECORD_FILE
    try:
        with path.open("rb") as file:
            raw = file.read(MAX_RECORD_BYTES + 1)
        values = json.loads(raw) if len(raw) <= MAX_RECORD_BYTES else None
        if not isinstance(values, dict) or values.pop("form") != FORM:
            raise ValueError
        return _published(values, name, version)
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        raise RapError(
            f"{path.parent}: the record of this published version is missing or damaged; "
            "use another version, or publish the rap anew"
        ) from None


def all_published(name: str) -> list[Published]:
    """Every published version of a rap whose record can be read, the oldest first."""
    found = []
    for version in rap_library.published_versions(name):
        with contextlib.suppress(RapError):  # told of where that version is used
            found.append(read_published(name, version))
    return found


def check_published(record: Published) -> None:
    """Refuse a version whose files are not what they were when it was published.

    Raises: RapError.
    """
    files = {RAP_FILE: record.sha256}
    files |= {f"{LEARNED}/{name}": sha256 for name, sha256 in record.learned.items()}
    for name, sha256 in files.items():
        try:
            fits = hashlib.sha256((record.folder / name).read_bytes()).hexdigest() == sha256
        except OSError:
            fits = False
        if not fits:
            raise RapError(
                f"{record.folder / name} was changed or removed after it was published; use "
                "another version ('companion rap list' shows them), or publish the rap anew"
            )


def changelog(records: Sequence[Published]) -> str:
    """The changelog of a rap as Markdown, the newest version first."""
    lines = ["# Published versions", ""]
    for record in reversed(records):
        signed = f", signed by {record.signed_by}" if record.signed_by else ""
        lines += [f"## {record.version} ({record.published_at[:10]}{signed})", ""]
        lines += [record.note, ""] if record.note else []
        lines += [f"- {change}" for change in record.changes]
        figures = ", ".join(f"{name} {value}" for name, value in record.figures.items())
        lines += [f"- figures: {figures}"] if figures else []
        lines += [f"- SHA-256 {record.sha256}", ""]
    return "\n".join(lines)


def _published(values: dict[str, Any], name: str, version: str) -> Published:
    values["changes"] = tuple(str(change) for change in values["changes"])
    record = Published(**values)
    texts = (
        record.title, record.language, record.sha256, record.published_at, record.companion,
        record.note, record.signed_by,
    )  # fmt: skip
    fits = record.name == name and record.version == version
    if not fits or not all(isinstance(text, str) for text in texts):
        raise ValueError
    if not isinstance(record.figures, dict) or not isinstance(record.learned, dict):
        raise TypeError
    for file in record.learned:
        if Path(file).name != file:
            raise ValueError
    return record

"""A rap from elsewhere is taken in like a stranger's parcel: looked at before it is put away.

Only the text of one file is taken, never a learned part or anything else that lies beside it. It
is bounded in size, plain YAML without aliases, an ordinary file and no link, free of characters
that cannot be seen and of markup, and a valid rap. Nothing is used until somebody says so.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import stat
from dataclasses import dataclass
from pathlib import Path

from companion.documents import Document, parse_document
from companion.errors import RapError
from companion.trainer.new_rap import SCHEMA_FILE, with_schema_line
from companion.trainer.rap_writing import replace, write_new
from companion.understanding import rap_library
from companion.understanding.adapt import examples_of
from companion.understanding.rap import Rap, check_rap
from companion.understanding.rap_bounds import texts, unseen
from companion.understanding.rap_library import RAP_FILE, RECORD_FILE
from companion.understanding.rap_schema import rap_schema

MAX_BYTES = 1_000_000
"""Eight times the shipped rap."""
MAX_RECORD_BYTES = 200_000
MOST_ENTRIES = 500
"""Files of a folder that are looked at by name."""
_MARKUP = re.compile(r"<\s*[A-Za-z/!?]|&#|javascript:", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Imported:
    """A rap that was taken in."""

    name: str
    path: Path
    rap: Rap
    cards: int
    examples: int


def import_rap(source: Path, name: str | None = None) -> Imported:
    """Take a rap from elsewhere into the user's folder.

    Args:
        source: its file, or a folder that holds just one rap, such as a published version.
        name: what to call it; None for the name that it comes with.

    Raises: RapError, DocumentError with the reason; then nothing was written.
    """
    file = _file_in(source) if source.is_dir() and not source.is_symlink() else source
    raw = _read(file, MAX_BYTES, "a rap")
    _check_fingerprint(file, raw)
    document = parse_document(raw, str(file))
    _check_text(document, raw.decode("utf-8-sig"))
    rap = check_rap(document)
    wanted = name or _name_for(file)
    problem = rap_library.name_problem(wanted)
    if problem is not None:
        raise RapError(f"{wanted[:60]!r} cannot be its name here; {problem} (give it with --name)")
    path = rap_library.raps_folder() / f"{wanted}.yaml"
    taken = "choose another name with --name"
    if wanted in rap_library.shipped_raps():
        raise RapError(f"a rap {wanted!r} ships with companion; {taken}")
    content = with_schema_line(raw.decode("utf-8-sig").replace("\r\n", "\n")).encode()
    if not path.exists():
        replace(path.parent / SCHEMA_FILE, rap_schema().encode())
    write_new(path, content, taken)
    cards = sum(len(goal.prompts) for part in rap.steps for goal in part.goals)
    return Imported(wanted, path, rap, cards, len(examples_of(rap)))


def _file_in(folder: Path) -> Path:
    """The one rap of a folder; folders within it are not looked into."""
    try:
        with os.scandir(folder) as entries:
            names = [entry.name for entry, _ in zip(entries, range(MOST_ENTRIES), strict=False)]
    except OSError as error:
        raise RapError(
            f"{folder} cannot be read ({error.strerror}); check that it is yours to read"
        ) from None
    raps = sorted(n for n in names if n.lower().endswith((".yaml", ".yml")))
    if RAP_FILE in raps:
        return folder / RAP_FILE
    if len(raps) == 1:
        return folder / raps[0]
    found = f"{len(raps)} of them ({', '.join(raps[:5])})" if raps else "none"
    raise RapError(f"{folder} should hold one .yaml file, and has {found}; name the rap's file")


def _read(path: Path, most: int, what: str) -> bytes:
    """The bytes of an ordinary file; a link, a pipe or a device is not followed."""
    flags = os.O_RDONLY | getattr(os, "O_BINARY", 0)
    flags |= getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    try:
        if path.is_symlink():
            raise RapError(f"{path} is a link to somewhere else; give the file itself")
        with os.fdopen(os.open(path, flags), "rb") as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise RapError(f"{path} is no ordinary file; give the rap's file")
            raw = file.read(most + 1)
    except FileNotFoundError:
        raise RapError(f"{path}: there is no such file; check the name") from None
    except OSError as error:
        raise RapError(
            f"{path}: cannot be read ({error.strerror}); check that it is a file and yours to read"
        ) from None
    if len(raw) > most:
        raise RapError(f"{path}: is larger than {most // 1000} kB, which {what} never is; refused")
    return raw


def _check_fingerprint(file: Path, raw: bytes) -> None:
    """A published version comes with its fingerprint: what was changed on its way is refused."""
    record = file.parent / RECORD_FILE
    if file.name != RAP_FILE or not (record.is_symlink() or record.exists()):
        return
    try:
        values = json.loads(_read(record, MAX_RECORD_BYTES, "a record"))
        told = values["sha256"]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise RapError(
            f"{record} is damaged; ask for the version anew, or import {file.name} alone from "
            "another folder"
        ) from None
    if told != hashlib.sha256(raw).hexdigest():
        raise RapError(
            f"{file} is not what was published: its fingerprint differs; ask the sender for it anew"
        )


def _check_text(document: Document, text: str) -> None:
    for number, line in enumerate(text.split("\n"), start=1):
        found = unseen(line.rstrip("\r"))
        if found is not None:
            raise RapError(
                f"{document.name}, line {number}: holds the unseen character {found}, which may "
                "hide or turn around what stands there; ask for the rap without it"
            )
    for path, value in texts(document.data):
        if _MARKUP.search(value):
            raise RapError(
                f"{document.name}, line {document.line(path)}: holds markup of a web page, which "
                "has no place in a rap; ask for the rap without it"
            )


def _name_for(file: Path) -> str:
    """'Our Rap (2).yaml' comes in as 'our-rap-2'; a published version by its rap's folder."""
    stem = file.parent.parent.name if file.name == RAP_FILE else file.stem
    return re.sub(r"[^a-z0-9.]+", "-", stem.lower()).strip("-.")[:60] or "imported"

"""Looks at what lies on disk afterwards: every file that is new or was changed since a moment."""

from __future__ import annotations

import gzip
import os
import stat
import tempfile
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from companion.audit.findings import Breach, Finding
from companion.audit.needles import Needles

PIECE_BYTES = 1 << 22
MOST_BYTES = 1 << 28
"""Of a file; a larger one is not read, and that is told."""
_MOST_UNPACKED = 1 << 26
_CLOCK_COARSENESS_S = 2.0
"""Some file systems note changes that roughly."""
_CORE_FILE_PATTERN = Path("/proc/sys/kernel/core_pattern")


@dataclass(frozen=True, slots=True)
class DiskSearch:
    """What a search of folders came to."""

    findings: tuple[Finding, ...]
    files: int
    searched_bytes: int
    not_read: tuple[str, ...]
    """Files that could not be read, or are too large."""


def places_outside() -> tuple[Path, ...]:
    """Where programs leave things unasked: the system's temporary folders, and shared memory."""
    named = (tempfile.gettempdir(), "/tmp", "/var/tmp", "/dev/shm")
    found = {Path(name).resolve() for name in named if Path(name).is_dir()}
    return tuple(sorted(found))


def core_files_go() -> str:
    """How this system treats a process that crashes, in words."""
    with suppress(OSError):
        pattern = _CORE_FILE_PATTERN.read_text(encoding="utf-8").strip()
        if pattern.startswith("|"):
            return f"handed to {pattern[1:].split()[0]}"
        return f"a file named after {pattern}"
    return "not known"


def search_folders(
    folders: Sequence[Path], since_s: float, needles: Needles, but: Sequence[Path] = ()
) -> DiskSearch:
    """Search names and content below `folders`, of files changed at `since_s` or later.

    `since_s`: seconds of the wall clock; 0 for every file. `but`: not below these.
    """
    findings: list[Finding] = []
    not_read: list[str] = []
    files = searched = 0
    for path in _files(folders, frozenset(but)):
        try:
            known = path.lstat()
            if not stat.S_ISREG(known.st_mode):
                continue
            changed_s = max(known.st_mtime, known.st_ctime)
            if changed_s < since_s - _CLOCK_COARSENESS_S:
                continue
            if known.st_size > MOST_BYTES:
                not_read.append(str(path))
                continue
            files += 1
            for data in (os.fsencode(path.name), *_content(path)):
                searched += len(data)
                found = finding(needles, data, str(path))
                if found is not None:
                    findings.append(found)
        except FileNotFoundError:
            continue  # gone in the meantime, which is as good as never there
        except OSError:
            not_read.append(str(path))
    return DiskSearch(tuple(findings), files, searched, tuple(not_read))


def finding(needles: Needles, data: bytes, where: str) -> Finding | None:
    """What stands in these bytes."""
    hits = needles.find(data)
    if not hits:
        return None
    return Finding(
        Breach.PLANTED,
        where,
        frozenset(hit.number for hit in hits),
        frozenset(hit.form for hit in hits),
    )


def _files(folders: Sequence[Path], but: frozenset[Path]) -> Iterator[Path]:
    for folder in folders:
        for here, inside, names in os.walk(folder):
            inside[:] = [name for name in inside if Path(here, name) not in but]
            yield from (Path(here, name) for name in names)


def _content(path: Path) -> Iterator[bytes]:
    """The bytes of a file in overlapping pieces, and what unpacks from it."""
    with path.open("rb") as file:
        head = tail = b""
        while piece := file.read(PIECE_BYTES):
            head = head or piece
            yield tail + piece
            tail = piece[-1024:]
    with suppress(OSError, EOFError, zlib.error, zipfile.BadZipFile, ValueError):
        if head.startswith(b"\x1f\x8b"):
            with gzip.open(path) as packed:
                yield packed.read(_MOST_UNPACKED)
        elif head.startswith(b"PK\x03\x04"):
            with zipfile.ZipFile(BytesIO(path.read_bytes())) as archive:
                for member in archive.infolist():
                    yield os.fsencode(member.filename)
                    with archive.open(member) as unpacked:
                        yield unpacked.read(_MOST_UNPACKED)
        elif head[:1] == b"\x78":
            yield zlib.decompressobj().decompress(path.read_bytes(), _MOST_UNPACKED)

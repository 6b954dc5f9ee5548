"""Downloading a model: what is missing, checked, and put in its place when it is whole.

A download fills a hidden folder beside the models, named after the hub's commit. Each file grows
as `NAME.part` and gets its name once its checksum is right; the folder gets its name once every
file is there. So a partial download is never taken for a model, and the next run goes on from it.
"""

from __future__ import annotations

import errno
import hashlib
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from companion import locations
from companion.asr.hub import BrokenOffError, Hub, Listing, RemoteFile
from companion.asr.model_files import (
    DownloadRecord,
    FileRecord,
    KnownModel,
    broken_off,
    read_record,
    remove_folder,
    sha256_of,
    verify,
    write_record,
)
from companion.errors import ModelError

ATTEMPTS = 5
"""Times that a file is gone on with in one run, as long as each brought something."""
SPARE_BYTES = 50_000_000
"""Disk space that a download leaves alone."""


@dataclass(frozen=True, slots=True)
class Offer:
    """What a download would fetch, and where to."""

    model: KnownModel
    listing: Listing

    @property
    def total_bytes(self) -> int:
        """Bytes of the whole model."""
        return sum(file.bytes for file in self.listing.files)

    @property
    def folder(self) -> Path:
        """Where the model will be."""
        return locations.speech_models() / self.model.name

    @property
    def partial_folder(self) -> Path:
        """Where it grows."""
        return locations.speech_models() / f".{self.model.name}@{self.listing.revision[:12]}"

    def here_bytes(self) -> int:
        """Bytes that an earlier, broken-off run has left."""
        return sum(
            min(_here_bytes(self.partial_folder, file), file.bytes) for file in self.listing.files
        )

    def is_installed(self) -> bool:
        """Whether this very commit is on the computer already, whole; reads every byte."""
        try:
            record = read_record(self.folder)
            if record is None or record.revision != self.listing.revision:
                return False
            return verify(self.model.name).intact
        except ModelError:
            return False


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a download is."""

    bytes: int
    total_bytes: int


def fetch(hub: Hub, offer: Offer) -> Iterator[Progress]:
    """Download what is missing, check it, and put the model in its place.

    Yields after every block. Stopping at any moment keeps what is there for the next run.

    Raises: ModelError: the connection, the disk or a checksum failed; says what to do.
    """
    partial = offer.partial_folder
    with _disk_errors(partial):
        partial.mkdir(parents=True, exist_ok=True)
        _check_space(offer)
        records: dict[str, FileRecord] = {}
        before = 0
        for file in offer.listing.files:
            for here in _fetch_file(hub, offer, file):
                yield Progress(before + here, offer.total_bytes)
            digest = sha256_of(partial / file.name)
            records[file.name] = FileRecord(bytes=file.bytes, sha256=digest)
            before += file.bytes
        record = DownloadRecord(
            repository=offer.model.repository, revision=offer.listing.revision, files=records
        )
        write_record(partial, record)
        _put_in_place(partial, offer.folder)
    yield Progress(offer.total_bytes, offer.total_bytes)


def _fetch_file(hub: Hub, offer: Offer, file: RemoteFile) -> Iterator[int]:
    """Yields the bytes of the file that are here; at the end it has its own name."""
    done = offer.partial_folder / file.name
    if done.is_file():
        if _is_right(done, file):
            yield file.bytes
            return
        done.unlink()
    part = _part(offer.partial_folder, file)
    part.touch()
    if part.stat().st_size > file.bytes:
        part.write_bytes(b"")
    for attempt in range(ATTEMPTS):
        before = part.stat().st_size
        if before == file.bytes:
            break
        last = attempt == ATTEMPTS - 1
        try:
            yield from _append(hub, offer, file, part)
        except BrokenOffError:
            if last or part.stat().st_size == before:
                raise
    if not _is_right(part, file):
        part.unlink()
        raise ModelError(
            f"{file.name} of {offer.model.name} arrived with a wrong checksum and was deleted; "
            f"run 'companion models download {offer.model.name}' again"
        )
    part.replace(done)


def _append(hub: Hub, offer: Offer, file: RemoteFile, part: Path) -> Iterator[int]:
    first_byte = part.stat().st_size
    with part.open("r+b") as out:
        for place, block in hub.content(offer.model, offer.listing.revision, file, first_byte):
            out.seek(place)
            out.truncate()
            out.write(block)
            yield place + len(block)


def _part(folder: Path, file: RemoteFile) -> Path:
    return folder / f"{file.name}.part"


def _here_bytes(folder: Path, file: RemoteFile) -> int:
    for path in (folder / file.name, _part(folder, file)):
        if path.is_file():
            return path.stat().st_size
    return 0


def _is_right(path: Path, file: RemoteFile) -> bool:
    if path.stat().st_size != file.bytes:
        return False
    if file.sha256 is not None:
        return sha256_of(path) == file.sha256
    content = path.read_bytes()
    # Git's name for a file's content; SHA-1 here tells damage, it does not keep out attackers.
    header = f"blob {len(content)}\0".encode()
    return hashlib.sha1(header + content, usedforsecurity=False).hexdigest() == file.git_sha1


def _check_space(offer: Offer) -> None:
    needed = offer.total_bytes - offer.here_bytes() + SPARE_BYTES
    free = shutil.disk_usage(offer.partial_folder).free
    if free < needed:
        raise ModelError(
            f"{offer.model.name} needs {needed // 1_000_000} MB of disk space and "
            f"{free // 1_000_000} MB are free in {offer.folder.parent}; make room and try again"
        )


def _put_in_place(partial: Path, folder: Path) -> None:
    """Move a finished download to its name; an older model of that name gives way."""
    old = folder.with_name(f".{folder.name}@old")
    if old.exists():
        remove_folder(old)
    if folder.exists() or folder.is_symlink():
        folder.replace(old)
    partial.replace(folder)
    for left in broken_off(folder.name):
        remove_folder(left)


@contextmanager
def _disk_errors(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise ModelError(
                f"the disk of {folder.parent} is full; what has arrived is kept: make room and "
                "run the same command again to go on from there"
            ) from None
        raise ModelError(
            f"{folder.parent} cannot be written ({error.strerror}); check the folder's permissions"
        ) from None

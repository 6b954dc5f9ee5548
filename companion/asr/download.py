"""Fetching a model from the hub: the one place of the program that may open a connection.

It runs on `companion models download` only, never in a call. It speaks the
hub's plain HTTP interface itself, because huggingface_hub (2.4) starts a broken-off file anew on
the next run and does not compare checksums.

A download fills a hidden folder beside the models, named after the hub's commit. Each file grows
as `NAME.part` and gets its name once its checksum is right; the folder gets its name once every
file is there. So a partial download is never taken for a model, and the next run goes on from it.
"""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

import httpx
from pydantic import BaseModel, Field, ValidationError
from typing_extensions import Self

from companion import __version__, locations
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
from companion.asr.model_folder import MODEL_FILES, missing_files
from companion.errors import ModelError

DEFAULT_ENDPOINT = "https://huggingface.co"
CONNECT_TIMEOUT_S = 15.0
READ_TIMEOUT_S = 60.0
ATTEMPTS = 5
"""Times that a file is gone on with in one run, as long as each brought something."""
SPARE_BYTES = 50_000_000
"""Disk space that a download leaves alone."""


@dataclass(frozen=True, slots=True)
class RemoteFile:
    """A file as the hub describes it."""

    name: str
    bytes: int
    sha256: str | None
    """Of large files; the hub keeps no SHA-256 of small ones."""
    git_sha1: str
    """Of small files: Git's own checksum, the SHA-1 of a header and the content."""


@dataclass(frozen=True, slots=True)
class Offer:
    """What a download would fetch, and from which commit."""

    model: KnownModel
    revision: str
    files: tuple[RemoteFile, ...]

    @property
    def total_bytes(self) -> int:
        """Bytes of the whole model."""
        return sum(file.bytes for file in self.files)

    @property
    def folder(self) -> Path:
        """Where the model will be."""
        return locations.speech_models() / self.model.name

    @property
    def partial_folder(self) -> Path:
        """Where it grows."""
        return locations.speech_models() / f".{self.model.name}@{self.revision[:12]}"

    def here_bytes(self) -> int:
        """Bytes that an earlier, broken-off run has left."""
        return sum(min(_have(self.partial_folder, file), file.bytes) for file in self.files)

    def is_installed(self) -> bool:
        """Whether this very commit is on the computer already, whole; reads every byte."""
        try:
            record = read_record(self.folder)
            if record is None or record.revision != self.revision:
                return False
            return verify(self.model.name).intact
        except ModelError:
            return False


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a download is."""

    bytes: int
    total_bytes: int


class _Lfs(BaseModel):
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    size: int = Field(ge=0)


class _Sibling(BaseModel):
    rfilename: str
    size: int | None = Field(None, ge=0)
    blob_id: str | None = Field(None, alias="blobId")
    lfs: _Lfs | None = None


class _RepositoryAnswer(BaseModel):
    sha: str = Field(pattern=r"^[0-9a-f]{40}$")
    siblings: list[_Sibling]


class Hub:
    """The hub that models come from. A context manager: connections close with it."""

    def __init__(self, endpoint: str | None = None) -> None:
        """`endpoint`: the hub's address; by default that of HF_ENDPOINT, or the public hub.

        Raises: ModelError: the address is not https (nor a loopback one).
        """
        self._endpoint = (endpoint or os.environ.get("HF_ENDPOINT") or DEFAULT_ENDPOINT).rstrip("/")
        url = httpx.URL(self._endpoint)
        if url.scheme != "https" and url.host not in ("127.0.0.1", "localhost", "::1"):
            raise ModelError(
                f"HF_ENDPOINT is {self._endpoint}, which is not https; unset it or mend it"
            )
        self._client = httpx.Client(
            follow_redirects=True,
            timeout=httpx.Timeout(READ_TIMEOUT_S, connect=CONNECT_TIMEOUT_S),
            # Whole bytes, as a resumed download counts them; and nothing about this computer.
            headers={"user-agent": f"companion/{__version__}", "accept-encoding": "identity"},
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._client.close()

    def offer(self, model: KnownModel) -> Offer:
        """Ask the hub what the model's newest commit holds. Nothing is downloaded.

        Raises: ModelError: no network, no such model, or an answer that is not the hub's.
        """
        url = f"{self._endpoint}/api/models/{model.repository}/revision/main"
        with self._errors_of(model):
            response = self._client.get(url, params={"blobs": "true"})
            response.raise_for_status()
        try:
            answer = _RepositoryAnswer.model_validate_json(response.content)
            files = tuple(_remote_file(s) for s in answer.siblings if s.rfilename in MODEL_FILES)
        except (ValidationError, ValueError):
            raise ModelError(
                f"the answer from {self._endpoint} is not a model hub's; a sign-in page of the "
                "network may be in between: open it in a browser, then try again"
            ) from None
        missing = missing_files({file.name for file in files})
        if missing:
            raise ModelError(
                f"{model.repository} lacks {', '.join(missing)}; choose another model with "
                "'companion models list'"
            )
        # The large file last: what is wrong with the others shows early.
        return Offer(model, answer.sha, tuple(sorted(files, key=lambda file: file.bytes)))

    def fetch(self, offer: Offer) -> Iterator[Progress]:
        """Download what is missing, check it, and put the model in its place.

        Yields after every block. Stopping at any moment keeps what is there for the next run.

        Raises: ModelError: the connection, the disk or a checksum failed; says what to do.
        """
        partial = offer.partial_folder
        with _disk_errors(partial):
            partial.mkdir(parents=True, exist_ok=True)
            _check_space(offer)
            sums: dict[str, FileRecord] = {}
            before = 0
            for file in offer.files:
                for here in self._fetch_file(offer, file):
                    yield Progress(before + here, offer.total_bytes)
                sums[file.name] = FileRecord(
                    bytes=file.bytes, sha256=sha256_of(partial / file.name)
                )
                before += file.bytes
            write_record(
                partial,
                DownloadRecord(
                    repository=offer.model.repository, revision=offer.revision, files=sums
                ),
            )
            _put_in_place(partial, offer.folder)
        yield Progress(offer.total_bytes, offer.total_bytes)

    def _fetch_file(self, offer: Offer, file: RemoteFile) -> Iterator[int]:
        """Yields the bytes of the file that are here; at the end it has its own name."""
        done = offer.partial_folder / file.name
        if done.is_file():
            if _is_right(done, file):
                yield file.bytes
                return
            done.unlink()
        part = _part(offer.partial_folder, file)
        if part.is_file() and part.stat().st_size > file.bytes:
            part.unlink()
        part.touch()
        for attempt in range(ATTEMPTS):
            before = part.stat().st_size
            if before == file.bytes:
                break
            last = attempt == ATTEMPTS - 1
            try:
                with self._errors_of(offer.model):
                    yield from self._stream(offer, file, part)
            except _BrokenOffError:
                if last or part.stat().st_size == before:
                    raise
        if not _is_right(part, file):
            part.unlink()
            raise ModelError(
                f"{file.name} of {offer.model.name} arrived with a wrong checksum and was deleted; "
                f"run 'companion models download {offer.model.name}' again"
            )
        part.replace(done)

    def _stream(self, offer: Offer, file: RemoteFile, part: Path) -> Iterator[int]:
        here = part.stat().st_size
        url = f"{self._endpoint}/{offer.model.repository}/resolve/{offer.revision}/{file.name}"
        headers = {"range": f"bytes={here}-"} if here else {}
        with self._client.stream("GET", url, headers=headers) as response:
            response.raise_for_status()
            resumed = response.status_code == httpx.codes.PARTIAL_CONTENT
            if resumed and not response.headers.get("content-range", "").startswith(
                f"bytes {here}-"
            ):
                raise httpx.RemoteProtocolError("another range than asked for")
            here = here if resumed else 0
            with part.open("ab" if resumed else "wb") as out:
                for block in response.iter_bytes():
                    here += len(block)
                    if here > file.bytes:
                        raise httpx.RemoteProtocolError("more bytes than announced")
                    out.write(block)
                    yield here

    @contextmanager
    def _errors_of(self, model: KnownModel) -> Iterator[None]:
        """Turn what httpx raises into one sentence with the way out."""
        again = f"run 'companion models download {model.name}' again"
        try:
            yield
        except httpx.HTTPStatusError as error:
            status = error.response.status_code
            if status in (401, 403, 404):
                raise ModelError(
                    f"the hub has no {model.repository} that anyone may fetch ({status}); choose "
                    "another model with 'companion models list'"
                ) from None
            raise ModelError(f"the hub cannot serve this now ({status}); {again} later") from None
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.ProxyError):
            raise ModelError(
                f"no connection to {httpx.URL(self._endpoint).host}; connect to the internet and "
                f"{again}, or copy a model folder into {locations.speech_models()} by hand"
            ) from None
        except (httpx.TransportError, httpx.TooManyRedirects):
            raise _BrokenOffError(
                f"the connection broke off; what has arrived is kept: {again} to go on from there"
            ) from None


class _BrokenOffError(ModelError):
    """The connection broke off in mid-file; worth going on with at once."""


def _remote_file(sibling: _Sibling) -> RemoteFile:
    if sibling.lfs is not None:
        return RemoteFile(sibling.rfilename, sibling.lfs.size, sibling.lfs.sha256, "")
    if sibling.size is None or not sibling.blob_id:
        raise ValueError("a file without size or checksum")
    return RemoteFile(sibling.rfilename, sibling.size, None, sibling.blob_id)


def _part(folder: Path, file: RemoteFile) -> Path:
    return folder / f"{file.name}.part"


def _have(folder: Path, file: RemoteFile) -> int:
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

"""The hub that models come from: the one place of the program that may open a connection.

It is used by `companion models download` only, never in a call. It speaks the hub's plain HTTP
interface itself, because huggingface_hub (2.4) starts a broken-off file anew on the next run and
does not compare checksums. A request says which program asks and nothing about who or where.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import TracebackType

import httpx
from pydantic import BaseModel, Field
from typing_extensions import Self

from companion import __version__, locations
from companion.asr.model_files import KnownModel
from companion.asr.model_folder import MODEL_FILES, missing_files
from companion.errors import ModelError

DEFAULT_ENDPOINT = "https://huggingface.co"
CONNECT_TIMEOUT_S = 15.0
READ_TIMEOUT_S = 60.0


class BrokenOffError(ModelError):
    """The connection broke off in mid-file; what has arrived is good, and worth going on from."""


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
class Listing:
    """The newest commit of a model, and the files of it that are needed."""

    revision: str
    files: tuple[RemoteFile, ...]


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
    """A connection to the hub. A context manager: connections close with it."""

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
            # Whole bytes, uncompressed: a resumed download counts them.
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

    @property
    def host(self) -> str:
        """The computer that it speaks to, for people: 'huggingface.co'."""
        return httpx.URL(self._endpoint).host

    def listing(self, model: KnownModel) -> Listing:
        """What the model's newest commit holds; no content is fetched.

        Raises: ModelError: no network, no such model, or an answer that is not the hub's.
        """
        url = f"{self._endpoint}/api/models/{model.repository}/revision/main"
        with self._errors_of(model):
            response = self._client.get(url, params={"blobs": "true"})
            response.raise_for_status()
        try:
            answer = _RepositoryAnswer.model_validate_json(response.content)
            files = [_remote_file(s) for s in answer.siblings if s.rfilename in MODEL_FILES]
        except ValueError:  # pydantic's ValidationError is one too
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
        return Listing(answer.sha, tuple(sorted(files, key=lambda file: file.bytes)))

    def content(
        self, model: KnownModel, revision: str, file: RemoteFile, first_byte: int
    ) -> Iterator[tuple[int, bytes]]:
        """The blocks of a file from `first_byte` on, each with its place in the file.

        Where the hub cannot go on from there, the places start at 0 again.

        Raises: BrokenOffError: the connection broke off. ModelError: no network, or refused.
        """
        url = f"{self._endpoint}/{model.repository}/resolve/{revision}/{file.name}"
        headers = {"range": f"bytes={first_byte}-"} if first_byte else {}
        with self._errors_of(model), self._client.stream("GET", url, headers=headers) as response:
            response.raise_for_status()
            place = first_byte if response.status_code == httpx.codes.PARTIAL_CONTENT else 0
            given = response.headers.get("content-range", "")
            if place and not given.startswith(f"bytes {place}-"):
                raise httpx.RemoteProtocolError("another range than asked for")
            for block in response.iter_bytes():
                if place + len(block) > file.bytes:
                    raise httpx.RemoteProtocolError("more bytes than announced")
                yield place, block
                place += len(block)

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
                f"no connection to {self.host}; connect to the internet and "
                f"{again}, or copy a model folder into {locations.speech_models()} by hand"
            ) from None
        except (httpx.TransportError, httpx.TooManyRedirects):
            raise BrokenOffError(
                f"the connection broke off; what has arrived is kept: {again} to go on from there"
            ) from None


def _remote_file(sibling: _Sibling) -> RemoteFile:
    if sibling.lfs is not None:
        return RemoteFile(sibling.rfilename, sibling.lfs.size, sibling.lfs.sha256, "")
    if sibling.size is None or not sibling.blob_id:
        raise ValueError("a file without size or checksum")
    return RemoteFile(sibling.rfilename, sibling.size, None, sibling.blob_id)

"""A loopback model hub: the answers of the real one that a download needs, and its bad days."""

from __future__ import annotations

import hashlib
import json
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from urllib.parse import urlsplit

from typing_extensions import Self

REVISION = "0123456789abcdef0123456789abcdef01234567"


@dataclass(slots=True)
class FakeRepository:
    """What one repository of the hub holds."""

    files: dict[str, bytes]
    revision: str = REVISION
    large: frozenset[str] = frozenset({"model.bin"})
    """Kept in large-file storage: the hub knows their SHA-256."""
    lies_about: frozenset[str] = frozenset()
    """Files whose announced checksum is another one."""


@dataclass(frozen=True, slots=True)
class Request:
    """A request as the hub saw it."""

    path: str
    first_byte: int
    headers: dict[str, str] = field(repr=False)

    @property
    def file(self) -> str:
        """The last part of the path."""
        return self.path.rsplit("/", 1)[-1]


class FakeHub:
    """A context manager; `endpoint` is its address while it is open."""

    def __init__(self, repositories: dict[str, FakeRepository]) -> None:
        self.repositories = repositories
        self.requests: list[Request] = []
        self.cuts: dict[str, list[int]] = {}
        """File name to the bytes after which its next requests break off, in order."""
        self.status: int | None = None
        """Answer everything with this status."""
        self.page: bytes | None = None
        """Answer everything with this page, as a hotel's sign-in does."""
        self.ignores_ranges = False
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler_of(self))
        self._server.daemon_threads = True
        # The short poll is what closing waits for.
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.01,), daemon=True
        )

    @property
    def endpoint(self) -> str:
        """The hub's address."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(10)

    def downloads(self) -> list[tuple[str, int]]:
        """(file, first byte) of every request for content."""
        return [(r.file, r.first_byte) for r in self.requests if r.path.startswith("/storage/")]

    def describe(self, name: str) -> bytes | None:
        """The answer of the models interface, with the details of files."""
        repository = self.repositories.get(name)
        if repository is None:
            return None
        siblings = []
        for file, content in repository.files.items():
            named = content if file not in repository.lies_about else content + b"!"
            entry: dict[str, object] = {
                "rfilename": file,
                "size": len(content),
                "blobId": hashlib.sha1(f"blob {len(named)}\0".encode() + named).hexdigest(),
            }
            if file in repository.large:
                entry["lfs"] = {
                    "sha256": hashlib.sha256(named).hexdigest(),
                    "size": len(content),
                    "pointerSize": 134,
                }
            siblings.append(entry)
        answer = {"id": name, "sha": repository.revision, "siblings": siblings, "private": False}
        return json.dumps(answer).encode()

    def content(self, name: str, revision: str, file: str) -> bytes | None:
        """The bytes of a file at a commit."""
        repository = self.repositories.get(name)
        if repository is None or repository.revision != revision:
            return None
        return repository.files.get(file)


def _handler_of(hub: FakeHub) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            path = urlsplit(self.path).path
            asked = self.headers.get("range", "bytes=0-")
            first = int(asked.removeprefix("bytes=").rstrip("-"))
            hub.requests.append(Request(path, first, dict(self.headers.items())))
            if hub.status is not None:
                self._answer(hub.status, b"not now")
            elif hub.page is not None:
                self._answer(200, hub.page)
            elif path.startswith("/api/models/"):
                name = path.removeprefix("/api/models/").removesuffix("/revision/main")
                described = hub.describe(name)
                self._answer(404 if described is None else 200, described or b"{}")
            elif path.startswith("/storage/"):
                self._send_file(path.removeprefix("/storage/"), first)
            else:
                # As the real hub does, send the client on to where the bytes are.
                self.send_response(302)
                self.send_header("location", "/storage" + path)
                self.send_header("content-length", "0")
                self.end_headers()

        def _send_file(self, path: str, first: int) -> None:
            name, _, rest = path.partition("/resolve/")
            revision, _, file = rest.partition("/")
            content = hub.content(name, revision, file)
            if content is None:
                return self._answer(404, b"no such file")
            if hub.ignores_ranges:
                first = 0
            if first >= len(content) > 0:
                return self._answer(416, b"")
            body = content[first:]
            self.send_response(206 if first else 200)
            if first:
                last = len(content) - 1
                self.send_header("content-range", f"bytes {first}-{last}/{len(content)}")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            cuts = hub.cuts.get(file)
            if cuts:
                self.wfile.write(body[: cuts.pop(0)])
                self.close_connection = True
                return None
            self.wfile.write(body)
            return None

        def _answer(self, status: int, body: bytes) -> None:
            self.send_response(status)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    return Handler

"""What stands before every page: only this machine, only this browser, only small requests.

A page on loopback can be reached by every program and every web page on the machine. So each
request must name our own host and port (against DNS rebinding), a request that changes something
must come from our own pages (Origin), and all but the way in needs the session cookie, which only
the holder of the one-time token gets.
"""

from __future__ import annotations

import hmac
import secrets
import time
from collections.abc import Callable
from http.cookies import CookieError, SimpleCookie

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

COOKIE = "companion_session"
MAX_BODY_BYTES = 64 * 1024
MAX_TARGET_CHARS = 2048
SAFE_METHODS = frozenset({"GET", "HEAD"})
OTHER_METHODS = frozenset({"POST"})
OPEN_PATHS = frozenset({"/enter"})
OPEN_PREFIX = "/static/"

CONTENT_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": CONTENT_POLICY,
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), display-capture=()",
}


class Keys:
    """The one-time token of the way in, and the session that it opens. In memory only."""

    def __init__(self) -> None:
        self._token: str | None = secrets.token_urlsafe(32)
        self._session = secrets.token_urlsafe(32)

    @property
    def token(self) -> str | None:
        """The token, until it was used."""
        return self._token

    def renew(self) -> str:
        """A new one-time token; the one before is no longer good."""
        self._token = secrets.token_urlsafe(32)
        return self._token

    def enter(self, token: str) -> str | None:
        """The session's secret for the right token, which is then used up; else None."""
        known = self._token
        if known is None or not _same(known, token):
            return None
        self._token = None
        return self._session

    def is_session(self, secret: str) -> bool:
        """Whether this is the session's secret; compared in constant time."""
        return _same(self._session, secret)


class Guard:
    """ASGI middleware: refuses what does not belong here, and sets the headers of every answer.

    Args:
        app: what is guarded.
        host_port: where we listen, such as '127.0.0.1:51234'.
        keys: the token and the session.
        clock: monotonic seconds, for `idle_s`.
    """

    def __init__(
        self,
        app: ASGIApp,
        host_port: str,
        keys: Keys,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._app = app
        port = host_port.rpartition(":")[2]
        self._hosts = frozenset({host_port, f"localhost:{port}"})
        self._keys = keys
        self._clock = clock
        self._last_s = clock()
        self._open = 0

    @property
    def idle_s(self) -> float:
        """Seconds since the last request that was let in; 0 while one is being answered."""
        return 0.0 if self._open else self._clock() - self._last_s

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See the ASGI specification."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":
            return  # no WebSockets here
        refused = self._refusal(scope)
        if refused is None:
            self._open += 1
            try:
                await self._app(scope, _limited(receive), _with_headers(send))
            finally:
                self._open -= 1
                self._last_s = self._clock()
        else:
            await refused(scope, receive, _with_headers(send))

    def _refusal(self, scope: Scope) -> Response | None:
        headers = Headers(scope=scope)
        method: str = scope["method"]
        path: str = scope["path"]
        raw: bytes = scope.get("raw_path") or path.encode()
        if headers.getlist("host") == [] or headers.get("host") not in self._hosts:
            return _no(421, "This address is not the companion's own.")
        if method not in SAFE_METHODS | OTHER_METHODS:
            return _no(405, "Only GET, HEAD and POST are understood here.")
        if len(raw) + len(scope["query_string"]) > MAX_TARGET_CHARS or not _is_plain(path, raw):
            return _no(400, "This address cannot be one of the companion's pages.")
        if method in OTHER_METHODS and not self._is_own(headers):
            return _no(403, "Only the companion's own pages may change something.")
        if headers.get("sec-fetch-site") == "cross-site" and path not in OPEN_PATHS:
            return _no(403, "Another site may not open the companion's pages.")
        if _length(headers) > MAX_BODY_BYTES:
            return _no(413, "This is larger than anything the companion's pages send.")
        if path in OPEN_PATHS or path.startswith(OPEN_PREFIX):
            return None
        if not self._keys.is_session(_cookie(headers)):
            return _no(401, "Open the companion with the address that 'companion app' shows.")
        return None

    def _is_own(self, headers: Headers) -> bool:
        origin = headers.get("origin", "")
        return origin.startswith("http://") and origin.removeprefix("http://") in self._hosts


def _same(known: str, given: str) -> bool:
    return hmac.compare_digest(known.encode(), given.encode("utf-8", "replace"))


def _no(status: int, sentence: str) -> Response:
    return PlainTextResponse(f"{sentence}\n", status)


def _is_plain(path: str, raw: bytes) -> bool:
    """No dots to climb with, no doubled or encoded slashes, no control characters."""
    parts = path.split("/")
    encoded = raw.split(b"?", 1)[0].lower()
    tricks = (b"%2f", b"%5c", b"%2e", b"%00", b"\\", b"//")
    return (
        path.startswith("/")
        and path.isprintable()
        and ".." not in parts
        and "." not in parts
        and not any(trick in encoded for trick in tricks)
    )


def _length(headers: Headers) -> int:
    text = headers.get("content-length", "0")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 12 else MAX_BODY_BYTES + 1


def _cookie(headers: Headers) -> str:
    jar = SimpleCookie()
    try:
        jar.load(headers.get("cookie", ""))
    except CookieError:
        return ""
    found = jar.get(COOKIE)
    return found.value if found is not None else ""


def _limited(receive: Receive) -> Receive:
    """A body without a stated length is cut off at the limit too."""
    seen = 0

    async def limited() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > MAX_BODY_BYTES:
            return {"type": "http.disconnect"}
        return message

    return limited


def _with_headers(send: Send) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers[name] = value
            if "server" in headers:
                del headers["server"]
        await send(message)

    return sending

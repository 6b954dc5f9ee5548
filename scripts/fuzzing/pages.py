"""The target that asks the pages: any method, path, headers and body, with and without a session.

The real application behind the real guard, on a real encrypted store in a folder of its own.
"""

from __future__ import annotations

import atexit
import os
import tempfile
from functools import lru_cache
from urllib.parse import quote

from starlette.testclient import TestClient

from scripts.fuzzing.target import Draw, Target
from tests.fakes.kept_pages import keep_calls
from tests.fakes.scripted_call import ScriptedCall
from tests.fakes.store import PASSPHRASE
from tests.fakes.web import HOST, Pages

METHODS = ("GET", "POST", "HEAD", "PUT", "DELETE", "OPTIONS", "TRACE")
HEADERS = (
    "Host",
    "Origin",
    "Cookie",
    "Sec-Fetch-Site",
    "Content-Length",
    "Accept",
    "X-Forwarded-Host",
)
# The sample call plays for minutes, a stream has no end, and a download would leave the machine.
LEFT_OUT = ("/sample", "/live/events", "/setup/models", "/stop")


@lru_cache(maxsize=1)
def _pages() -> tuple[Pages, tuple[str, ...]]:
    folder = tempfile.TemporaryDirectory()
    atexit.register(folder.cleanup)
    os.environ["COMPANION_HOME"] = folder.name
    os.environ["HF_HUB_OFFLINE"] = "1"
    pages = Pages()
    keep_calls(pages.workspace)
    routes = [p for p in pages.app.openapi()["paths"] if not p.startswith(LEFT_OUT)]
    assert len(routes) > 40
    return pages, tuple(routes)


def http(raw: bytes) -> None:
    """No request breaks a page, every answer has its headers, and a stranger sees nothing."""
    pages, routes = _pages()
    draw = Draw(raw)
    pages.workspace.unlock(PASSPHRASE)
    pages.workspace.begin_call(ScriptedCall(follow=False) if draw.number(2) else None)
    path = draw.pick(routes) if draw.number(8) else "/" + draw.text()
    path = path.replace("{code}", draw.pick(("maple-17", draw.text())))
    path = path.replace("{draft_id}", draw.text()).replace("{what}", draw.pick(("end", "pause")))
    target = quote(path, safe="/%?&=") + ("?" + quote(draw.text()) if draw.number(3) == 0 else "")
    if target.startswith(LEFT_OUT):
        return
    headers = {"Origin": f"http://{HOST}"}
    if draw.number(4) == 0:
        headers[draw.pick(HEADERS)] = draw.text().encode("latin-1", "ignore").decode("latin-1")
    body = draw.rest
    if draw.number(2):
        headers["Content-Type"] = draw.pick(
            ("application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/plain")
        )
    inside = draw.number(4) > 0
    client = pages.browser if inside else _stranger(pages)
    try:
        answer = client.request(
            draw.pick(METHODS), target, headers=headers, content=body, follow_redirects=False
        )
    except (ValueError, UnicodeError):
        return  # what the client itself does not send
    assert answer.status_code < 500, (answer.status_code, target)
    assert "content-security-policy" in answer.headers
    if not inside and answer.status_code == 200:
        shown = target.split("?")[0]
        assert shown == "/enter" or shown.startswith("/static/"), f"{shown} was shown to a stranger"


def _stranger(pages: Pages) -> TestClient:
    client = pages.browser
    return TestClient(client.app, base_url=f"http://{HOST}", raise_server_exceptions=True)


def _seeds() -> list[bytes]:
    forms = (b"value=4", b"step=2&who=them&when=friday", b"passphrase=x&again=x", b"text=hello")
    return [bytes([k % 2, 1, k, 1, 0, 0, 1, 1, 0, 1, 1, k % 2]) + forms[k % 4] for k in range(60)]


TARGETS = (
    Target("http", "the pages", http, _seeds, ("value=", "code=", "&", "%00", "..", "maple-17")),
)

"""A real headless Chromium before the real server, for tests of what a page does by itself.

Chromium is found as `CHROMIUM` in the environment or where Debian and others put it. Where there
is none the tests are skipped; with CI=true a skip is a failure (see `tests.conftest`).
"""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Request, sync_playwright

from companion import locations
from companion.web.server import AppServer
from companion.web.workspace import Workspace
from tests.fakes.store import fake_vault

ARGUMENTS = (
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-dev-shm-usage",
)
WITHIN_MS = 10_000
"""How long a test waits for what should come at once."""
STARTS_WITHIN_S = 20.0


def chromium() -> str | None:
    """The browser's program; None where there is none."""
    given = os.environ.get("CHROMIUM")
    names = ("chromium", "chromium-browser", "google-chrome", "chrome")
    return given or next(filter(None, map(shutil.which, names)), None)


@contextmanager
def headless_browser() -> Iterator[Browser]:
    """A browser; close what was opened in it before."""
    program = chromium()
    if program is None:
        pytest.skip("no Chromium on this computer")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=[*ARGUMENTS])
        try:
            yield browser
        finally:
            browser.close()


class RunningApp:
    """`companion app` on a thread, as the browser meets it."""

    def __init__(self, workspace: Workspace, port: int = 0) -> None:
        """Serves from here on; `stop` when done."""
        self.workspace = workspace
        self.server = AppServer(workspace, port)
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self.server.run, args=(self._ready.set,))
        self._thread.start()
        assert self._ready.wait(STARTS_WITHIN_S), "the server did not start"

    @property
    def address(self) -> str:
        """Where it listens, such as 'http://127.0.0.1:51234'."""
        return f"http://{self.server.host_port}"

    def stop(self) -> None:
        """End it, and all that belongs to it; may be called twice."""
        self.server.stop()
        self._thread.join(STARTS_WITHIN_S)
        assert not self._thread.is_alive(), "the server did not stop"

    def enter(self, context: BrowserContext, path: str = "/") -> Page:
        """A tab that came in by the one-time token, at `path`."""
        page = context.new_page()
        page.set_default_timeout(WITHIN_MS)
        page.goto(self.server.way_in)
        page.wait_for_url(f"{self.address}/")
        if path != "/":
            page.goto(self.address + path)
        return page


def workspace_at(folder: Path, today: date | None = None) -> Workspace:
    """A desk with an empty place for notes in `folder`, and settings beside it."""
    settings = locations.settings_file()
    vault = fake_vault(folder / "store")
    return Workspace(vault, settings, today=(lambda: today) if today else date.today)


class Visited:
    """Every address that a browser asked for, and what its pages complained about."""

    def __init__(self, context: BrowserContext) -> None:
        """Watches from here on."""
        self.addresses: list[str] = []
        self.complaints: list[str] = []
        context.on("request", self._request)
        context.on("console", lambda message: self._console(message.type, message.text))
        context.on("weberror", lambda error: self.complaints.append(str(error.error)))

    def _request(self, request: Request) -> None:
        self.addresses.append(request.url)

    def _console(self, kind: str, text: str) -> None:
        # A refusal (409, 422) is an answer like any other; browsers write a line about each.
        if kind in ("error", "warning") and not text.startswith("Failed to load resource"):
            self.complaints.append(text)

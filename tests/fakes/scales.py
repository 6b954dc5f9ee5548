"""Weighs pages in Chromium."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import BrowserContext, Page


class Scales:
    """Weighs what a page loads: bytes on the wire, headers included."""

    def __init__(self, context: BrowserContext, page: Page) -> None:
        self._page = page
        self._bytes = 0
        session = context.new_cdp_session(page)
        session.on("Network.loadingFinished", self._take)
        session.send("Network.enable")
        session.send("Network.setCacheDisabled", {"cacheDisabled": True})

    def _take(self, loaded: dict[str, Any]) -> None:
        self._bytes += round(loaded["encodedDataLength"])

    def weigh(self, address: str) -> int:
        """Bytes of a page and of everything that came with it."""
        self._bytes = 0
        self._page.goto(address)
        self._page.wait_for_load_state()
        self._page.evaluate("() => document.fonts.ready.then(() => undefined)")
        return self._bytes

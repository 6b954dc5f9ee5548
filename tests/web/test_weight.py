"""No page weighs more than 150 kB, with all that it loads."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import BrowserContext, Page

from tests.fakes.browser import RunningApp
from tests.fakes.kept_pages import EMPTY_PAGES, KEPT_PAGES, keep_calls
from tests.fakes.scripted_call import ScriptedCall

MAX_PAGE_BYTES = 150_000
FONT_BYTES = 17_000


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


def test_weight_of_every_page(app: RunningApp, context: BrowserContext) -> None:
    page = app.enter(context)
    scales = Scales(context, page)
    weights = {}
    for path in EMPTY_PAGES[:-1]:
        weights[f"{path} (empty)"] = scales.weigh(app.address + path)
    keep_calls(app.workspace)
    for path in (path for path in KEPT_PAGES if path != "/calls/maple-99"):
        weights[path] = scales.weigh(app.address + path)
    app.workspace.begin_call(ScriptedCall())
    for path in ("/live", "/live/pop"):
        weights[path] = scales.weigh(app.address + path)

    assert {path: weight for path, weight in weights.items() if weight > MAX_PAGE_BYTES} == {}
    assert min(weights.values()) > FONT_BYTES, "the fonts were not counted"

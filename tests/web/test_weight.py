"""No page weighs more than 150 kB, with all that it loads."""

from __future__ import annotations

from playwright.sync_api import BrowserContext

from tests.fakes.browser import RunningApp
from tests.fakes.kept_pages import EMPTY_PAGES, KEPT_PAGES, keep_calls
from tests.fakes.scales import Scales
from tests.fakes.scripted_call import ScriptedCall

MAX_PAGE_BYTES = 150_000
FONT_BYTES = 17_000


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

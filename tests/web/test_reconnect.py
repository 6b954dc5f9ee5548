"""The app is gone and comes back on the same port: pages say so, and lose nothing that is left."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from companion.web import server
from companion.web.guard import Keys
from tests.fakes.board import CALL_DATE, CARD, OTHER_CARD
from tests.fakes.browser import RunningApp, Visited, workspace_at
from tests.fakes.scripted_call import ScriptedCall

WITHIN_MS = 20_000
GONE = ("ERR_CONNECTION_REFUSED", "ERR_INCOMPLETE_CHUNKED_ENCODING", "ERR_CONNECTION", "of 401")
"""What Chromium says by itself while the server is away, or is another one."""


@dataclass
class Stage:
    """An app that can go away and come back on its port, and a tab before it."""

    folder: Path
    app: RunningApp
    context: BrowserContext

    def come_back(self) -> RunningApp:
        """Serve on the same port again, from a new workspace; there is no call then."""
        port = int(self.app.server.host_port.rpartition(":")[2])
        self.app = RunningApp(workspace_at(self.folder, CALL_DATE), port)
        return self.app

    def live(self) -> Page:
        """The live page, once it follows its call."""
        page = self.app.enter(self.context, "/live")
        page.wait_for_function("() => document.title !== 'Call'")
        return page


@pytest.fixture
def stage(tmp_path: Path, chromium: Browser) -> Iterator[Stage]:
    """Its pages may lose the server; nothing else may go wrong in them."""
    app = RunningApp(workspace_at(tmp_path, CALL_DATE))
    context = chromium.new_context()
    visited = Visited(context)
    made = Stage(tmp_path, app, context)
    app.workspace.begin_call(ScriptedCall())
    yield made
    context.close()
    made.app.stop()
    assert [c for c in visited.complaints if not any(kind in c for kind in GONE)] == []


@pytest.fixture
def same_session(monkeypatch: pytest.MonkeyPatch) -> None:
    """The server that comes back knows the browser, as after a hiccup of the connection."""
    keys = Keys()
    monkeypatch.setattr(server, "Keys", lambda: keys)


@pytest.mark.usefixtures("same_session")
def test_reconnect_heals_with_all_that_came_meanwhile(stage: Stage) -> None:
    page = stage.live()
    stage.app.stop()
    lost = page.locator("#lost")
    expect(lost).to_be_visible(timeout=WITHIN_MS)
    expect(page.locator("[data-part=card]").first).to_have_text(CARD.text)
    page.keyboard.press("n")
    expect(page.locator("#said")).to_contain_text("did not reach companion")

    call = ScriptedCall()
    call.hands.off_record()
    call.hands.tell(speaking=True, card=OTHER_CARD)
    workspace = workspace_at(stage.folder, CALL_DATE)
    workspace.begin_call(call)
    port = int(stage.app.server.host_port.rpartition(":")[2])
    stage.app = RunningApp(workspace, port)

    expect(lost).to_be_hidden(timeout=WITHIN_MS)
    expect(page.locator("[data-part=state]").first).to_have_text("Off the record")
    expect(page.locator("[data-part=card]").first).to_have_text(OTHER_CARD.text)
    page.keyboard.press("f")
    expect(page.locator("[data-part=care]").first).to_be_visible()
    assert len(call.hands.actions) == 1


@pytest.mark.usefixtures("same_session")
def test_reconnect_leads_on_where_the_call_is_no_more(stage: Stage) -> None:
    page = stage.live()
    stage.app.stop()
    expect(page.locator("#lost")).to_be_visible(timeout=WITHIN_MS)
    stage.come_back()

    page.wait_for_url("**/call", timeout=WITHIN_MS)


def test_reconnect_an_app_that_was_started_anew_says_the_way(stage: Stage) -> None:
    page = stage.live()
    stage.app.stop()
    app = stage.come_back()

    lost = page.locator("#lost")
    expect(lost).to_contain_text("the call on this page is over", timeout=WITHIN_MS)
    expect(lost).to_be_visible()
    answer = page.goto(f"{app.address}/live")
    assert answer is not None
    assert answer.status == 401
    assert "companion app" in answer.text()

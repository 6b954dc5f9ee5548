"""The live pages without a browser, and a scripted call to put before them."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING

from starlette.testclient import TestClient

from companion.web.calling import ShownCall
from companion.web.guard import Keys
from companion.web.pages import build_pages
from tests.fakes.board import CALL_DATE
from tests.fakes.browser import workspace_at
from tests.fakes.scripted_call import ScriptedCall

if TYPE_CHECKING:
    from httpx2 import Response

WITHIN_S = 20.0


class Desk:
    """Requests as our own pages send them."""

    def __init__(self, folder: Path) -> None:
        self.workspace = workspace_at(folder, CALL_DATE)
        pages = build_pages(self.workspace, Keys(), lambda: None)
        self.client = TestClient(pages, follow_redirects=False)

    def get(self, path: str) -> Response:
        """A page."""
        return self.client.get(path)

    def post(self, path: str, **form: str) -> Response:
        """A form, sent without a script."""
        return self.client.post(path, data=form)

    def tap(self, path: str, **form: str) -> Response:
        """The same by a script."""
        return self.client.post(path, data=form, headers={"Accept": "application/json"})

    def call(self) -> ScriptedCall:
        """A scripted call that is on; its view follows where a test says `look`."""
        call = ScriptedCall(follow=False)
        self.workspace.begin_call(call)
        return call

    def settings(self, text: str) -> None:
        """Write the settings file."""
        path = self.workspace.settings_path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def wait_over(call: ShownCall) -> None:
    """Until the call has ended, and what it left behind can be read."""
    over = threading.Event()

    def look() -> None:
        if call.is_over:
            over.set()

    with call.view.listening(look):
        look()
        assert over.wait(WITHIN_S), "the call did not end"

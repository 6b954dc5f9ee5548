"""The pages as a browser without scripts sees them, on a real store in the folder of a test."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from datetime import date, datetime, timezone
from pathlib import Path
from typing import Protocol

from starlette.testclient import TestClient

from companion import locations
from companion.domain.record import ApprovedSummary
from companion.store.store import Store
from companion.web.guard import COOKIE, Guard, Keys
from companion.web.pages import build_pages
from companion.web.workspace import Workspace
from tests.fakes.store import PASSPHRASE, TODAY, fake_vault

HOST = "127.0.0.1:5000"


class Response(Protocol):
    """An answer, as the test client of either of its libraries gives it."""

    @property
    def status_code(self) -> int: ...

    @property
    def text(self) -> str: ...

    @property
    def content(self) -> bytes: ...

    @property
    def headers(self) -> Mapping[str, str]: ...


_HIDDEN = re.compile(r"<script.*?</script>|<style.*?</style>", re.S)
_BEFORE_MARK = re.compile(r" (?=[,.;:?])")
_TAGS = re.compile(r"<[^>]+>")


class Pages:
    """A workspace, and a browser that was let in. Redirects are followed."""

    def __init__(self, *, store: bool = True, today: date = TODAY) -> None:
        locations.user_config().mkdir(parents=True, exist_ok=True)
        locations.settings_file().write_text("store:\n  use_keyring: false\n", encoding="utf-8")
        vault = fake_vault(locations.store_folder(), clock=lambda: datetime.now(timezone.utc))
        self.workspace = Workspace(vault, today=lambda: today)
        self.stopped = False
        if store:
            self.workspace.create_store(PASSPHRASE)
        keys = Keys()
        self.app = build_pages(self.workspace, keys, self._stop)
        self.browser = TestClient(
            Guard(self.app, HOST, keys),
            base_url=f"http://{HOST}",
            headers={"Origin": f"http://{HOST}"},
            raise_server_exceptions=False,
        )
        session = keys.enter(keys.token or "")
        assert session is not None
        self.browser.cookies.set(COOKIE, session)

    @property
    def store(self) -> Store:
        """The open store."""
        return self.workspace.open_store()

    def keep(self, *calls: ApprovedSummary) -> None:
        """Save calls."""
        for call in calls:
            self.store.calls.save(call)

    def get(self, path: str, status: int = 200) -> str:
        """The words of a page, without tags."""
        return words_of(_as_expected(self.browser.get(path), status))

    def raw(self, path: str) -> str:
        """A page as it is sent."""
        return self.browser.get(path).text

    def post(self, path: str, status: int = 200, **fields: str | list[str]) -> str:
        """The words of the page that a form leads to."""
        return words_of(_as_expected(self.browser.post(path, data=fields), status))

    def file(self, path: str, **fields: str) -> Response:
        """What a form or (without fields) a link downloads."""
        return self.browser.post(path, data=fields) if fields else self.browser.get(path)

    def close(self) -> None:
        """Close what is open."""
        self.browser.close()
        self.workspace.close()

    def _stop(self) -> None:
        self.stopped = True


def words_of(answer: Response) -> str:
    """What a person reads, with single blanks, and none before a mark."""
    words = " ".join(html.unescape(_TAGS.sub(" ", _HIDDEN.sub("", answer.text))).split())
    return _BEFORE_MARK.sub("", words)


def bytes_in(folder: Path) -> dict[str, bytes]:
    """Every file below a folder; none where there is no such folder."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def _as_expected(answer: Response, status: int) -> Response:
    assert answer.status_code == status, (answer.status_code, words_of(answer)[:600])
    return answer

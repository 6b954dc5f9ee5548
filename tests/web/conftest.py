"""What the tests of the pages stand on: notes of their own, an app of their own, one Chromium."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext

from tests.fakes.board import CALL_DATE
from tests.fakes.browser import RunningApp, Visited, headless_browser, workspace_at
from tests.fakes.live_desk import Desk
from tests.fakes.web import Pages


@pytest.fixture
def pages() -> Iterator[Pages]:
    """Unlocked notes, and a browser that was let in."""
    made = Pages()
    yield made
    made.close()


@pytest.fixture
def bare_pages() -> Iterator[Pages]:
    """No notes yet."""
    made = Pages(store=False)
    yield made
    made.close()


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """The live pages, and what they work on."""
    made = Desk(tmp_path)
    yield made
    made.workspace.close()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One for the whole run."""
    with headless_browser() as browser:
        yield browser


@pytest.fixture
def app(tmp_path: Path) -> Iterator[RunningApp]:
    """The app, served from its own folder; its day is the day of the scripted calls."""
    running = RunningApp(workspace_at(tmp_path, CALL_DATE))
    yield running
    running.stop()


@pytest.fixture
def context(chromium: Browser, app: RunningApp) -> Iterator[BrowserContext]:
    """A browser's profile of its own; no page of it may complain or leave this computer."""
    opened = chromium.new_context(viewport={"width": 1280, "height": 800})
    visited = Visited(opened)
    yield opened
    opened.close()
    assert [a for a in visited.addresses if not a.startswith(app.address)] == []
    assert visited.complaints == []

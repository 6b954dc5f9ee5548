"""The review and the set-up in a real browser: by keyboard alone, and what their scripts do."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from companion.domain.dialogue import Origin
from companion.domain.record import RecordedStep
from companion.records import to_json
from companion.web import hearing
from tests.fakes.browser import RunningApp
from tests.fakes.speaker import SpeakerSource, Turn
from tests.fakes.store import PASSPHRASE, approved_of, summary_of

STEP = RecordedStep("them", "attend_meeting", "2026-04-21T18:00", Origin.HEARD)


def follow(page: Page, name: str) -> None:
    """Go to a button or a link by Tab, press Enter, and see the page that it leads to."""
    tab_to(page, name)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def tab_to(page: Page, name: str) -> None:
    """Press Tab until what is called so has the focus."""
    for _ in range(80):
        page.keyboard.press("Tab")
        focused = page.evaluate(
            "() => document.activeElement.ariaLabel ?? document.activeElement.textContent"
        )
        if focused.strip().startswith(name):
            return
    raise AssertionError(f"{name!r} cannot be reached with Tab")


def test_review_by_keyboard_alone_up_to_the_receipt(
    app: RunningApp, context: BrowserContext
) -> None:
    store = app.workspace.create_store(PASSPHRASE)
    before = datetime.now(timezone.utc) - timedelta(minutes=1)
    store.drafts.put("d1", to_json(summary_of(next_step=STEP)), before)
    page = app.enter(context, "/review/draft")

    follow(page, "Review the draft")
    follow(page, "Yes, this was agreed")
    expect(page.locator("#step .value")).to_contain_text("confirmed by you")
    tab_to(page, "Change: Note")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Control+a")
    page.keyboard.type("ask Brunhilde about evenings")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    follow(page, "Take it with its masks")
    expect(page.locator("#note .value")).to_contain_text("about evenings")
    follow(page, "Approve and save")

    expect(page.locator("h1")).to_contain_text("Kept as")
    expect(page.get_by_role("button", name="Copy").first).to_be_visible()
    expect(page.get_by_role("button", name="Print")).to_be_visible()
    follow(page, "Done")
    expect(page.locator("h1")).to_have_text("Ready when you are")
    note = store.calls.list()[0].summary.note
    assert note is not None
    assert "Brunhilde" not in note.text


def test_review_copies_the_receipt(app: RunningApp, context: BrowserContext) -> None:
    store = app.workspace.create_store(PASSPHRASE)
    before = datetime.now(timezone.utc) - timedelta(minutes=1)
    store.drafts.put("d1", to_json(summary_of()), before)
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = app.enter(context, "/review/draft/d1")
    page.get_by_role("button", name="Approve and save").click()
    page.get_by_role("button", name="Copy").first.click()

    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    copied = page.evaluate("() => navigator.clipboard.readText()")
    assert copied.splitlines() == page.locator("#receipt").inner_text().splitlines()


def test_setup_follows_the_voice_with_a_meter(
    app: RunningApp, context: BrowserContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    voice = (Turn(0.5, 2.0, "one two three"),)
    monkeypatch.setattr(hearing, "microphone", lambda _: SpeakerSource(voice, length_s=10.0))
    page = app.enter(context, "/setup")
    page.get_by_role("button", name="Listen for three seconds").click()

    expect(page.locator("#heard")).to_have_text("I hear you well.")
    expect(page.locator("#level")).to_be_hidden()
    page.reload()
    expect(page.locator("#microphone")).to_contain_text("heard well")


def test_pages_fit_a_narrow_window(app: RunningApp, context: BrowserContext) -> None:
    store = app.workspace.create_store(PASSPHRASE)
    store.calls.save(approved_of(17))
    page = app.enter(context)
    page.set_viewport_size({"width": 320, "height": 700})
    too_wide = []
    for path in ("/review/maple-17", "/calls/maple-17", "/setup", "/try", "/trends", "/settings"):
        page.goto(app.address + path)
        page.evaluate("() => document.querySelectorAll('details').forEach((d) => (d.open = true))")
        if page.evaluate("() => document.documentElement.scrollWidth") > 320:
            too_wide.append(path)

    assert too_wide == []

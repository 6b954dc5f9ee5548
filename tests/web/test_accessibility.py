"""axe-core finds nothing on any page in any state, in light and dark, wide and narrow."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from companion.audio.sound import SourceState, SourceStatus
from companion.domain.actions import MarkFear
from companion.domain.dialogue import Step
from companion.web.calling import start_call
from tests.fakes.axe import violations
from tests.fakes.board import estimate
from tests.fakes.browser import RunningApp, Visited
from tests.fakes.kept_pages import DRAFT, EMPTY_PAGES, KEPT_PAGES, LOCKED_PAGES, keep_calls
from tests.fakes.scripted_call import ScriptedCall

pytestmark = pytest.mark.timeout(180)
REFUSED = "Failed to load resource: the server responded with a status of 4"
"""What Chromium says of a page that tells of a mistake."""


@pytest.fixture
def page(app: RunningApp, chromium: Browser) -> Iterator[Page]:
    """A tab that came in; its pages may refuse, and must not break."""
    context = chromium.new_context()
    visited = Visited(context)
    yield app.enter(context)
    context.close()
    assert [c for c in visited.complaints if not c.startswith(REFUSED)] == []


def _walk(page: Page, app: RunningApp, paths: tuple[str, ...]) -> list[str]:
    found = []
    for path in paths:
        page.goto(app.address + path)
        _open_all(page)
        found += violations(page)
    return found


def _open_all(page: Page) -> None:
    """Everything that is folded away counts too."""
    page.evaluate(
        "() => { for (const part of document.querySelectorAll('details')) part.open = true; }"
    )


def _fails(page: Page, app: RunningApp, path: str, act: Callable[[Page], None]) -> list[str]:
    """What is found once a form was sent with something wrong in it."""
    page.goto(app.address + path)
    act(page)
    expect(page.get_by_role("alert").first).to_be_visible()
    _open_all(page)
    return violations(page)


def test_accessibility_would_be_found_wanting(page: Page) -> None:
    page.evaluate("() => { document.querySelector('h1').style.opacity = '0.3'; }")
    page.evaluate("() => document.querySelector('main').append(document.createElement('input'))")

    found = violations(page)

    assert any("light, 1280 wide" in one and "color-contrast" in one for one in found)
    assert any("dark, 420 wide" in one and "color-contrast" in one for one in found)
    assert any("light, 420 wide" in one and "label" in one for one in found)


def test_accessibility_before_there_are_notes(app: RunningApp, page: Page) -> None:
    assert _walk(page, app, EMPTY_PAGES) == []


def test_accessibility_between_calls(app: RunningApp, page: Page) -> None:
    keep_calls(app.workspace)
    assert _walk(page, app, KEPT_PAGES) == []


def test_accessibility_while_notes_are_locked(app: RunningApp, page: Page) -> None:
    keep_calls(app.workspace)
    app.workspace.lock()
    assert _walk(page, app, LOCKED_PAGES) == []


def test_accessibility_of_what_went_wrong(app: RunningApp, page: Page) -> None:
    def weak(page: Page) -> None:
        page.fill("#passphrase", "four words nobody guesses")
        page.fill("#again", "other words")
        page.click("main button")

    def unready(page: Page) -> None:
        page.get_by_role("button", name="Begin the call").click()

    found = _fails(page, app, "/setup/notes", weak)
    found += _fails(page, app, "/call/consent", unready)
    keep_calls(app.workspace)

    def keep_days(page: Page) -> None:
        page.fill("[name='store.keep_days']", "never")
        page.get_by_role("button", name="Save").first.click()

    def put_off(page: Page) -> None:
        page.locator("[name=until]").first.fill("some day")
        page.get_by_role("button", name="Put off").first.click()

    def masked(page: Page) -> None:
        _open_all(page)
        page.fill("#note-text", "ask Maria Gomez about the roster")
        page.locator("li#note").get_by_role("button", name="Take this").click()

    def code_with_a_name(page: Page) -> None:
        page.fill("#code", "Maria Gomez")
        page.get_by_role("button", name="Approve and save").click()

    found += _fails(page, app, "/settings", keep_days)
    found += _fails(page, app, "/next", put_off)
    found += _fails(page, app, DRAFT, code_with_a_name)
    page.goto(app.address + DRAFT)
    masked(page)
    expect(page.get_by_text("Kept would be")).to_be_visible()
    found += violations(page)
    app.workspace.lock()

    def wrong(page: Page) -> None:
        page.fill("#passphrase", "not the one")
        page.click("main button")

    found += _fails(page, app, "/unlock", wrong)
    assert found == []


def test_accessibility_of_a_live_call_in_every_state(app: RunningApp, page: Page) -> None:
    call = ScriptedCall()
    app.workspace.begin_call(call)
    found = []

    def look(path: str = "/live") -> None:
        nonlocal found
        page.goto(app.address + path)
        page.wait_for_function("() => document.title !== 'Call'")
        found += violations(page)

    def press(key: str, waits_for: str) -> None:
        nonlocal found
        page.keyboard.press(key)
        expect(page.locator(waits_for).first).to_be_visible()
        found += violations(page)

    look()
    press("i", "details[open]")
    press("c", "#next-step")
    page.locator("h1").click(force=True)
    for key, dialog in (("?", "#help"), ("w", "#confirm-withdraw"), ("e", "#confirm-end")):
        press(key, f"dialog{dialog}[open]")
        page.keyboard.press("Escape")
    press("f", "[data-part=care]")
    press("t", "[data-part=words-box]")
    press("o", "[data-show=deaf]:not([hidden])")
    press("b", "[data-pressed=blank]")
    page.keyboard.press("b")
    page.evaluate("() => { document.getElementById('lost').hidden = false; }")
    found += violations(page)
    call.hands.resume()
    call.hands.publish(source=SourceStatus(SourceState.LOST, "Headset", detail="it was unplugged"))
    call.hands.tell(step=estimate(Step.ASK, 0.97, sure=True), card=None)
    look()
    call.hands.pause()
    look()
    assert found == []


def test_accessibility_of_the_small_card(app: RunningApp, page: Page) -> None:
    call = ScriptedCall()
    app.workspace.begin_call(call)
    page.goto(f"{app.address}/live/pop")
    found = violations(page)
    call.hands.act(MarkFear())
    call.hands.off_record()
    expect(page.locator("[data-part=state]")).to_have_text("Off the record")
    found += violations(page)
    assert found == []


def test_accessibility_of_the_end_of_a_call(app: RunningApp, page: Page) -> None:
    found = []
    for what in ("withdraw", "end"):
        call = start_call(app.workspace, None, None)
        page.goto(f"{app.address}/live/sure/{what}")
        found += violations(page)
        page.get_by_role("button", name="Yes").click()
        if what == "withdraw":
            expect(page).to_have_title("Consent withdrawn")
            found += violations(page)
    expect(page).to_have_title("Review")
    found += violations(page)
    keep_calls(app.workspace)
    page.reload()
    page.get_by_role("button", name="Approve and save").click()
    expect(page.locator("#receipt")).to_be_visible()
    found += violations(page)
    assert call.is_over
    page.get_by_role("button", name="Done, I handed").click()
    page.get_by_role("button", name="Stop companion").click()
    expect(page).to_have_title("companion has stopped")
    found += violations(page)
    assert found == []

"""Everything by keyboard alone: from the first page to an approved summary and a done next step."""

from __future__ import annotations

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.fakes.browser import RunningApp
from tests.fakes.kept_pages import DRAFT, keep_calls
from tests.fakes.keyboard import Keyboard
from tests.fakes.scripted_call import ScriptedCall
from tests.fakes.store import PASSPHRASE

pytestmark = pytest.mark.timeout(180)
_IN_DIALOG_OR_NOWHERE = """() => {
  const at = document.activeElement;
  return at === document.body || at.closest("dialog") !== null;
}"""


def test_keyboard_from_the_first_page_to_a_done_next_step(
    app: RunningApp, context: BrowserContext
) -> None:
    page = app.enter(context)
    keys = Keyboard(page)

    keys.follow("Make a place for notes")
    keys.tab_to("A passphrase")
    keys.type(PASSPHRASE)
    keys.tab_to("The same again")
    keys.type(PASSPHRASE)
    keys.follow("Make it")
    assert app.workspace.store is not None

    page.goto(app.address)
    keys.follow("Start a call")
    keys.follow("I am ready")
    keys.tab_to("They agreed just now")
    keys.press("ArrowDown", "ArrowDown", "ArrowDown")
    expect(page.get_by_role("radio", name="No consent")).to_be_checked()
    keys.follow("Begin the call")
    page.wait_for_function("() => document.title !== 'Call'")

    keys.press("?")
    expect(page.locator("dialog#help")).to_be_visible()
    keys.press("Escape")
    expect(page.locator("dialog#help")).to_be_hidden()
    said = page.locator("#said")
    keys.press("5")
    expect(said).to_contain_text("Step 5")
    keys.press("i", "1")
    expect(said).to_contain_text("Marked:")
    keys.press("m", "1")
    expect(said).to_contain_text("Their answer")
    keys.press("c")
    expect(page.locator("#who")).to_be_focused()
    keys.type("They")
    keys.press("Tab")
    keys.type("Come")
    keys.press("Tab")
    keys.type("tomorrow 6 pm")
    before = page.locator("[data-part=step_line]").inner_text()
    keys.press("Enter")
    expect(said).to_contain_text("Next step confirmed")
    assert page.locator("[data-part=step_line]").inner_text() == before, "a typed letter was a key"
    with page.expect_navigation(url="**/review"):
        keys.press("e", "y")

    keys.tab_to("Change")
    keys.press("Enter")
    expect(page.locator("details[open]").first).to_be_visible()
    keys.tab_to("A code for the call")
    code = page.locator("#code").input_value()
    keys.follow("Approve and save")
    expect(page.locator("#receipt")).to_be_visible()
    keys.follow("Done, I handed the receipt on")
    keys.follow("Next steps")
    expect(page.get_by_role("link", name=code)).to_be_visible()
    keys.follow("Done:")
    expect(page.get_by_role("status")).to_contain_text("Marked as done")
    assert app.workspace.open_store().calls.get(code).done_at is not None


def test_keyboard_no_page_holds_the_focus_or_hides_it(
    app: RunningApp, context: BrowserContext
) -> None:
    keep_calls(app.workspace)
    page = app.enter(context)
    paths = ("/", "/calls", "/calls/maple-17", "/next", "/trends", DRAFT, "/call/consent")
    for path in paths:
        page.goto(app.address + path)
        stops, expected = Keyboard(page).walk()
        assert stops >= expected, f"{path}: {stops} of {expected} reached"
    app.workspace.begin_call(ScriptedCall())
    page.goto(f"{app.address}/live")
    page.wait_for_function("() => document.title !== 'Call'")
    stops, expected = Keyboard(page).walk()
    assert stops >= expected


def test_keyboard_the_first_stop_leads_past_the_navigation(
    app: RunningApp, context: BrowserContext
) -> None:
    page = app.enter(context)
    keys = Keyboard(page)
    keys.press("Tab")
    focus = keys.focus()
    assert focus is not None
    assert focus.name == "Skip to the page"
    keys.press("Enter")
    assert page.evaluate("() => document.activeElement.id") == "main"


def test_keyboard_keys_rest_while_something_is_typed(
    app: RunningApp, context: BrowserContext
) -> None:
    call = ScriptedCall()
    app.workspace.begin_call(call)
    page = app.enter(context, "/live")
    page.wait_for_function("() => document.title !== 'Call'")
    page.keyboard.press("c")
    page.locator("#when").focus()
    page.keyboard.type(" powbnqpirfymctlu?12345ew")
    expect(page.locator("#when")).to_have_value(" powbnqpirfymctlu?12345ew")
    assert page.locator("dialog[open]").count() == 0
    assert (call.hands.calls, call.hands.actions) == ([], [])
    page.keyboard.press("Escape")
    page.keyboard.press("o")
    expect(page.locator("[data-part=state]").first).to_have_text("Off the record")


def test_keyboard_a_dialog_takes_the_focus_and_gives_it_back(
    app: RunningApp, context: BrowserContext
) -> None:
    app.workspace.begin_call(ScriptedCall())
    page = app.enter(context, "/live")
    page.wait_for_function("() => document.title !== 'Call'")
    keys = Keyboard(page)
    keys.tab_to("End")
    keys.press("Enter")
    dialog = page.locator("dialog#confirm-end")
    expect(dialog).to_be_visible()
    expect(dialog.get_by_role("button", name="No")).to_be_focused()
    for _ in range(6):
        keys.press("Tab")
        assert page.evaluate(_IN_DIALOG_OR_NOWHERE)
    keys.press("Escape")
    expect(dialog).to_be_hidden()
    focus = keys.focus()
    assert focus is not None
    assert focus.name.startswith("End")

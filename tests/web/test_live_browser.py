"""The live page in a real browser: stillness, keys, tabs, a lost connection, the card on top."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from companion.asr.protocol import TranscriberState, TranscriberStatus
from companion.audio.sound import SourceState, SourceStatus
from companion.domain.actions import (
    ConfirmNextStep,
    CorrectStep,
    MarkCommitment,
    MarkFear,
    MarkIssue,
    MarkReady,
    MarkRealization,
    NextCard,
    PinStep,
)
from companion.domain.dialogue import Step
from companion.live.board import CardShown
from tests.fakes.board import CARD, OTHER_CARD, estimate
from tests.fakes.browser import WITHIN_MS, RunningApp
from tests.fakes.scripted_call import ScriptedCall

WATCH = """() => {
  window.seen = [];
  const told = (record) => {
    const at = record.target.nodeType === 1 ? record.target : record.target.parentElement;
    window.seen.push(at ? at.outerHTML.slice(0, 200) : record.target.nodeName);
  };
  new MutationObserver((records) => records.forEach(told)).observe(document, {
    subtree: true, childList: true, attributes: true, characterData: true,
  });
}"""


@pytest.fixture
def call(app: RunningApp) -> Iterator[ScriptedCall]:
    made = ScriptedCall()
    app.workspace.begin_call(made)
    yield made
    app.workspace.begin_call(None)


@pytest.fixture
def page(app: RunningApp, context: BrowserContext, call: ScriptedCall) -> Page:
    return _live(app, context)


def _live(app: RunningApp, context: BrowserContext) -> Page:
    """A tab with the live page, once it has drawn its first frame."""
    page = app.enter(context, "/live")
    expect(page).to_have_title("● Listening")
    return page


def test_live_nothing_moves_in_a_minute_of_quiet_but_the_minutes(
    page: Page, call: ScriptedCall
) -> None:
    page.evaluate(WATCH)
    for tenth in range(600):
        # What a call does while the other person speaks, and more than it ever would at once.
        call.hands.publish(
            state=replace(
                call.hands.board.latest().state,
                now_s=250.0 + tenth / 10,
                card=(CARD, OTHER_CARD, None)[tenth % 3],
                step=estimate(Step(tenth % 5 + 1), 0.5 + (tenth % 5) / 10),
                open_count=tenth,
                closed_count=tenth // 2,
                story_since_s=240.0 if tenth % 2 else None,
            ),
            source=SourceStatus(SourceState.RUNNING, "Headset", -70.0 + tenth % 30),
            transcriber=TranscriberStatus(
                TranscriberState.READY, "pocketsphinx", lag_s=float(tenth % 20)
            ),
        )
    expect(page.locator("[data-part=minutes]")).to_have_text("5 minutes")
    seen: list[str] = page.evaluate("() => window.seen")
    assert seen, "the watch saw not even the minutes"
    assert all('data-part="minutes"' in one for one in seen)
    assert len(seen) <= 2


def test_live_the_safety_state_is_shown_in_the_quiet_and_moves_nothing_else(
    page: Page, call: ScriptedCall
) -> None:
    card = page.locator("[data-part=card]").inner_text()
    call.hands.tell(now_s=252.0, card=OTHER_CARD)
    call.hands.off_record()
    expect(page.locator("[data-part=state]").first).to_have_text("Off the record")
    expect(page.get_by_role("button", name="Listen again")).to_be_visible()
    assert card


def test_live_a_card_is_shown_at_the_end_of_the_own_turn(page: Page, call: ScriptedCall) -> None:
    call.hands.tell(now_s=251.0, speaking=True)
    expect(page.locator("[data-part=meter_word]").first).to_have_text("your voice: good")
    call.hands.tell(CardShown(251.5, OTHER_CARD), now_s=251.5, speaking=False, card=OTHER_CARD)
    expect(page.locator("[data-part=card]").first).to_have_text(OTHER_CARD.text)


def test_live_every_key_does_what_it_does_in_the_terminal(page: Page, call: ScriptedCall) -> None:
    said = page.locator("#said")
    for key, action, words in (
        ("n", NextCard(), "Another card."),
        ("p", PinStep(Step.WHAT_MOVES_YOU), "held"),
        ("4", CorrectStep(Step.PLAN), "Step 4"),
        ("f", MarkFear(), "Care first."),
        ("y", MarkReady(), "ready to be asked"),
    ):
        page.keyboard.press(key)
        expect(said).to_contain_text(words)
        assert call.hands.actions[-1] == action
    for key, words, done in (
        (" ", "Paused.", "pause"),
        (" ", "Listening again.", "resume"),
        ("o", "Off the record.", "off_record"),
        (" ", "Listening again.", "resume"),
        ("t", "Your words are shown.", "show_transcript True"),
        ("t", "Your words are hidden.", "show_transcript False"),
    ):
        page.keyboard.press(key)
        expect(said).to_contain_text(words)
        assert call.hands.calls[-1] == done
        state = {"pause": "Paused", "off_record": "Off the record"}.get(done, "Listening")
        expect(page.locator("[data-part=state]").first).to_have_text(state)


def test_live_lists_open_by_key_and_are_marked_by_number(page: Page, call: ScriptedCall) -> None:
    for key, number, action in (
        ("i", "2", MarkIssue("pay")),
        ("r", "3", MarkRealization("needs_push")),
        ("m", "1", MarkCommitment("yes")),
    ):
        page.keyboard.press(key)
        expect(page.locator("details[open] form[data-tap] > button").first).to_be_focused()
        page.keyboard.press(number)
        pressed = page.locator("details[open] button[aria-pressed=true]")
        expect(pressed).to_have_count(1)
        assert call.hands.actions[-1] == action


def test_live_the_next_step_by_keyboard_alone_is_read_back(page: Page, call: ScriptedCall) -> None:
    page.keyboard.press("c")
    expect(page.locator("#who")).to_be_focused()
    page.keyboard.type("They")
    page.keyboard.press("Tab")
    page.keyboard.type("talk")
    page.keyboard.press("Tab")
    page.keyboard.type("tomorrow 6 pm")  # with letters that are keys elsewhere
    expect(page.locator("#when-read")).to_have_text("That is Tuesday, May 5, 6:00 pm.")
    page.keyboard.press("Enter")
    expect(page.locator("[data-part=next_step]")).to_contain_text("Agreed, who: they")
    done = call.hands.actions
    assert len(done) == 1
    assert isinstance(done[0], ConfirmNextStep)
    assert done[0].next_step.what == "call"
    assert done[0].next_step.when == "2026-05-05T18:00"


def test_live_a_wrong_day_is_said_and_nothing_is_confirmed(page: Page, call: ScriptedCall) -> None:
    page.keyboard.press("c")
    page.select_option("#who", "them")
    page.select_option("#what", "call")
    page.fill("#when", "whenever")
    page.keyboard.press("Enter")
    expect(page.locator("#said")).to_contain_text("not understood")
    assert call.hands.actions == []


@pytest.mark.parametrize(("key", "done"), [("w", "withdraw"), ("e", "end")])
def test_live_what_cannot_be_taken_back_asks_once_more(
    page: Page, call: ScriptedCall, app: RunningApp, key: str, done: str
) -> None:
    page.keyboard.press(key)
    expect(page.locator("dialog[open]")).to_be_visible()
    page.keyboard.press("n")
    expect(page.locator("dialog[open]")).to_have_count(0)
    page.keyboard.press(key)
    page.keyboard.press("Escape")
    expect(page.locator("dialog[open]")).to_have_count(0)
    assert call.hands.calls == []
    page.keyboard.press(key)
    with page.expect_request(f"**/live/{done}"):
        page.keyboard.press("y")
    page.wait_for_url(lambda url: not url.endswith("/live"))
    assert call.hands.calls == [done]


def test_live_the_help_names_every_key_and_the_safety_keys_work_over_it(
    page: Page, call: ScriptedCall
) -> None:
    page.keyboard.press("?")
    help_ = page.locator("dialog#help")
    expect(help_).to_be_visible()
    for shown in ("space", "o", "w", "n", "1 to 5", "?"):
        expect(help_.locator("kbd", has_text=shown).first).to_be_visible()
    page.keyboard.press("o")
    expect(page.locator("[data-part=state]").first).to_have_text("Off the record")
    page.keyboard.press("?")
    expect(help_).to_be_hidden()


def test_live_blank_hides_all_but_the_shape_of_the_state(page: Page, call: ScriptedCall) -> None:
    page.keyboard.press("b")
    expect(page.locator("[data-part=card]").first).to_be_hidden()
    expect(page.locator(".goals")).to_be_hidden()
    expect(page.locator("[data-part=shape]").first).to_be_visible()
    page.keyboard.press("b")
    expect(page.locator("[data-part=card]").first).to_be_visible()


def test_live_two_tabs_agree_whenever_they_came(
    page: Page, app: RunningApp, context: BrowserContext, call: ScriptedCall
) -> None:
    call.hands.tell(now_s=260.0, card=OTHER_CARD)  # in the quiet: nobody is shown this yet
    other = context.new_page()
    other.goto(f"{app.address}/live")
    expect(other).to_have_title("● Listening")
    for tab in (page, other):
        expect(tab.locator("[data-part=card]").first).to_have_text(CARD.text)
    other.keyboard.press("n")
    for tab in (page, other):
        expect(tab.locator("[data-part=card]").first).to_have_text(CARD.text)
    page.keyboard.press("f")
    expect(other.locator("[data-part=care]").first).to_be_visible()


def test_live_a_lost_connection_is_said_within_three_seconds_and_heals(
    app: RunningApp, context: BrowserContext, call: ScriptedCall
) -> None:
    page = context.new_page()
    page.clock.install()
    page.goto(app.server.way_in)
    page.wait_for_url(f"{app.address}/")
    page.goto(f"{app.address}/live")
    expect(page).to_have_title("● Listening")
    lost = page.locator("#lost")
    expect(lost).to_be_hidden()

    with page.expect_request("**/live/events"):  # it comes back, and again the stream ends
        app.workspace.stopping.set()
    page.clock.run_for(3_000)
    expect(lost).to_be_visible()
    expect(lost).to_contain_text("The connection to companion is lost")
    call.view.key_pressed()
    call.hands.act(NextCard())

    app.workspace.stopping.clear()
    expect(page.locator("[data-part=card]").first).to_have_text(OTHER_CARD.text, timeout=WITHIN_MS)
    expect(lost).to_be_hidden()


def test_live_an_app_that_stops_waits_for_no_stream_and_the_page_says_so(
    page: Page, app: RunningApp
) -> None:
    app.stop()  # returns once the server has
    expect(page.locator("#lost")).to_be_visible()


def test_live_the_card_on_top_shows_the_same_and_takes_the_same_keys(
    page: Page, call: ScriptedCall
) -> None:
    assert page.evaluate("() => 'documentPictureInPicture' in window")
    page.keyboard.press("u")
    page.wait_for_function("() => documentPictureInPicture.window !== null")
    inside = "() => documentPictureInPicture.window.document"
    assert page.evaluate(f"() => ({inside})().querySelector('[data-part=card]').textContent") == (
        CARD.text
    )
    sheets: int = page.evaluate(
        f"() => ({inside})().querySelectorAll('link[rel=stylesheet]').length"
    )
    assert sheets == 2
    assert page.evaluate(f"() => ({inside})().querySelectorAll('style, script').length") == 0
    page.evaluate(
        f"""() => ({inside})().body.dispatchEvent(
            new KeyboardEvent('keydown', {{ key: 'o', bubbles: true }}))"""
    )
    expect(page.locator("[data-part=state]").first).to_have_text("Off the record")
    page.wait_for_function(
        f"() => ({inside})().querySelector('[data-part=state]').textContent === 'Off the record'"
    )


def test_live_the_card_gets_a_window_of_its_own_where_none_stays_on_top(
    app: RunningApp, context: BrowserContext, call: ScriptedCall
) -> None:
    context.add_init_script("delete window.documentPictureInPicture")
    page = _live(app, context)
    with context.expect_page() as opened:
        page.keyboard.press("u")
    card = opened.value
    card.wait_for_load_state("load")
    expect(card.locator("[data-part=card]")).to_have_text(CARD.text)
    card.keyboard.press(" ")
    expect(page.locator("[data-part=state]").first).to_have_text("Paused")


def test_live_keys_are_those_of_the_settings(
    app: RunningApp, context: BrowserContext, call: ScriptedCall
) -> None:
    path = app.workspace.settings_path
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text('keys:\n  fear: z\n  off_record: ""\n', encoding="utf-8")
    page = _live(app, context)
    for key in ("f", "o", "Control+z", "Alt+z", "z"):
        page.keyboard.press(key)
    expect(page.locator("#said")).to_contain_text("Care first.")
    assert call.hands.actions == [MarkFear()]
    assert call.hands.calls == []


def test_live_the_small_page_reads_well_in_a_small_window(
    app: RunningApp, context: BrowserContext, call: ScriptedCall
) -> None:
    page = app.enter(context, "/live/pop")
    page.set_viewport_size({"width": 320, "height": 240})
    expect(page.locator("[data-part=card]")).to_be_in_viewport(ratio=1.0)
    for name in ("Pause", "Off the record", "Hide"):
        expect(page.get_by_role("button", name=name)).to_be_in_viewport(ratio=1.0)
    page.get_by_role("button", name="Off the record").click()
    expect(page.locator("[data-part=state]")).to_have_text("Off the record")
    call.hands.act(MarkFear())
    page.keyboard.press("f")
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 320


def test_live_everything_is_reached_at_twice_the_size_and_at_320_pixels(page: Page) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 320
    small: list[str] = page.evaluate(
        """() => [...document.querySelectorAll('button, a, summary')]
            .filter((e) => e.offsetParent && e.className !== 'skip')
            .map((e) => [e, e.getBoundingClientRect()])
            .filter(([e, box]) => box.height < 24 || box.width < 24)
            .map(([e]) => e.textContent)"""
    )
    assert small == []

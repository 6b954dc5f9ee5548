"""Off the record, and consent withdrawn: no forgotten word is left in a page or its stream."""

from __future__ import annotations

import io
import random
from collections.abc import Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from companion.audit.identifiers import make_identifiers
from companion.audit.memory import holdings
from companion.audit.needles import Needles
from companion.domain.call import CallPhase
from companion.domain.speech import Hypothesis
from companion.live.board import CardShown, Forgotten
from companion.live.follow import News
from companion.live.plain import LinePrinter
from companion.web.live_view import LiveView
from tests.fakes.board import CARD, OUTLINE, FakeCall
from tests.fakes.browser import RunningApp
from tests.fakes.scripted_call import ScriptedCall

IDENTIFIERS = make_identifiers(3, random.Random(51))
NEEDLES = Needles(IDENTIFIERS)
SAID, SAYING, ON_CARD = (identifier.marks[0] for identifier in IDENTIFIERS)
REWRITE = replace(CARD, id="rewrite", text=f"What do you like about {ON_CARD}?")


class Window(io.StringIO):
    """A terminal's window: what is printed is the window's, and not the program's any more."""

    def write(self, text: str) -> int:
        return len(text)


def _speak(hands: FakeCall) -> None:
    """Words heard, words being said, and a card made of words that was asked for by hand."""
    hands.tell(CardShown(251.0, REWRITE, "organizer"), now_s=251.0, speaking=True, card=REWRITE)
    hands.publish(
        transcript=(f"I met {SAID}",),
        partial=Hypothesis(9, 250.0, 251.0, final=False, committed="", tentative=SAYING),
    )


def _forget(hands: FakeCall, phase: CallPhase) -> None:
    """As `LiveCall` does it, off the record or for good."""
    hands.board.forget_events(0.0)
    state = replace(hands.board.latest().state, card=CARD)
    hands.publish(
        Forgotten(251.0, 0.0), phase=phase, state=state, transcript=(), partial=None, speaking=False
    )


def _html(page: Page) -> bytes:
    html: str = page.evaluate("() => document.documentElement.outerHTML")
    return html.encode()


@pytest.fixture
def call(app: RunningApp) -> Iterator[ScriptedCall]:
    made = ScriptedCall()
    app.workspace.begin_call(made)
    yield made
    app.workspace.begin_call(None)


def test_forgetting_leaves_no_word_in_the_page(
    app: RunningApp, context: BrowserContext, call: ScriptedCall
) -> None:
    page = app.enter(context, "/live")
    expect(page).to_have_title("● Listening")
    page.keyboard.press("t")
    expect(page.locator("#said")).to_contain_text("Your words are shown.")
    _speak(call.hands)
    expect(page.locator("[data-part=card]").first).to_have_text(REWRITE.text)
    expect(page.locator("body")).to_contain_text(SAID)
    expect(page.locator("body")).to_contain_text(SAYING)
    assert {hit.number for hit in NEEDLES.find(_html(page))} == {0, 1, 2}
    assert holdings([call.view], NEEDLES)

    _forget(call.hands, CallPhase.OFF_RECORD)
    expect(page.locator("[data-part=state]").first).to_have_text("Off the record")
    expect(page.locator("[data-part=card]").first).to_have_text(CARD.text)
    assert NEEDLES.find(_html(page)) == frozenset()
    assert holdings([call.view, call.hands.board], NEEDLES) == ()
    again = context.new_page()  # a window that is opened afterwards gets none of it either
    again.goto(f"{app.address}/live")
    expect(again.locator("[data-part=state]").first).to_have_text("Off the record")
    assert NEEDLES.find(_html(again)) == frozenset()


@pytest.mark.parametrize("phase", [CallPhase.OFF_RECORD, CallPhase.WITHDRAWN])
@pytest.mark.parametrize("quiet", [False, True])
def test_forgetting_leaves_no_word_in_what_windows_are_made_of(
    phase: CallPhase, quiet: bool
) -> None:
    hands = FakeCall()
    view = LiveView(hands.board, OUTLINE, transcript=True, clock_s=lambda: 0.0)
    if quiet:
        view.turn_quiet()
    _speak(hands)
    view.look()
    assert {n for h in holdings([view], NEEDLES) for n in h.numbers} == {0, 1, 2}
    _forget(hands, phase)
    view.look()
    assert holdings([view, hands.board], NEEDLES) == ()
    assert view.shown.frame.card != REWRITE.text


def test_forgetting_leaves_no_word_in_the_plain_view() -> None:
    hands = FakeCall()
    printer = LinePrinter(OUTLINE, Window())
    _speak(hands)
    heard = tuple(numbered.event for numbered in hands.board.events_since(0))
    printer.take(News(hands.board.latest(), heard, 0, over=False))
    assert holdings([printer], NEEDLES)
    _forget(hands, CallPhase.OFF_RECORD)
    (forgotten,) = (n.event for n in hands.board.events_since(0) if isinstance(n.event, Forgotten))
    printer.take(News(hands.board.latest(), (forgotten,), 0, over=False))
    assert holdings([printer], NEEDLES) == ()

"""Figures of the app in the browser: the card's way to the screen, and its stillness.

Run by `scripts/bench_web`. A real server, a real headless Chromium, and a scripted board.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from playwright.sync_api import Page, Response, expect

from companion.audio.sound import SourceState, SourceStatus
from companion.domain.dialogue import Step
from companion.domain.prompt import Prompt, PromptKind
from companion.live.board import CardShown
from scripts.bench.table import Figure, below, progress, quantile, show
from tests.fakes.board import estimate
from tests.fakes.browser import RunningApp, headless_browser, workspace_at
from tests.fakes.scripted_call import ScriptedCall

CARDS = 200
WITHIN_MS = 5_000
# The frame after the change is on the screen when its second callback runs.
WATCH_CARD = """() => {
  window.shownAt = {};
  const card = document.querySelector("[data-part=card]");
  new MutationObserver(() => {
    const text = card.textContent;
    requestAnimationFrame(() => requestAnimationFrame(() => {
      window.shownAt[text] = performance.timeOrigin + performance.now();
    }));
  }).observe(card, { childList: true, characterData: true, subtree: true });
}"""
WATCH_ALL = """() => {
  window.seen = [];
  new MutationObserver((records) => {
    for (const record of records) {
      const at = record.target.nodeType === 1 ? record.target : record.target.parentElement;
      window.seen.push(at?.closest("[data-part=minutes]") ? "minutes" : "more");
    }
  }).observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
}"""


def card_to_screen(page: Page, call: ScriptedCall) -> list[Figure]:
    """From the board's change to the frame that shows it."""
    progress(f"{CARDS} cards, each at the end of a turn")
    page.evaluate(WATCH_CARD)
    published: dict[str, float] = {}
    voice = page.locator("[data-part=meter_word]").first
    card = page.locator("[data-part=card]").first
    for n in range(CARDS):
        now_s = 300.0 + 10 * n
        call.hands.tell(now_s=now_s, speaking=True)
        expect(voice).to_have_text("your voice: good", timeout=WITHIN_MS)
        prompt = Prompt(f"c{n}", f"What else would you change, number {n}?", PromptKind.GOAL, "")
        event = CardShown(now_s + 1, prompt)
        published[prompt.text] = time.time() * 1000
        call.hands.tell(event, now_s=now_s + 1, speaking=False, card=prompt)
        expect(card).to_have_text(prompt.text, timeout=WITHIN_MS)
    page.wait_for_function(f"() => Object.keys(window.shownAt).length === {CARDS}")
    shown: dict[str, float] = page.evaluate("() => window.shownAt")
    spent_ms = [shown[text] - at for text, at in published.items()]
    middle_ms = quantile(spent_ms, 0.5)
    return [
        Figure("board change to visible card, p50", f"{middle_ms:.1f} ms", ""),
        below("board change to visible card, p95", quantile(spent_ms, 0.95), 100, "ms", 1),
    ]


def stillness(page: Page, call: ScriptedCall) -> list[Figure]:
    """A minute of quiet microphone in which everything on the board keeps changing."""
    progress("a minute of quiet, compressed: 600 snapshots")
    start_s = 60.0 * (call.hands.board.latest().state.now_s // 60 + 2)
    minutes = page.locator("[data-part=minutes]")
    call.hands.tell(now_s=start_s)
    expect(minutes).to_have_text(f"{start_s / 60:.0f} minutes", timeout=WITHIN_MS)
    page.evaluate(WATCH_ALL)
    for tenth in range(601):
        state = replace(
            call.hands.board.latest().state,
            now_s=start_s + tenth / 10,
            card=None,
            step=estimate(Step(tenth % 5 + 1), 0.5),
            open_count=tenth,
        )
        source = SourceStatus(SourceState.RUNNING, "Headset", -70.0 + tenth % 30)
        call.hands.publish(state=state, source=source)
    expect(minutes).to_have_text(f"{start_s / 60 + 1:.0f} minutes", timeout=WITHIN_MS)
    seen: list[str] = page.evaluate("() => window.seen")
    return [
        Figure("changes of the minutes in 60 s of quiet", str(seen.count("minutes")), "1"),
        below("other changes in 60 s of quiet", seen.count("more"), 0, "", 0),
    ]


def weight(page: Page) -> list[Figure]:
    """All bytes of the live page, as they come over the wire, the stream not counted."""
    sizes: dict[str, int] = {}

    def note(response: Response) -> None:
        if not response.url.endswith("/live/events"):
            sizes[response.url] = len(response.body())

    page.on("response", note)
    page.reload()
    expect(page).to_have_title("● Listening")
    page.remove_listener("response", note)
    return [below("weight of the live page", sum(sizes.values()) / 1000, 150, "kB", 0)]


def main(arguments: list[str] | None = None) -> int:
    """Serve, measure, print; 1 where a target was missed."""
    parser = argparse.ArgumentParser(prog="scripts/bench_web", description=__doc__)
    parser.add_argument("--json", action="store_true", help="one JSON object")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder, headless_browser() as browser:
        os.environ["COMPANION_HOME"] = folder
        app = RunningApp(workspace_at(Path(folder)))
        call = ScriptedCall()
        app.workspace.begin_call(call)
        try:
            context = browser.new_context(viewport={"width": 1280, "height": 800})
            page = app.enter(context, "/live")
            expect(page).to_have_title("● Listening")
            figures = [*weight(page), *card_to_screen(page, call), *stillness(page, call)]
            context.close()
        finally:
            app.stop()
    show("The app in the browser", figures, options.json)
    return 1 if any(figure.met is False for figure in figures) else 0


if __name__ == "__main__":
    sys.exit(main())

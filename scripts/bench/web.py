"""Figures of the app in the browser: its start, the card's way to the screen, the weight of pages.

Run by `scripts/bench_web`, with a headless Chromium before the real server.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page

from companion.domain.prompt import Prompt, PromptKind
from companion.live.board import CardShown
from scripts.bench.table import Figure, below, progress, quantile, show
from tests.fakes.board import CALL_DATE
from tests.fakes.browser import RunningApp, headless_browser, workspace_at
from tests.fakes.kept_pages import EMPTY_PAGES, KEPT_PAGES, keep_calls
from tests.fakes.scales import Scales
from tests.fakes.scripted_call import ScriptedCall

STOPS_WITHIN_S = 20.0
NOTE_CARDS = """() => {
  window.seen = {};
  const card = document.querySelector("[data-part=card]");
  new MutationObserver(() => {
    const words = card.textContent;
    requestAnimationFrame(() => {
      // A message is taken after the frame's style, layout and paint.
      const channel = new MessageChannel();
      channel.port1.onmessage = () => { window.seen[words] ??= Date.now(); };
      channel.port2.postMessage(null);
    });
  }).observe(card, { childList: true, characterData: true, subtree: true });
}"""


def first_page(browser: Browser, runs: int) -> list[Figure]:
    """From the command to a first page that is drawn, in a profile of its own each time."""
    progress(f"companion app to its first page, {runs} times")
    took_s = []
    for _ in range(runs):
        context = browser.new_context()
        page = context.new_page()
        with tempfile.TemporaryDirectory() as folder:
            took_s.append(_started(page, folder))
        context.close()
    return [below("first page ready after companion app, median", quantile(took_s, 0.5), 2, "s")]


def _started(page: Page, folder: str) -> float:
    environment = {**os.environ, "COMPANION_HOME": folder}
    command = [sys.executable, "-m", "companion", "app", "--no-browser"]
    start = time.perf_counter()
    with subprocess.Popen(
        command,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as app:
        assert app.stdout is not None
        way_in = app.stdout.readline().strip()
        page.goto(way_in)
        page.wait_for_url(lambda url: url.endswith("/"))
        page.wait_for_load_state()
        took_s = time.perf_counter() - start
        app.terminate()
        app.wait(STOPS_WITHIN_S)
    return took_s


def cards(app: RunningApp, context: BrowserContext, count: int) -> list[Figure]:
    """A card on the board to the same card painted on the live page."""
    progress(f"{count} cards, from the board to the screen")
    call = ScriptedCall()
    app.workspace.begin_call(call)
    page = app.enter(context, "/live")
    page.wait_for_function("() => document.title !== 'Call'")
    page.evaluate(NOTE_CARDS)
    put_ms: dict[str, float] = {}
    for number in range(count):
        card = Prompt(f"bench-{number}", f"What matters most here, {number}?", PromptKind.GOAL, "")
        now_s = 300.0 + number
        put_ms[card.text] = time.time() * 1000
        call.hands.tell(CardShown(now_s, card), now_s=now_s, speaking=True, card=card)
        page.wait_for_function("(words) => words in window.seen", arg=card.text, polling=20)
    seen: dict[str, float] = page.evaluate("() => window.seen")
    app.workspace.begin_call(None)
    ms = [seen[words] - at for words, at in put_ms.items()]
    return [
        below(f"board change to visible card, p95 of {len(ms)}", quantile(ms, 0.95), 100, "ms", 0)
    ]


def weights(app: RunningApp, context: BrowserContext) -> list[Figure]:
    """The heaviest page, with all that it loads."""
    progress("every page on the scales")
    page = app.enter(context)
    scales = Scales(context, page)
    found = {path: scales.weigh(app.address + path) for path in EMPTY_PAGES}
    keep_calls(app.workspace)
    found |= {path: scales.weigh(app.address + path) for path in KEPT_PAGES}
    app.workspace.begin_call(ScriptedCall())
    found |= {path: scales.weigh(app.address + path) for path in ("/live", "/live/pop")}
    heaviest = max(found, key=lambda path: found[path])
    return [
        below(f"heaviest page, all included ({heaviest})", found[heaviest] / 1000, 150, "kB", 0)
    ]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Measures the app in the browser.")
    parser.add_argument("--json", action="store_true", help="one JSON object instead of a table")
    parser.add_argument("--runs", type=int, default=7, help="how often the app is started")
    parser.add_argument("--cards", type=int, default=100, help="how many cards are timed")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, headless_browser() as browser:
        os.environ["COMPANION_HOME"] = folder
        figures = first_page(browser, options.runs)
        app = RunningApp(workspace_at(Path(folder), CALL_DATE))
        context = browser.new_context(viewport={"width": 1280, "height": 800})
        try:
            figures += [*cards(app, context, options.cards), *weights(app, context)]
        finally:
            context.close()
            app.stop()
    show("App in the browser", figures, options.json)


if __name__ == "__main__":
    main()

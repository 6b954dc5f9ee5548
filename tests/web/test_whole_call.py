"""A whole call in a real browser: from set-up, by the shipped sample sound, to a due next step."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from types import TracebackType
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import BrowserContext, Page, expect
from typing_extensions import Self

from companion.audio.files import FileSource
from companion.audio.sample_call import shipped_sound
from companion.audio.sound import SAMPLE_RATE_HZ, AudioChunk, SourceState, SourceStatus
from companion.settings import Settings
from companion.web import calling
from tests.fakes.board import CARD
from tests.fakes.browser import RunningApp
from tests.fakes.scripted_call import ScriptedCall
from tests.fakes.store import PASSPHRASE

QUIET_AFTER_S = 2.0
SILENCE_S = 0.1
HEARD_WITHIN_S = 100.0
SAID = ("laundry", "kitchen", "wednesday", "everybody", "building manager", "breathe", "tonight")
"""Words of the sample call; more than one of them is heard rightly."""


class SpokenSample:
    """The sample call in place of the microphone: all at once, then silence until it is closed."""

    paced = False

    def __init__(self) -> None:
        self.all_read = threading.Event()
        self._closed = threading.Event()
        self._file = FileSource(shipped_sound(), paced=False)
        self._left_s = QUIET_AFTER_S
        self._end_s = 0.0

    def __enter__(self) -> Self:
        self._file.__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._closed.set()
        self._file.__exit__(kind, error, trace)

    def read(self, timeout_s: float) -> AudioChunk | None:
        """The next chunk: of the sample as fast as it is read, then of silence."""
        chunk = self._file.read(timeout_s)
        if chunk is not None:
            self._end_s = chunk.start_s + len(chunk.samples) / SAMPLE_RATE_HZ
            return chunk
        if self._left_s <= 0:
            self.all_read.set()
            self._closed.wait(SILENCE_S)  # a microphone goes on, at the speed of time
        self._left_s -= SILENCE_S
        start_s, self._end_s = self._end_s, self._end_s + SILENCE_S
        return AudioChunk(np.zeros(round(SILENCE_S * SAMPLE_RATE_HZ), np.float32), start_s)

    def status(self) -> SourceStatus:
        """A microphone that is well."""
        state = SourceState.ENDED if self._closed.is_set() else SourceState.RUNNING
        return SourceStatus(state, "Headset", -60.0)

    def look_again(self) -> None:
        """There is no other microphone."""

    def discard(self) -> None:
        """Nothing waits."""


@pytest.fixture
def sample(monkeypatch: pytest.MonkeyPatch) -> SpokenSample:
    """What the call hears when the app opens its microphone."""
    source = SpokenSample()

    def microphone(_: Settings) -> SpokenSample:
        return source

    monkeypatch.setattr(calling, "microphone", microphone)
    return source


class Streamed:
    """Every frame of a call that reached a page, words included."""

    def __init__(self, context: BrowserContext, page: Page) -> None:
        self.frames: list[dict[str, Any]] = []
        session = context.new_cdp_session(page)
        session.on("Network.eventSourceMessageReceived", self._take)
        session.send("Network.enable")

    def _take(self, message: dict[str, Any]) -> None:
        if message["eventName"] == "frame":
            self.frames.append(json.loads(message["data"]))


@pytest.mark.timeout(240)
def test_whole_call_from_set_up_to_a_due_next_step(
    app: RunningApp,
    context: BrowserContext,
    sample: SpokenSample,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(1)  # everything that any library says of its work
    page = app.enter(context)
    page.get_by_role("link", name="Make a place for notes").click()
    page.get_by_label("A passphrase").fill(PASSPHRASE)
    page.get_by_label("The same again").fill(PASSPHRASE)
    page.get_by_role("button", name="Make it").click()
    page.wait_for_load_state()

    page.goto(f"{app.address}/call")
    page.get_by_role("link", name="I am ready").click()
    page.get_by_role("button", name="Begin the call").click()
    expect(page.get_by_role("alert")).to_contain_text("The call has not begun")
    assert not sample.all_read.is_set(), "the microphone opened before consent"
    page.get_by_label("They agreed just now, aloud").check()
    page.get_by_label("The helper, and a short summary").check()
    streamed = Streamed(context, page)
    page.get_by_role("button", name="Begin the call").click()
    page.wait_for_url("**/live")
    other = context.new_page()
    other.goto(f"{app.address}/live")

    expect(page.locator("[data-part=card]").first).not_to_be_empty()
    assert sample.all_read.wait(HEARD_WITHIN_S)
    for keys in ("i1", "m1", "c"):
        for key in keys:
            page.keyboard.press(key)
    page.locator("#who").select_option("them")
    page.locator("#what").select_option(index=1)
    page.locator("#when").fill("tuesday 6 pm")
    page.keyboard.press("Enter")
    expect(page.locator("[data-part=next_step]")).to_contain_text("Agreed")
    expect(other.locator("[data-part=next_step]")).to_contain_text("Agreed")
    page.keyboard.press("e")
    page.keyboard.press("y")
    page.wait_for_url("**/review", timeout=HEARD_WITHIN_S * 1000)
    other.wait_for_url("**/review")
    cards = [frame["card"] for frame in streamed.frames]
    assert len(set(cards)) > 3, "the cards did not follow the talk"
    assert all(
        (frame["words"], frame["committed"], frame["tentative"]) == ([], "", "")
        for frame in streamed.frames
    ), "spoken words reached the page unasked"

    expect(page.get_by_text("Not saved.")).to_be_visible()
    code = page.locator("#code").input_value()
    assert app.workspace.open_store().calls.list() == []
    page.get_by_role("button", name="Approve and save").click()
    expect(page.locator("#receipt")).to_contain_text("code")
    page.get_by_role("button", name="Done, I handed").click()

    kept = app.workspace.open_store().calls.get(code).summary
    assert kept.agreed
    assert kept.open_count > kept.closed_count > 0
    assert len(kept.steps_reached) >= 4
    assert kept.next_step is not None
    assert kept.next_step.when == "2026-05-05T18:00"
    assert app.workspace.open_store().drafts.pending(kept.consent.at) == []  # type: ignore[union-attr]
    page.get_by_role("link", name="Next steps").first.click()
    expect(page.get_by_role("link", name=code)).to_be_visible()
    page.get_by_role("button", name="Done:").click()
    expect(page.get_by_role("status")).to_contain_text("Marked as done")
    assert caplog.records, "nothing was logged at all, so this would prove nothing"
    logged = caplog.text.lower()
    assert [word for word in SAID if word in logged] == []


@pytest.fixture
def scripted(app: RunningApp) -> Iterator[ScriptedCall]:
    """A scripted call that is on."""
    call = ScriptedCall()
    app.workspace.begin_call(call)
    yield call
    app.workspace.begin_call(None)


def test_whole_call_where_nothing_stays_on_top_the_card_is_a_small_window(
    app: RunningApp, context: BrowserContext, scripted: ScriptedCall
) -> None:
    context.add_init_script("delete window.documentPictureInPicture;")
    page = app.enter(context, "/live")
    page.wait_for_function("() => document.title !== 'Call'")
    with context.expect_page() as opened:
        page.get_by_role("button", name="Card on top").click()
    small = opened.value
    # Until then its script does not listen to keys; the empty page before it is loaded at once.
    small.wait_for_url("**/live/pop", wait_until="load")
    assert small.url == f"{app.address}/live/pop"
    assert small.evaluate("() => [innerWidth, innerHeight]") == [320, 240]
    expect(small.locator("[data-part=card]")).to_have_text(CARD.text)
    small.keyboard.press("o")
    for window in (page, small):
        expect(window.locator("[data-part=state]").first).to_have_text("Off the record")
    scripted.hands.resume()
    expect(small.locator("[data-part=state]")).to_have_text("Listening")
    with small.expect_event("close"):
        scripted.hands.end()

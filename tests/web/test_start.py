"""Before a call: preparation, consent, the check of the microphone; as forms without a script."""

from __future__ import annotations

import json
from datetime import datetime, timezone

import pytest

from companion.audio import devices
from companion.audio.devices import InputDevice
from companion.domain.call import Consent
from companion.errors import AudioDeviceError, RecognizerError
from companion.records import to_json
from companion.web import hearing
from companion.web.calling import BrowserCall
from companion.web.pages import start
from companion.web.workspace import Workspace
from tests.fakes.live_desk import Desk, wait_over
from tests.fakes.speaker import SpeakerSource, Turn
from tests.fakes.store import PASSPHRASE, summary_of

HEADSET = InputDevice(0, "USB Headset", "ALSA", 1, 48_000, is_default=True)


@pytest.fixture(autouse=True)
def _inputs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(devices, "list_inputs", lambda: (HEADSET,))


def test_start_begins_with_preparation_which_can_be_left_out(desk: Desk) -> None:
    page = desk.get("/call").text
    assert "Before you call" in page
    assert "/call/consent" in page
    desk.settings("call:\n  skip_preparation: true\n")
    assert desk.get("/call").headers["location"] == "/call/consent"


def test_start_shows_the_script_and_chooses_nothing_for_anybody(desk: Desk) -> None:
    page = desk.get("/call/consent").text
    for line in desk.workspace.outline.consent_script[:1]:
        assert line[:20] in page
    assert " checked" not in page
    assert "USB Headset" in page
    assert "recognizer" in page


@pytest.mark.parametrize("how", ["", "maybe", "SPOKEN"])
def test_start_without_an_answer_nothing_is_opened(
    desk: Desk, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("a call was begun")

    monkeypatch.setattr(start, "start_call", refuse)
    answer = desk.post("/call", how=how, device="USB Headset")
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert 'value="USB Headset" selected' in answer.text


@pytest.mark.parametrize("scope", ["", "everything"])
def test_start_asks_what_they_agreed_to_where_something_can_be_kept(desk: Desk, scope: str) -> None:
    desk.workspace.create_store(PASSPHRASE)
    answer = desk.post("/call", how="spoken", scope=scope)
    assert answer.status_code == 422
    assert "Say what they agreed to" in answer.text
    assert 'value="spoken" checked' in answer.text


def test_start_by_hand_needs_nothing_else(desk: Desk) -> None:
    desk.workspace.create_store(PASSPHRASE)
    answer = desk.post("/call", how="none")
    assert answer.headers["location"] == "/live"
    assert isinstance(desk.workspace.call, BrowserCall)
    assert desk.workspace.call.consent is None
    assert "Prompts only" in desk.get("/live").text


def test_start_a_second_click_begins_no_second_call(desk: Desk) -> None:
    desk.post("/call", how="none")
    first = desk.workspace.call
    assert desk.post("/call", how="none").status_code == 303
    assert desk.workspace.call is first
    for path in ("/call", "/call/consent", "/sample"):
        assert desk.get(path).headers["location"] == "/live"
    assert desk.post("/sample").status_code == 303
    assert desk.workspace.call is first


@pytest.mark.parametrize("error", [AudioDeviceError, RecognizerError])
def test_start_what_goes_wrong_is_said_in_place_and_what_was_chosen_stays(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, error: type[AudioDeviceError]
) -> None:
    def fail(*_: object) -> None:
        raise error("it is taken by another program; close that one")

    monkeypatch.setattr(start, "start_call", fail)
    desk.workspace.create_store(PASSPHRASE)
    answer = desk.post("/call", how="written", scope="help", device="USB Headset")
    assert answer.status_code == 422
    assert "It is taken by another program; close that one." in answer.text
    for kept in ('"written" checked', '"help" checked', '"USB Headset" selected'):
        assert kept in answer.text
    assert desk.workspace.call is None


def test_start_the_consent_is_recorded_as_it_was_given(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[Workspace, Consent, str]] = []

    def note(workspace: Workspace, consent: Consent, device: str) -> None:
        asked.append((workspace, consent, device))

    monkeypatch.setattr(start, "start_call", note)
    desk.workspace.create_store(PASSPHRASE)
    desk.post("/call", how="earlier", scope="help", device="USB Headset")
    [(workspace, consent, device)] = asked
    assert workspace is desk.workspace
    assert (consent.how.value, consent.scope.value) == ("earlier", "help")
    assert consent.at.tzinfo is not None
    assert device == "USB Headset"


def test_start_leads_to_a_draft_that_waits(desk: Desk) -> None:
    store = desk.workspace.create_store(PASSPHRASE)
    assert "/review/draft" not in desk.get("/call").text
    store.drafts.put("d1", to_json(summary_of()), datetime.now(timezone.utc))
    assert "/review/draft" in desk.get("/call").text
    assert "/review/draft" in desk.get("/call/consent").text


def test_start_leads_to_the_call_before_and_drops_it_only_where_a_draft_is_kept(
    desk: Desk,
) -> None:
    desk.post("/call", how="none")
    before = desk.workspace.call
    assert isinstance(before, BrowserCall)
    before.controls.end()
    wait_over(before)
    assert 'href="/review"' in desk.get("/call").text
    refused = desk.post("/call", how="none")
    assert refused.status_code == 422
    assert "decide on it first" in refused.text
    assert desk.workspace.call is before

    desk.workspace.begin_call(None)
    desk.workspace.create_store(PASSPHRASE)
    desk.post("/call", how="none", scope="summary")
    kept = desk.workspace.call
    assert isinstance(kept, BrowserCall)
    kept.controls.end()
    wait_over(kept)
    assert desk.post("/call", how="none", scope="summary").headers["location"] == "/live"
    assert desk.workspace.call is not kept


def test_start_says_that_locked_notes_keep_no_draft(desk: Desk) -> None:
    desk.workspace.create_store(PASSPHRASE)
    assert "Your notes are locked" not in desk.get("/call/consent").text
    desk.workspace.lock()
    assert "Your notes are locked" in desk.get("/call/consent").text


def _speaking(_: object) -> SpeakerSource:
    return SpeakerSource((Turn(0.5, 2.0, "one two three"),), length_s=10.0)


def test_level_follows_the_voice_and_ends_in_words(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hearing, "microphone", _speaking)
    answer = desk.client.post(
        "/call/level", data={"device": ""}, headers={"Accept": "application/x-ndjson"}
    )
    *levels, last = (json.loads(line) for line in answer.text.splitlines())
    assert last == {"words": "I hear you well.", "well": True}
    assert len(levels) >= 90  # three seconds in blocks of 30 ms
    assert all(0 <= level["meter"] <= 8 for level in levels)


def test_level_without_a_script_keeps_what_was_chosen(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hearing, "microphone", _speaking)
    page = desk.post("/call/level", how="written", device="USB Headset").text
    assert "I hear you well." in page
    assert '"written" checked' in page
    assert desk.workspace.call is None


def test_level_a_missing_microphone_is_said_in_words(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def absent(_: object) -> SpeakerSource:
        raise AudioDeviceError("there is no microphone; plug one in")

    monkeypatch.setattr(hearing, "microphone", absent)
    assert "There is no microphone; plug one in." in desk.post("/call/level").text


def test_sample_is_begun_by_hand_and_nothing_is_kept(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = desk.get("/sample").text
    assert "nothing is kept" in page
    assert desk.workspace.call is None

    def fail(_: object) -> None:
        raise RecognizerError("the recognizer cannot start; run 'companion doctor'")

    monkeypatch.setattr("companion.web.pages.sample.start_sample", fail)
    answer = desk.post("/sample")
    assert answer.status_code == 409
    assert "companion doctor" in answer.text


def test_over_says_that_everything_was_dropped(desk: Desk) -> None:
    call = desk.call()
    call.hands.withdraw()
    page = desk.get("/live/over").text
    assert "Consent was withdrawn" in page
    assert "Nothing was stored" in page
    assert desk.post("/live/done").headers["location"] == "/"
    assert desk.workspace.call is None


def test_over_is_no_page_while_the_call_is_on(desk: Desk) -> None:
    call = desk.call()
    assert desk.get("/live/over").headers["location"] == "/live"
    desk.post("/live/done")
    assert desk.workspace.call is call

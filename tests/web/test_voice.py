"""The page of the organizer's own voice: learned, kept only with consent, forgotten."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from playwright.sync_api import BrowserContext, expect

from companion.audio import devices
from companion.audio.devices import InputDevice
from companion.audio.files import FileSource
from companion.audio.own_voice import OwnVoice
from companion.audio.sample_call import shipped_sound
from companion.live.session import CallPlan
from companion.web import calling
from companion.web.pages import voice as voice_page
from companion.web.workspace import Workspace
from tests.fakes.browser import RunningApp
from tests.fakes.live_desk import Desk
from tests.fakes.speaker import SpeakerSource
from tests.fakes.store import NOW, PASSPHRASE

MICROPHONE = InputDevice(0, "USB Microphone", "ALSA", 1, 48_000, is_default=True)
VOICE = OwnVoice(np.zeros(12, np.float32), np.zeros((1, 12), np.float32), 7.0, -20.0, 4.0, 0.5)


@pytest.fixture
def reader(monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody reads aloud: the voice of the sample call."""
    monkeypatch.setattr(
        voice_page, "microphone", lambda settings: FileSource(shipped_sound(), paced=False)
    )


def _kept(workspace: Workspace) -> bool:
    return workspace.open_store().voices.kept() is not None


def test_voice_is_learned_for_this_run_and_kept_only_with_consent(desk: Desk, reader: None) -> None:
    desk.workspace.create_store(PASSPHRASE)
    page = desk.get("/voice").text
    assert "Your voice is not known" in page
    assert "the baker opens her shop" in page
    assert " checked" not in page
    desk.post("/voice/learn")
    assert "It goes when the app is closed" in desk.get("/voice").text
    assert "Your voice is known" in desk.get("/call/consent").text
    assert not _kept(desk.workspace)

    answer = desk.client.post(
        "/voice/learn", data={"kept": "yes"}, headers={"Accept": "application/x-ndjson"}
    )
    *readings, last = (json.loads(line) for line in answer.text.splitlines())
    assert readings[-1]["share"] == 1.0
    assert all(0 <= reading["meter"] <= 8 for reading in readings)
    assert last["well"] is True
    assert "kept encrypted" in last["words"]
    assert _kept(desk.workspace)

    desk.post("/voice/forget")
    assert not _kept(desk.workspace)
    page = desk.get("/voice").text
    assert "Your voice is not known" in page
    assert "Your voice is forgotten." in page


def test_voice_that_cannot_be_learned_says_why(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    silence = SpeakerSource((), length_s=200.0)
    monkeypatch.setattr(voice_page, "microphone", lambda settings: silence)
    desk.post("/voice/learn", kept="yes")
    page = desk.get("/voice").text
    assert "too little speech" in page
    assert "Your voice is not known" in page
    assert not silence.opened


def test_voice_in_locked_notes_is_neither_known_nor_said_to_be_forgotten(desk: Desk) -> None:
    store = desk.workspace.create_store(PASSPHRASE)
    store.voices.keep(b"figures", NOW)
    desk.workspace.lock()
    assert "Unlock them" in desk.get("/voice").text
    answer = desk.post("/voice/forget").text
    assert "unlock them first" in answer
    assert "is forgotten" not in answer + desk.get("/voice").text
    assert _kept_after_unlocking(desk)


def _kept_after_unlocking(desk: Desk) -> bool:
    desk.workspace.unlock(PASSPHRASE)
    return _kept(desk.workspace)


def test_voice_of_another_version_is_said(desk: Desk) -> None:
    desk.workspace.create_store(PASSPHRASE).voices.keep(b"of old", NOW)
    page = desk.get("/voice").text
    assert "read aloud once more" in page
    assert "Your voice is not known" in page
    assert "Forget my voice" in page, "it can be deleted all the same"


def test_voice_is_not_learned_in_a_call(desk: Desk, reader: None) -> None:
    desk.call()
    assert desk.post("/voice/learn").headers["location"] == "/live"


def test_voice_a_call_that_begins_ends_the_learning(desk: Desk) -> None:
    endless = SpeakerSource((), length_s=200.0)
    told = desk.workspace.voice.told(lambda: endless, None)
    next(told)
    (busy,) = desk.workspace.voice.told(lambda: endless, None)
    assert "already" in str(busy["words"])
    desk.workspace.voice.stop()
    *_, last = told
    assert last["well"] is False
    assert not endless.opened


@pytest.mark.parametrize("known", [True, False])
def test_voice_that_is_known_goes_with_the_call(
    desk: Desk, known: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    plans: list[OwnVoice | None] = []

    def begin(workspace: Workspace, plan: CallPlan, drafts: object) -> None:
        plans.append(plan.own_voice)

    voice = replace(VOICE)
    monkeypatch.setattr(calling, "_begin", begin)
    monkeypatch.setattr(devices, "list_inputs", lambda: (MICROPHONE,))
    monkeypatch.setattr(OwnVoice, "from_bytes", lambda figures: voice)
    store = desk.workspace.create_store(PASSPHRASE)
    if known:
        store.voices.keep(b"figures", NOW)
    desk.post("/call", how="spoken", scope="summary")
    assert plans == [voice if known else None]


def test_voice_is_learned_by_keyboard_alone(
    app: RunningApp, context: BrowserContext, reader: None
) -> None:
    page = app.enter(context)
    page.goto(app.address + "/voice")
    page.get_by_role("button", name="Listen while I read").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#learned")).to_contain_text("Your voice is learned", timeout=20_000)
    expect(page.locator("#learned")).to_be_focused()
    expect(page.get_by_role("heading", name="Your voice is known")).to_be_visible()
    assert app.workspace.voice.known(None) is not None

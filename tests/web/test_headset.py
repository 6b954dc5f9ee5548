"""The headset test of the app: played when asked for, answered, kept, and never in a call."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import BrowserContext, expect

from companion.audio import devices
from companion.audio.devices import InputDevice
from companion.domain.hearing import Hearing, Playback, Told
from companion.errors import AudioDeviceError
from companion.live.session import CallPlan
from companion.web import calling, headset
from companion.web.pages import headset as headset_page
from companion.web.workspace import Workspace
from tests.fakes.browser import RunningApp
from tests.fakes.live_desk import Desk
from tests.fakes.room import Room

MICROPHONE = InputDevice(0, "USB Headset", "ALSA", 1, 48_000, is_default=True)


class Around:
    """The room around the computer; it can be changed between two tests."""

    def __init__(self) -> None:
        self.room = Room()
        self.asked: list[str | None] = []

    def put(self, room: Room) -> None:
        self.room = room

    @property
    def played(self) -> int:
        return len(self.room.speaker.played)


@pytest.fixture
def around(monkeypatch: pytest.MonkeyPatch) -> Around:
    made = Around()

    def microphone(settings: object) -> Room:
        made.asked.append(settings.audio.device)  # type: ignore[attr-defined]
        return made.room

    monkeypatch.setattr(devices, "list_inputs", lambda: (MICROPHONE,))
    monkeypatch.setattr(headset_page, "microphone", microphone)
    monkeypatch.setattr(headset, "speaker", lambda: made.room.speaker)
    return made


def _kept(desk: Desk | RunningApp) -> tuple[bool | None, str | None]:
    audio = desk.workspace.settings.audio
    return audio.headset, audio.headset_measured


@pytest.mark.parametrize(("back", "path"), [("start", "/call/consent"), ("setup", "/setup")])
def test_headset_without_a_script_says_what_it_found(
    desk: Desk, around: Around, back: str, path: str
) -> None:
    around.put(Room(gain_db=-20))
    assert "Did you hear the tone" in desk.get(path).text
    answer = desk.post("/headset", back=back, device="USB Headset")
    assert answer.headers["location"].startswith(path)
    assert "Your microphone hears what your speakers play" in desk.get(path).text
    assert around.asked == ["USB Headset"]
    assert around.played == 1
    day = desk.workspace.today().isoformat()
    assert _kept(desk) == (False, f"speakers {day}")


@pytest.mark.parametrize(
    ("heard", "headset_kept", "said"),
    [("yes", True, "Nothing of the tone comes back"), ("no", None, "You did not hear the tone")],
)
def test_headset_that_nothing_comes_back_counts_only_if_it_was_heard(
    desk: Desk, around: Around, heard: str, headset_kept: bool | None, said: str
) -> None:
    desk.post("/headset", back="setup")
    assert 'id="headset-heard">' in desk.get("/setup").text, "the question is open"
    assert _kept(desk)[0] is None
    desk.post("/headset/heard", back="setup", heard=heard)
    page = desk.get("/setup").text
    assert said in page
    assert 'id="headset-heard" hidden' in page
    assert _kept(desk)[0] is headset_kept


def test_headset_by_script_tells_how_far_it_is(desk: Desk, around: Around) -> None:
    answer = desk.client.post(
        "/headset", data={"back": "start"}, headers={"Accept": "application/x-ndjson"}
    )
    *shares, last = (json.loads(line) for line in answer.text.splitlines())
    assert [s["share"] for s in shares] == sorted(s["share"] for s in shares)
    assert shares[-1] == {"share": 1.0}
    assert last["asks"] is True
    said = desk.tap("/headset/heard", heard="yes").json()
    assert "your microphone hears only you" in said["words"]


def test_headset_that_cannot_be_tested_is_said_in_words(
    desk: Desk, around: Around, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing() -> object:
        raise AudioDeviceError("the tone could not be played; see the system's sound settings")

    monkeypatch.setattr(headset, "speaker", missing)
    desk.post("/headset", back="setup")
    assert "That did not work: the tone could not be played" in desk.get("/setup").text
    assert _kept(desk) == (None, None)


def test_headset_plays_nothing_in_a_call(desk: Desk, around: Around) -> None:
    desk.call()
    assert desk.post("/headset", back="start").headers["location"] == "/live"
    assert around.played == 0


def test_headset_a_call_that_begins_ends_the_test(desk: Desk, around: Around) -> None:
    test = desk.workspace.headset
    told = test.told(lambda: around.room, "2026-11-22", lambda changes: None)
    next(told)
    assert desk.workspace.headset.take() is None
    *_, last = told
    assert last == {"words": "", "asks": False}
    assert around.played == 0, "it had only listened so far"
    assert around.room.speaker.closed


def test_headset_two_tests_at_once_are_one(desk: Desk, around: Around) -> None:
    test = desk.workspace.headset
    first = test.told(lambda: around.room, "2026-11-22", lambda changes: None)
    next(first)
    (busy,) = test.told(lambda: around.room, "2026-11-22", lambda changes: None)
    assert busy["words"] == "A test is on already."
    assert list(first)


@pytest.mark.parametrize(
    ("room", "settings", "expected"),
    [
        (Room(gain_db=-20), "", Hearing(Playback.SPEAKERS, Told.MEASURED)),
        (None, "audio:\n  headset: true\n", Hearing(Playback.HEADSET, Told.SAID)),
        (None, "", Hearing()),
    ],
)
def test_headset_what_was_found_goes_with_the_call(
    desk: Desk,
    around: Around,
    room: Room | None,
    settings: str,
    expected: Hearing,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    plans: list[Hearing | None] = []

    def begin(workspace: Workspace, plan: CallPlan, drafts: object) -> None:
        plans.append(plan.hearing)

    monkeypatch.setattr(calling, "_begin", begin)
    desk.settings(settings)
    if room is not None:
        around.put(room)
        desk.post("/headset", back="start")
    desk.post("/call", how="spoken")
    assert plans == [expected]


def test_headset_works_by_keyboard_alone(
    app: RunningApp, context: BrowserContext, around: Around
) -> None:
    page = app.enter(context)
    page.goto(app.address + "/setup")
    page.get_by_role("button", name="Play the tone and listen").focus()
    page.keyboard.press("Enter")
    heard = page.get_by_role("button", name="Yes, I heard it")
    expect(heard).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#headset-words")).to_contain_text("your microphone hears only you")
    expect(page.get_by_role("button", name="Play the tone and listen")).to_be_focused()
    assert _kept(app)[0] is True

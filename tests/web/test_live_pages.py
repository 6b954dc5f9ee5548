"""The live page and its taps, without a browser: what is drawn, what is done, what is refused."""

from __future__ import annotations

from datetime import date

import pytest

from companion.domain.actions import (
    Action,
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
from companion.domain.dialogue import NextStep, Origin, Step
from companion.web.pages.taps import SIMPLE_TAPS
from tests.fakes.live_desk import Desk


def test_live_without_a_call_leads_to_its_start(desk: Desk) -> None:
    for path in ("/live", "/live/pop"):
        assert desk.get(path).headers["location"] == "/call"


def test_live_shows_card_step_certainty_goals_and_figures(desk: Desk) -> None:
    desk.call()
    page = desk.get("/live").text
    for words in (
        "What about your week at work bothers you the most?",
        "Step 2 of 5",
        "What moves you",
        "likely",
        "Made room for anger",
        "3 open, 2 closed",
        "you ≈ a third",
        "Listening",
    ):
        assert words in page


@pytest.mark.parametrize("path", ["/live", "/live/pop", "/live/sure/withdraw", "/call/consent"])
def test_live_pages_have_nothing_inline(desk: Desk, path: str) -> None:
    if path.startswith("/live"):
        desk.call()
    page = desk.get(path).text
    assert " style=" not in page
    assert " onclick=" not in page
    assert "<script>" not in page
    assert "http://" not in page
    assert "https://" not in page


def test_live_words_are_not_in_the_page_unless_asked_for(desk: Desk) -> None:
    call = desk.call()
    call.hands.publish(transcript=("Tell me about the night shift.",))
    call.view.look()
    assert "night shift" not in desk.get("/live").text


@pytest.mark.parametrize(
    ("path", "form", "action"),
    [
        ("card", {}, NextCard()),
        ("fear", {}, MarkFear()),
        ("ready", {}, MarkReady()),
        ("pin", {}, PinStep(Step.WHAT_MOVES_YOU)),
        ("step", {"value": "4"}, CorrectStep(Step.PLAN)),
        ("step-on", {}, CorrectStep(Step.CONNECT)),
        ("step-back", {}, CorrectStep(Step.MAKE_SPACE)),
        ("issue", {"value": "pay"}, MarkIssue("pay")),
        ("realization", {"value": "can_fix"}, MarkRealization("can_fix")),
        ("answer", {"value": "maybe"}, MarkCommitment("maybe")),
        (
            "next-step",
            {"who": "them", "what": "meeting", "when": "tuesday 6 pm"},
            ConfirmNextStep(
                NextStep("them", "meeting", "2026-05-05T18:00", origin=Origin.TYPED, confirmed=True)
            ),
        ),
    ],
)
def test_taps_reach_the_call_and_are_answered_in_words(
    desk: Desk, path: str, form: dict[str, str], action: Action
) -> None:
    call = desk.call()
    answer = desk.tap(f"/live/{path}", **form)
    assert answer.status_code == 200
    assert answer.json()["said"].endswith(".")
    assert call.hands.actions == [action]


@pytest.mark.parametrize(
    ("path", "done"),
    [
        ("pause", "pause"),
        ("resume", "resume"),
        ("off-record", "off_record"),
        ("withdraw", "withdraw"),
        ("end", "end"),
        ("transcript", "show_transcript True"),
    ],
)
def test_taps_of_the_safety_row_reach_the_call(desk: Desk, path: str, done: str) -> None:
    call = desk.call()
    assert desk.tap(f"/live/{path}").status_code == 200
    assert call.hands.calls == [done]


def test_taps_pin_lets_go_where_the_step_is_held(desk: Desk) -> None:
    call = desk.call()
    desk.tap("/live/pin")
    call.view.look()
    desk.tap("/live/pin")
    assert call.hands.actions[-1] == PinStep(None)


def test_taps_without_a_script_bring_the_page_back(desk: Desk) -> None:
    desk.call()
    answer = desk.post("/live/fear")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/live"


@pytest.mark.parametrize(
    ("path", "form"),
    [
        ("step", {"value": "6"}),
        ("step", {"value": "0"}),
        ("step", {"value": "two"}),
        ("issue", {"value": "weather"}),
        ("realization", {"value": "weather"}),
        ("answer", {"value": "perhaps"}),
        ("next-step", {"who": "them", "what": "meeting", "when": "some day"}),
        ("next-step", {"who": "them", "what": "meeting", "when": "yesterday"}),
        ("next-step", {"who": "boss", "what": "meeting", "when": "tomorrow"}),
        ("next-step", {"who": "them", "what": "", "when": "tomorrow"}),
        ("next-step", {}),
    ],
)
def test_taps_with_unknown_values_do_nothing_and_say_why(
    desk: Desk, path: str, form: dict[str, str]
) -> None:
    call = desk.call()
    answer = desk.tap(f"/live/{path}", **form)
    assert answer.status_code in (409, 422)
    assert answer.text
    assert call.hands.actions == []


@pytest.mark.parametrize("name", sorted(SIMPLE_TAPS))
def test_taps_by_get_change_nothing(desk: Desk, name: str) -> None:
    call = desk.call()
    before = call.view.shown
    assert desk.get(f"/live/{name}").status_code == 405
    assert call.hands.calls == []
    assert call.hands.actions == []
    assert call.view.shown == before


@pytest.mark.parametrize("name", sorted(SIMPLE_TAPS))
def test_taps_without_a_call_are_refused_in_words(desk: Desk, name: str) -> None:
    answer = desk.tap(f"/live/{name}")
    assert answer.status_code == 409
    assert "no call" in answer.text


def test_taps_a_typed_day_is_read_back_from_the_day_of_the_call(desk: Desk) -> None:
    desk.call()
    desk.workspace.today = lambda: date(2027, 1, 1)
    read = desk.tap("/live/when", when="tomorrow 6 pm").json()
    assert read == {"said": "That is Tuesday, May 5, 6:00 pm.", "understood": True}
    assert not desk.tap("/live/when", when="soon").json()["understood"]


@pytest.mark.parametrize("what", ["withdraw", "end"])
def test_live_asks_once_more_without_a_script_too(desk: Desk, what: str) -> None:
    call = desk.call()
    page = desk.get(f"/live/sure/{what}").text
    assert f'action="/live/{what}"' in page
    assert call.hands.calls == []


def test_live_keys_stand_on_their_buttons_as_the_settings_say(desk: Desk) -> None:
    desk.settings("keys:\n  fear: z\n  ready: ''\n")
    desk.call()
    page = desk.get("/live").text
    assert 'data-key="z"' in page
    assert 'data-key="f"' not in page
    assert "They are ready</button>" in page.replace("\n", "")


def test_live_over_leads_on(desk: Desk) -> None:
    call = desk.call()
    call.hands.withdraw()
    assert desk.get("/live").headers["location"] == "/live/over"


def test_live_other_pages_lead_back_to_the_call_and_do_not_stop_it(desk: Desk) -> None:
    assert 'action="/stop"' in desk.get("/").text
    desk.call()
    page = desk.get("/").text
    assert 'href="/live"' in page
    assert 'action="/stop"' not in page

"""What every window of a call shows: still while the microphone is quiet, the same for all."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator

import pytest

from companion.domain.actions import MarkIssue
from companion.domain.call import CallPhase
from companion.live.board import Notice, NoticeKind
from companion.live.freeze import AFTER_KEY_S, SETTLE_S
from companion.web.live_values import values_of
from tests.fakes.board import OTHER_CARD, OUTLINE, call_state, snapshot
from tests.fakes.scripted_call import ScriptedCall

WITHIN_S = 10.0


class Clock:
    def __init__(self) -> None:
        self.now_s = 1000.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def call(clock: Clock) -> Iterator[ScriptedCall]:
    made = ScriptedCall(clock_s=clock, follow=False)
    yield made
    made.close()


def test_live_view_quiet_is_news_once_a_minute_and_never_more(
    call: ScriptedCall,
) -> None:
    call.view.look()
    first = call.view.shown.version
    for tenth in range(600):  # a minute of snapshots, in each of which something has changed
        call.hands.tell(
            now_s=250.0 + tenth / 10, card=OTHER_CARD if tenth % 2 else None, open_count=tenth
        )
        call.view.look()
    assert call.view.shown.version - first == 1  # the minutes went from four to five
    assert call.view.shown.frame.call_minutes == "5 minutes"
    assert call.view.shown.frame.card == "What about your week at work bothers you the most?"


def test_live_view_a_card_comes_with_the_end_of_the_own_turn(call: ScriptedCall) -> None:
    call.hands.tell(now_s=251.0, speaking=True)
    call.view.look()
    call.hands.tell(now_s=251.0 + SETTLE_S, speaking=False, card=OTHER_CARD)
    call.view.look()
    assert call.view.shown.frame.card == OTHER_CARD.text


def test_live_view_a_key_lets_its_own_effect_through_and_then_holds_again(
    call: ScriptedCall, clock: Clock
) -> None:
    call.view.key_pressed()
    call.controls.act(MarkIssue("pay"))
    call.view.look()
    assert call.view.shown.noted.issues == ("pay",)

    clock.now_s += AFTER_KEY_S + 0.1
    call.hands.tell(now_s=255.0, card=OTHER_CARD)
    call.view.look()
    assert call.view.shown.frame.card != OTHER_CARD.text


@pytest.mark.parametrize("phase", [CallPhase.PAUSED, CallPhase.OFF_RECORD])
def test_live_view_the_safety_state_is_never_held_back(
    call: ScriptedCall, phase: CallPhase
) -> None:
    call.hands.publish(phase=phase)
    call.view.look()
    assert call.view.shown.frame.phase is phase


def test_live_view_trouble_is_never_held_back(call: ScriptedCall) -> None:
    notice = Notice(250.0, NoticeKind.PROBLEM, "Your microphone is gone.")
    call.hands.publish(notices=(notice,))
    call.view.look()
    assert "Your microphone is gone." in call.view.shown.frame.troubles


def test_live_view_wakes_listeners_only_for_news(call: ScriptedCall) -> None:
    woken: list[int] = []
    with call.view.listening(lambda: woken.append(call.view.shown.version)):
        call.hands.tell(now_s=251.0, open_count=7)
        call.view.look()
        assert woken == []
        call.controls.pause()
        call.view.look()
        assert len(woken) == 1
    call.hands.resume()
    call.view.look()
    assert len(woken) == 1


def test_live_view_quiet_hides_a_card_that_nobody_asked_for(call: ScriptedCall) -> None:
    assert call.view.turn_quiet()
    assert call.view.shown.frame.card == ""
    assert "“Another card”" in call.view.shown.frame.card_note
    assert not call.view.turn_quiet()
    assert call.view.shown.frame.card != ""


def test_live_view_blank_and_large_are_shared_by_all_windows(call: ScriptedCall) -> None:
    assert call.view.turn_blank()
    call.view.turn_large()
    assert call.view.shown.blank
    assert not call.view.shown.frame.large


def test_live_view_words_are_shown_only_when_asked_for_and_gone_with_the_call() -> None:
    said = snapshot(0, call_state(), transcript=("Tell me about the night shift.",))
    settled = threading.Event()
    call = ScriptedCall(said)
    try:
        hidden = call.view.shown
        assert hidden.frame.words == ()
        call.view.turn_transcript()
        wanted = call.view.shown
        assert wanted.frame.words == ("Tell me about the night shift.",)

        def look() -> None:
            if call.view.shown.over:
                settled.set()

        with call.view.listening(look):
            call.hands.publish(phase=CallPhase.ENDED)
            assert settled.wait(WITHIN_S)
        assert "night shift" not in repr(values_of(call.view.shown, OUTLINE))
        last = call.view.shown
        assert last.frame.words == ()
    finally:
        call.close()


def test_live_view_values_are_plain_json() -> None:
    call = ScriptedCall(follow=False)
    values = values_of(call.view.shown, OUTLINE)
    assert json.loads(json.dumps(values)) == values
    assert values["certainty"] == "likely"
    assert values["figures"] == ["3 open, 2 closed", "you ≈ a third"]

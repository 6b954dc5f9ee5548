"""The listening freeze: what holds still while the microphone is quiet, and what never does."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from companion.asr.protocol import TranscriberState, TranscriberStatus
from companion.domain.call import CallPhase
from companion.domain.speech import Gap, GapReason
from companion.live.board import Notice, NoticeKind
from companion.live.freeze import AFTER_KEY_S, SETTLE_S, ListeningFreeze
from tests.fakes.board import OTHER_CARD, call_state, snapshot


class Clock:
    def __init__(self) -> None:
        self.now_s = 1000.0

    def __call__(self) -> float:
        return self.now_s


def _frozen() -> tuple[ListeningFreeze, Clock]:
    clock = Clock()
    return ListeningFreeze(snapshot(), clock), clock


def _later(now_s: float, **changes: Any) -> Any:
    state = call_state(now_s=now_s, card=OTHER_CARD, open_count=9)
    return snapshot(1, state, transcript=("new words",), **changes)


def test_freeze_holds_the_state_while_the_microphone_is_quiet() -> None:
    freeze, _ = _frozen()
    shown = freeze.settle(_later(310.0))
    assert shown.state == call_state()
    assert shown.transcript == ()


def test_freeze_opens_while_the_organizer_speaks_and_just_after() -> None:
    freeze, _ = _frozen()
    freeze.settle(snapshot(1, call_state(now_s=300.0), speaking=True))
    assert freeze.settle(_later(300.0 + SETTLE_S)).state.card == OTHER_CARD


def test_freeze_closes_again_after_the_turn() -> None:
    freeze, _ = _frozen()
    freeze.settle(snapshot(1, call_state(now_s=300.0), speaking=True))
    shown = freeze.settle(_later(300.1 + SETTLE_S))
    assert shown.state == call_state(now_s=300.0)


def test_freeze_lets_the_effect_of_a_key_through() -> None:
    freeze, clock = _frozen()
    freeze.key_pressed()
    clock.now_s += AFTER_KEY_S
    assert freeze.settle(_later(310.0)).state.card == OTHER_CARD
    clock.now_s += 0.01
    later = replace(_later(311.0), state=call_state(now_s=311.0))
    assert freeze.settle(later).state.card == OTHER_CARD


def test_freeze_never_holds_back_safety_or_trouble() -> None:
    freeze, _ = _frozen()
    trouble = Notice(300.0, NoticeKind.PROBLEM, "Your microphone is gone.")
    gap = Gap(290.0, 300.0, GapReason.DEVICE_LOST)
    failed = TranscriberStatus(TranscriberState.FAILED, "pocketsphinx")
    shown = freeze.settle(_later(310.0, notices=(trouble,), gaps=(gap,), transcriber=failed))
    assert (shown.notices, shown.gaps, shown.transcriber) == ((trouble,), (gap,), failed)
    assert shown.state == call_state()


def test_freeze_holds_the_lag_figure() -> None:
    freeze, _ = _frozen()
    behind = TranscriberStatus(TranscriberState.READY, "pocketsphinx", lag_s=12.0)
    shown = freeze.settle(_later(310.0, transcriber=behind))
    assert shown.transcriber is not None
    assert shown.transcriber.lag_s == 0.0


@pytest.mark.parametrize("phase", [p for p in CallPhase if p is not CallPhase.LISTENING])
def test_freeze_shows_what_a_change_of_phase_brings(phase: CallPhase) -> None:
    freeze, _ = _frozen()
    shown = freeze.settle(_later(310.0, phase=phase))
    assert shown.phase is phase
    assert shown.state.card == OTHER_CARD


def test_freeze_holds_while_paused_but_not_in_prompts_only() -> None:
    freeze, _ = _frozen()
    freeze.settle(snapshot(1, phase=CallPhase.PAUSED))
    assert freeze.settle(_later(400.0, phase=CallPhase.PAUSED)).state == call_state()
    freeze.settle(snapshot(2, phase=CallPhase.PROMPTS_ONLY))
    assert freeze.settle(_later(400.0, phase=CallPhase.PROMPTS_ONLY)).state.card == OTHER_CARD

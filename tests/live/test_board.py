from __future__ import annotations

import threading
from datetime import date

from companion.domain.call import CallPhase, CallState
from companion.domain.dialogue import AT_THE_START, Heard
from companion.domain.speech import Utterance
from companion.live.board import (
    EVENTS_KEPT,
    Board,
    CardShown,
    PhaseChanged,
    Snapshot,
    UtteranceHeard,
)


def _snapshot(version: int) -> Snapshot:
    state = CallState(call_date=date(2026, 5, 4))
    return Snapshot(version, CallPhase.LISTENING, state, False, None, None)


def _utterance(i: int, end_s: float) -> UtteranceHeard:
    utterance = Utterance(i, end_s - 1, end_s, "canary")
    return UtteranceHeard(utterance, Heard(i, (), (), AT_THE_START, ()), 0.5)


def test_board_gives_the_latest_snapshot_and_events_in_order() -> None:
    board = Board(_snapshot(0))
    board.publish(_snapshot(1), (PhaseChanged(0.0, CallPhase.LISTENING),))
    board.publish(_snapshot(2), (CardShown(1.0, None), CardShown(2.0, None)))
    assert board.latest().version == 2
    assert [e.number for e in board.events_since(0)] == [0, 1, 2]
    assert [e.number for e in board.events_since(2)] == [2]


def test_board_keeps_a_bounded_run_and_lets_a_slow_view_see_how_much_it_missed() -> None:
    board = Board(_snapshot(0))
    for n in range(EVENTS_KEPT + 10):
        board.publish(_snapshot(n), (CardShown(float(n), None),))
    events = board.events_since(0)
    assert len(events) == EVENTS_KEPT
    assert events[0].number == 10


def test_board_wakes_a_waiting_view() -> None:
    board = Board(_snapshot(0))
    seen: list[int] = []
    view = threading.Thread(target=lambda: seen.append(board.wait_beyond(0, 10.0).version))
    view.start()
    board.publish(_snapshot(1))
    view.join(10.0)
    assert seen == [1]


def test_board_wait_returns_what_there_is_when_nothing_comes() -> None:
    assert Board(_snapshot(3)).wait_beyond(3, 0.0).version == 3


def test_board_forgets_what_tells_of_the_forgotten_time_and_keeps_numbering() -> None:
    board = Board(_snapshot(0))
    board.publish(_snapshot(1), (_utterance(0, 5.0), _utterance(1, 15.0), CardShown(16.0, None)))
    board.forget_events(10.0)
    assert [e.number for e in board.events_since(0)] == [0]
    board.publish(_snapshot(2), (PhaseChanged(17.0, CallPhase.OFF_RECORD),))
    assert [e.number for e in board.events_since(0)] == [0, 3]


def test_board_values_show_no_speech_in_their_repr() -> None:
    assert "canary" not in repr(_utterance(0, 1.0))
    shown = Snapshot(
        0,
        CallPhase.LISTENING,
        CallState(date(2026, 5, 4)),
        False,
        None,
        None,
        transcript=("canary",),
    )
    assert "canary" not in repr(shown)

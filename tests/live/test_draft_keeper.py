"""The draft of a running call: in time, without what was forgotten, and never in the way."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timezone

import pytest

from companion.domain.call import CallPhase
from companion.errors import StoreError
from companion.live.board import Board, Forgotten, LiveEvent, Snapshot
from companion.live.draft_keeper import PUT_EVERY_S, RENEW_EVERY_S, DraftKeeper
from companion.live.follow import BoardFollower, News
from tests.fakes.board import snapshot, summary

NOW = datetime(2026, 5, 4, 18, tzinfo=timezone.utc)
WAIT_S = 20.0


@dataclass
class Sink:
    """Remembers what was put; fails while `broken`."""

    kept: dict[str, str] = field(default_factory=dict)
    puts: list[str] = field(default_factory=list)
    broken: bool = False
    changed: threading.Event = field(default_factory=threading.Event)

    def put(self, draft_id: str, record_json: str, now: datetime) -> None:
        if self.broken:
            raise StoreError("the disk is full; free some space")
        self.puts.append(record_json)
        self.kept[draft_id] = record_json
        self.changed.set()

    def remove(self, draft_id: str) -> None:
        if self.broken:
            raise StoreError("the disk is full; free some space")
        self.kept.pop(draft_id, None)
        self.changed.set()


def _record_of(seen: Snapshot) -> str:
    return f"{seen.state.open_count} open"


class Stage:
    """A board, a keeper on it, and time that a test moves."""

    def __init__(self, record_of: Callable[[Snapshot], str] = _record_of) -> None:
        self.board = Board(snapshot())
        self.sink = Sink()
        self.now_s = 100.0
        self.warnings: list[str] = []
        self.mended: list[str] = []
        self.keeper = DraftKeeper(
            self.board,
            self.sink,
            "draft",
            record_of,
            warn=self.warnings.append,
            mended=lambda warning, sentence: self.mended.append(warning),
            clock_s=lambda: self.now_s,
            now=lambda: NOW,
        )
        self._follower = BoardFollower(self.board)

    def publish(self, *events: LiveEvent, open_count: int = 3, **changes: object) -> None:
        latest = self.board.latest()
        state = replace(latest.state, open_count=open_count)
        changed = replace(latest, version=latest.version + 1, state=state, **changes)  # type: ignore[arg-type]
        self.board.publish(changed, events)
        self.keeper.take(self._follower.look(0.0))


def test_draft_keeper_keeps_a_change_within_its_time_and_no_oftener() -> None:
    stage = Stage()
    stage.publish(open_count=1)
    stage.publish(open_count=2)
    assert stage.sink.puts == ["1 open"]
    stage.now_s += PUT_EVERY_S
    stage.publish(open_count=3)
    assert stage.sink.puts == ["1 open", "3 open"]


def test_draft_keeper_does_not_write_what_is_kept_already() -> None:
    stage = Stage()
    for _ in range(3):
        stage.publish(open_count=1)
        stage.now_s += PUT_EVERY_S
    assert stage.sink.puts == ["1 open"]


def test_draft_keeper_renews_a_draft_that_does_not_change() -> None:
    # A clock that jumps by days must not make the draft of a paused call look old.
    stage = Stage()
    stage.publish(open_count=1)
    stage.now_s += RENEW_EVERY_S
    stage.publish(open_count=1)
    assert stage.sink.puts == ["1 open"] * 2


def test_draft_keeper_takes_its_warning_back_once_there_is_room_again() -> None:
    stage = Stage()
    stage.sink.broken = True
    for count in range(3):
        stage.publish(open_count=count)
        stage.now_s += PUT_EVERY_S
    [warning] = stage.warnings
    stage.sink.broken = False
    stage.publish(open_count=7)
    assert stage.mended == [warning]
    assert stage.keeper.problem is None
    stage.now_s += PUT_EVERY_S
    stage.sink.broken = True
    stage.publish(open_count=8)
    assert len(stage.warnings) == 2, "full again is told again"


def test_draft_keeper_is_never_more_than_five_seconds_behind() -> None:
    assert PUT_EVERY_S <= 2.0


def test_draft_keeper_rewrites_at_once_what_was_to_be_forgotten() -> None:
    stage = Stage()
    stage.publish(open_count=5)
    stage.publish(Forgotten(250.0, 200.0), open_count=2, phase=CallPhase.OFF_RECORD)
    assert stage.sink.kept == {"draft": "2 open"}


def test_draft_keeper_rather_has_no_draft_than_one_that_remembers() -> None:
    stage = Stage()
    stage.publish(open_count=5)

    class PutsNothing(Sink):
        def put(self, draft_id: str, record_json: str, now: datetime) -> None:
            raise StoreError("the disk is full; free some space")

    stage.keeper._sink = PutsNothing(stage.sink.kept)
    stage.publish(Forgotten(250.0, 200.0), open_count=2)
    assert stage.sink.kept == {}


def test_draft_keeper_withdrawn_consent_removes_it_at_once_and_for_good() -> None:
    stage = Stage()
    stage.publish(open_count=5)
    stage.publish(Forgotten(250.0, 0.0), open_count=0, phase=CallPhase.WITHDRAWN)
    assert stage.sink.kept == {}
    stage.now_s += 10
    stage.publish(open_count=0)
    assert stage.sink.kept == {}


def test_draft_keeper_events_that_were_missed_count_as_something_to_forget() -> None:
    stage = Stage()
    stage.publish(open_count=5)
    for _ in range(600):
        stage.board.publish(
            replace(stage.board.latest(), version=stage.board.latest().version + 1),
            (Forgotten(1.0, 0.5),),
        )
    stage.publish(open_count=2)
    assert stage.sink.kept == {"draft": "2 open"}


def test_draft_keeper_a_sink_in_trouble_is_told_once_and_the_draft_comes_back() -> None:
    stage = Stage()
    stage.sink.broken = True
    for count in range(3):
        stage.publish(open_count=count)
        stage.now_s += PUT_EVERY_S
    assert len(stage.warnings) == 1
    assert "the disk is full; free some space" in stage.warnings[0]
    assert stage.keeper.problem == stage.warnings[0]
    stage.sink.broken = False
    stage.publish(open_count=9)
    assert stage.sink.kept == {"draft": "9 open"}
    assert stage.keeper.problem is None


def test_draft_keeper_never_quotes_what_an_unknown_error_says() -> None:
    def broken(seen: Snapshot) -> str:
        raise ValueError("canary words")

    stage = Stage(broken)
    stage.publish()
    assert "ValueError" in stage.warnings[0]
    assert "canary" not in stage.warnings[0]


def test_draft_keeper_a_draft_that_cannot_be_removed_is_a_problem_and_tried_again() -> None:
    stage = Stage()
    stage.publish(open_count=5)
    stage.sink.broken = True
    stage.publish(open_count=0, phase=CallPhase.WITHDRAWN)
    assert stage.keeper.problem is not None
    assert "could not be removed" in stage.keeper.problem
    stage.sink.broken = False
    stage.publish(open_count=0)
    assert stage.sink.kept == {}


@pytest.mark.parametrize("phase", [CallPhase.LISTENING, CallPhase.ENDED])
def test_draft_keeper_on_leaving_the_last_state_is_kept(phase: CallPhase) -> None:
    stage = Stage()
    with stage.keeper:
        assert stage.sink.changed.wait(WAIT_S)
        latest = stage.board.latest()
        state = replace(latest.state, open_count=77)
        stage.board.publish(
            replace(latest, version=latest.version + 1, state=state, phase=phase, summary=summary())
        )
    assert stage.sink.kept == {"draft": "77 open"}


def test_draft_keeper_leaves_nothing_of_a_withdrawn_call() -> None:
    stage = Stage()
    with stage.keeper:
        assert stage.sink.changed.wait(WAIT_S)
        latest = stage.board.latest()
        stage.board.publish(
            replace(latest, version=latest.version + 1, phase=CallPhase.WITHDRAWN),
            (Forgotten(250.0, 0.0),),
        )
    assert stage.sink.kept == {}


def test_draft_keeper_that_is_stopped_before_it_saw_the_withdrawal_removes_it_all_the_same() -> (
    None
):
    stage = Stage()
    stage.publish(open_count=1)
    assert stage.sink.kept == {"draft": "1 open"}
    latest = stage.board.latest()
    stage.board.publish(replace(latest, version=latest.version + 1, phase=CallPhase.WITHDRAWN))
    stage.keeper._stop.set()
    with stage.keeper:
        pass
    assert stage.sink.kept == {}


def test_draft_keeper_a_slow_sink_does_not_hold_the_board_up() -> None:
    stage = Stage()
    gate = threading.Event()
    put = stage.sink.put

    def slow(draft_id: str, record_json: str, now: datetime) -> None:
        stage.sink.changed.set()
        assert gate.wait(WAIT_S)
        put(draft_id, record_json, now)

    stage.sink.put = slow  # type: ignore[method-assign]
    with stage.keeper:
        assert stage.sink.changed.wait(WAIT_S)
        for count in range(100):  # would never end if the board waited for the keeper
            latest = stage.board.latest()
            state = replace(latest.state, open_count=count)
            stage.board.publish(replace(latest, version=latest.version + 1, state=state))
        gate.set()
    assert stage.sink.kept == {"draft": "99 open"}


def test_draft_keeper_an_event_that_is_newer_than_its_snapshot_brings_nothing_back() -> None:
    stage = Stage()
    stage.publish(open_count=5)
    before = stage.board.latest()
    latest = replace(before, version=before.version + 1, state=replace(before.state, open_count=2))
    stage.board.publish(latest, (Forgotten(250.0, 200.0),))
    stage.keeper.take(News(before, (Forgotten(250.0, 200.0),), missed=0, over=False))
    assert stage.sink.kept == {"draft": "2 open"}
    assert stage.sink.puts == ["5 open", "2 open"]

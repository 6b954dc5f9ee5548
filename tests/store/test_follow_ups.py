"""Follow-ups: what is due, overdue, put off and done."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from companion.domain.dialogue import Origin
from companion.domain.record import Fact, RecordedStep
from companion.errors import StoreError
from companion.store.store import Store
from tests.fakes.store import TODAY, approved_of


def _keep(store: Store, number: int, when: str | None, **changes: Any) -> None:
    step = RecordedStep("them", "meeting", when, Origin.TAPPED, confirmed=when is not None)
    store.calls.save(approved_of(number, next_step=step, **changes))


def _due(store: Store, today: date = TODAY, within_days: int = 7) -> list[tuple[str, bool]]:
    due = store.follow_ups.due(today, within_days)
    return [(follow_up.call.code, follow_up.overdue) for follow_up in due]


def test_follow_ups_due_are_the_earliest_first(store: Store) -> None:
    _keep(store, 1, "2026-04-20T18:00")
    _keep(store, 2, "2026-04-13")
    _keep(store, 3, "2026-04-14T09:00")
    _keep(store, 4, "2026-04-22")
    assert _due(store) == [("maple-2", True), ("maple-3", False), ("maple-1", False)]
    assert _due(store, within_days=0) == [("maple-2", True), ("maple-3", False)]
    assert len(_due(store, within_days=10**9)) == 4
    assert [f.call.code for f in store.follow_ups.due(TODAY, 9, limit=1)] == ["maple-2"]


def test_follow_ups_are_never_due_without_an_agreement(store: Store) -> None:
    agreed = RecordedStep("them", "meeting", "2026-04-15", Origin.TAPPED, confirmed=True)
    lacks: list[dict[str, Any]] = [{"confirmed": False}, {"who": None}, {"what": None}]
    for number, changes in enumerate(lacks):
        store.calls.save(approved_of(number, next_step=replace(agreed, **changes)))
    store.calls.save(approved_of(9, next_step=None))
    assert _due(store, within_days=100) == []


def test_follow_ups_promised_without_a_day_are_listed_apart(store: Store) -> None:
    _keep(store, 1, None)
    _keep(store, 2, None, follow_up=None)
    _keep(store, 3, "2026-04-15")
    assert [f.call.code for f in store.follow_ups.undated()] == ["maple-1"]
    store.follow_ups.snooze("maple-1", TODAY)
    assert store.follow_ups.undated() == []
    assert _due(store, within_days=0) == [("maple-1", False)]


def test_follow_ups_done_and_reopened(store: Store) -> None:
    _keep(store, 1, "2026-04-15")
    assert store.follow_ups.done("maple-1").done_at is not None
    assert _due(store) == []
    assert store.follow_ups.reopen("maple-1").done_at is None
    assert _due(store) == [("maple-1", False)]


def test_follow_ups_snoozed_come_back_on_their_day(store: Store) -> None:
    _keep(store, 1, "2026-04-10")
    stored = store.follow_ups.snooze("maple-1", TODAY + timedelta(days=10))
    assert stored.snoozed_to == TODAY + timedelta(days=10)
    assert _due(store) == []
    (later,) = store.follow_ups.due(TODAY + timedelta(days=10), 0)
    assert (later.due_on, later.overdue, later.snoozed) == (
        TODAY + timedelta(days=10),
        False,
        True,
    )
    store.follow_ups.snooze("maple-1", None)
    assert _due(store) == [("maple-1", True)]


def test_follow_ups_of_another_agreed_day_are_no_longer_put_off(store: Store) -> None:
    _keep(store, 1, "2026-04-10")
    store.follow_ups.snooze("maple-1", TODAY + timedelta(days=10))
    step = RecordedStep("them", "meeting", "2026-04-16", Origin.TAPPED, confirmed=True)
    store.calls.replace("maple-1", approved_of(1, next_step=step))
    assert _due(store) == [("maple-1", False)]


def test_follow_ups_need_something_to_follow(store: Store) -> None:
    store.calls.save(approved_of(1, next_step=None, follow_up=None))
    for act in (store.follow_ups.done, store.follow_ups.reopen):
        with pytest.raises(StoreError, match="companion calls edit maple-1"):
            act("maple-1")
    with pytest.raises(StoreError, match="no call"):
        store.follow_ups.done("maple-2")


def test_follow_ups_of_a_promise_can_be_done(store: Store) -> None:
    store.calls.save(approved_of(1, next_step=None, follow_up=Fact("call", Origin.HEARD)))
    store.follow_ups.done("maple-1")
    assert store.follow_ups.undated() == []

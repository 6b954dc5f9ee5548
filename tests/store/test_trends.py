"""Trends: weekly values, counted by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from companion.domain.dialogue import Origin
from companion.domain.record import Fact
from companion.store.store import Store
from companion.store.stored_call import StoredCall
from companion.store.trends import Week, weekly
from tests.fakes.store import approved_of


def test_trends_of_no_calls_are_none() -> None:
    assert weekly([]) == []


def test_trends_count_each_week_from_monday(store: Store) -> None:
    monday, sunday, next_monday = date(2026, 4, 6), date(2026, 4, 12), date(2026, 4, 13)
    store.calls.save(approved_of(1, call_date=monday, listening_share=0.5, steps_reached=(1, 2)))
    store.calls.save(
        approved_of(
            2,
            call_date=sunday,
            listening_share=None,
            open_count=0,
            closed_count=7,
            steps_reached=(1, 1, 5),
            next_step=None,
            commitment=Fact("no", Origin.TAPPED),
        )
    )
    store.calls.save(
        approved_of(3, call_date=next_monday, open_count=0, closed_count=0, commitment=None)
    )
    store.follow_ups.done("maple-1")
    assert weekly(store.calls.list()) == [
        Week(monday, 2, 0.5, 9 / 20, (2, 1, 0, 0, 1), 1, 1, (("no", 1), ("yes", 1))),
        Week(next_monday, 1, 0.72, None, (1, 1, 1, 1, 1), 1, 0, ()),
    ]


def test_trends_do_not_depend_on_the_order_of_calls(store: Store) -> None:
    stored = store.calls.save(approved_of())
    calls: list[StoredCall] = [
        replace(stored, summary=replace(stored.summary, call_date=date(2026, 4, day)))
        for day in (1, 8, 15)
    ]
    assert weekly(calls) == weekly(reversed(calls))

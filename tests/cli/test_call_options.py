"""Options about stored calls: days and answers are read as people type them, or refused."""

from __future__ import annotations

from datetime import date

import pytest

from companion.cli.call_options import Wanted, read_day
from companion.errors import InputError
from companion.store.stored_call import CallFilter


@pytest.mark.parametrize(
    ("text", "today", "day"),
    [
        ("today", date(2026, 1, 1), date(2026, 1, 1)),
        (" Yesterday ", date(2026, 1, 1), date(2025, 12, 31)),
        ("yesterday", date(2028, 3, 1), date(2028, 2, 29)),
        ("2028-02-29", date(2026, 1, 1), date(2028, 2, 29)),
        ("1999-12-31", date(2026, 1, 1), date(1999, 12, 31)),
    ],
)
def test_call_options_read_a_day(text: str, today: date, day: date) -> None:
    assert read_day(text, today, "--since") == day


@pytest.mark.parametrize(
    "text", ["", "2026-02-29", "2026-13-01", "14.4.2026", "tuesday", "2026-04-14T18:00", "'--"]
)
def test_call_options_refuse_what_is_no_day(text: str) -> None:
    with pytest.raises(InputError, match="--until takes a day such as 2026-04-14") as caught:
        read_day(text, date(2026, 4, 14), "--until")
    assert not text or text not in str(caught.value)


def test_call_options_become_a_filter() -> None:
    today = date(2026, 4, 14)
    wanted = Wanted(" Wages ", 3, "Not asked", "2026-04-14", "today", False, True)
    assert wanted.as_filter(today) == CallFilter(
        since=today,
        until=today,
        issue="wages",
        step=3,
        commitment="not_asked",
        agreed=False,
        due_by=today,
    )
    assert Wanted().as_filter(today) == CallFilter()


@pytest.mark.parametrize("answer", ["", "perhaps", "yes or no"])
def test_call_options_refuse_an_unknown_answer(answer: str) -> None:
    with pytest.raises(InputError, match="one of yes, no, maybe, not_asked"):
        Wanted(outcome=answer).as_filter(date(2026, 4, 14))

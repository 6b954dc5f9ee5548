"""Dates as people type and say them. Today is Monday, May 4, 2026."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from companion.domain.dates import clock, minutes, read_when, when_words

TODAY = date(2026, 5, 4)


@pytest.mark.parametrize(
    ("typed", "iso"),
    [
        ("today", "2026-05-04"),
        ("tomorrow", "2026-05-05"),
        ("Tomorrow 6 pm", "2026-05-05T18:00"),
        ("tue 18:30", "2026-05-05T18:30"),
        ("on Tuesday at 6pm", "2026-05-05T18:00"),
        ("monday", "2026-05-11"),
        ("next friday, 9:15 am", "2026-05-08T09:15"),
        ("May 12", "2026-05-12"),
        ("12 may 12 pm", "2026-05-12T12:00"),
        ("may 1st 12 am", "2027-05-01T00:00"),
        ("2026-05-12", "2026-05-12"),
        ("2026-05-12 18:00", "2026-05-12T18:00"),
        ("2026-05-12T18:00", "2026-05-12T18:00"),
        # Not understood, or not ahead.
        ("", None),
        ("soon", None),
        ("yesterday", None),
        ("2026-05-03", None),
        ("2026-02-30", None),
        ("may 32", None),
        ("tuesday 6", None),
        ("tuesday 25:00", None),
        ("tuesday 13 pm", None),
        ("18:00", None),
        ("the 5th of never", None),
    ],
)
def test_dates_read_when(typed: str, iso: str | None) -> None:
    assert read_when(typed, TODAY) == iso


@given(st.text(max_size=30))
def test_dates_read_when_takes_any_text(typed: str) -> None:
    when = read_when(typed, TODAY)
    assert when is None or when[:10] >= TODAY.isoformat()


@given(st.integers(0, 2000), st.integers(0, 23), st.integers(0, 59))
def test_dates_what_was_understood_reads_the_same_again(days: int, hour: int, minute: int) -> None:
    iso = f"{TODAY + timedelta(days=days)}T{hour:02d}:{minute:02d}"
    assert read_when(iso, TODAY) == iso


def test_dates_words() -> None:
    assert when_words("2026-05-12T18:05") == "Tuesday, May 12, 6:05 pm"
    assert when_words("2026-05-12T00:00") == "Tuesday, May 12, 12:00 am"
    assert when_words("2026-05-12") == "Tuesday, May 12"
    assert when_words("after the shift") == "after the shift"
    assert clock(187.9) == "3:07"
    assert [minutes(s) for s in (59.0, 60.0, 150.0)] == ["under a minute", "1 minute", "2 minutes"]

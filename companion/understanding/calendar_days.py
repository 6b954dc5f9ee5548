"""Days of the calendar that lie ahead: the next nineteenth, the first Tuesday in June."""

from __future__ import annotations

import calendar
from datetime import date, timedelta

LOOK_AHEAD = timedelta(days=75)
"""So far off may lie the month of "that Monday, the eighth"."""


def fitting(weekday: int, day_of_month: int, today: date) -> date | None:
    """The first date ahead with that weekday and that day of the month, if one lies near."""
    for ahead in range(LOOK_AHEAD.days + 1):
        found = today + timedelta(days=ahead)
        if found.weekday() == weekday and found.day == day_of_month:
            return found
    return None


def on_day(today: date, day: int, month: int | None) -> tuple[date, ...]:
    """The next date with that day (and month), today or later; none where there is no such day."""
    if month is not None:
        for year in range(today.year, today.year + 9):
            if day <= calendar.monthrange(year, month)[1]:
                found = date(year, month, day)
                if found >= today:
                    return (found,)
        return ()
    year, number = today.year, today.month
    for _ in range(13):
        if day <= calendar.monthrange(year, number)[1]:
            found = date(year, number, day)
            if found >= today:
                return (found,)
        year, number = (year + 1, 1) if number == 12 else (year, number + 1)
    return ()


def nth_weekday(today: date, which: int, weekday: int, month: int) -> date | None:
    """The first, second, ... (-1: last) such weekday of the next such month, today or later.

    `weekday`: 0 is Monday.
    """
    for year in (today.year, today.year + 1):
        days = [
            date(year, month, day)
            for day in range(1, calendar.monthrange(year, month)[1] + 1)
            if date(year, month, day).weekday() == weekday
        ]
        found = days[which - 1 if which > 0 else -1]
        if found >= today:
            return found
    return None


def beside(weekday: date, stands: date) -> date:
    """The weekday in the week of the day that stands: "next Thursday. No, make it the Friday"."""
    later = weekday + timedelta(days=7)
    return later if later.isocalendar()[:2] == stands.isocalendar()[:2] else weekday


def vague(days: tuple[date, ...]) -> bool:
    """A week without a day, or a weekend."""
    return len(days) > 1

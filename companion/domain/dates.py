"""Dates and times as people say and type them in a call, in English whatever the locale."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July",
    "August", "September", "October", "November", "December",
)  # fmt: skip

WHEN_EXAMPLES = "tomorrow 6 pm, tuesday 18:30, April 14, 2026-04-14 18:00"
"""Forms that `read_when` takes, for hints."""

_TIME = re.compile(r"(?:\bat\s+)?\b(\d{1,2})(?::(\d{2}))?\s*(am|pm|a\.m\.|p\.m\.)?$")
_ISO_DAY = re.compile(r"^(\d{4})-(\d{1,2})-(\d{1,2})$")
_MONTH_DAY = re.compile(r"^([a-z]{3,9})\.?\s+(\d{1,2})(?:st|nd|rd|th)?(?:,?\s+(\d{4}))?$")
_DAY_MONTH = re.compile(r"^(\d{1,2})(?:st|nd|rd|th)?\s+(?:of\s+)?([a-z]{3,9})\.?(?:\s+(\d{4}))?$")


def clock(at_s: float) -> str:
    """A moment or a duration of the call as minutes and seconds: '3:07'."""
    whole = int(at_s)
    return f"{whole // 60}:{whole % 60:02d}"


def minutes(duration_s: float) -> str:
    """Call time in whole minutes: 'under a minute', '1 minute', '42 minutes'."""
    whole = int(duration_s // 60)
    if whole < 1:
        return "under a minute"
    return "1 minute" if whole == 1 else f"{whole} minutes"


def time_of_day(moment: datetime) -> str:
    """'6:05 pm'."""
    half = "am" if moment.hour < 12 else "pm"
    return f"{moment.hour % 12 or 12}:{moment.minute:02d} {half}"


def when_words(iso: str) -> str:
    """An ISO date or datetime as people say it: 'Tuesday, April 14, 6:00 pm'.

    Text that is not ISO is returned as it is.
    """
    try:
        moment = datetime.fromisoformat(iso)
    except ValueError:
        return iso
    day = f"{WEEKDAYS[moment.weekday()]}, {MONTHS[moment.month - 1]} {moment.day}"
    return f"{day}, {time_of_day(moment)}" if "T" in iso or " " in iso else day


def read_when(text: str, today: date) -> str | None:
    """What an organizer typed as ISO date or datetime (minutes); None where it is not understood.

    A weekday is the next one after `today`, a date without a year is the next such date. The
    past is not understood: a next step lies ahead.
    """
    text = " ".join(re.sub(r"(?<=\d)t(?=\d)|,", " ", text.lower()).split())
    day = _read_day(text, today)
    if day is not None:
        return day.isoformat() if day >= today else None
    found = _TIME.search(text)
    if not found:
        return None
    at = _read_time(found[1], found[2], found[3])
    rest = text[: found.start()].strip()
    day = _read_day(rest, today)
    if at is None or day is None or day < today:
        return None
    return datetime.combine(day, at).isoformat(timespec="minutes")


def _read_time(hour: str, minute: str | None, half: str | None) -> time | None:
    if minute is None and half is None:
        return None  # "tuesday 6": morning or evening? Asking again beats guessing.
    h, m = int(hour), int(minute or 0)
    if half is not None:
        if not 1 <= h <= 12:
            return None
        h = h % 12 + (12 if half.startswith("p") else 0)
    return time(h, m) if h < 24 and m < 60 else None


def _read_day(text: str, today: date) -> date | None:
    text = text.removeprefix("on ").removeprefix("next ").removeprefix("this ")
    if text == "today":
        return today
    if text == "tomorrow":
        return today + timedelta(days=1)
    for number, name in enumerate(WEEKDAYS):
        if text in (name.lower(), name.lower()[:3]):
            return today + timedelta(days=(number - today.weekday() - 1) % 7 + 1)
    if found := _ISO_DAY.match(text):
        return _date(int(found[1]), int(found[2]), int(found[3]))
    if found := _MONTH_DAY.match(text):
        return _coming(today, _month(found[1]), int(found[2]), found[3])
    if found := _DAY_MONTH.match(text):
        return _coming(today, _month(found[2]), int(found[1]), found[3])
    return None


def _month(name: str) -> int | None:
    return next((n for n, m in enumerate(MONTHS, 1) if m.lower().startswith(name)), None)


def _coming(today: date, month: int | None, day: int, year: str | None) -> date | None:
    if month is None:
        return None
    if year is not None:
        return _date(int(year), month, day)
    found = _date(today.year, month, day)
    if found is None or found < today:
        found = _date(today.year + 1, month, day)
    return found


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None

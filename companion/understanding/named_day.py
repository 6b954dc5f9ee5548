"""A day as it was named, and when two names are of one day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from companion.understanding.calendar_days import fitting
from companion.understanding.words import word_set

_LINKS = word_set(
    "that is the which would be so it will let me see get my glasses on actually i mean and"
)
"""Words that join two names of one day: "a week from Sunday, which is the first"."""
MAX_LINK_WORDS = 9
WORKING_DAYS = 5
"""Readings of a week that was named without a day."""


@dataclass(frozen=True, slots=True)
class DayMention:
    """A day in words `first` to `end - 1`."""

    first: int
    end: int
    dates: tuple[date, ...]
    """Readings, the likeliest first; empty where the day does not lie ahead or is ruled out."""
    part: str = ""
    """'am' or 'pm' where a part of the day was said: "tomorrow morning"."""
    weekday: bool = False
    """Named by its weekday alone."""
    month: bool = False
    """Named with its month."""
    day_of_month: int | None = None
    """Named by its day in the month alone: "the eighth"."""


def one_day(
    first: DayMention, second: DayMention, norms: Sequence[str], today: date
) -> DayMention | None:
    """Two mentions as one, where they name the same day or are a choice of days."""
    if not first.dates or not second.dates:
        return None
    between = norms[first.end : second.first]
    part = first.part or second.part
    if list(between) == ["or"]:
        both = tuple(dict.fromkeys(first.dates + second.dates))
        return DayMention(first.first, second.end, both, part)
    if len(between) > MAX_LINK_WORDS or not _LINKS.issuperset(between):
        return None
    shared = tuple(d for d in first.dates if d in second.dates)
    if shared:
        return DayMention(first.first, second.end, shared, part)
    for week, named in ((first, second), (second, first)):
        within = tuple(d for d in week.dates if d.weekday() == named.dates[0].weekday())
        if named.weekday and len(week.dates) == WORKING_DAYS and within:
            return DayMention(first.first, second.end, within, part)
    if first.weekday and second.weekday:
        return None
    for exact, named in ((first, second), (second, first)):
        # "Two weeks from today, the Thursday"
        plain = exact.weekday or exact.day_of_month is not None
        if named.weekday and not plain and exact.dates[0].weekday() == named.dates[0].weekday():
            return DayMention(first.first, second.end, exact.dates, part)
    for exact, numbered in ((first, second), (second, first)):
        if numbered.day_of_month is not None and exact.dates[0].day == numbered.day_of_month:
            return DayMention(first.first, second.end, exact.dates[:1], part)
    for named, numbered in ((first, second), (second, first)):
        if named.weekday and numbered.day_of_month is not None:
            fits = fitting(named.dates[0].weekday(), numbered.day_of_month, today)
            if fits is not None:
                return DayMention(first.first, second.end, (fits,), part)
    if len(between) > 1:
        return None
    weekdays = {d.weekday() for d in first.dates}
    alike = tuple(d for d in second.dates if d.weekday() in weekdays)
    both = alike or tuple(dict.fromkeys(second.dates + first.dates))
    return DayMention(first.first, second.end, both, part)

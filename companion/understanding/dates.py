"""When: spoken dates and times resolved against the day of the call.

"Thursday" is the next Thursday after the call's day; "the nineteenth" the next nineteenth. "Next
Thursday" said early in the week may mean two days: both readings are kept, the one in the coming
week first. What lies in the past ("last Thursday", "on Fridays we", "every Monday") is no answer.
"""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from companion.understanding.calendar_words import MONTHS, WEEKDAYS, number_at, ordinal_at
from companion.understanding.clock_times import TimeMention, times_in
from companion.understanding.words import Spoken

MAX_GAP_WORDS = 6
"""Between a date and its time may stand so many words: "Thursday at the church hall at six"."""

_PAST = frozenset({"last", "every", "past", "previous", "each"})
_PARTS = {"morning": "am", "afternoon": "pm", "evening": "pm", "night": "pm"}
_WEEKDAY_NAMES = frozenset(WEEKDAYS)


@dataclass(frozen=True, slots=True)
class When:
    """A date, a time or both, in words `first` to `end - 1` of an utterance."""

    first: int
    end: int
    dates: tuple[date, ...]
    """Readings of the day, the likeliest first; empty where only a time was said."""
    times: tuple[time, ...]
    """Readings of the time of day, the likeliest first; empty where only a day was said."""

    @property
    def iso(self) -> str | None:
        """The likeliest reading; None where no day was said."""
        options = self.options
        return options[0] if options else None

    @property
    def options(self) -> tuple[str, ...]:
        """All readings, as ISO dates or datetimes."""
        if not self.times:
            return tuple(day.isoformat() for day in self.dates)
        return tuple(
            datetime.combine(day, at).isoformat(timespec="minutes")
            for day in self.dates
            for at in self.times
        )


@dataclass(frozen=True, slots=True)
class _DateMention:
    first: int
    end: int
    dates: tuple[date, ...]
    """Empty where the date lies in the past."""
    part: str = ""
    """'am' or 'pm' where a part of the day was said: "tomorrow morning"."""


def find_whens(spoken: Spoken, call_date: date) -> list[When]:
    """Every date and time in an utterance, in order; a date and its time make one."""
    norms = spoken.norms
    days = _dates_in(norms, call_date)
    used: list[tuple[int, int]] = [(d.first, d.end) for d in days]
    times = [
        t
        for t in times_in(norms, 0, len(norms))
        if not any(t.first < end and first < t.end for first, end in used)
    ]
    found: list[When] = []
    while days:
        day = days.pop(0)
        # "Thursday the nineteenth": two mentions of one day.
        while days and days[0].first - day.end <= 1:
            day = _same_day(day, days.pop(0))
        limit = days[0].first if days else len(norms)
        clock = _time_near(times, day, limit, found[-1].end if found else 0)
        if clock is not None:
            times.remove(clock)
            settled = _in_part(clock.options, day.part)
            first, end = min(day.first, clock.first), max(day.end, clock.end)
            found.append(When(first, end, day.dates, settled))
        else:
            found.append(When(day.first, day.end, day.dates, ()))
    # "Last Thursday at six" has used up its time and is no answer itself.
    found = [when for when in found if when.dates]
    found.extend(When(t.first, t.end, (), t.options) for t in times if t.certain)
    return sorted(found, key=lambda w: w.first)


def _time_near(
    times: Sequence[TimeMention], day: _DateMention, limit: int, since: int
) -> TimeMention | None:
    for clock in times:
        behind = clock.first - day.end
        if 0 <= behind <= (MAX_GAP_WORDS if clock.certain else 1) and clock.first < limit:
            return clock
    for clock in times:
        ahead = day.first - clock.end
        if 0 <= ahead <= (2 if clock.certain else 1) and clock.first >= since:
            return clock
    return None


def _in_part(options: tuple[time, ...], part: str) -> tuple[time, ...]:
    if part == "am":
        return tuple(dict.fromkeys(t.replace(hour=t.hour % 12) for t in options))
    if part == "pm":
        return tuple(dict.fromkeys(t.replace(hour=t.hour % 12 + 12) for t in options))
    return options


def _same_day(first: _DateMention, second: _DateMention) -> _DateMention:
    """Two mentions side by side: one day where they agree, else both readings are kept."""
    shared = tuple(d for d in first.dates if d in second.dates)
    # "Tuesday the twenty-eighth" is that Tuesday, though the next one is sooner.
    weekdays = {d.weekday() for d in first.dates}
    alike = shared or tuple(d for d in second.dates if d.weekday() in weekdays)
    both = alike or tuple(dict.fromkeys(second.dates + first.dates))
    return _DateMention(first.first, second.end, both, first.part or second.part)


def _dates_in(norms: Sequence[str], today: date) -> list[_DateMention]:
    found: list[_DateMention] = []
    at = 0
    while at < len(norms):
        mention = _date_at(norms, at, today)
        if mention is None:
            at += 1
            continue
        at = mention.end
        found.append(mention)
    return found


def _date_at(norms: Sequence[str], at: int, today: date) -> _DateMention | None:
    """The date that starts at a word. An empty one is a date that lies in the past."""
    word = norms[at]
    end = len(norms)
    following = norms[at + 1] if at + 1 < end else ""
    if word in ("today", "tonight"):
        return _DateMention(at, at + 1, (today,), "pm" if word == "tonight" else "")
    if word == "tomorrow":
        part = _PARTS.get(following, "")
        return _DateMention(at, at + 1 + bool(part), (today + timedelta(days=1),), part)
    if tuple(norms[at : at + 3]) == ("day", "after", "tomorrow"):
        return _DateMention(at, at + 3, (today + timedelta(days=2),))
    if word in ("weekend", "weekends"):
        return _weekend(norms, at, today)
    if word in _WEEKDAY_NAMES:
        return _weekday(norms, at, today)
    if word in MONTHS:
        return _month(norms, at, today)
    if word in ("in", "a", "one", "two", "three"):
        return _distance(norms, at, today)
    return _day_of_month(norms, at, today)


def _weekday(norms: Sequence[str], at: int, today: date) -> _DateMention:
    number = WEEKDAYS[norms[at]]
    before = list(norms[max(0, at - 3) : at])
    end = at + 1
    part = _PARTS.get(norms[end], "") if end < len(norms) else ""
    end += bool(part)
    if (before[-1:] and before[-1] in _PAST) or norms[at].endswith("days"):
        return _DateMention(at, end, ())
    coming = today + timedelta(days=(number - today.weekday() - 1) % 7 + 1)
    following = tuple(norms[end : end + 4])
    week_after = today + timedelta(days=14 - today.weekday() + number)
    if before[-2:] == ["week", "from"]:
        return _DateMention(at, end, (coming + timedelta(days=7),), part)
    if following[:2] == ("next", "week"):
        return _DateMention(at, end + 2, (_in_next_week(today, number),), part)
    if following[:4] == ("the", "week", "after", "next"):
        return _DateMention(at, end + 4, (week_after,), part)
    if following[:3] == ("the", "week", "after") or following[:3] == ("after", "next", "week"):
        return _DateMention(at, end + 3, (_in_next_week(today, number), week_after), part)
    if before[-1:] == ["next"] or before[-2:] == ["next", "week"]:
        next_week = _in_next_week(today, number)
        if before[-1] == "week":
            return _DateMention(at, end, (next_week,), part)
        # Said of a day that is still to come this week, "next" has two readings.
        readings = tuple(dict.fromkeys((next_week, coming)))
        return _DateMention(at, end, readings, part)
    return _DateMention(at, end, (coming,), part)


def _in_next_week(today: date, weekday: int) -> date:
    return today + timedelta(days=7 - today.weekday() + weekday)


def _weekend(norms: Sequence[str], at: int, today: date) -> _DateMention:
    before = norms[at - 1] if at else ""
    if (
        before in _PAST
        or norms[at] == "weekends"
        or before not in ("this", "the", "next", "coming")
    ):
        return _DateMention(at, at + 1, ())
    saturday = today + timedelta(days=(5 - today.weekday() - 1) % 7 + 1)
    if before == "next" and today.weekday() < 5:
        saturday += timedelta(days=7)
    return _DateMention(at, at + 1, (saturday, saturday + timedelta(days=1)))


def _month(norms: Sequence[str], at: int, today: date) -> _DateMention | None:
    """'June third', 'March the nineteenth', 'May 5'. A bare 'may' or 'march' is a verb."""
    place = at + 1
    if place < len(norms) and norms[place] == "the":
        place += 1
    day = ordinal_at(norms, place, len(norms)) or number_at(norms, place, len(norms))
    if day is None or not 1 <= day[0] <= 31:
        return None
    return _DateMention(at, day[1], _on(today, day[0], MONTHS[norms[at]]))


def _day_of_month(norms: Sequence[str], at: int, today: date) -> _DateMention | None:
    """'the nineteenth', 'the third of June', '19th'. 'The first time' is no date."""
    day = ordinal_at(norms, at, len(norms))
    if day is None:
        return None
    number, end = day
    if tuple(norms[end : end + 1]) == ("of",) and norms[end + 1 : end + 2]:
        month = MONTHS.get(norms[end + 1])
        if month is not None:
            return _DateMention(at, end + 2, _on(today, number, month))
    led = at > 0 and norms[at - 1] in ("the", "on", "by", "until")
    weekday_before = any(w in _WEEKDAY_NAMES for w in norms[max(0, at - 2) : at])
    written = norms[at][0].isdecimal()
    after = norms[end] if end < len(norms) else ""
    if not (
        weekday_before or written or (led and (number > 3 or after in ("", "at", "and", "we")))
    ):
        return None
    if not weekday_before and after in ("time", "one", "thing", "day", "step", "floor", "year",
                                        "street", "avenue", "grade", "person", "of"):  # fmt: skip
        return None
    return _DateMention(at, end, _on(today, number, None))


def _on(today: date, day: int, month: int | None) -> tuple[date, ...]:
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


def _distance(norms: Sequence[str], at: int, today: date) -> _DateMention | None:
    """'in two weeks', 'in three days', 'a week from today', 'two weeks from now'."""
    led = norms[at] == "in"
    place = at + led
    if place >= len(norms):
        return None
    number = (1, place + 1) if norms[place] == "a" else number_at(norms, place, len(norms))
    if number is None or number[1] >= len(norms) or not 1 <= number[0] <= 30:
        return None
    count, unit = number
    days = {"day": 1, "days": 1, "week": 7, "weeks": 7}.get(norms[unit])
    if days is None:
        return None
    end = unit + 1
    trailing = tuple(norms[end : end + 2])
    if trailing in (("from", "today"), ("from", "now")):
        return _DateMention(at, end + 2, (today + timedelta(days=days * count),))
    if not led or trailing[:1] in (("a",), ("they",), ("he",), ("she",), ("ago",), ("row",)):
        return None
    return _DateMention(at, end, (today + timedelta(days=days * count),))

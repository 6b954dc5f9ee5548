"""Days and times as a language file says them: "el jueves que viene a las seis y media".

The file lists the forms and what each means; here the meanings are worked out against the day of
the call. Without a part of the day, the plausible reading for a call about a meeting is taken, as
in English: 1 to 7 are in the afternoon, 10 and 11 in the morning, 8 and 9 may be either.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, time, timedelta

from companion.understanding.calendar_days import fitting, nth_weekday, on_day
from companion.understanding.dates import When, join_whens
from companion.understanding.language_parts import CalendarRules, DayForm, TimeForm
from companion.understanding.named_day import DayMention
from companion.understanding.named_time import TimeMention, in_half
from companion.understanding.phrases import PhraseMatcher
from companion.understanding.slots import FormBook, SlotReader
from companion.understanding.words import Spelling, Spoken

MOST_COUNT = 30
MINUTES_OF_DAY = 24 * 60
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})([ap]m)?|(\d{1,2})([ap]m)")


class CalendarReader:
    """Finds the days and times to come of an utterance."""

    def __init__(self, rules: CalendarRules, spelling: Spelling) -> None:
        readers = _readers(rules, spelling)
        self._day_forms = rules.days
        self._time_forms = rules.times
        self._days = FormBook([form.say for form in rules.days], readers, spelling)
        self._times = FormBook([form.say for form in rules.times], readers, spelling)
        self._parts: PhraseMatcher[str] = PhraseMatcher(
            [(part.half, part.say) for part in rules.parts], spelling
        )

    def whens(self, spoken: Spoken, call_date: date) -> list[When]:
        """Every date and time to come, in order; a date and its time make one."""
        parts = {match.first: (match.end, match.key) for match in self._parts.find(spoken.words)}
        times, taken = self._times_in(spoken, parts)
        days = self._days_in(spoken, call_date, parts, taken)
        return join_whens(spoken, days, times)

    def _times_in(
        self, spoken: Spoken, parts: Mapping[int, tuple[int, str]]
    ) -> tuple[list[TimeMention], frozenset[int]]:
        """The times, and the words that they use up."""
        norms = spoken.norms
        found: list[TimeMention] = []
        taken: set[int] = set()
        at = 0
        while at < len(norms):
            match = self._times.at(norms, at)
            if match is None or match.end <= at:
                at += 1
                continue
            mention = _time_of(self._time_forms[match.number], match.by_slot, at, match.end)
            if mention is not None:
                end, half = parts.get(match.end, (match.end, ""))
                mention = replace(mention, end=end)
                found.append(in_half(mention, half) if half and not mention.half_said else mention)
            at = max(match.end, mention.end if mention else at)
            taken.update(range(match.end if mention is None else mention.first, at))
        return found, frozenset(taken)

    def _days_in(
        self,
        spoken: Spoken,
        today: date,
        parts: Mapping[int, tuple[int, str]],
        taken: frozenset[int],
    ) -> list[DayMention]:
        norms = spoken.norms
        found: list[DayMention] = []
        at = 0
        while at < len(norms):
            # "El sábado, un cuarto para las seis": the words of a time are no part of the day.
            until = next((i for i in range(at, len(norms)) if i in taken), len(norms))
            match = self._days.at(norms[:until], at)
            if match is None or match.end <= at:
                at += 1
                continue
            form = self._day_forms[match.number]
            end, part = match.end, str(form.half)
            if not part and end not in taken:
                end, part = parts.get(end, (end, ""))
            days = _days_of(form, match.by_slot, today)
            found.append(
                DayMention(
                    at, end, days, part, weekday=form.means == "weekday" and not form.add_days
                )
            )
            at = end
        return found


def _days_of(form: DayForm, slots: Mapping[str, int], today: date) -> tuple[date, ...]:
    """Readings of the day, the likeliest first; none where it is no day to come."""
    later = timedelta(days=form.add_days)
    weekday, day = slots.get("weekday", 0), slots.get("day", 1)
    coming = today + timedelta(days=(weekday - today.weekday() - 1) % 7 + 1)
    found: tuple[date, ...] = ()
    if form.means == "today":
        found = (today,)
    elif form.means == "weekday":
        found = (coming,)
    elif form.means == "weekday_next_week":
        found = (today + timedelta(days=7 - today.weekday() + weekday),)
    elif form.means == "weekday_date":
        fits = fitting(weekday, day, today)
        found = (fits,) if fits else (coming,)
    elif form.means == "which_weekday":
        one = nth_weekday(today, slots["which"], weekday, slots.get("month", today.month))
        found = (one,) if one else ()
    elif form.means == "weekend":
        saturday = today + timedelta(days=(5 - today.weekday() - 1) % 7 + 1)
        found = (saturday, saturday + timedelta(days=1))
    elif form.means == "in_days":
        found = (today + timedelta(days=slots["count"]),)
    elif form.means == "in_weeks":
        found = (today + timedelta(weeks=slots["count"]),)
    elif form.means == "date":
        found = on_day(today, day, slots["month"])
    elif form.means == "day_of_month":
        found = on_day(today, day, None)
    return tuple(one + later for one in found)


def _time_of(form: TimeForm, slots: Mapping[str, int], first: int, end: int) -> TimeMention | None:
    """The time that a form means; None where it is no time to meet."""
    if form.never:
        return None
    if form.at is not None:
        return TimeMention(first, end, (time.fromisoformat(form.at),), True, True)
    if "clock" in slots:
        minute_of_day, said = slots["clock"] % MINUTES_OF_DAY, slots["clock"] >= MINUTES_OF_DAY
        return _plausible(minute_of_day, first, end, half_said=said)
    minutes = slots.get("minutes", 0)
    change = {"none": 0, "added": minutes, "taken": -minutes}[form.minutes] + form.add_minutes
    # "Un cuarto para la una" lies before one o'clock: in the twelve hours before.
    minute_of_day = slots["hour"] * 60 + change
    return _plausible(minute_of_day if minute_of_day >= 60 else minute_of_day + 720, first, end)


def _plausible(
    minute_of_day: int, first: int, end: int, *, half_said: bool = False
) -> TimeMention | None:
    hour, minute = divmod(minute_of_day, 60)
    if hour > 23:
        return None
    if half_said or hour > 12 or hour == 0:
        return TimeMention(first, end, (time(hour, minute),), True, True)
    if hour == 12:
        return TimeMention(first, end, (time(12, minute),), True)
    morning, evening = time(hour, minute), time(hour + 12, minute)
    if hour in (8, 9):
        return TimeMention(first, end, (morning, evening), True)
    return TimeMention(first, end, (evening if hour < 8 else morning,), True)


def _readers(rules: CalendarRules, spelling: Spelling) -> dict[str, SlotReader]:
    def folded(names: Mapping[str, int]) -> dict[str, int]:
        return {spelling.fold(name): value for name, value in names.items()}

    numbers, tens = folded(rules.numbers), {spelling.fold(word) for word in rules.tens}

    def number(norms: Sequence[str], at: int) -> tuple[int, int] | None:
        word = norms[at]
        if word.isdecimal() and word.isascii() and len(word) <= 2:
            return int(word), at + 1
        value = numbers.get(word)
        if value is None:
            return None
        joined = norms[at + 1 : at + 2] == [rules.tens_joined_by] and at + 2 < len(norms)
        ones = numbers.get(norms[at + 2], 0) if joined and word in tens else 0
        return (value + ones, at + 3) if 1 <= ones <= 9 else (value, at + 1)

    def between(least: int, most: int) -> SlotReader:
        def read(norms: Sequence[str], at: int) -> tuple[int, int] | None:
            found = number(norms, at)
            return found if found is not None and least <= found[0] <= most else None

        return read

    return {
        "weekday": _named(folded(rules.weekdays)),
        "month": _named(folded(rules.months)),
        "which": _named(folded(rules.which)),
        "day": between(1, 31),
        "count": between(1, MOST_COUNT),
        "hour": between(1, 23),
        "hour2": between(1, 23),
        "minutes": between(1, 59),
        "clock": _clock,
    }


def _named(names: Mapping[str, int]) -> Callable[[Sequence[str], int], tuple[int, int] | None]:
    def read(norms: Sequence[str], at: int) -> tuple[int, int] | None:
        value = names.get(norms[at])
        return None if value is None else (value, at + 1)

    return read


def _clock(norms: Sequence[str], at: int) -> tuple[int, int] | None:
    """'6:30' or '6pm' as minutes of the day; a whole day is added where am or pm was said."""
    match = _CLOCK.fullmatch(norms[at])
    if match is None:
        return None
    hour, minute = int(match[1] or match[4]), int(match[2] or 0)
    half = match[3] or match[5] or ""
    if hour > 23 or minute > 59:
        return None
    if half:
        hour = hour % 12 + (12 if half == "pm" else 0)
        return hour * 60 + minute + MINUTES_OF_DAY, at + 1
    return hour * 60 + minute, at + 1

"""Days as they are spoken: "Friday week", "the first Tuesday in June", "not this Sunday, the one
after".

"Thursday" is the next Thursday after the call's day; "the nineteenth" the next nineteenth. "Next
Thursday" said early in the week may mean two days: both readings are kept, the one in the week
after first. What lies in the past or comes again and again ("last Thursday", "on Fridays",
"one Sunday they all") is no day to come, and neither is what is ruled out ("not Friday").
"""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from datetime import date, timedelta

from companion.understanding.calendar_days import nth_weekday, on_day
from companion.understanding.calendar_words import (
    MONTHS,
    NUMBERS,
    ORDINAL_WEEKS,
    WEEKDAYS,
    number_at,
    ordinal_at,
)
from companion.understanding.named_day import WORKING_DAYS, DayMention, one_day
from companion.understanding.words import Spoken, word_set

_NOT_TO_COME = word_set("last every past previous each one a any some most until till till")
"""Before a weekday: it was, or comes again and again, or is only named as what lies between."""
_PARTS = {"morning": "am", "afternoon": "pm", "evening": "pm", "night": "pm", "lunchtime": "pm"}
_NO_NOUN = word_set(
    "at and or we you i in of by if is it that this before after from to so then with for not "
    "when around about let on half quarter noon midday first works work okay right will would "
    "there one two three four five six seven eight nine ten eleven twelve just as because but "
    "monday tuesday wednesday thursday friday saturday sunday"
)
"""What may follow "the nineteenth"; after a noun ("the sixth floor") it is no date."""


def days_in(spoken: Spoken, today: date) -> list[DayMention]:
    """Every day that is mentioned, in order; two names of one day make one mention."""
    norms = spoken.norms
    breaks = [w.after_pause for w in spoken.words]
    for sentence in spoken.sentences[1:]:
        breaks[sentence.first] = True
    found: list[DayMention] = []
    at = 0
    while at < len(norms):
        # "You move on the fifteenth of August. That would be the twenty-fourth": of August too.
        named = [m.dates[0] for m in found if m.month and m.dates]
        since = named[-1] if named else today
        mention = _day_at(norms, at, today, breaks, since)
        if mention is None:
            at += 1
            continue
        at = mention.end
        previous = found[-1] if found else None
        joined = one_day(previous, mention, norms, today) if previous else None
        if joined is not None:
            found[-1] = joined
        else:
            found.append(mention)
    return found


def _day_at(
    norms: Sequence[str], at: int, today: date, breaks: Sequence[bool], since: date
) -> DayMention | None:
    word = norms[at]
    following = norms[at + 1] if at + 1 < len(norms) else ""
    if word in ("today", "tonight"):
        return DayMention(at, at + 1, (today,), "pm" if word == "tonight" else "")
    if word == "this" and following in _PARTS:
        return DayMention(at, at + 2, (today,), _PARTS[following])
    if word in ("tomorrow", "tomorrow's"):
        if _negated(norms, at):
            return DayMention(at, at + 1, ())
        part = _PARTS.get(following, "")
        return DayMention(at, at + 1 + bool(part), (today + timedelta(days=1),), part)
    if tuple(norms[at : at + 3]) == ("day", "after", "tomorrow"):
        return DayMention(at, at + 3, (today + timedelta(days=2),))
    if word in ("weekend", "weekends"):
        return _weekend(norms, at, today)
    if word in WEEKDAYS:
        return _weekday(norms, at, today)
    if word in MONTHS:
        return _month(norms, at, today)
    return (
        _of_month(norms, at, today)
        or _week(norms, at, today)
        or _distance(norms, at, today)
        or _day_of_month(norms, at, today, breaks, since)
    )


def _negated(norms: Sequence[str], at: int) -> bool:
    before = list(norms[max(0, at - 2) : at])
    return before[-1:] == ["not"] or before in (["not", "this"], ["not", "on"], ["not", "the"])


def _weekday(norms: Sequence[str], at: int, today: date) -> DayMention:
    number = WEEKDAYS[norms[at]]
    before = list(norms[max(0, at - 3) : at])
    end = at + 1
    part = _PARTS.get(norms[end], "") if end < len(norms) else ""
    end += bool(part)
    first_thing = before[-2:] == ["first", "thing"] or before == ["first", "thing", "on"]
    part = part or ("am" if first_thing else "")
    coming = today + timedelta(days=(number - today.weekday() - 1) % 7 + 1)
    later = coming + timedelta(days=7)
    following = tuple(norms[end : end + 4])
    if _negated(norms, at):
        # "Not this Sunday, the one after" names a day; "not Sunday" only rules one out.
        for skipped in range(3):
            if tuple(norms[end + skipped : end + skipped + 2]) in (("one", "after"),
                                                                   ("next", "one")):  # fmt: skip
                return DayMention(at, end + skipped + 2, (later,), part, weekday=True)
        return DayMention(at, end, ())
    if before[-1:] == ["from"] and before[-2:-1] in (["week"], ["weeks"]):
        weeks = NUMBERS.get(before[0], 1) if len(before) == 3 else 1
        return DayMention(at, end, (coming + timedelta(weeks=min(max(weeks, 1), 8)),), part)
    counted = before[-1:] == ["second"] and following[:1] == ("after",)
    if counted:
        return DayMention(at, end, ())  # "the second Monday after": after what, is not known
    another = before[-2:] in (["another", "one"], ["next", "one"], ["the", "one"])
    past = before[-1:] and before[-1] in _NOT_TO_COME and not another
    if past or norms[at].endswith("days"):
        return DayMention(at, end, ())
    next_week = today + timedelta(days=7 - today.weekday() + number)
    week_after = next_week + timedelta(days=7)
    if following[:2] == ("next", "week") or following[:3] == ("of", "next", "week"):
        return DayMention(at, end + 2 + (following[0] == "of"), (next_week,), part)
    if following[:4] in (("the", "week", "after", "next"), ("of", "week", "after", "next")):
        return DayMention(at, end + 4, (week_after,), part)
    if following[:3] == ("the", "week", "after") or following[:3] == ("after", "next", "week"):
        return DayMention(at, end + 3, (next_week, week_after), part)
    if following[:2] == ("after", "next"):
        return DayMention(at, end + 2, (later,), part, weekday=True)
    if following[:1] == ("week",) and before[-1:] != ["next"]:
        return DayMention(at, end + 1, (later,), part, weekday=True)
    if before[-2:] == ["the", "other"]:
        return DayMention(at, end, (later, coming), part, weekday=True)
    if before[-1:] == ["next"]:
        # Said of a day that is still to come this week, "next" has two readings.
        readings = tuple(dict.fromkeys((next_week, coming)))
        return DayMention(at, end, readings, part, weekday=True)
    if before[-2:] == ["next", "week"]:
        return DayMention(at, end, (next_week,), part)
    return DayMention(at, end, (coming,), part, weekday=True)


def _weekend(norms: Sequence[str], at: int, today: date) -> DayMention:
    before = norms[at - 1] if at else ""
    if norms[at] == "weekends" or before not in ("this", "the", "next", "coming"):
        return DayMention(at, at + 1, ())
    saturday = today + timedelta(days=(5 - today.weekday() - 1) % 7 + 1)
    if before == "next" and today.weekday() < 5:
        saturday += timedelta(days=7)
    return DayMention(at, at + 1, (saturday, saturday + timedelta(days=1)))


def _of_month(norms: Sequence[str], at: int, today: date) -> DayMention | None:
    """'the first Tuesday in June', 'second Monday of next month'."""
    which = ORDINAL_WEEKS.get(norms[at])
    if which is None or at + 3 >= len(norms) or norms[at + 1] not in WEEKDAYS:
        return None
    weekday, end = WEEKDAYS[norms[at + 1]], at + 4
    if norms[at + 2] not in ("in", "of"):
        return None
    if norms[at + 3] in ("the", "next") and tuple(norms[at + 4 : at + 5]) == ("month",):
        ahead = norms[at + 3] == "next"
        month, end = (today.month + ahead - 1) % 12 + 1, at + 5
    elif norms[at + 3] in MONTHS:
        month = MONTHS[norms[at + 3]]
    else:
        return None
    found = nth_weekday(today, which, weekday, month)
    return None if found is None else DayMention(at, end, (found,))


def _week(norms: Sequence[str], at: int, today: date) -> DayMention | None:
    """'the week after next' and 'the end of the week', of which the day stays open or is meant."""
    if tuple(norms[at : at + 4]) == ("the", "week", "after", "next"):
        monday = today + timedelta(days=14 - today.weekday())
        return DayMention(
            at, at + 4, tuple(monday + timedelta(days=n) for n in range(WORKING_DAYS))
        )
    if tuple(norms[at : at + 4]) == ("end", "of", "the", "week") and today.weekday() < 4:
        return DayMention(at, at + 4, (today + timedelta(days=4 - today.weekday()),))
    if tuple(norms[at : at + 4]) == ("end", "of", "the", "month"):
        last = calendar.monthrange(today.year, today.month)[1]
        return DayMention(at, at + 4, (today.replace(day=last),))
    return None


def _month(norms: Sequence[str], at: int, today: date) -> DayMention | None:
    """'June third', 'March the nineteenth', 'May 5'. A bare 'may' or 'march' is a verb."""
    place = at + 1
    if place < len(norms) and norms[place] == "the":
        place += 1
    day = ordinal_at(norms, place, len(norms)) or number_at(norms, place, len(norms))
    if day is None or not 1 <= day[0] <= 31:
        return None
    after = norms[day[1]] if day[1] < len(norms) else ""
    if norms[day[1] - 1] in NUMBERS and after and after not in _NO_NOUN:
        return None  # "in March, four girls": a number of people
    return DayMention(at, day[1], on_day(today, day[0], MONTHS[norms[at]]), month=True)


def _day_of_month(
    norms: Sequence[str], at: int, today: date, breaks: Sequence[bool], since: date
) -> DayMention | None:
    """'the nineteenth', 'the third of June', '19th'. 'The first time' is no date."""
    day = ordinal_at(norms, at, len(norms))
    if day is None:
        return None
    number, end = day
    place = end + (norms[end : end + 1] == ["of"])
    month = MONTHS.get(norms[place]) if place < len(norms) else None
    if month is not None and (place > end or norms[place] not in ("may", "march")):
        return DayMention(at, place + 1, on_day(today, number, month), month=True)
    before = norms[at - 1] if at else ""
    by_weekday = any(w in WEEKDAYS or w == "week" for w in norms[max(0, at - 2) : at])
    after = norms[end] if end < len(norms) else ""
    free = not after or breaks[end] or (after in _NO_NOUN and after != "of")
    # "I'll say it the first" and "the second is worse" name no day.
    small = number <= 3 and not by_weekday and after not in ("", "at", "of", "in")
    led = before in ("the", "on", "by", "until") or by_weekday
    if not free or not (led or norms[at][0].isdecimal()):
        return None
    if small and not norms[at][0].isdecimal() and not (before == "the" and after == "and"):
        return None
    if number <= 3 and before != "the" and not by_weekday and not norms[at][0].isdecimal():
        return None
    return DayMention(at, end, on_day(since, number, None), day_of_month=number)


def _distance(norms: Sequence[str], at: int, today: date) -> DayMention | None:
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
    if trailing in (("from", "today"), ("from", "now"), ("from", "tomorrow")):
        extra = timedelta(days=int(norms[end + 1] == "tomorrow"))
        return DayMention(at, end + 2, (today + timedelta(days=days * count) + extra,))
    # "In three weeks they had it" tells a story, and so does "in one week all of them left".
    if not led or trailing[:1] not in ((), ("at",), ("we",), ("you",), ("i",), ("then",), ("on",)):
        return None
    return DayMention(at, end, (today + timedelta(days=days * count),))

"""Times of day as they are spoken: "at six", "six thirty", "half past six", "6:30 pm".

Without "am" or "pm" the plausible reading for a call about a meeting is taken: 1 to 8 are in the
afternoon or evening, 9 to 11 in the morning, 12 is noon. Eight and nine stay open as two readings.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import time

from companion.understanding.calendar_words import TENS, number_at
from companion.understanding.words import word_set

_BEFORE = word_set("at around by from after before until till about say noonish like")
_NO_TIME_AFTER = word_set(
    "people person percent dollars bucks cents hours hour minutes minute days weeks months years "
    "year times of miles workers drivers families tenants kids others more nurses aides units "
    "apartments houses or to point"
)
_DIGITAL = re.compile(r"(\d{1,2}):(\d{2})([ap]m)?")
_ATTACHED = re.compile(r"(\d{1,2})([ap]m)")
_PARTS = {"morning": "am", "afternoon": "pm", "evening": "pm", "night": "pm", "tonight": "pm"}
_MINUTES = frozenset({5, 10, 15, 20, 25, 30, 35, 40, 45, 50, 55})


@dataclass(frozen=True, slots=True)
class TimeMention:
    """A time of day in words `first` to `end - 1`; several options where it is ambiguous."""

    first: int
    end: int
    options: tuple[time, ...]
    certain: bool
    """It can be nothing but a time: 'at six', 'six pm', 'half past'."""


def times_in(norms: Sequence[str], first: int, end: int) -> list[TimeMention]:
    """All times of day within words `first` to `end - 1`."""
    found: list[TimeMention] = []
    at = first
    while at < end:
        mention = _time_at(norms, at, first, end)
        if mention is None:
            at += 1
        else:
            found.append(mention)
            at = mention.end
    return found


def _time_at(norms: Sequence[str], at: int, first: int, end: int) -> TimeMention | None:
    word = norms[at]
    if word == "noon":
        return TimeMention(at, at + 1, (time(12),), True)
    if word == "midnight":
        return TimeMention(at, at + 1, (time(0),), True)
    digital = _DIGITAL.fullmatch(word)
    if digital:
        half = digital.group(3) or ""
        return _finish(norms, at, at + 1, end, int(digital.group(1)), int(digital.group(2)), half)
    attached = _ATTACHED.fullmatch(word)
    if attached:
        return _finish(norms, at, at + 1, end, int(attached.group(1)), 0, attached.group(2))
    relative = _relative(norms, at, end)
    if relative is not None:
        return relative
    number = number_at(norms, at, end)
    if number is None or not 1 <= number[0] <= 12 or word in TENS:
        return None
    hour, after = number
    if after < end and norms[after] == "o'clock":
        return _finish(norms, at, after + 1, end, hour, 0, "")
    minute = number_at(norms, after, end)
    if minute is not None and minute[0] in _MINUTES and norms[after] != "five":
        follower = norms[minute[1]] if minute[1] < end else ""
        if follower not in _NO_TIME_AFTER:
            certain = minute[0] in (15, 30, 45) or (at > first and norms[at - 1] in _BEFORE)
            return _finish(norms, at, minute[1], end, hour, minute[0], "", certain)
    follower = norms[after] if after < end else ""
    if follower in _NO_TIME_AFTER or number_at(norms, after, end) is not None:
        return None
    half = follower in ("am", "pm") or _day_part(norms, after, end) is not None
    before = at > first and norms[at - 1] in _BEFORE
    return _finish(norms, at, after, end, hour, 0, "", certain=half or before)


def _relative(norms: Sequence[str], at: int, end: int) -> TimeMention | None:
    """'half past six', 'quarter to seven', 'ten past six'."""
    start = at
    if norms[at] == "a" and at + 1 < end:
        at += 1
    minutes: int | None = {"half": 30, "quarter": 15}.get(norms[at])
    after = at + 1
    if minutes is None:
        number = number_at(norms, at, end)
        if number is None or number[0] not in _MINUTES:
            return None
        minutes, after = number
    if after >= end or norms[after] not in ("past", "after", "to", "of"):
        return None
    # "ten to six" is a time; "twenty of seven people" and "from five to six" are not.
    if norms[after] in ("of", "to", "after") and norms[at] not in ("half", "quarter"):
        return None
    hour = number_at(norms, after + 1, end)
    if hour is None or not 1 <= hour[0] <= 12:
        return None
    if norms[after] in ("past", "after"):
        return _finish(norms, start, hour[1], end, hour[0], minutes, "")
    earlier = 12 if hour[0] == 1 else hour[0] - 1
    return _finish(norms, start, hour[1], end, earlier, 60 - minutes, "")


def _finish(
    norms: Sequence[str],
    first: int,
    after: int,
    end: int,
    hour: int,
    minute: int,
    half: str,
    certain: bool = True,
) -> TimeMention | None:
    """Settle morning or evening, using up 'pm', 'in the morning', 'at night'."""
    if hour > 23 or minute > 59:
        return None
    if not half and after < end and norms[after] in ("am", "pm"):
        half, after = norms[after], after + 1
    if not half:
        part = _day_part(norms, after, end)
        if part is not None:
            half, after = part
    if not half and 0 < hour <= 12:
        # "tomorrow morning at eight": the part of the day stands before the time.
        for word in norms[max(0, first - 4) : first]:
            half = _PARTS.get(word, half)
    if hour > 12 or hour == 0:
        return TimeMention(first, after, (time(hour, minute),), certain)
    if half:
        settled = hour % 12 + (12 if half == "pm" else 0)
        return TimeMention(first, after, (time(settled, minute),), True)
    if hour == 12:
        return TimeMention(first, after, (time(12, minute),), certain)
    morning, evening = time(hour, minute), time(hour + 12, minute)
    if hour == 8:
        return TimeMention(first, after, (evening, morning), certain)
    if hour == 9:
        return TimeMention(first, after, (morning, evening), certain)
    return TimeMention(first, after, (evening if hour < 8 else morning,), certain)


def _day_part(norms: Sequence[str], at: int, end: int) -> tuple[str, int] | None:
    """'in the morning', 'at night', 'tonight' right after a time."""
    for lead in (("in", "the"), ("at",), ()):
        place = at + len(lead)
        if place < end and tuple(norms[at:place]) == lead and norms[place] in _PARTS:
            return _PARTS[norms[place]], place + 1
    return None

"""Times of day as they are spoken: "at six", "six thirty", "half past six", "half six", "6:30 pm".

Without "am" or "pm" the plausible reading for a call about a meeting is taken: 1 to 7 are in the
afternoon or evening, 8 to 11 in the morning, 12 is noon; eight and nine stay open as the evening,
which comes second. Words around the time go before that: after "breakfast", "first thing"
or "before your shift" 4 to 11 are in the morning, and with "tonight" or "supper" 5 to 11 are in
the evening. Of a range ("from ten to noon") the start counts.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import time

from companion.understanding.calendar_words import TENS, number_at
from companion.understanding.named_time import TimeMention, hinted
from companion.understanding.words import word_set

_BEFORE = word_set("at around by from after before until till about noonish make say")
_NO_TIME_AFTER = word_set(
    "people person percent dollars bucks cents hours hour minutes minute seconds second days day "
    "weeks week months month years year times of miles workers drivers families tenants kids "
    "others more nurses aides units apartments houses or to point girls guys men women names "
    "stories jobs shifts floors doors pages question questions thing things hundred thousand "
    "weddings rooms who that which kinds sorts per a"
)
_GOES_ON = word_set("at by on in so and or we i you then sharp okay and down there tomorrow")
"""What may follow "quarter to" where the hour was said before; else something is paid or done."""
_DIGITAL = re.compile(r"(\d{1,2}):(\d{2})([ap]m)?")
_ATTACHED = re.compile(r"(\d{1,2})([ap]m)")
_PARTS = {"morning": "am", "afternoon": "pm", "evening": "pm", "night": "pm", "tonight": "pm"}
_MINUTES = frozenset({5, 10, 15, 20, 25, 30, 35, 40, 45, 50, 55})
HINT_WORDS = 12
"""So near a time stands what settles its half of the day."""
_RANGE = ("to", "till", "til", "until", "through")


def times_in(norms: Sequence[str], first: int, end: int) -> list[TimeMention]:
    """All times of day within words `first` to `end - 1`."""
    found: list[TimeMention] = []
    at = first
    while at < end:
        before = next((t for t in reversed(found) if t.options), None)
        mention = _quarter_of(norms, at, end, before) or _offset(norms, at, end)
        mention = mention or _time_at(norms, at, first, end)
        if mention is None:
            at += 1
            continue
        following = norms[mention.end] if mention.end < end else ""
        second = None
        if mention.options and following in (*_RANGE, "or"):
            second = _time_at(norms, mention.end + 1, first, end)
            ranged = following != "or" and second is not None
            led = at > first and norms[at - 1] in ("from", "at")
            if ranged and not (mention.certain or led or following != "to"):
                at = mention.end + 1
                continue
        if second is not None:
            mention = _joined(mention, second, choice=following == "or")
        found.append(mention)
        at = mention.end
    return [
        hinted(t, norms[max(first, t.first - HINT_WORDS) : min(end, t.end + HINT_WORDS)])
        for t in found
    ]


def _joined(one: TimeMention, two: TimeMention, *, choice: bool) -> TimeMention:
    """'six or seven' has both as options; of 'from ten to noon' the first is kept."""
    options = tuple(dict.fromkeys(one.options[:1] + two.options[:1])) if choice else one.options
    certain = one.certain or two.certain
    return TimeMention(one.first, two.end, options, certain, one.half_said)


def _quarter_of(
    norms: Sequence[str], at: int, end: int, before: TimeMention | None
) -> TimeMention | None:
    """'it's five thirty, so come quarter after': of the hour that was just said."""
    after = at + 2
    if before is None or norms[at] != "quarter" or after > end:
        return None
    if norms[at + 1 : after] not in (["to"], ["past"], ["after"]):
        return None
    if after < end and norms[after] not in _GOES_ON:
        return None
    moved = []
    for t in before.options:
        if norms[at + 1] != "to":
            moved.append(t.replace(minute=15))
        elif t.hour > 0 or t.minute > 0:
            moved.append(t.replace(hour=t.hour - (t.minute == 0), minute=45))
    return TimeMention(at, after, tuple(moved), True, before.half_said) if moved else None


def _offset(norms: Sequence[str], at: int, end: int) -> TimeMention | None:
    """'half an hour before', 'fifteen minutes early', 'a quarter before'."""
    start = at
    if norms[at] == "a":
        at += 1
    if tuple(norms[at : at + 3]) in (("half", "an", "hour"), ("half", "a", "hour")):
        minutes, after = 30, at + 3
    elif tuple(norms[at : at + 2]) == ("half", "hour"):
        minutes, after = 30, at + 2
    elif tuple(norms[at : at + 2]) == ("an", "hour") or tuple(norms[at : at + 2]) == (
        "one",
        "hour",
    ):
        minutes, after = 60, at + 2
    elif at > start and tuple(norms[at : at + 1]) == ("hour",):
        return None
    elif tuple(norms[at : at + 1]) == ("quarter",):
        minutes, after = 15, at + 1
        number = number_at(norms, at + 2, end)
        if number is not None and 1 <= number[0] <= 12:
            return None  # "quarter to six" stands on its own
    else:
        number = number_at(norms, at, end)
        if number is None or number[0] not in _MINUTES:
            return None
        minutes, after = number
        if tuple(norms[after : after + 1]) != ("minutes",):
            return None
        after += 1
    word = norms[after] if after < end else ""
    if word in ("before", "early", "earlier", "ahead"):
        return TimeMention(start, after + 1, (), True, offset_min=-minutes)
    if word == "after":
        return TimeMention(start, after + 1, (), True, offset_min=minutes)
    return None


def _time_at(norms: Sequence[str], at: int, first: int, end: int) -> TimeMention | None:
    if at >= end:
        return None
    word = norms[at]
    if word in ("noon", "midday"):
        return TimeMention(at, at + 1, (time(12),), True, True)
    if word == "midnight":
        return TimeMention(at, at + 1, (time(0),), True, True)
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
    if at > first and norms[at - 1] in TENS:
        return None  # "thirty-seven by Monday" ends in no hour
    hour, after = number
    if after < end and norms[after] == "o'clock":
        return _finish(norms, at, after + 1, end, hour, 0, "")
    if norms[after : after + 2] in (["o", "clock"], ("o", "clock")):
        return _finish(norms, at, after + 2, end, hour, 0, "")
    minute = number_at(norms, after, end)
    if minute is not None and minute[0] in _MINUTES and norms[after] != "five":
        follower = norms[minute[1]] if minute[1] < end else ""
        ranged = follower == "to" and number_at(norms, minute[1] + 1, end) is not None
        if follower not in _NO_TIME_AFTER or ranged:
            certain = minute[0] in (15, 30, 45) or (at > first and norms[at - 1] in _BEFORE)
            return _finish(norms, at, minute[1], end, hour, minute[0], "", certain)
    follower = norms[after] if after < end else ""
    if follower in _RANGE and follower != "to":
        return _finish(norms, at, after, end, hour, 0, "", certain=True)
    if follower in ("to", "or") and number_at(norms, after + 1, end) is None:
        if norms[after + 1 : after + 2] not in (["noon"], ["midday"], ["midnight"], ["so"]):
            return None
    elif follower in _NO_TIME_AFTER and follower not in ("to", "or", "a"):
        return None
    elif number_at(norms, after, end) is not None:
        # "eight eight o'clock": the time is said twice
        return None
    part = _day_part(norms, after, end)
    if hour == 1 and part is not None and part[1] == after + 1:
        return None  # "one morning", "one night"
    if follower == "a" and norms[after + 1 : after + 2] != ["m"]:
        return None
    half = follower in ("am", "pm") or _spelled_half(norms, after) != "" or part is not None
    before = at > first and norms[at - 1] in _BEFORE
    if hour == 1 and not (half or before):
        return None  # "the one after", "tonight one snail"
    return _finish(norms, at, after, end, hour, 0, "", certain=half or before)


def _spelled_half(norms: Sequence[str], at: int) -> str:
    """'a m' and 'p m', as a recognizer spells them."""
    if tuple(norms[at + 1 : at + 2]) == ("m",) and norms[at] in ("a", "p"):
        return norms[at] + "m"
    return ""


def _relative(norms: Sequence[str], at: int, end: int) -> TimeMention | None:
    """'half past six', 'quarter to seven', 'ten past six', and 'half six', which is half past."""
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
    if norms[at] == "half" and start == at:
        hour = number_at(norms, after, end)
        follower = norms[hour[1]] if hour is not None and hour[1] < end else ""
        if hour is not None and 1 <= hour[0] <= 12 and follower not in _NO_TIME_AFTER:
            return _finish(norms, start, hour[1], end, hour[0], 30, "")
    if after >= end or norms[after] not in ("past", "after", "to", "of", "before", "till"):
        return None
    # "ten to six" is a time; "twenty of seven people" and "from five to six" are not.
    if norms[after] in ("to", "of", "till") and norms[at] not in ("half", "quarter"):
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
    if not half and after + 1 < end and _spelled_half(norms, after):
        half, after = _spelled_half(norms, after), after + 2
    if not half:
        part = _day_part(norms, after, end)
        if part is not None:
            half, after = part
    certain = certain or bool(half)
    if not half and 0 < hour <= 12:
        # "tomorrow morning at eight": the part of the day stands before the time.
        for word in norms[max(0, first - 4) : first]:
            half = _PARTS.get(word, half)
    if hour > 12 or hour == 0:
        return TimeMention(first, after, (time(hour, minute),), certain, True)
    if half:
        settled = hour % 12 + (12 if half == "pm" else 0)
        return TimeMention(first, after, (time(settled, minute),), certain, True)
    if hour == 12:
        return TimeMention(first, after, (time(12, minute),), certain)
    morning, evening = time(hour, minute), time(hour + 12, minute)
    if hour in (8, 9):
        return TimeMention(first, after, (morning, evening), certain)
    return TimeMention(first, after, (evening if hour < 8 else morning,), certain)


def _day_part(norms: Sequence[str], at: int, end: int) -> tuple[str, int] | None:
    """'in the morning', 'at night', 'tonight' right after a time."""
    for lead in (("in", "the"), ("at",), ()):
        place = at + len(lead)
        if place < end and tuple(norms[at:place]) == lead and norms[place] in _PARTS:
            return _PARTS[norms[place]], place + 1
    return None

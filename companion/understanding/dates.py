"""When: the days and times that an utterance names, joined and resolved against the call's day.

A day and a time that stand near each other make one; see `day_mentions` for days and
`clock_times` for times. Hours of a shift ("you're on at six", "I get off at two") are no time to
meet; they are kept apart, because "half an hour before your shift" hangs on them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from companion.understanding.clock_times import times_in
from companion.understanding.day_mentions import days_in
from companion.understanding.named_day import DayMention
from companion.understanding.named_time import TimeMention, in_half
from companion.understanding.words import Spoken, word_set

MAX_GAP_WORDS = 6
"""Between a date and its time may stand so many words: "Thursday at the church hall at six"."""

_SHIFT_LEADS = (
    ("you", "start"), ("you", "are", "on"), ("you", "are", "off"), ("you", "get", "off"),
    ("you", "clock", "in"), ("you", "clock", "out"), ("you", "come", "on"), ("you", "work"),
    ("you", "go", "in"), ("you", "go", "on"), ("your", "shift", "is"), ("shift", "starts"),
    ("shift", "begins"), ("shift", "is"), ("shift", "ends"), ("you", "finish"),
    ("i", "clock", "in"), ("i", "get", "off"), ("i", "am", "off"), ("i", "start"), ("i", "work"),
    ("i", "finish"), ("you", "have", "work"), ("you", "have", "got", "work"),
    ("reset", "is"), ("roll", "call", "is"), ("paid",), ("closes",), ("you", "open"),
)  # fmt: skip
"""Before a time: hours of work. No longer than `MAX_SHIFT_GAP` words before it."""
MAX_SHIFT_GAP = 3
_GOES_ON = word_set("so then okay say how and but well make")
"""Between hours of work and a time: something else begins ("you're on earlies, so half two")."""
_AROUND_ALONE = frozenset({"then", "so", "okay", "say", "well", "sharp", "no", "make", "it"})


@dataclass(frozen=True, slots=True)
class When:
    """A date, a time or both, in words `first` to `end - 1` of an utterance."""

    first: int
    end: int
    dates: tuple[date, ...]
    """Readings of the day, the likeliest first; empty where only a time was said."""
    times: tuple[time, ...]
    """Readings of the time of day, the likeliest first; empty where only a day was said."""
    half_said: bool = False
    """Whether the time is in the morning or later was said, and not taken as likely."""
    offset_min: int | None = None
    """Minutes from a time said elsewhere ("half an hour before your shift"); else None."""
    weekday: bool = False
    """Whether the day was named by its weekday alone."""

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


def find_whens(spoken: Spoken, call_date: date) -> list[When]:
    """Every date and time to come in an English utterance, in order; a date and its time make
    one."""
    days = days_in(spoken, call_date)
    return join_whens(spoken, days, _free_times(spoken, days))


def join_whens(spoken: Spoken, days: list[DayMention], times: list[TimeMention]) -> list[When]:
    """Days and times that stand near each other as one, in order; both lists are used up."""
    norms = spoken.norms
    found: list[When] = []
    while days:
        day = days.pop(0)
        limit = days[0].first if days else len(norms)
        clock = _time_near(times, day, limit, found[-1].end if found else 0)
        if clock is None:
            found.append(When(day.first, day.end, day.dates, (), weekday=day.weekday))
            continue
        times.remove(clock)
        if day.part and clock.options and not clock.half_said:
            clock = in_half(clock, day.part)
        first, end = min(day.first, clock.first), max(day.end, clock.end)
        found.append(
            When(
                first, end, day.dates, clock.options, clock.half_said, clock.offset_min, day.weekday
            )
        )
    named = bool(found) or any(t.certain for t in times)
    # "Last Thursday at six" has used up its time and is no answer itself.
    found = [when for when in found if when.dates]
    found.extend(
        When(t.first, t.end, (), t.options, t.half_said, t.offset_min)
        for t in times
        if t.options and (t.certain or (named and _alone(spoken, t)))
    )
    found.extend(
        When(t.first, t.end, (), (), offset_min=t.offset_min) for t in times if not t.options
    )
    return _leaning(sorted(found, key=lambda w: w.first))


def lone_time(spoken: Spoken) -> When | None:
    """A bare number that can be the hour of a day said before: "Eleven." or "Eight or so, ..."."""
    for clock in _free_times(spoken, ()):
        if clock.options and (_alone(spoken, clock) or _begins(spoken, clock)):
            return When(clock.first, clock.end, (), clock.options, clock.half_said)
    return None


def _begins(spoken: Spoken, clock: TimeMention) -> bool:
    """Whether an utterance begins with the number and says that it is about then."""
    after = tuple(spoken.norms[clock.end : clock.end + 2])
    return clock.first == 0 and (after == ("or", "so") or after[:1] in (("ish",), ("sharp",)))


def shift_start(spoken: Spoken) -> time | None:
    """When a shift begins, as the organizer repeats it: "you're on at six"."""
    norms = spoken.norms
    for clock in times_in(norms, 0, len(norms)):
        if clock.options and _of_shift(spoken, clock):
            return clock.options[0]
    return None


def shifted(at: time, minutes: int) -> time:
    """A time of day so many minutes later; within the same day."""
    moved = datetime.combine(date(2000, 1, 1), at) + timedelta(minutes=minutes)
    return moved.time() if moved.date() == date(2000, 1, 1) else at


def _free_times(spoken: Spoken, days: Sequence[DayMention]) -> list[TimeMention]:
    norms = spoken.norms
    return [
        t
        for t in times_in(norms, 0, len(norms))
        if not any(t.first < day.end and day.first < t.end for day in days)
        and not _of_shift(spoken, t)
    ]


def _alone(spoken: Spoken, clock: TimeMention) -> bool:
    """Whether a number is a sentence of its own: "Say six. Or no. Seven, then." """
    for sentence in spoken.sentences:
        if sentence.first <= clock.first and clock.end <= sentence.end:
            around = {*spoken.norms[sentence.first : clock.first]}
            around |= {*spoken.norms[clock.end : sentence.end]}
            return around <= _AROUND_ALONE and sentence.mark != "?"
    return False


def _of_shift(spoken: Spoken, clock: TimeMention) -> bool:
    if not clock.options:
        return False
    begins = (s.first for s in spoken.sentences if s.first <= clock.first < s.end)
    before = tuple(spoken.norms[max(next(begins, 0), clock.first - 6) : clock.first])
    return any(
        before[i : i + len(lead)] == lead
        for lead in _SHIFT_LEADS
        for i in range(len(before) - len(lead) + 1)
        if len(before) - i - len(lead) < MAX_SHIFT_GAP
        and _GOES_ON.isdisjoint(before[i + len(lead) :])
    )


def _leaning(whens: list[When]) -> list[When]:
    """Times that hang on another ("half an hour before that") resolved where it was just said."""
    resolved: list[When] = []
    for when in whens:
        anchor = next((w for w in reversed(resolved) if w.times), None)
        if when.offset_min is not None and not when.times and anchor is not None:
            times = tuple(shifted(t, when.offset_min) for t in anchor.times)
            when = replace(when, times=times, half_said=anchor.half_said, offset_min=None)
        resolved.append(when)
    return resolved


def _time_near(
    times: Sequence[TimeMention], day: DayMention, limit: int, since: int
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

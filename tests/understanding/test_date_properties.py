"""What holds for spoken days and times on every day of the calendar."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from companion.domain.dialogue import Cue, NextStep, Step
from companion.understanding.dates import When, find_whens
from companion.understanding.evidence import PhraseBook
from companion.understanding.next_step import NextStepTracker
from companion.understanding.words import read
from tests.understanding.calls import bare, shipped_rap

WEEK = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
ORDINALS = (
    "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth",
    "eleventh", "twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth", "seventeenth",
    "eighteenth", "nineteenth", "twentieth", "twenty-first", "twenty-second", "twenty-third",
    "twenty-fourth", "twenty-fifth", "twenty-sixth", "twenty-seventh", "twenty-eighth",
    "twenty-ninth", "thirtieth", "thirty-first",
)  # fmt: skip
HOURS = {
    "one": 13, "two": 14, "three": 15, "four": 16, "five": 17, "six": 18, "seven": 19,
    "ten": 10, "eleven": 11,
}  # fmt: skip
"""As a call about a meeting means them; eight and nine stay open, twelve is noon."""
BOOK = PhraseBook(shipped_rap())

call_days = st.dates(date(2025, 1, 1), date(2032, 12, 31))
weekdays = st.sampled_from(range(7))
hours = st.sampled_from(sorted(HOURS))
forms = st.sampled_from((str, bare))


def only(text: str, call_date: date) -> When:
    found = find_whens(read(text), call_date)
    assert len(found) == 1, text
    return found[0]


@given(call_days, weekdays, hours, forms)
def test_dates_a_weekday_is_the_coming_one(
    today: date, weekday: int, hour: str, form: type[str]
) -> None:
    found = only(form(f"So {WEEK[weekday]} at {hour}."), today)
    assert found.dates[0].weekday() == weekday
    assert 1 <= (found.dates[0] - today).days <= 7
    assert found.times[0].hour == HOURS[hour]


@given(call_days, weekdays, st.sampled_from((("a week", 1), ("two weeks", 2), ("three weeks", 3))))
def test_dates_weeks_from_a_weekday(today: date, weekday: int, weeks: tuple[str, int]) -> None:
    found = only(f"That's {weeks[0]} from {WEEK[weekday]}.", today)
    assert found.dates[0].weekday() == weekday
    assert 7 * weeks[1] + 1 <= (found.dates[0] - today).days <= 7 * weeks[1] + 7


@given(call_days, weekdays)
def test_dates_next_weekday_keeps_every_reading(today: date, weekday: int) -> None:
    found = only(f"Let's say next {WEEK[weekday]}.", today)
    assert {d.weekday() for d in found.dates} == {weekday}
    assert all(1 <= (d - today).days <= 14 for d in found.dates)
    still_this_week = today.weekday() < weekday
    assert len(found.dates) == (2 if still_this_week else 1)


@given(call_days, st.integers(4, 31))
def test_dates_a_day_of_the_month_is_the_next_one_of_that_number(today: date, day: int) -> None:
    found = only(f"It's the {ORDINALS[day - 1]}.", today)
    assert found.dates[0].day == day
    assert 0 <= (found.dates[0] - today).days <= 62
    between = [today + timedelta(days=n) for n in range(1, (found.dates[0] - today).days)]
    assert all(d.day != day for d in between)


@given(call_days, st.integers(1, 12), st.integers(1, 28))
def test_dates_a_day_with_its_month_lies_within_a_year(today: date, month: int, day: int) -> None:
    found = only(f"We meet on {MONTHS[month - 1]} {ORDINALS[day - 1]}.", today)
    assert (found.dates[0].month, found.dates[0].day) == (month, day)
    assert 0 <= (found.dates[0] - today).days <= 366


@given(call_days, st.integers(1, 27))
def test_dates_a_weekday_and_its_number_agree(today: date, ahead: int) -> None:
    meant = today + timedelta(days=ahead)
    text = f"{WEEK[meant.weekday()]} the {ORDINALS[meant.day - 1]}"
    assert only(text, today).dates == (meant,)


@given(call_days, hours)
def test_dates_tomorrow_after_an_hour(today: date, hour: str) -> None:
    found = only(f"Tomorrow after {hour}.", today)
    assert found.dates == (today + timedelta(days=1),)
    assert found.times[0].hour == HOURS[hour]


@given(call_days, st.sampled_from((("two", 14), ("three", 21), ("six", 42))))
def test_dates_in_some_weeks(today: date, weeks: tuple[str, int]) -> None:
    assert only(f"In {weeks[0]} weeks.", today).dates == (today + timedelta(days=weeks[1]),)


@given(call_days, weekdays, weekdays)
def test_dates_a_choice_of_days_keeps_both(today: date, one: int, other: int) -> None:
    assume(one != other)
    found = only(f"{WEEK[one]} or {WEEK[other]}", today)
    assert {d.weekday() for d in found.dates} == {one, other}


@given(call_days)
def test_dates_half_an_hour_before_the_shift_hangs_on_the_shift(today: date) -> None:
    found = only("Be there a half hour before your shift.", today)
    assert (found.dates, found.times, found.offset_min) == ((), (), -30)


@pytest.mark.parametrize("hour", ["eight", "nine"])
@given(call_days, weekdays)
def test_dates_hours_that_may_be_morning_or_evening_stay_open(
    hour: str, today: date, weekday: int
) -> None:
    found = only(f"{WEEK[weekday]} at {hour}", today)
    assert len(found.times) == 2
    assert len(found.options) == 2


def stated(call_date: date, *texts: str) -> NextStep | None:
    """The next step where each text states it."""
    tracker = NextStepTracker(shipped_rap())
    last: NextStep | None = None
    for text in texts:
        spoken = read(text)
        cues = (Cue("next_step_stated", 0, len(text), 0.9),)
        whens = find_whens(spoken, call_date)
        last = tracker.hear(spoken, BOOK.find(spoken), cues, Step.ASK, whens) or last
    return last


@settings(deadline=None)
@given(call_days, weekdays, weekdays, hours)
def test_dates_a_correction_wins_and_keeps_the_time(
    today: date, first: int, second: int, hour: str
) -> None:
    assume(first != second)
    step = stated(
        today,
        f"So you'll come to the meeting {WEEK[first]} at {hour}.",
        f"No, wait, actually make it {WEEK[second]}.",
    )
    assert step is not None
    assert step.when is not None
    moment = datetime.fromisoformat(step.when)
    assert moment.weekday() == second
    assert moment.hour == HOURS[hour]
    stands = only(WEEK[first], today).dates[0]
    coming = only(WEEK[second], today).dates[0]
    same_week = moment.date().isocalendar()[:2] == stands.isocalendar()[:2]
    assert moment.date() == coming or same_week


@settings(deadline=None)
@given(call_days, weekdays, st.sampled_from((("six", "five"), ("three", "ten"))))
def test_dates_a_sentence_that_is_only_a_time_settles_it(
    today: date, weekday: int, times: tuple[str, str]
) -> None:
    said, meant = times
    step = stated(
        today, f"So the meeting's {WEEK[weekday]} at {said}. Oh, you work late. {meant}, then."
    )
    assert step is not None
    assert step.when is not None
    assert datetime.fromisoformat(step.when).hour == HOURS[meant]


PIECES = st.sampled_from(
    (
        *(day.lower() for day in WEEK), *(month.lower() for month in MONTHS), *ORDINALS, *HOURS,
        "the", "next", "last", "week", "weeks", "from", "after", "before", "half", "quarter",
        "past", "to", "at", "on", "in", "not", "this", "one", "or", "o'clock", "am", "pm", "noon",
        "today",
        "tomorrow", "tonight", "morning", "weekend", "end", "of", "month", "no", "wait", "make",
        "it", "an", "hour", "your", "shift", "31", "7:30", "99", "0:00", ".", "?", ",", "-",
    )
)  # fmt: skip


@settings(deadline=None)
@given(call_days, st.lists(PIECES, max_size=30))
def test_dates_any_run_of_such_words_lies_ahead_and_is_no_error(
    today: date, words: list[str]
) -> None:
    for found in find_whens(read(" ".join(words)), today):
        assert all(today <= day <= today + timedelta(days=366 * 8) for day in found.dates)
        assert all(datetime.fromisoformat(option) for option in found.options)
        assert 0 <= found.first < found.end


@given(call_days, st.text(max_size=200))
def test_dates_any_text_is_no_error(today: date, text: str) -> None:
    assert all(day >= today for found in find_whens(read(text), today) for day in found.dates)

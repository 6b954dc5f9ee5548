"""Spoken dates and times, resolved against Thursday, 9 April 2026."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from companion.understanding.dates import find_whens, lone_time, shift_start
from companion.understanding.words import read

THURSDAY = date(2026, 4, 9)


def when(text: str, call_date: date = THURSDAY) -> list[str | None]:
    return [w.iso for w in find_whens(read(text), call_date)]


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("tomorrow", "2026-04-10"),
        ("tonight at eight", "2026-04-09T20:00"),
        ("tomorrow morning at eight", "2026-04-10T08:00"),
        ("tomorrow after four", "2026-04-10T16:00"),
        ("the day after tomorrow", "2026-04-11"),
        ("Monday at six", "2026-04-13T18:00"),
        ("monday six thirty", "2026-04-13T18:30"),
        ("six thirty on monday", "2026-04-13T18:30"),
        ("Thursday", "2026-04-16"),
        ("Sunday at ten in the morning", "2026-04-12T10:00"),
        ("Saturday at noon", "2026-04-11T12:00"),
        ("Friday, 6:30 p.m.", "2026-04-10T18:30"),
        ("Friday at 7pm", "2026-04-10T19:00"),
        ("Wednesday the twenty-second at half past five", "2026-04-22T17:30"),
        ("quarter to seven on sunday", "2026-04-12T18:45"),
        ("the nineteenth", "2026-04-19"),
        ("on the third of June", "2026-06-03"),
        ("March fifth", "2027-03-05"),
        ("June 3 at five o'clock", "2026-06-03T17:00"),
        ("the 8th", "2026-05-08"),
        ("Tuesday next week at five", "2026-04-14T17:00"),
        ("a week from friday", "2026-04-17"),
        ("friday the week after next", "2026-04-24"),
        ("in two weeks", "2026-04-23"),
        ("monday at the union hall at six", "2026-04-13T18:00"),
        ("february twenty ninth", "2028-02-29"),
        ("Friday week at half six", "2026-04-17T18:30"),
        ("not this Sunday, the one after, at one o'clock", "2026-04-19T13:00"),
        ("the Sunday after next", "2026-04-19"),
        ("the first Tuesday in June, that's the second", "2026-06-02"),
        ("the last Friday of the month", "2026-04-24"),
        ("Monday the eighth", "2026-06-08"),
        ("two weeks from today, the Thursday, at five", "2026-04-23T17:00"),
        ("the week after next, on Tuesday", "2026-04-21"),
        ("Friday of next week at eleven", "2026-04-17T11:00"),
        ("two weeks from Saturday", "2026-04-25"),
        ("first thing Monday, half seven", "2026-04-13T07:30"),
        ("Friday at 18:00", "2026-04-10T18:00"),
        ("Friday from ten to noon", "2026-04-10T10:00"),
        ("Friday six thirty to eight", "2026-04-10T18:30"),
        ("friday at five a m", "2026-04-10T05:00"),
        ("Saturday at breakfast, at seven", "2026-04-11T07:00"),
        ("Monday supper at nine", "2026-04-13T21:00"),
        ("five after seven on Sunday", "2026-04-12T19:05"),
        ("by the end of the week", "2026-04-10"),
        ("the twenty third works", "2026-04-23"),
    ],
)
def test_dates_are_resolved(text: str, iso: str) -> None:
    assert when(text) == [iso]
    assert when(text.lower().replace(",", "").replace("-", " ")) == [iso]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "last Thursday at six they came",
        "every Monday we start at five",
        "on Fridays they pay us",
        "there were six of us and twelve people came",
        "the first time I came",
        "the second one is worse",
        "you may come in march with us",
        "I get two thirty minute breaks",
        "five to six people",
        "february thirtieth",
        "he makes ten dollars at most",
        "it took a week and three days",
        "one two three",
        "one Sunday they all came",
        "the eighth kitchen and the sixth floor",
        "on the seventh the office gave in",
        "nine drivers, one morning, sat down",
        "not Friday",
        "it is like ten seconds",
        "in three weeks they had two more people",
        "you're on at six",
        "I get off at two",
        "ask me the second Monday after",
    ],
)
def test_dates_are_not_invented(text: str) -> None:
    assert when(text) == []


@pytest.mark.parametrize(
    ("text", "call_date", "options"),
    [
        ("next thursday", date(2026, 4, 6), ("2026-04-16", "2026-04-09")),
        ("next thursday", date(2026, 4, 10), ("2026-04-16",)),
        ("saturday at nine", THURSDAY, ("2026-04-11T09:00", "2026-04-11T21:00")),
        ("this weekend", THURSDAY, ("2026-04-11", "2026-04-12")),
        ("Friday the thirteenth", THURSDAY, ("2026-04-13", "2026-04-10")),
        ("six or seven on Friday", THURSDAY, ("2026-04-10T18:00", "2026-04-10T19:00")),
        ("Monday or Tuesday", THURSDAY, ("2026-04-13", "2026-04-14")),
        ("the other Thursday", THURSDAY, ("2026-04-23", "2026-04-16")),
    ],
)
def test_dates_keep_two_readings(text: str, call_date: date, options: tuple[str, ...]) -> None:
    (found,) = find_whens(read(text), call_date)
    assert found.options == options


def test_dates_a_time_alone_has_no_day() -> None:
    (found,) = find_whens(read("let's say at six thirty"), THURSDAY)
    assert found.iso is None
    assert [t.isoformat("minutes") for t in found.times] == ["18:30"]


def test_dates_a_time_before_another_hangs_on_it() -> None:
    first, second = find_whens(
        read("Friday at six, and we meet half an hour before that"), THURSDAY
    )
    assert first.iso == "2026-04-10T18:00"
    assert [t.isoformat("minutes") for t in second.times] == ["17:30"]


def test_dates_half_an_hour_before_a_shift_waits_for_the_shift() -> None:
    (found,) = find_whens(read("half an hour before your shift"), THURSDAY)
    assert (found.dates, found.times, found.offset_min) == ((), (), -30)


@pytest.mark.parametrize(
    ("text", "start"),
    [
        ("You're on at six.", "18:00"),
        ("Your shift starts at ten.", "10:00"),
        ("Come at six.", None),
    ],
)
def test_dates_the_start_of_a_shift_is_kept_apart(text: str, start: str | None) -> None:
    found = shift_start(read(text))
    assert (found.isoformat("minutes") if found else None) == start


NAMES = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
NUMBERS = ["one", "two", "three", "four", "five", "six", "seven"]


@given(st.dates(date(2020, 1, 1), date(2040, 1, 1)), st.integers(0, 6), st.integers(1, 7))
def test_dates_a_weekday_is_the_next_one_in_the_evening(
    call_date: date, weekday: int, hour: int
) -> None:
    (iso,) = when(f"{NAMES[weekday]} at {NUMBERS[hour - 1]}", call_date)
    assert iso is not None
    day = date.fromisoformat(iso[:10])
    assert call_date < day <= call_date + timedelta(days=7)
    assert day.weekday() == weekday
    assert iso[11:] == f"{hour + 12}:00"


OTHERS = "next last the week after a from at thirty pm noon may 31st 99 0:99"
PIECES = st.sampled_from([*NAMES, *NUMBERS, *OTHERS.split()])


@given(st.one_of(st.text(max_size=80), st.lists(PIECES, max_size=12).map(" ".join)), st.dates())
def test_dates_survive_anything(text: str, call_date: date) -> None:
    if call_date.year > 9980:
        return
    for found in find_whens(read(text), call_date):
        assert found.dates or found.times or found.offset_min is not None
        assert all(day >= call_date for day in found.dates)


@pytest.mark.parametrize(
    ("text", "isos"),
    [
        ("Saturday at eight", ["2026-04-11T08:00", "2026-04-11T20:00"]),
        ("Saturday at quarter to nine", ["2026-04-11T08:45", "2026-04-11T20:45"]),
        ("Saturday at eight, over supper", ["2026-04-11T20:00"]),
        ("Saturday morning at eight", ["2026-04-11T08:00"]),
    ],
)
def test_dates_eight_is_in_the_morning_first(text: str, isos: list[str]) -> None:
    assert [iso for w in find_whens(read(text), THURSDAY) for iso in w.options] == isos


@pytest.mark.parametrize(
    ("text", "clocks"),
    [
        ("it's five thirty in the morning, so come quarter after", ["05:30", "05:15"]),
        ("it starts at six, come by quarter to", ["18:00", "17:45"]),
        ("it starts at six thirty, come by quarter to", ["18:30", "18:45"]),
        ("it starts at six, so come at a quarter to five", ["18:00", "16:45"]),
        ("it starts at six and the last quarter to pay is due", ["18:00"]),
        ("he can't fill thirty-seven beds by then, or twenty-six at all", []),
        ("there is one thing at the hall", []),
        ("you're on earlies, so half two", ["14:30"]),
        ("you're on at six", []),
    ],
)
def test_dates_clock_times_that_lean_on_another(text: str, clocks: list[str]) -> None:
    found = [w.times[0].strftime("%H:%M") for w in find_whens(read(text), THURSDAY) if w.times]
    assert found == clocks


@pytest.mark.parametrize(
    ("text", "hour"),
    [
        ("Eleven.", 11),
        ("Eight or so, before it fills up.", 8),
        ("eight or so before it fills up", 8),
        ("Behind the school. Seven, then.", 19),
        ("Eight of them came along.", None),
        ("I have two sisters.", None),
        ("Is it six?", None),
        ("", None),
    ],
)
def test_dates_lone_time(text: str, hour: int | None) -> None:
    found = lone_time(read(text))
    assert (found.times[0].hour if found else None) == hour

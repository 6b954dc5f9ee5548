"""`companion trends`: weeks in figures and words, and honest where there is little."""

from __future__ import annotations

import json

import pytest

from companion.domain.dialogue import Origin
from companion.domain.record import Fact
from tests.fakes.kept_calls import KeptCalls, days_ago
from tests.fakes.store import TODAY, approved_of

THIS_WEEK, LAST_WEEK = "2026-04-13", "2026-04-06"  # the Mondays before and of TODAY, a Tuesday


def _two_weeks(kept: KeptCalls) -> None:
    kept.keep(
        approved_of(1, call_date=days_ago(2), listening_share=0.5, open_count=3, closed_count=1),
        approved_of(2, call_date=days_ago(1), listening_share=0.8, steps_reached=(1, 2)),
        approved_of(
            3,
            call_date=TODAY,
            listening_share=None,
            next_step=None,
            commitment=Fact("no", Origin.TYPED),
        ),
    )
    with kept.store() as store:
        store.follow_ups.done("maple-2")


def test_trends_by_week(kept: KeptCalls) -> None:
    _two_weeks(kept)
    answered = kept.run("trends")
    assert answered.code == 0
    heading, last, this, *others = answered.lines
    titles = "week of calls listening open steps 1 to 5 agreed done answers"
    assert " ".join(heading.split()) == titles
    assert " ".join(last.split()) == f"{LAST_WEEK} 1 50% 75% 1 1 1 1 1 1 0 yes 1"
    assert " ".join(this.split()) == f"{THIS_WEEK} 2 80% 69% 2 2 1 1 1 1 1 no 1, yes 1"
    assert "3 calls in 2 weeks with calls; 2 with an agreed next step, 1 of these done." in others
    assert max(map(len, answered.lines)) <= 80


def test_trends_json(kept: KeptCalls) -> None:
    _two_weeks(kept)
    first, second = (json.loads(line) for line in kept.run("trends", "--json").lines)
    assert first["monday"] == LAST_WEEK
    assert second == {
        "monday": THIS_WEEK,
        "calls": 2,
        "listening_share": 0.8,
        "open_share": 0.69,
        "reached": [2, 2, 1, 1, 1],
        "agreed": 1,
        "done": 1,
        "commitments": {"no": 1, "yes": 1},
    }


def test_trends_bars_come_last_and_can_be_left_out(kept: KeptCalls) -> None:
    _two_weeks(kept)
    lines = kept.run("trends").lines
    assert lines[-3].startswith("Listening share as bars")
    assert lines[-2:] == [
        f"{LAST_WEEK}  ==========..........",
        f"{THIS_WEEK}  ================....",
    ]
    without = kept.run("trends", "--no-bars").lines
    assert without == lines[: len(without)]
    assert not any("==" in line for line in without)


def test_trends_of_one_call_speaks_of_one(kept: KeptCalls) -> None:
    kept.keep(approved_of(1, call_date=days_ago(2)))
    assert "\n1 call is too few to see a direction" in kept.run("trends").out


def test_trends_says_when_there_is_too_little(kept: KeptCalls) -> None:
    _two_weeks(kept)
    assert "3 calls are too few to see a direction" in kept.run("trends").out
    kept.keep(*(approved_of(n, call_date=days_ago(2)) for n in range(10, 16)))
    out = kept.run("trends").out
    assert "too few" not in out
    assert "1 week had fewer than 3 calls" in out
    kept.keep(approved_of(16, call_date=TODAY))
    assert "fewer" not in kept.run("trends").out


@pytest.mark.parametrize(("weeks", "mondays"), [(1, [THIS_WEEK]), (2, [LAST_WEEK, THIS_WEEK])])
def test_trends_weeks_begin_on_monday(weeks: int, mondays: list[str], kept: KeptCalls) -> None:
    _two_weeks(kept)
    lines = kept.run("trends", "--json", "--weeks", str(weeks)).lines
    assert [json.loads(line)["monday"] for line in lines] == mondays


def test_trends_without_calls_says_what_to_do(kept: KeptCalls) -> None:
    answered = kept.run("trends", "--weeks", "4")
    assert answered.code == 0
    assert "No call is kept of the last 4 weeks." in answered.out
    assert kept.run("trends", "--json").out == ""
    assert kept.run("trends", "--weeks", "0").code == 2

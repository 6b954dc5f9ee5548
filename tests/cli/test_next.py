"""`companion next`: what was agreed is seen in time, put off, done, and taken back."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from icalendar import Calendar

from companion.domain.dialogue import Origin
from companion.domain.record import ApprovedSummary, Fact, RecordedStep, SafeText
from tests.fakes.kept_calls import KeptCalls, days_ago
from tests.fakes.store import TODAY, approved_of


def _agreed(number: int, when: str, detail: str | None = None) -> ApprovedSummary:
    safe = None if detail is None else SafeText(detail)
    step = RecordedStep("them", "attend_meeting", when, Origin.TAPPED, True, safe)
    return approved_of(number, call_date=days_ago(3), next_step=step, follow_up=None)


def _in_days(days: int) -> str:
    return days_ago(-days).isoformat()


def _promise(number: int) -> ApprovedSummary:
    return approved_of(
        number,
        call_date=days_ago(3),
        next_step=None,
        follow_up=Fact("text message", Origin.TAPPED),
        follow_up_detail=SafeText("about the roster"),
    )


def _listed(kept: KeptCalls, *options: str) -> list[dict[str, Any]]:
    answered = kept.run("next", "--json", *options)
    assert answered.code == 0
    return [json.loads(line) for line in answered.lines]


def test_next_lists_by_urgency(kept: KeptCalls) -> None:
    kept.keep(
        _agreed(1, _in_days(8)),
        _agreed(2, _in_days(0) + "T18:30"),
        _agreed(3, _in_days(-1), "bring the roster"),
        _agreed(4, _in_days(7)),
        _promise(5),
        approved_of(6, next_step=None, follow_up=None),
    )
    answered = kept.run("next")
    assert answered.code == 0
    lines = [line for line in answered.lines if line]
    assert [line.split()[0] for line in lines] == [
        "code", "Overdue", "maple-3", "Today", "maple-2", "Coming", "maple-4", "Promised,",
        "maple-5", "1",
    ]  # fmt: skip
    assert lines[2].endswith("come to a meeting: bring the roster")
    assert f"{_in_days(0)} 18:30" in lines[4]
    assert lines[8].endswith("Text message: about the roster")
    assert lines[-1] == "1 entry later; 'companion next --days 365' shows more."
    assert max(map(len, lines)) <= 80


def test_next_days_are_counted_from_today(kept: KeptCalls) -> None:
    kept.keep(*(_agreed(n, _in_days(n - 2)) for n in range(1, 6)))
    assert [f["code"] for f in _listed(kept, "--days", "0")] == ["maple-1", "maple-2"]
    assert [f["code"] for f in _listed(kept, "--days", "2")] == [f"maple-{n}" for n in (1, 2, 3, 4)]
    assert [f["overdue"] for f in _listed(kept)] == [True, False, False, False, False]


def test_next_shows_a_page_at_most_and_says_so(kept: KeptCalls) -> None:
    kept.keep(_agreed(1, _in_days(1)), _agreed(2, _in_days(-1)), _agreed(3, _in_days(9)))
    kept.keep(_promise(4), _promise(5))
    answered = kept.run("next", "--limit", "1")
    assert "maple-2" in answered.out
    assert "maple-5" in answered.out
    assert answered.lines[-1] == "2 more of these; --limit shows more."
    assert [f["code"] for f in _listed(kept, "--limit", "1")] == ["maple-2", "maple-5"]


def test_next_json_says_who_what_when(kept: KeptCalls) -> None:
    kept.keep(_agreed(1, _in_days(1) + "T18:00", "bring the roster"), _promise(2))
    first, second = _listed(kept)
    assert first == {
        "code": "maple-1",
        "call_date": days_ago(3).isoformat(),
        "due_on": _in_days(1),
        "overdue": False,
        "snoozed": False,
        "who": "them",
        "what": "attend_meeting",
        "detail": "bring the roster",
        "when": _in_days(1) + "T18:00",
        "follow_up": None,
    }
    assert (second["due_on"], second["follow_up"], second["who"]) == (None, "text message", None)


def test_next_with_nothing_says_so(kept: KeptCalls) -> None:
    answered = kept.run("next")
    assert answered.code == 0
    assert answered.out.startswith("Nothing is due, and no promise is without a day.")
    kept.keep(_agreed(1, _in_days(30)))
    assert "1 entry later" in kept.run("next").out


def test_next_done_and_back(kept: KeptCalls) -> None:
    kept.keep(_agreed(1, _in_days(1)))
    answered = kept.run("next", "done", "maple-1")
    assert answered.out == "maple-1 is done. 'companion next reopen maple-1' takes it back.\n"
    assert _listed(kept) == []
    assert "is done already" in kept.run("next", "done", "maple-1").out
    answered = kept.run("next", "reopen", "maple-1")
    assert answered.out.startswith("maple-1 is open, agreed for ")
    assert "'companion next done maple-1'" in answered.out
    assert [f["code"] for f in _listed(kept)] == ["maple-1"]
    assert kept.run("next", "reopen", "maple-1").code == 0


def test_next_snooze_and_back(kept: KeptCalls) -> None:
    kept.keep(_agreed(1, _in_days(-4)))
    answered = kept.run("next", "snooze", "maple-1", _in_days(2))
    assert answered.code == 0
    assert answered.out.startswith("maple-1 is open, put off to ")
    assert "'companion next reopen maple-1' takes this back" in answered.out
    (follow_up,) = _listed(kept)
    assert (follow_up["due_on"], follow_up["snoozed"]) == (_in_days(2), True)
    assert (follow_up["when"], follow_up["overdue"]) == (_in_days(-4), False)
    answered = kept.run("next", "reopen", "maple-1")
    assert f"'companion next snooze maple-1 {_in_days(2)}' puts it off again" in answered.out
    assert _listed(kept)[0]["due_on"] == _in_days(-4)


@pytest.mark.parametrize("words", [["tomorrow"], ["Next", "tuesday"], ["December", "31"]])
def test_next_snooze_takes_days_as_people_say_them(words: list[str], kept: KeptCalls) -> None:
    kept.keep(_promise(1))
    assert kept.run("next", "snooze", "maple-1", *words).code == 0
    (follow_up,) = _listed(kept, "--days", "366")
    assert date.fromisoformat(follow_up["due_on"]) >= TODAY
    assert kept.run("next", "reopen", "maple-1").out.startswith("maple-1 is open, without a day.")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["snooze", "maple-1", "yesterday"], "say a day from today on"),
        (["snooze", "maple-1", days_ago(1).isoformat()], "say a day from today on"),
        (["snooze", "maple-1", "tuesday", "6", "pm"], "without a time"),
        (["snooze", "maple-1", "\x1b[2J"], "say a day from today on"),
        (["snooze", "maple-1", "2036-04-12"], "say one within ten years"),
        (["snooze", "maple-1", "9999-12-31"], "say one within ten years"),
        (["done", "oak-9"], "no call has the code oak-9"),
        (["done", "maple-2"], "'companion calls edit maple-2' adds a next step"),
        (["snooze", "maple-2", "tomorrow"], "nothing was agreed or promised"),
        (["reopen", "maple-2"], "nothing was agreed or promised"),
        (["ics"], "nothing to do has a day"),
    ],
)
def test_next_refuses_in_one_sentence(arguments: list[str], says: str, kept: KeptCalls) -> None:
    kept.keep(_promise(1), approved_of(2, next_step=None, follow_up=None))
    answered = kept.run("next", *arguments)
    assert answered.code == 2
    assert says in answered.err
    assert answered.err.count("\n") == 1
    assert "\x1b" not in answered.err


def _calendar(kept: KeptCalls, path: Path) -> list[Any]:
    answered = kept.run("next", "ics", "--output", str(path))
    assert answered.code == 0
    assert "not encrypted" in answered.err
    content = path.read_bytes()
    assert content.endswith(b"END:VCALENDAR\r\n")
    assert content.count(b"\n") == content.count(b"\r\n")
    assert max(map(len, content.split(b"\r\n"))) <= 75
    return list(Calendar.from_ical(content).walk("VEVENT"))


def test_next_ics_is_read_back_as_it_was_agreed(kept: KeptCalls, tmp_path: Path) -> None:
    odd = "café; bring, the \\ roster: BEGIN:VEVENT and more words so that it folds"
    kept.keep(
        _agreed(1, _in_days(1) + "T18:00", odd),
        _agreed(2, _in_days(-2)),
        _agreed(3, _in_days(40)),
        _agreed(4, _in_days(4) + "T09:00"),
        _promise(5),
        _promise(6),
    )
    kept.run("next", "done", "maple-3")
    kept.run("next", "snooze", "maple-4", _in_days(6))
    kept.run("next", "snooze", "maple-5", _in_days(7))
    events = {str(e["uid"]): e for e in _calendar(kept, tmp_path / "a.ics")}
    assert sorted(events) == [f"maple-{n}@companion.invalid" for n in (1, 2, 4, 5)]
    first, second, fourth, fifth = (events[uid] for uid in sorted(events))
    assert str(first["summary"]) == f"Come to a meeting: {odd} (maple-1)"
    start = datetime.fromisoformat(_in_days(1) + "T18:00")
    assert (first["dtstart"].dt, first["dtend"].dt) == (start, start + timedelta(hours=1))
    assert second["dtstart"].dt == days_ago(2)
    assert second["dtend"].dt == days_ago(1)
    assert fourth["dtstart"].dt == days_ago(-6)
    assert str(fifth["summary"]) == "Text message: about the roster (maple-5)"


def test_next_ics_keeps_its_uids(kept: KeptCalls, tmp_path: Path) -> None:
    kept.keep(_agreed(1, _in_days(1)))
    before = [str(e["uid"]) for e in _calendar(kept, tmp_path / "a.ics")]
    kept.run("next", "snooze", "maple-1", _in_days(9))
    assert [str(e["uid"]) for e in _calendar(kept, tmp_path / "b.ics")] == before

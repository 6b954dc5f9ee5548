"""What is to do of a call, as entries of a calendar."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from icalendar import Calendar

from companion.domain.dialogue import Origin
from companion.domain.record import Fact, RecordedStep, SafeText
from companion.notes.due import agreed_step, calendar_of, promise_words
from companion.notes.wording import NO_WORDS
from companion.store.follow_ups import FollowUp
from companion.store.stored_call import StoredCall
from tests.fakes.store import NOW, TODAY, summary_of


def _follow_up(due_on: date | None, snoozed_to: date | None = None, **changes: Any) -> FollowUp:
    summary = summary_of(**changes)
    return FollowUp(StoredCall(1, "maple-1", summary, NOW, "0" * 64, snoozed_to=snoozed_to), due_on)


def _step(detail: str | None, *, confirmed: bool = True) -> RecordedStep:
    safe = None if detail is None else SafeText(detail)
    return RecordedStep("them", None, "2026-04-20T09:00", Origin.TYPED, confirmed, safe)


def _titles(*follow_ups: FollowUp) -> list[str]:
    content = calendar_of(follow_ups, NO_WORDS)
    return [str(e["summary"]) for e in Calendar.from_ical(content).walk("VEVENT")]


@pytest.mark.parametrize(
    ("detail", "title"),
    [
        ("bring the roster", "Bring the roster (maple-1)"),
        ("HR form", "HR form (maple-1)"),
        ("a\r\nBEGIN:VEVENT\r\nb", "A  BEGIN:VEVENT  b (maple-1)"),
        ("\x1b[31mred\x00", " [31mred  (maple-1)"),
        (";,:\\n", ";,:\\n (maple-1)"),
    ],
)
def test_due_a_title_is_text_and_nothing_else(detail: str, title: str) -> None:
    assert _titles(_follow_up(TODAY, next_step=_step(detail))) == [title]


def test_due_a_step_that_was_not_confirmed_is_no_entry_of_its_own() -> None:
    follow_up = _follow_up(TODAY, TODAY, next_step=_step("roster", confirmed=False))
    assert agreed_step(follow_up) is None
    assert _titles(follow_up) == ["Call: ask about the break room (maple-1)"]


def test_due_what_has_no_day_is_in_no_calendar() -> None:
    assert _titles(_follow_up(None, next_step=None)) == []


def test_due_a_promise_in_words() -> None:
    detail: dict[str, Any] = {"follow_up_detail": SafeText("about [name]")}
    kind: dict[str, Any] = {"follow_up": Fact("email", Origin.TAPPED)}
    assert promise_words(_follow_up(None, **kind, **detail), NO_WORDS) == "email: about [name]"
    assert promise_words(_follow_up(None, follow_up=None, **detail), NO_WORDS) == "about [name]"
    none = _follow_up(None, follow_up=None, follow_up_detail=None)
    assert promise_words(none, NO_WORDS) == "be in touch"

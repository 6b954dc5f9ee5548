"""What can be handed on: the receipt, a thank-you, a calendar file that calendars accept."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from companion.after.papers import calendar, own_card, receipt, thank_you
from companion.after.review import TextSlot
from companion.domain.call import Consent, ConsentHow, ConsentScope
from companion.domain.dialogue import Origin
from companion.domain.hearing import Hearing, Playback, Told
from companion.domain.outline import Choice
from companion.domain.record import Fact, RecordedStep, SafeText
from tests.fakes.board import OUTLINE
from tests.fakes.review import record, review_of

CODE = "7KQF-2M9X-BT40-WH3C"
STEP = RecordedStep("them", "meeting", "2026-05-12T18:00", Origin.TYPED, True)


def _event(step: RecordedStep, code: str = "maple-17", **outline: object) -> object:
    used = replace(OUTLINE, **outline)  # type: ignore[arg-type]
    return Calendar.from_ical(calendar([(code, step)], used)).walk("VEVENT")[0]


def test_papers_receipt_says_what_was_kept_and_how_to_have_it_deleted() -> None:
    text = receipt(review_of().with_step("them", "meeting", STEP.when or "").settled, OUTLINE, CODE)
    assert CODE in text
    assert "hours and scheduling" in text
    assert "the next step: you, come to a meeting, on Tuesday, May 12, 6:00 pm" in text
    assert "not kept" in text
    assert "how you answered" in text


def test_papers_receipt_fits_a_terminal() -> None:
    issues = tuple(Fact(choice.id, Origin.HEARD) for choice in OUTLINE.issues)
    full = review_of(issues=issues).with_step("them", "meeting", STEP.when or "")
    for kept in ((), ("Zoltan",)):
        noted = full.with_text(TextSlot.STEP_DETAIL, "the room next to Zoltan, upstairs", kept)
        lines = receipt(noted.settled, OUTLINE, CODE).splitlines()
        assert max(map(len, lines)) <= 76


def test_papers_receipt_names_only_what_is_kept() -> None:
    bare = record(
        issues=(),
        decision_maker=None,
        ask=None,
        commitment=None,
        next_step=None,
        self_care=None,
        consent=None,
        listening_share=None,
    )
    text = receipt(bare, OUTLINE, CODE)
    for absent in ("next step", "role", "answered", "short note", "agreed", "words", "listened"):
        assert absent not in text.partition("What was not kept")[0].partition("kept,")[2]


@pytest.mark.parametrize(
    ("hearing", "said"),
    [
        (Hearing(Playback.HEADSET, Told.SAID), "I used a headset, so that only my own side"),
        (Hearing(Playback.SPEAKERS, Told.MEASURED), "my microphone could hear you too"),
        (Hearing(Playback.UNCLEAR, Told.MEASURED), "it is not known whether my microphone"),
        (Hearing(), "it is not known whether my microphone"),
        (Hearing(Playback.HEADSET, loopback_allowed=True), "this was a test"),
        (None, ""),
    ],
)
def test_papers_receipt_tells_whether_they_could_be_heard(
    hearing: Hearing | None, said: str
) -> None:
    words = " ".join(receipt(record(hearing=hearing), OUTLINE, CODE).split())
    assert said in words
    assert ("microphone" in words or "headset" in words or "a test" in words) is bool(said)


def test_papers_receipt_tells_of_words_of_ones_own() -> None:
    for slot in (TextSlot.NOTE, TextSlot.FOLLOW_UP_DETAIL):
        kept = review_of().with_text(slot, "flyers").settled
        assert "a short note of my own" in receipt(kept, OUTLINE, CODE)


@pytest.mark.parametrize("scope", ConsentScope)
def test_papers_receipt_claims_an_agreement_to_a_summary_only_where_there_is_one(
    scope: ConsentScope,
) -> None:
    at = datetime(2026, 5, 4, 17, 5, tzinfo=timezone.utc)
    text = receipt(record(consent=Consent(ConsentHow.SPOKEN, at, scope)), OUTLINE, CODE)
    assert ("that you agreed to this" in text) is (scope is ConsentScope.SUMMARY)


@pytest.mark.parametrize("slot", TextSlot)
def test_papers_receipt_does_not_deny_a_name_that_was_kept_knowingly(slot: TextSlot) -> None:
    step = review_of().with_step("them", "meeting", "2026-05-12")
    masked = receipt(step.with_text(slot, "asked Zoltan").settled, OUTLINE, CODE)
    assert "your name" in masked
    kept = step.with_text(slot, "asked Zoltan", kept=("Zoltan",)).settled
    assert "your name" not in receipt(kept, OUTLINE, CODE)


def test_papers_receipt_does_not_name_the_calls_code() -> None:
    approval = review_of().approve("maple-17", datetime.now(timezone.utc))
    text = receipt(approval.approved.summary, OUTLINE, approval.deletion_code)
    assert "maple" not in text


def test_papers_thank_you_leaves_blanks_and_makes_nothing_up() -> None:
    assert "____" in thank_you(record(next_step=None), OUTLINE)
    unconfirmed = thank_you(record(), OUTLINE)
    assert "As we said" not in unconfirmed
    agreed = thank_you(record(next_step=STEP), OUTLINE)
    assert "As we said: you come to a meeting, on Tuesday, May 12, 6:00 pm." in agreed
    assert "a text message" in thank_you(record(follow_up=Fact("text", Origin.HEARD)), OUTLINE)


def test_papers_own_card_is_the_raps() -> None:
    assert own_card(OUTLINE) == OUTLINE.afterwards


def test_papers_calendar_of_a_time_is_an_hour_of_local_time() -> None:
    event = _event(STEP)
    assert event.decoded("dtstart") == datetime(2026, 5, 12, 18, 0)  # type: ignore[attr-defined]
    assert event.decoded("dtend") == datetime(2026, 5, 12, 19, 0)  # type: ignore[attr-defined]
    assert str(event["uid"]) == "maple-17@companion.invalid"  # type: ignore[index]
    assert str(event["class"]) == "PRIVATE"  # type: ignore[index]


def test_papers_calendar_of_a_day_lasts_the_day() -> None:
    event = _event(replace(STEP, when="2026-12-31"))
    assert event.decoded("dtstart") == date(2026, 12, 31)  # type: ignore[attr-defined]
    assert event.decoded("dtend") == date(2027, 1, 1)  # type: ignore[attr-defined]


def test_papers_calendar_leaves_out_what_has_no_day() -> None:
    file = Calendar.from_ical(calendar([("maple-17", replace(STEP, when=None))], OUTLINE))
    assert file.walk("VEVENT") == []


@given(st.text(st.characters(codec="utf-8"), max_size=120))
def test_papers_calendar_survives_any_words(words: str) -> None:
    detail = SafeText(words + "\r\nBEGIN:VALARM\r\nACTION:AUDIO,;\\")
    raw = calendar([("maple-17", replace(STEP, detail=detail))], OUTLINE)
    file = Calendar.from_ical(raw)
    assert [part.name for part in file.walk()] == ["VCALENDAR", "VEVENT"]
    assert file.walk("VEVENT")[0].decoded("dtstart") == datetime(2026, 5, 12, 18, 0)
    lines = raw.split(b"\r\n")
    assert all(len(line) <= 75 for line in lines)
    assert not any(char < 0x20 and char != 0x09 for line in lines for char in line)


@pytest.mark.parametrize(
    ("text", "escaped"),
    [("bring, if you like; flyers", rb"bring\, if you like\; flyers"), ("a\\b", rb"a\\b")],
)
def test_papers_calendar_escapes_what_means_something(text: str, escaped: bytes) -> None:
    kinds = (Choice("meeting", text),)
    raw = calendar([("maple-17", STEP)], replace(OUTLINE, next_step_kinds=kinds))
    assert escaped in raw.replace(b"\r\n ", b"").lower()

"""What may be kept of a draft: the rap's own values, dates, and masked words."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from companion.after.redacted import MASKED_CHARS, redact_summary, safe_text
from companion.after.shipped_redactor import ShippedRedactor
from companion.domain.call import Consent, ConsentHow
from companion.domain.dialogue import Field, NextStep, Origin, Proposal
from companion.domain.record import Provenance, RedactedSummary
from companion.domain.speech import Gap, GapReason
from companion.domain.summary import StepCoverage, Summary
from companion.records import from_json, to_json
from companion.redaction.spans import Redaction
from tests.fakes.board import CALL_DATE, OUTLINE, summary
from tests.fakes.store import FakeRedactor

MADE = Provenance("0.1.0", "one-on-one.en", "1.1.0", "ab" * 32, "pocketsphinx")


def _redacted(draft: Summary) -> RedactedSummary:
    return redact_summary(
        draft, OUTLINE, call_date=CALL_DATE, provenance=MADE, redactor=FakeRedactor()
    )


def _heard(field: Field, value: str) -> Proposal:
    return Proposal(field, value, Origin.HEARD, 0.9, 3)


def test_redacted_keeps_values_of_the_lists_with_their_origin() -> None:
    record = _redacted(summary())
    assert [(f.value, f.origin) for f in record.issues] == [
        ("schedule", Origin.HEARD),
        ("safety", Origin.TAPPED),
    ]
    assert record.decision_maker is not None
    assert record.decision_maker.value == "site manager"
    assert record.agreed
    assert record.duration_s == 1520
    assert record.listening_share == 0.66
    assert record.steps_reached == (1, 2, 3, 4)


NAMES = st.sampled_from(["Zoltan", "zoltan's aunt", "Brunhilde Ek", "12 Elm Street", "555 0132"])


@given(NAMES, NAMES, NAMES, NAMES, NAMES, NAMES)
def test_redacted_whatever_stands_in_free_values_none_of_it_reaches_the_record(
    issue: str, role: str, ask: str, answer: str, care: str, what: str
) -> None:
    draft = summary(
        issues=(_heard(Field.ISSUE, issue),),
        decision_maker=_heard(Field.DECISION_MAKER, role),
        ask=_heard(Field.ASK, ask),
        commitment=_heard(Field.COMMITMENT, answer),
        self_care=_heard(Field.SELF_CARE, care),
        follow_up=_heard(Field.FOLLOW_UP, role),
        next_step=NextStep(what, "Zoltan", what),
        coverage=(StepCoverage(1, what, True, (what,), (what,)),),
        engine=what,
        rap=what,
    )
    record = _redacted(draft)
    text = to_json(record).lower()
    for leak in ("zoltan", "brunhilde", "elm", "0132"):
        assert leak not in text
    assert record.issues == ()
    assert record.commitment is None
    assert record.self_care is not None
    assert record.self_care.value == "offered"


@pytest.mark.parametrize(
    ("when", "kept"),
    [
        ("2026-05-12T18:00", "2026-05-12T18:00"),
        ("2026-05-12", "2026-05-12"),
        ("Tuesday at Zoltan's", None),
        ("2026-02-30", None),
        ("2026-05-12T18:00:31", None),
    ],
)
def test_redacted_a_time_is_iso_or_nothing(when: str, kept: str | None) -> None:
    record = _redacted(summary(next_step=NextStep("them", "meeting", when)))
    assert record.next_step is not None
    assert record.next_step.when == kept


def test_redacted_a_next_step_outside_of_the_list_becomes_masked_words() -> None:
    record = _redacted(summary(next_step=NextStep("them", "see Zoltan", "2026-05-12")))
    assert record.next_step is not None
    assert record.next_step.what is None
    assert record.next_step.detail is not None
    assert record.next_step.detail.text == "see [name]"


def test_redacted_a_step_of_which_nothing_may_be_kept_is_none() -> None:
    assert _redacted(summary(next_step=NextStep("Zoltan", None, "soon"))).next_step is None


def test_redacted_seconds_of_consent_and_speech_are_not_kept() -> None:
    at = datetime(2026, 5, 4, 17, 5, 41, 9, tzinfo=timezone.utc)
    gaps = (
        Gap(10.0, 40.0, GapReason.OFF_RECORD),
        Gap(50.0, 55.0, GapReason.PAUSED),
        Gap(60.0, 90.0, GapReason.OTHER_VOICE),  # left out, and no speech of the organizer's
    )
    record = _redacted(summary(consent=Consent(ConsentHow.SPOKEN, at), gaps=gaps))
    assert record.consent is not None
    assert record.consent.at == replace(record.consent, at=at.replace(second=0, microsecond=0)).at
    assert record.unheard_s == 35


def test_redacted_the_same_draft_gives_the_same_bytes_and_they_are_read_back() -> None:
    first, second = to_json(_redacted(summary())), to_json(_redacted(summary()))
    assert first == second
    assert from_json(first) == _redacted(summary())


@given(st.text(max_size=400))
def test_redacted_safe_text_is_one_short_printable_line(text: str) -> None:
    safe = safe_text(text, FakeRedactor(), limit=80)
    if safe is not None:
        assert safe.text == safe.text.strip() != ""
        assert safe.text.isprintable()
        assert len(safe.text) <= 80


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("met\x00Zoltan\x1b[2J\nagain", "met [name] [2J again"),
        ("  \t\n ", None),
        ("", None),
        ("'; DROP TABLE call; --", "'; DROP TABLE call; --"),
    ],
)
def test_redacted_hostile_text_is_plain_text(typed: str, kept: str | None) -> None:
    safe = safe_text(typed, FakeRedactor())
    assert (safe.text if safe else None) == kept


def test_redacted_only_words_that_are_really_there_are_marked_as_kept() -> None:
    safe = safe_text("met Zoltan", FakeRedactor(), kept=("Zoltan", "Brunhilde"))
    assert safe is not None
    assert (safe.text, safe.kept) == ("met Zoltan", ("Zoltan",))


def test_redacted_masks_that_are_longer_than_the_words_do_not_outgrow_the_store() -> None:
    class MasksAll(FakeRedactor):
        def redact(self, text: str, kept: Collection[str] = ()) -> Redaction:
            return Redaction(" ".join("[word]" for _ in text.split()))

    safe = safe_text("a " * 120, MasksAll())
    assert safe is not None
    assert len(safe.text) <= MASKED_CHARS
    assert set(safe.text.split()) == {"[word]"}


SAID = (
    "talked to dana ruiz at home depot on elm street about breaks 555 0132 will grace may mark "
    "hope room 4 b twenty two d-a-n-a her aunt is sick diabetes visa tuesday six pm third shift "
    "[name] [word] x@y.com José 't I'm O'Brien , . !"
)
WORDS = SAID.split()


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(WORDS), max_size=14), st.lists(st.sampled_from(WORDS), max_size=2))
def test_redacted_what_is_shown_is_what_the_store_would_keep(
    words: list[str], kept: list[str]
) -> None:
    redactor = ShippedRedactor()
    safe = safe_text(" ".join(words), redactor, kept)
    if safe is not None:
        assert redactor.redact(safe.text, safe.kept).text == safe.text

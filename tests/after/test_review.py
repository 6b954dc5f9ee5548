"""The review as a value: what is kept, what falls away, and who may approve."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timezone

import pytest

from companion.after.review import Review, TextSlot
from companion.domain.call import Consent, ConsentHow, ConsentScope
from companion.domain.call_code import deletion_digest, new_code
from companion.domain.dialogue import Field, Origin
from companion.domain.record import Fact, RecordedStep
from companion.errors import ConsentError, InputError
from companion.records import from_json
from tests.fakes.board import OUTLINE
from tests.fakes.review import NOW, record, review_of
from tests.fakes.store import FakeRedactor

WHEN = "2026-05-12T18:00"


def test_review_proposals_about_the_other_person_fall_away() -> None:
    review = review_of()
    assert review.settled.commitment is None
    assert review.settled.next_step is None
    assert review.settled.agreed is False
    assert len(review.open_points) == 2


def test_review_that_nobody_was_asked_is_the_organizers_own_side() -> None:
    review = review_of(commitment=Fact("not_asked", Origin.HEARD))
    assert review.settled.commitment == Fact("not_asked", Origin.HEARD)


def test_review_a_confirmed_step_keeps_saying_that_it_was_heard() -> None:
    review = review_of().with_step("them", "meeting", WHEN)
    assert review.settled.next_step == RecordedStep("them", "meeting", WHEN, Origin.HEARD, True)
    changed = review.with_step("both", "meeting", WHEN)
    assert changed.settled.next_step is not None
    assert changed.settled.next_step.origin is Origin.TYPED
    assert changed.settled.agreed


@pytest.mark.parametrize(
    ("who", "what", "when"),
    [
        ("Zoltan", "meeting", WHEN),
        ("", "meeting", WHEN),
        ("them", "meet Zoltan", WHEN),
        ("them", None, WHEN),
        ("them", "meeting", "soon"),
        ("them", "meeting", ""),
        ("them", "meeting", "2026-05-12T18:00:01"),
    ],
)
def test_review_a_step_needs_all_three_of_the_lists(who: str, what: str | None, when: str) -> None:
    with pytest.raises(InputError):
        review_of(next_step=None).with_step(who, what, when)


def test_review_values_come_from_the_lists_only() -> None:
    review = review_of()
    for field in (Field.DECISION_MAKER, Field.ASK, Field.COMMITMENT, Field.FOLLOW_UP):
        with pytest.raises(InputError):
            review.with_value(field, "Zoltan")
    with pytest.raises(InputError):
        review.with_issues({"pay", "Zoltan"})
    typed = review.with_value(Field.COMMITMENT, "maybe")
    assert typed.settled.commitment == Fact("maybe", Origin.TYPED)


def test_review_issues_that_stay_keep_their_origin() -> None:
    review = review_of().with_issues({"schedule", "pay"})
    assert review.settled.issues == (Fact("schedule", Origin.HEARD), Fact("pay", Origin.TYPED))


def test_review_steps_can_be_taken_out_with_their_goals_and_not_made_up() -> None:
    review = review_of().with_steps({1, 3, 5})
    assert review.settled.steps_reached == (1, 3)
    assert review.settled.goals_met == ("agenda", "who")
    assert review.without_share().settled.listening_share is None


@pytest.mark.parametrize("slot", TextSlot)
def test_review_typed_words_are_masked_unless_kept_knowingly(slot: TextSlot) -> None:
    masked = review_of().with_text(slot, "asked Zoltan").text(slot)
    assert masked is not None
    assert masked.text == "asked [name]"
    kept = review_of().with_text(slot, "asked Zoltan", kept=("Zoltan",)).text(slot)
    assert kept is not None
    assert (kept.text, kept.kept) == ("asked Zoltan", ("Zoltan",))
    assert review_of().with_text(slot, "").text(slot) is None
    with pytest.raises(InputError):
        review_of().with_text(slot, "a" * (slot.max_chars + 1))


def test_review_own_words_for_a_step_count_once_it_is_confirmed() -> None:
    review = review_of(next_step=None).with_text(TextSlot.STEP_DETAIL, "bring the flyers")
    assert review.settled.next_step is None
    confirmed = review.with_step("them", None, "2026-05-12")
    assert confirmed.settled.agreed
    assert confirmed.settled.next_step is not None
    assert confirmed.settled.next_step.detail is not None


def test_review_the_record_is_exactly_what_is_approved() -> None:
    review = review_of().with_text(TextSlot.NOTE, "asked Zoltan").with_step("them", "meeting", WHEN)
    approval = review.approve("Maple 18", NOW)
    assert approval.approved.code == "maple-18"
    assert approval.approved.summary == from_json(review.record)
    assert "Zoltan" not in review.record
    assert json.loads(review.record)["note"]["text"] == "asked [name]"
    assert approval.approved.approved_at.second == 0
    assert approval.approved.deletion_digest == deletion_digest(approval.deletion_code)
    assert approval.deletion_code not in repr(approval)


@pytest.mark.parametrize("code", ["zoltan", "ma", "maple_!", "a" * 25, "", "maple-5550132"])
def test_review_a_code_is_no_name(code: str) -> None:
    class CaselessRedactor(FakeRedactor):
        def redact(self, text: str, kept: object = ()) -> object:  # type: ignore[override]
            return super().redact(text.replace("zoltan", "Zoltan"))

    review = Review(record(), OUTLINE, CaselessRedactor())  # type: ignore[arg-type]
    with pytest.raises(InputError):
        review.approve(code, NOW)


def test_review_a_code_that_was_drawn_is_never_taken_for_a_name() -> None:
    class MasksAll(FakeRedactor):
        def redact(self, text: str, kept: object = ()) -> object:  # type: ignore[override]
            raise AssertionError(f"asked about {text}")

    review = Review(record(), OUTLINE, MasksAll())  # type: ignore[arg-type]
    for _ in range(50):
        assert review.approve(new_code(()), NOW).approved.summary == review.settled


def test_review_consent_for_the_helper_alone_can_only_be_discarded() -> None:
    at = datetime(2026, 5, 4, 17, 5, tzinfo=timezone.utc)
    review = review_of(consent=Consent(ConsentHow.SPOKEN, at, ConsentScope.HELP))
    with pytest.raises(ConsentError, match="only be discarded"):
        review.approve("maple-18", NOW)
    with pytest.raises(ConsentError):
        review.reapprove("maple-18", "ab" * 32, NOW)


def test_review_again_keeps_code_and_deletion_code() -> None:
    first = review_of().approve("maple-18", NOW).approved
    again = (
        review_of()
        .with_value(Field.COMMITMENT, "no")
        .reapprove(first.code, first.deletion_digest, NOW)
    )
    assert (again.code, again.deletion_digest) == (first.code, first.deletion_digest)
    assert again.summary != first.summary


def test_review_all_confirmed_is_for_measuring() -> None:
    settled = review_of().all_confirmed().settled
    assert settled.agreed
    assert settled.commitment == Fact("yes", Origin.TAPPED)
    partial = review_of(next_step=RecordedStep("them", None, None, Origin.HEARD))
    assert partial.all_confirmed().settled.next_step is None


def test_review_edits_leave_the_former_review_as_it_was() -> None:
    before = review_of()
    known = replace(before.summary)
    before.with_issues(()).with_text(TextSlot.NOTE, "a word").without_agreement()
    assert before.summary == known

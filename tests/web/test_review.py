"""The review in the browser: what is shown, changed, approved and discarded."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from companion.domain.call import Consent, ConsentHow, ConsentScope
from companion.domain.call_code import deletion_digest
from companion.domain.dialogue import Origin
from companion.domain.record import Fact, RecordedStep
from companion.records import to_json
from companion.web.calling import BrowserCall, start_call
from tests.fakes.store import PASSPHRASE, approved_of, summary_of
from tests.fakes.web import Pages

DRAFT = "/review/draft/0123456789abcdef"
HEARD_STEP = RecordedStep("them", "attend_meeting", "2026-04-21T18:00", Origin.HEARD)


def leave_draft(pages: Pages, **changes: Any) -> None:
    """A draft of a call that broke off a minute ago."""
    heard = {"commitment": Fact("yes", Origin.HEARD), "next_step": HEARD_STEP, "note": None}
    record = to_json(summary_of(**{**heard, **changes}))
    before = datetime.now(timezone.utc) - timedelta(minutes=1)
    pages.store.drafts.put("0123456789abcdef", record, before)


def record_shown(page: str) -> dict[str, Any]:
    """The bytes of a review, read back."""
    found = re.search(r"exactly what would be saved (\{.*\}) \d+ bytes", page)
    assert found is not None
    record: dict[str, Any] = json.loads(found[1])
    return record


@pytest.fixture
def draft(pages: Pages) -> Pages:
    """Notes with one draft."""
    leave_draft(pages)
    return pages


@pytest.fixture
def ended() -> Iterator[Pages]:
    """A call by hand that has just ended, before there are any notes."""
    made = Pages(store=False)
    end_call(made)
    yield made
    made.close()


def end_call(pages: Pages) -> BrowserCall:
    """A call without a microphone, over at once."""
    call = start_call(pages.workspace, None, None)
    call.controls.end()
    call.close()
    return call


# What is shown.


def test_review_shows_every_value_with_its_origin_and_the_bytes(draft: Pages) -> None:
    page = draft.get(DRAFT)

    assert "Review of the call on Tuesday, April 14" in page
    assert "Hours and scheduling (heard), Safety" in page
    assert "Heard on your side: they" in page
    assert "Open: Their answer was only heard on your side" in page
    record = record_shown(page)
    assert record["commitment"] is None
    assert record["next_step"] is None


def test_review_shows_hints_about_values_that_point_to_somebody(pages: Pages) -> None:
    leave_draft(pages, note=None)
    page = pages.post(DRAFT, do="set", part="note", text="the only nurse on the night shift")

    assert "Hint:" in page


def test_review_without_anything_to_decide_says_so(pages: Pages) -> None:
    assert "Nothing to review" in pages.get("/review")


def test_review_draft_lists_what_a_crash_left(draft: Pages) -> None:
    assert "21 minutes long" in draft.get("/review/draft")
    assert "broke off waits for your decision" in draft.get("/")


def test_review_draft_leaves_a_call_of_another_window_alone(pages: Pages) -> None:
    pages.store.drafts.put("abcdef", to_json(summary_of()), datetime.now(timezone.utc))

    assert "Nothing to review" in pages.get("/review/draft")
    assert "This draft is gone" in pages.get("/review/draft/abcdef", 400)


# Editing.


@pytest.mark.parametrize(
    ("fields", "key", "expected"),
    [
        ({"part": "answer", "value": "maybe"}, "commitment", {"value": "maybe", "origin": "typed"}),
        ({"part": "role", "value": ""}, "decision_maker", None),
        (
            {"part": "self_care", "value": "offered"},
            "self_care",
            {"value": "offered", "origin": "heard"},
        ),
        (
            {"part": "follow_up", "value": "visit"},
            "follow_up",
            {"value": "visit", "origin": "typed"},
        ),
        ({"part": "steps", "value": ["1", "2"]}, "steps_reached", [1, 2]),
        (
            {"part": "issues", "value": ["safety"]},
            "issues",
            [{"value": "safety", "origin": "tapped"}],
        ),
    ],
)
def test_review_sets_one_value(
    draft: Pages, fields: dict[str, Any], key: str, expected: object
) -> None:
    page = draft.post(DRAFT, do="set", **fields)

    assert record_shown(page)[key] == expected


@pytest.mark.parametrize(
    "fields",
    [
        {"part": "issues", "value": ["nonsense"]},
        {"part": "role", "value": "Brunhilde"},
        {"part": "share"},
        {"part": "nothing-of-the-kind"},
        {"part": "step", "who": "", "what": "attend_meeting", "when": "tomorrow"},
        {"part": "step", "who": "them", "what": "", "when": "tomorrow"},
        {"part": "step", "who": "them", "what": "attend_meeting", "when": "yesterday"},
        {"part": "note", "text": "a" * 300},
    ],
)
def test_review_says_what_cannot_be_used_and_changes_nothing(
    draft: Pages, fields: dict[str, Any]
) -> None:
    before = record_shown(draft.get(DRAFT))
    draft.post(DRAFT, 422, do="set", **fields)

    assert record_shown(draft.get(DRAFT)) == before


def test_review_keeps_what_was_typed_next_to_the_problem(draft: Pages) -> None:
    answer = draft.browser.post(
        DRAFT,
        data={
            "do": "set",
            "part": "step",
            "who": "both",
            "what": "attend_meeting",
            "when": "some day",
        },
    )

    assert answer.status_code == 422
    assert 'value="some day"' in answer.text
    assert '<option value="both" selected>' in answer.text
    assert "That day was not understood" in answer.text


def test_review_confirms_the_next_step_as_it_was_heard(draft: Pages) -> None:
    page = draft.post(DRAFT, do="confirm", part="step")

    assert record_shown(page)["next_step"]["confirmed"] is True
    assert "(heard, confirmed by you)" in page


def test_review_takes_another_next_step_or_none(draft: Pages) -> None:
    page = draft.post(
        DRAFT, do="set", part="step", who="organizer", what="attend_meeting", when="tomorrow 6 pm"
    )
    step = record_shown(page)["next_step"]
    assert (step["who"], step["when"], step["origin"]) == (
        "organizer",
        "2026-04-15T18:00",
        "typed",
    )

    page = draft.post(DRAFT, do="clear", part="step")
    assert "no agreement" in page
    assert record_shown(page)["next_step"] is None


def test_review_takes_changes_back_one_by_one(draft: Pages) -> None:
    before = record_shown(draft.get(DRAFT))
    draft.post(DRAFT, do="clear", part="issues")
    draft.post(DRAFT, do="clear", part="share")
    draft.post(DRAFT, do="undo")
    page = draft.post(DRAFT, do="undo")

    assert record_shown(page) == before
    assert "nothing to take back" in draft.post(DRAFT, 422, do="undo")


def test_review_an_edited_draft_survives_a_crash(draft: Pages) -> None:
    draft.post(DRAFT, do="clear", part="issues")

    assert draft.store.drafts.pending(datetime.now(timezone.utc))[0].summary.issues == ()


# Free words.


def test_review_masks_a_name_and_waits_for_a_decision(draft: Pages) -> None:
    page = draft.post(DRAFT, do="set", part="note", text="ask Brunhilde Maier about evenings")

    assert "Kept would be:" in page
    assert "can point to a person" in page
    assert record_shown(page)["note"] is None

    page = draft.post(DRAFT, do="take", part="note")
    assert "Brunhilde" not in json.dumps(record_shown(page))
    assert "about evenings" in record_shown(page)["note"]["text"]


def test_review_keeps_a_masked_word_only_where_it_is_typed_again(draft: Pages) -> None:
    draft.post(DRAFT, do="set", part="note", text="ask Brunhilde about evenings")

    assert "not masked" in draft.post(DRAFT, 422, do="keep", part="note", word="evenings")
    page = draft.post(DRAFT, do="keep", part="note", word="brunhilde")
    assert record_shown(page)["note"]["text"] == "ask Brunhilde about evenings"
    assert "Hint: Words that you kept knowingly" in page


def test_review_leaves_words_as_they_were(draft: Pages) -> None:
    draft.post(DRAFT, do="set", part="note", text="ask Brunhilde about evenings")
    page = draft.post(DRAFT, do="leave", part="note")

    assert record_shown(page)["note"] is None
    assert "decided on already" in draft.post(DRAFT, 422, do="take", part="note")


# The decision.


def test_review_approves_and_shows_the_receipt_until_it_was_handed_on(draft: Pages) -> None:
    page = draft.post(DRAFT, do="approve", code="maple-99")
    code = re.search(r"(?:[0-9A-Z]{4}-){3}[0-9A-Z]{4}", page)

    assert "Kept as maple-99" in page
    assert code is not None
    assert draft.store.calls.get("maple-99").deletion_digest == deletion_digest(code[0])
    assert draft.store.drafts.pending(datetime.now(timezone.utc)) == []
    assert code[0] in draft.file("/kept/receipt.txt").text
    for path in ("/", "/calls", "/calls/maple-99", "/review", "/kept/thank-you.txt"):
        assert code[0] not in draft.raw(path)
    draft.post("/kept/done")
    assert "Past calls" in draft.get("/kept")
    assert "shown once" in draft.get("/kept/receipt.txt", 400)


def test_review_the_receipt_goes_when_the_notes_are_locked(draft: Pages) -> None:
    draft.post(DRAFT, do="approve", code="maple-99")
    draft.post("/lock")
    draft.post("/unlock", passphrase=PASSPHRASE)

    assert "Receipt for our call" not in draft.get("/kept")


def test_review_gives_a_calendar_file_of_what_was_agreed(draft: Pages) -> None:
    draft.post(DRAFT, do="confirm", part="step")
    draft.post(DRAFT, do="approve", code="maple-99")
    answer = draft.file("/kept/next-step.ics")

    assert answer.headers["content-type"].startswith("text/calendar")
    assert b"20260421T180000" in answer.content
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("code", ["maple-17", "Brunhilde Maier", "555-0123-4567", "!", "<b>"])
def test_review_refuses_a_code_that_is_taken_or_could_be_a_name(pages: Pages, code: str) -> None:
    pages.keep(approved_of(17))
    leave_draft(pages)
    page = pages.post(DRAFT, 422, do="approve", code=code)

    assert "Not saved:" in page
    assert pages.store.calls.codes() == {"maple-17"}


def test_review_suggests_a_code_where_none_is_given(draft: Pages) -> None:
    draft.post(DRAFT, do="approve", code="")

    assert len(draft.store.calls.codes()) == 1


def test_review_discards_after_one_question(draft: Pages) -> None:
    asked = draft.get(f"{DRAFT}?ask=discard")
    assert "Nothing of it would be left" in asked
    assert draft.store.drafts.pending(datetime.now(timezone.utc))

    assert "Discarded" in draft.post(DRAFT, do="discard")
    assert draft.store.drafts.pending(datetime.now(timezone.utc)) == []
    assert draft.store.calls.count() == 0


def test_review_of_a_stored_call_keeps_its_code_and_receipt(pages: Pages) -> None:
    pages.keep(approved_of(17))
    page = pages.post("/review/maple-17", do="clear", part="note")
    assert "not saved yet" in page
    assert pages.store.calls.get("maple-17").summary.note is not None

    page = pages.post("/review/maple-17", do="approve")
    assert "The receipt that you gave stays good" in page
    call = pages.store.calls.get("maple-17")
    assert call.summary.note is None
    assert call.deletion_digest == approved_of(17).deletion_digest


def test_review_of_a_stored_call_can_be_left(pages: Pages) -> None:
    pages.keep(approved_of(17))
    pages.post("/review/maple-17", do="clear", part="note")
    pages.post("/review/maple-17", do="discard")

    assert "not saved yet" not in pages.get("/review/maple-17")
    assert "Nothing of it would be left" not in pages.get("/review/maple-17?ask=discard")
    assert pages.store.calls.get("maple-17").summary.note is not None


def test_review_of_a_stored_call_shows_nothing_once_locked(pages: Pages) -> None:
    pages.keep(approved_of(17))
    pages.get("/review/maple-17")
    pages.post("/lock")

    assert "Unlock notes" in pages.get("/review/maple-17")
    pages.post("/review/maple-17", 409, do="approve")


def test_review_of_an_unknown_call_is_a_problem(pages: Pages) -> None:
    pages.get("/review/maple-98", 400)


# The call that just ended.


def test_review_waits_while_a_place_for_notes_is_made(ended: Pages) -> None:
    page = ended.get("/review")
    assert "There is no place for notes yet" in page
    assert "Approve and save" not in page
    ended.post("/review", do="set", part="note", text="wants quieter evenings")

    page = ended.post("/setup/notes", passphrase=PASSPHRASE, again=PASSPHRASE)
    assert "wants quieter evenings" in page
    page = ended.post("/review", do="approve", code="maple-5")
    assert "Kept as maple-5" in page
    assert ended.workspace.call is None
    assert "Nothing to review" in ended.get("/review")


def test_review_waits_while_the_notes_are_locked(pages: Pages) -> None:
    end_call(pages)
    pages.post("/lock")
    assert "Your notes are locked" in pages.get("/review")
    pages.post("/review", 422, do="approve", code="maple-5")

    assert "Review of the call" in pages.post("/unlock", passphrase=PASSPHRASE)
    pages.post("/review", do="approve", code="maple-5")
    assert pages.store.calls.codes() == {"maple-5"}
    assert pages.store.drafts.pending(datetime.now(timezone.utc)) == []


def test_review_a_call_is_discarded_with_its_draft(pages: Pages) -> None:
    end_call(pages)
    assert "The call that just ended waits" in pages.get("/")
    pages.post("/review", do="discard")

    assert pages.workspace.call is None
    assert pages.store.drafts.pending(datetime.now(timezone.utc)) == []


def test_review_with_consent_to_the_helper_only_keeps_nothing(pages: Pages) -> None:
    call = start_call(pages.workspace, None, None)
    call.consent = Consent(ConsentHow.SPOKEN, datetime.now(timezone.utc), ConsentScope.HELP)
    call.controls.end()
    call.close()

    assert "nothing of this call is kept" in pages.get("/review")
    assert "The call is over" in pages.post("/review", do="approve", code="maple-5")
    assert pages.store.calls.count() == 0

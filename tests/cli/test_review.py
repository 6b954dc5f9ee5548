"""`companion review` on a real encrypted store: drafts, stored calls, and what is handed on."""

from __future__ import annotations

import os
import re
from datetime import timedelta
from pathlib import Path

import pytest
from icalendar import Calendar

from companion.cli.reviewing import pending
from companion.domain.call_code import deletion_digest
from companion.domain.dialogue import Origin
from companion.domain.record import RecordedStep, RedactedSummary
from companion.live.draft_keeper import PUT_EVERY_S
from companion.records import to_json
from tests.fakes.kept_calls import Answered, KeptCalls
from tests.fakes.store import NOW, approved_of, summary_of

HEARD = RecordedStep("them", "attend_meeting", "2026-04-21T18:00", Origin.HEARD)
A_WHILE_AGO = NOW - timedelta(minutes=20)


def _draft(kept: KeptCalls, draft_id: str = "one", summary: RedactedSummary | None = None) -> None:
    with kept.store() as store:
        record = to_json(summary or summary_of(next_step=HEARD))
        store.drafts.put(draft_id, record, A_WHILE_AGO)


def _drafts(kept: KeptCalls) -> list[str]:
    with kept.store() as store:
        return [draft.draft_id for draft in store.drafts.pending(NOW)]


def _review(kept: KeptCalls, *typed: str) -> Answered:
    return kept.run("review", typed=typed)


def test_review_of_a_draft_saves_it_and_the_draft_goes(kept: KeptCalls) -> None:
    _draft(kept)
    answered = _review(kept, "5", "yes", "approve", "oak-21", "")
    assert answered.code == 0
    assert "Saved as oak-21, encrypted" in answered.out
    assert kept.codes() == ["oak-21"]
    assert _drafts(kept) == []
    with kept.store() as store:
        assert store.calls.get("oak-21").summary.agreed


def test_review_shows_the_receipt_once_with_a_code_that_erases_the_call(kept: KeptCalls) -> None:
    _draft(kept)
    out = _review(kept, "approve", "oak-21", "").out
    codes = re.findall(r"[0-9A-Z]{4}(?:-[0-9A-Z]{4}){3}", out)
    assert len(set(codes)) == 1
    with kept.store() as store:
        assert store.calls.get("oak-21").deletion_digest == deletion_digest(codes[0])
    assert "Draft of a thank-you" in out
    assert "For you, now" in out
    assert codes[0] not in _review(kept, "approve", "").out


@pytest.mark.parametrize("typed", [("discard",), ("", ""), ("", "yes")])
def test_review_discarding_leaves_nothing(typed: tuple[str, ...], kept: KeptCalls) -> None:
    _draft(kept)
    answered = _review(kept, *typed)
    assert answered.code == 0
    assert "Nothing of this call is left." in answered.out
    assert (kept.codes(), _drafts(kept)) == ([], [])


@pytest.mark.parametrize("typed", [(), ("later",), ("approve",), ("",)])
def test_review_without_a_decision_the_draft_stays_for_a_day(
    typed: tuple[str, ...], kept: KeptCalls
) -> None:
    _draft(kept)
    answered = _review(kept, *typed)
    assert answered.code == 0
    assert "Not saved. Its draft stays for 24 hours" in answered.out
    assert (kept.codes(), _drafts(kept)) == ([], ["one"])


def test_review_edits_outlive_a_closed_window(kept: KeptCalls) -> None:
    _draft(kept)
    _review(kept, "clear 1", "10", "quiet evenings")
    with kept.store() as store:
        draft = store.drafts.pending(NOW)[0].summary
    assert draft.issues == ()
    assert draft.next_step == HEARD  # proposals are still there to be confirmed


def test_review_free_words_pass_the_shipped_redaction(kept: KeptCalls) -> None:
    _draft(kept)
    out = _review(kept, "10", "call dana ruiz at 555 0132", "", "approve", "oak-21", "").out
    assert "Masked: " in out
    with kept.store() as store:
        note = store.calls.get("oak-21").summary.note
    assert note is not None
    for word in ("dana", "ruiz", "0132"):
        assert word not in note.text


def test_review_drafts_one_after_the_other(kept: KeptCalls) -> None:
    _draft(kept, "one")
    _draft(kept, "two")
    answered = _review(kept, "discard", "approve", "oak-21", "")
    assert "Draft 1 of 2, of a call from" in answered.out
    assert (kept.codes(), _drafts(kept)) == (["oak-21"], [])


def test_review_leaves_the_draft_of_a_running_call_alone(kept: KeptCalls) -> None:
    just_now = NOW - timedelta(seconds=2)
    with kept.store() as store:
        for draft_id in ("ended", "running"):
            store.drafts.put(draft_id, to_json(summary_of()), just_now)

        def meanwhile(for_s: float) -> None:
            assert for_s > PUT_EVERY_S
            store.drafts.put("running", to_json(summary_of(open_count=10)), NOW)

        assert [draft.draft_id for draft in pending(store, meanwhile)] == ["ended"]


def test_review_does_not_wait_where_no_draft_is_fresh(kept: KeptCalls) -> None:
    def wait(for_s: float) -> None:
        raise AssertionError("waited")

    _draft(kept)
    with kept.store() as store:
        assert len(pending(store, wait)) == 1


def test_review_of_nothing_says_what_to_do(kept: KeptCalls) -> None:
    answered = _review(kept)
    assert answered.code == 0
    assert "'companion review CODE' opens a stored call" in answered.out


def test_review_a_draft_that_was_settled_elsewhere_is_not_saved_twice(kept: KeptCalls) -> None:
    _draft(kept)
    with kept.store() as store:
        with pytest.raises(Exception, match="approved or discarded elsewhere"):
            store.calls.save(approved_of(18), "gone")
        store.calls.save(approved_of(17), "one")
        assert store.drafts.pending(NOW) == []
        assert len(store.calls.list()) == 1


def test_review_of_a_stored_call_replaces_it_and_keeps_the_receipt(kept: KeptCalls) -> None:
    kept.keep(approved_of(17))
    answered = kept.run("review", "maple-17", typed=["4", "3", "approve", ""])
    assert answered.code == 0
    assert "The receipt that you gave stays good." in answered.out
    with kept.store() as store:
        call = store.calls.get("maple-17")
    assert call.summary.commitment is not None
    assert call.summary.commitment.value == "no"
    assert call.deletion_digest == approved_of(17).deletion_digest
    assert call.edited_at is not None


@pytest.mark.parametrize("typed", [(), ("discard",), ("", ""), ("clear 1", "later")])
def test_review_of_a_stored_call_without_approval_changes_nothing(
    typed: tuple[str, ...], kept: KeptCalls
) -> None:
    kept.keep(approved_of(17))
    answered = kept.run("review", "maple-17", typed=typed)
    assert "maple-17 stays as it was stored." in answered.out
    with kept.store() as store:
        assert store.calls.get("maple-17").summary == approved_of(17).summary
    assert kept.codes() == ["maple-17"]


def test_review_of_a_code_that_nobody_has_is_one_sentence(kept: KeptCalls) -> None:
    answered = kept.run("review", "oak-99", typed=[])
    assert answered.code == 2
    assert answered.err.count("\n") == 1


def test_review_writes_files_for_their_owner_only_and_over_nothing(
    kept: KeptCalls, tmp_path: Path
) -> None:
    _draft(kept)
    ics, note = tmp_path / "next.ics", tmp_path / "receipt.txt"
    there = tmp_path / "there.txt"
    there.write_text("mine", encoding="utf-8")
    out = _review(
        kept,
        "5", "yes", "approve", "oak-21",
        f"calendar {ics}", f"receipt {note}", f"receipt {there}", "calendar", "photo x",
        f"thanks {tmp_path / 'no' / 'folder'}", "",
    ).out  # fmt: skip
    event = Calendar.from_ical(ics.read_bytes()).walk("VEVENT")[0]
    assert str(event["uid"]) == "oak-21@companion.invalid"
    assert "You can have these notes deleted" in note.read_text(encoding="utf-8")
    assert there.read_text(encoding="utf-8") == "mine"
    assert "is there already; choose another name" in out
    assert "choose another place, or make room there" in out
    assert out.count("with a name for the file") == 2
    if os.name == "posix":
        assert {path.stat().st_mode & 0o777 for path in (ics, note)} == {0o600}
    assert sorted(path.name for path in tmp_path.iterdir() if path.is_file()) == [
        "next.ics",
        "receipt.txt",
        "there.txt",
    ]


def test_review_offers_no_calendar_where_nothing_was_agreed(kept: KeptCalls) -> None:
    _draft(kept)
    out = _review(kept, "approve", "oak-21", "").out
    assert "'calendar FILE'" not in out
    assert "'receipt FILE'" in out


def test_review_takes_the_words_of_an_own_rap(kept: KeptCalls, tmp_path: Path) -> None:
    missing = kept.run("review", "--rap", str(tmp_path / "no.yaml"), typed=[])
    assert missing.code == 2
    assert "there is no such file" in missing.err

"""The sheet of a call: what is missing is said, and what happened to it since is too."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import Any

from companion.domain.dialogue import Origin
from companion.domain.hearing import Hearing, Playback, Told
from companion.domain.record import RecordedStep, SafeText
from companion.notes.sheet import (
    due_words,
    moment_words,
    open_share,
    share_words,
    sheet,
)
from companion.notes.wording import NO_WORDS
from companion.store.stored_call import Hold, StoredCall
from tests.fakes.store import NOW, TODAY, approved_of, summary_of


def _call(**changes: Any) -> StoredCall:
    return StoredCall(1, "maple-1", summary_of(**changes), NOW, approved_of().deletion_digest)


def _lines(call: StoredCall) -> dict[str, str]:
    return {name: value for part in sheet(call, NO_WORDS) for name, value in part.lines}


def test_sheet_of_a_call_by_hand_with_nothing_agreed() -> None:
    lines = _lines(
        _call(
            consent=None,
            listening_share=None,
            unheard_s=0,
            issues=(),
            steps_reached=(),
            goals_met=(),
            decision_maker=None,
            ask=None,
            commitment=None,
            next_step=None,
            self_care=None,
            follow_up=None,
            follow_up_detail=None,
            note=None,
        )
    )
    assert lines["consent"].startswith("none was asked for")
    assert lines["listening"] == "nothing was heard"
    assert (lines["issues"], lines["steps reached"]) == ("none", "none")
    assert lines["next step"] == "no agreement"
    assert not {"not heard", "note", "who", "when", "you promised", "agreed to"} & set(lines)


def test_sheet_a_step_that_was_not_confirmed_says_so() -> None:
    lines = _lines(_call(next_step=RecordedStep(None, None, "2026-04-21", Origin.HEARD)))
    assert lines["next step"] == "- (heard on your side; not confirmed)"
    assert (lines["who"], lines["when"]) == ("-", "Tuesday, April 21, 2026")


def test_sheet_tells_what_happened_since() -> None:
    call = replace(
        _call(note=SafeText("the Zoltan line", ("Zoltan",))),
        edited_at=NOW + timedelta(days=1),
        hold=Hold("asked for", NOW),
        shared_at=NOW,
        done_at=NOW + timedelta(days=8),
        snoozed_to=TODAY + timedelta(days=9),
    )
    lines = _lines(call)
    assert lines["edited"] == moment_words(NOW + timedelta(days=1))
    assert lines["on hold"].endswith(": asked for")
    assert lines["done"] == moment_words(NOW + timedelta(days=8))
    assert lines["put off to"] == "Thursday, April 23, 2026"
    assert lines["with the team"].startswith("since ")
    assert lines["note"] == "the Zoltan line (kept knowingly: Zoltan)"


def test_sheet_shares() -> None:
    assert open_share(summary_of(open_count=0, closed_count=0)) is None
    assert open_share(summary_of(open_count=1, closed_count=2)) == 0.33
    assert (share_words(None), share_words(0.0), share_words(0.715)) == ("-", "0%", "72%")


def test_sheet_days_and_times() -> None:
    at_noon = datetime(2026, 4, 14, 12, 5).astimezone()
    assert moment_words(at_noon.astimezone(timezone.utc)) == "Tuesday, April 14, 2026, 12:05 pm"
    assert due_words("2028-02-29") == "Tuesday, February 29, 2028"
    assert due_words("2026-04-14T00:05") == "Tuesday, April 14, 2026, 12:05 am"


def test_sheet_says_what_was_listened_with() -> None:
    assert "listened with" not in _lines(_call())
    measured = _lines(_call(hearing=Hearing(Playback.HEADSET, Told.MEASURED)))
    assert measured["listened with"] == "a headset or earphones (measured before the call)"
    test = _lines(_call(hearing=Hearing(loopback_allowed=True)))
    assert test["listened with"] == "not tested; a loopback input was permitted, for a test"

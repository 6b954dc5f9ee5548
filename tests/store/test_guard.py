"""The save layer trusts no caller: whatever is not of the form that may be kept is refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from companion.domain.call import Consent, ConsentHow, ConsentScope
from companion.domain.dialogue import Origin
from companion.domain.hearing import Hearing, Playback, Told
from companion.domain.record import Fact, Provenance, RecordedStep, SafeText
from companion.errors import StoreError
from companion.records import to_json
from companion.store.guard import MAX_TEXT_CHARS, Guard
from companion.store.store import Store
from tests.fakes.store import NOW, FakeRedactor, approved_of, summary_of


def _guard() -> Guard:
    return Guard(FakeRedactor())


def _step(**changes: Any) -> RecordedStep:
    step = RecordedStep("them", "meeting", "2026-04-21", Origin.TAPPED, True)
    return replace(step, **changes)


def _made_by(**changes: Any) -> Provenance:
    return replace(Provenance("0.1.0", "one-on-one.en", "1.0", "a" * 64, "sphinx"), **changes)


def _fact(value: Any) -> Fact:
    return Fact(value, Origin.TYPED)


GOOD: list[dict[str, Any]] = [
    {},
    {"issues": ()},
    {"issues": (_fact("hours/scheduling"), _fact("401k"), _fact("Lärm.draußen - 2_a"))},
    {"decision_maker": None, "ask": None, "commitment": None, "next_step": None},
    {"next_step": _step(when="2026-04-21T18:00")},
    {"next_step": _step(who=None, what=None, when=None, confirmed=False)},
    {"listening_share": None},
    {"listening_share": 0},
    {"listening_share": 1.0},
    {"provenance": _made_by(companion="0.1.0+local (dev)", engine="whisper base.en:int8")},
    {"consent": None},
    {"note": SafeText("")},
    {"note": SafeText("x" * MAX_TEXT_CHARS)},
    {"hearing": Hearing(Playback.HEADSET, Told.MEASURED)},
    {"hearing": Hearing(loopback_allowed=True)},
]

BAD: list[dict[str, Any]] = [
    {"call_date": NOW},
    {"call_date": "2026-04-14"},
    {"duration_s": -1},
    {"duration_s": 1.5},
    {"duration_s": True},
    {"duration_s": 10**9},
    {"open_count": "9"},
    {"listening_share": 1.2},
    {"listening_share": float("nan")},
    {"listening_share": "half"},
    {"steps_reached": (0,)},
    {"steps_reached": (6,)},
    {"steps_reached": [1]},
    {"steps_reached": ("1",)},
    {"goals_met": ("agenda!",)},
    {"goals_met": ("x" * 41,)},
    {"goals_met": tuple("abcdef" * 20)},
    {"issues": (_fact(""),)},
    {"issues": (_fact(" pay"),)},
    {"issues": (_fact("pay\n"),)},
    {"issues": (_fact("a|b"),)},
    {"issues": (_fact("555-0132"),)},
    {"issues": (_fact("pay; DROP TABLE call"),)},
    {"issues": (_fact("mail@example.org"),)},
    {"issues": (_fact(None),)},
    {"issues": ("pay",)},
    {"issues": (Fact("pay", "heard"),)},  # type: ignore[arg-type]
    {"decision_maker": _fact("<b>boss</b>")},
    {"ask": _fact("=cmd")},
    {"commitment": _fact("perhaps")},
    {"follow_up": "call"},
    {"next_step": _step(who="dana")},
    {"next_step": _step(what="a" * 41)},
    {"next_step": _step(when="tomorrow")},
    {"next_step": _step(when="2026-02-30")},
    {"next_step": _step(when="2026-04-21T18:00:59")},
    {"next_step": _step(when=NOW)},
    {"next_step": _step(confirmed=1)},
    {"next_step": _step(origin="heard")},
    {"next_step": _step(detail="with them")},
    {"next_step": "meeting"},
    {"consent": Consent(ConsentHow.SPOKEN, NOW, ConsentScope.HELP)},
    {"consent": Consent("spoken", NOW)},  # type: ignore[arg-type]
    {"consent": Consent(ConsentHow.SPOKEN, "today")},  # type: ignore[arg-type]
    {"consent": Consent(ConsentHow.SPOKEN, datetime(2026, 4, 14))},
    {"consent": "yes"},
    {"provenance": _made_by(rap_sha256="a" * 63)},
    {"provenance": _made_by(engine="a\x00b")},
    {"provenance": _made_by(rap="x" * 81)},
    {"provenance": None},
    {"note": "plain text"},
    {"note": SafeText("x" * (MAX_TEXT_CHARS + 1))},
    {"note": SafeText("bell \x07")},
    {"note": SafeText("line\nbreak")},
    {"note": SafeText("right \u202e to left")},
    {"note": SafeText("zero \u200b width")},
    {"note": SafeText("\ud800")},
    {"note": SafeText(None)},  # type: ignore[arg-type]
    {"note": SafeText("fine", ("bad\n",))},
    {"note": SafeText("fine", ["a"])},  # type: ignore[arg-type]
    {"follow_up_detail": SafeText("tab\t")},
    {"hearing": "headset"},
    {"hearing": Hearing("headset")},  # type: ignore[arg-type]
    {"hearing": Hearing(Playback.HEADSET, "my boss said so")},  # type: ignore[arg-type]
    {"hearing": Hearing(Playback.HEADSET, None, "perhaps")},  # type: ignore[arg-type]
]


@pytest.mark.parametrize("changes", GOOD)
def test_guard_lets_a_proper_summary_through_unchanged(changes: dict[str, Any]) -> None:
    summary = summary_of(**changes)
    assert _guard().record(summary) == (summary, to_json(summary))


@pytest.mark.parametrize("changes", BAD)
def test_guard_refuses_what_may_not_be_kept(store: Store, changes: dict[str, Any]) -> None:
    with pytest.raises(StoreError) as caught:
        store.calls.save(approved_of(**changes))
    assert store.calls.count() == 0
    assert caught.value.__cause__ is None
    for value in ("dana", "555", "DROP", "perhaps", "boss", "tomorrow"):
        assert value not in str(caught.value)


@given(value=st.text(max_size=60))
def test_guard_refuses_every_value_that_is_no_id(value: str) -> None:
    summary = summary_of(issues=(_fact(value),))
    plain = all(c.isalnum() or c in "_ ./-" for c in value)
    few_digits = sum(c.isdigit() for c in value) <= 4
    proper = bool(value) and (value[0].isalnum() or value[0] == "_")
    if plain and few_digits and proper and len(value) <= 40:
        assert _guard().summary(summary) == summary
    else:
        with pytest.raises(StoreError):
            _guard().summary(summary)


def test_guard_loads_the_shipped_redactor_where_none_is_given() -> None:
    note = SafeText("thanks to Xiomara Quintanilla, call 555 0132 777")
    safe = Guard().summary(summary_of(note=note)).note
    assert safe is not None
    for part in ("Xiomara", "Quintanilla", "555", "0132"):
        assert part not in safe.text
    assert Guard().summary(summary_of(note=safe)).note == safe

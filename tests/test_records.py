from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from companion.domain.call import Consent, ConsentHow, ConsentScope
from companion.domain.dialogue import Origin
from companion.domain.hearing import Hearing, Playback, Told
from companion.domain.record import Fact, Provenance, RecordedStep, RedactedSummary, SafeText
from companion.records import COMMITMENTS, DOERS, from_json, is_day_or_minute, to_json

ORIGINS = st.sampled_from(Origin)
SLUGS = st.from_regex(r"[a-z][a-z_/ -]{0,20}", fullmatch=True)
FACTS = st.builds(Fact, SLUGS, ORIGINS)
TEXTS = st.builds(
    SafeText, st.text(st.characters(codec="utf-8"), max_size=40), st.lists(SLUGS).map(tuple)
)
WHENS = st.dates().map(date.isoformat) | st.datetimes().map(
    lambda moment: moment.isoformat(timespec="minutes")[:16]
)
ZONES = st.integers(-14 * 60, 14 * 60).map(lambda m: timezone(timedelta(minutes=m)))
RECORDS = st.builds(
    RedactedSummary,
    call_date=st.dates(),
    duration_s=st.integers(0, 20_000),
    listening_share=st.none() | st.integers(0, 100).map(lambda n: n / 100),
    unheard_s=st.integers(0, 20_000),
    open_count=st.integers(0, 500),
    closed_count=st.integers(0, 500),
    steps_reached=st.lists(st.integers(1, 5), unique=True).map(tuple),
    goals_met=st.lists(SLUGS).map(tuple),
    issues=st.lists(FACTS).map(tuple),
    decision_maker=st.none() | FACTS,
    ask=st.none() | FACTS,
    commitment=st.none() | st.builds(Fact, st.sampled_from(COMMITMENTS), ORIGINS),
    next_step=st.none()
    | st.builds(
        RecordedStep,
        who=st.none() | st.sampled_from(DOERS),
        what=st.none() | SLUGS,
        when=st.none() | WHENS,
        origin=ORIGINS,
        confirmed=st.booleans(),
        detail=st.none() | TEXTS,
    ),
    self_care=st.none() | FACTS,
    follow_up=st.none() | FACTS,
    consent=st.none()
    | st.builds(
        Consent,
        st.sampled_from(ConsentHow),
        st.datetimes(timezones=ZONES).map(lambda at: at.replace(second=0, microsecond=0)),
        st.sampled_from(ConsentScope),
    ),
    provenance=st.builds(Provenance, SLUGS, SLUGS, SLUGS, SLUGS, SLUGS),
    follow_up_detail=st.none() | TEXTS,
    note=st.none() | TEXTS,
    hearing=st.none()
    | st.builds(
        Hearing, st.sampled_from(Playback), st.none() | st.sampled_from(Told), st.booleans()
    ),
)
PLAIN = RedactedSummary(
    call_date=date(2026, 4, 7),
    duration_s=1800,
    listening_share=0.62,
    unheard_s=30,
    open_count=9,
    closed_count=4,
    steps_reached=(1, 2, 5),
    goals_met=("space.consent",),
    issues=(Fact("wages", Origin.HEARD),),
    decision_maker=None,
    ask=None,
    commitment=Fact("yes", Origin.TAPPED),
    next_step=RecordedStep("them", "attend_meeting", "2026-04-14T18:00", Origin.TYPED, True),
    self_care=None,
    follow_up=None,
    consent=Consent(ConsentHow.SPOKEN, datetime(2026, 4, 7, 18, 0, tzinfo=timezone.utc)),
    provenance=Provenance("0.1.0", "one-on-one.en", "1.1.0", "ab" * 32, "sphinx"),
    note=SafeText("met at the [place]"),
)


@given(RECORDS)
def test_records_what_is_written_is_read_back(record: RedactedSummary) -> None:
    text = to_json(record)

    assert from_json(text) == record
    assert text.isascii()
    assert "\n" not in text


def test_records_say_how_the_sound_was_set_up_since_the_second_form() -> None:
    headset = Hearing(Playback.HEADSET, Told.MEASURED)
    first, second = (json.loads(to_json(r)) for r in (PLAIN, replace(PLAIN, hearing=headset)))
    assert (first.pop("form"), second.pop("form")) == (1, 2)
    told = {"playback": "headset", "told": "measured", "loopback_allowed": False}
    assert second.pop("hearing") == told
    assert first == second, "whatever was approved before keeps its very bytes"


@pytest.mark.parametrize(
    "hearing",
    [
        {"playback": "loud", "told": None, "loopback_allowed": False},
        {"playback": "headset", "told": "guessed", "loopback_allowed": False},
        {"playback": "headset", "told": None, "loopback_allowed": "no"},
        {"playback": "headset", "told": None},
        {"playback": "headset", "told": None, "loopback_allowed": False, "device": "a name"},
    ],
)
def test_records_a_changed_account_of_the_sound_is_refused(hearing: dict[str, object]) -> None:
    values = json.loads(to_json(replace(PLAIN, hearing=Hearing()))) | {"hearing": hearing}
    with pytest.raises(ValueError, match="record"):
        from_json(json.dumps(values, sort_keys=True))


@given(st.text() | st.recursive(st.none() | st.integers() | st.text(), st.lists).map(json.dumps))
def test_records_other_text_is_refused_without_quoting_it(text: str) -> None:
    with pytest.raises(ValueError, match="record") as caught:
        from_json(text)

    assert len(text) < 8 or text not in str(caught.value)


@pytest.mark.parametrize(
    "change",
    [
        {"transcript": "she said it"},
        {"open_count": "9"},
        {"open_count": -1},
        {"listening_share": 1.5},
        {"steps_reached": [1, 6]},
        {"commitment": {"value": "surely", "origin": "tapped"}},
        {"issues": [{"value": "wages", "origin": "heard", "quote": "they cut it"}]},
        {"call_date": "tomorrow"},
        {"form": 2},
        {"form": 3},
        {"hearing": None},
        {"hearing": {"playback": "headset", "told": None, "loopback_allowed": False}},
        {"note": "plain text"},
    ],
)
def test_records_a_changed_record_is_refused(change: dict[str, object]) -> None:
    values = json.loads(to_json(PLAIN)) | change

    with pytest.raises(ValueError, match=r"^[a-z]") as caught:
        from_json(json.dumps(values, sort_keys=True))

    assert "she said it" not in str(caught.value)


@pytest.mark.parametrize(
    "step",
    [
        RecordedStep("the boss", None, None, Origin.HEARD),
        RecordedStep("them", None, "Thursday at six", Origin.HEARD),
        RecordedStep("them", None, "2026-04-14T18:00:30", Origin.HEARD),
    ],
)
def test_records_nothing_out_of_range_is_written(step: RecordedStep) -> None:
    with pytest.raises(ValueError, match="next_step"):
        to_json(replace(PLAIN, next_step=step))


def test_records_the_text_of_a_summary_stays_out_of_its_repr() -> None:
    assert "met at" not in repr(PLAIN)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-04-14", True),
        ("2026-04-14T18:00", True),
        ("2026-4-14", False),
        ("2026-02-30", False),
        ("2026-04-14T18:00:00", False),
        ("2026-04-14 18:00", False),
        ("", False),
    ],
)
def test_records_know_a_day_and_a_minute(text: str, expected: bool) -> None:
    assert is_day_or_minute(text) is expected

"""What the server takes as a record: exactly what companion writes, and no other text."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import date
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from companion.domain.call import Consent, ConsentHow
from companion.domain.dialogue import Origin
from companion.domain.record import Fact, RecordedStep, RedactedSummary, SafeText
from companion.errors import StoreError
from companion.records import to_json
from companion.store.guard import Guard
from tests.fakes.store import NOW, FakeRedactor, summary_of
from tests.fakes.team import ORGANIZER, clean_team

RECORD = to_json(summary_of())


@pytest.fixture(scope="module")
def member() -> Iterator[psycopg.Connection[Any]]:
    with clean_team().raw(ORGANIZER) as connection:
        yield connection


def fits(
    member: psycopg.Connection[Any],
    record: str,
    *,
    call_date: str = "2026-04-14",
    commitment: str | None = "yes",
    issues: str = "|hours/scheduling|safety|",
    agreed: bool = True,
) -> bool:
    row = member.execute(
        "SELECT companion.fits(%s, %s, %s, %s, %s)", (record, call_date, commitment, issues, agreed)
    ).fetchone()
    assert row is not None
    return bool(row[0])


def fits_of(member: psycopg.Connection[Any], summary: RedactedSummary) -> bool:
    """As the program would send it."""
    return fits(
        member,
        to_json(summary),
        call_date=summary.call_date.isoformat(),
        commitment=summary.commitment.value if summary.commitment else None,
        issues="".join(f"|{fact.value}" for fact in summary.issues) + "|",
        agreed=summary.agreed,
    )


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"note": None, "follow_up_detail": None, "consent": None, "next_step": None},
        {"listening_share": None, "issues": (), "goals_met": (), "steps_reached": ()},
        {"listening_share": 1.0},
        {"listening_share": 0.0},
        {"commitment": None, "ask": None, "decision_maker": None, "self_care": None},
        {"note": SafeText('café "q" \\ / naïve 😀 [name]', ("Ana", "José"))},
        {"issues": (Fact("salaires/primes d été"[:40], Origin.TYPED),)},
        {"next_step": RecordedStep("both", None, "2026-05-01", Origin.TYPED, True, SafeText("x"))},
        {"next_step": RecordedStep("them", None, "2026-05-01", Origin.TYPED, True, None)},
        {"next_step": RecordedStep(None, "meeting", None, Origin.HEARD)},
        {"consent": Consent(ConsentHow.WRITTEN, NOW.replace(microsecond=5))},
        {"note": SafeText("x" * 400)},
        {"call_date": date(2024, 2, 29)},
    ],
)
def test_team_records_what_companion_writes_is_taken(
    member: psycopg.Connection[Any], changes: dict[str, Any]
) -> None:
    assert fits_of(member, summary_of(**changes))


def with_value(name: str, value: object) -> str:
    data = json.loads(RECORD)
    assert name in data
    return json.dumps({**data, name: value}, sort_keys=True)


def with_note(text: object) -> str:
    return with_value("note", {"kept": [], "text": text})


def with_issue(value: str) -> str:
    return with_value("issues", [{"origin": "heard", "value": value}])


HOSTILE: dict[str, str] = {
    "no JSON": "my notes about Zoltan",
    "empty": "",
    "another key": json.dumps({**json.loads(RECORD), "diary": "words"}, sort_keys=True),
    "a key twice": RECORD.replace(
        '"open_count"', '"note": {"kept": [], "text": "x"}, "open_count"'
    ),
    "blanks to hide words in": RECORD.replace(", ", " ,  "),
    "a line after it": RECORD + "\nwords",
    "a line before it": "words\n" + RECORD,
    "letters that are not escaped": RECORD.replace("quieter", "quietér"),
    "a letter escaped for no reason": RECORD.replace("wants", "w\\u0041nts"),
    "control characters": with_note("a\u0007b"),
    "a line break": with_note("a\nb"),
    "half a character": RECORD.replace("wants", "\\ud83d"),
    "a note too long": with_note("x" * 401),
    "a note too long in escapes": with_note("é" * 401),
    "too many kept words": with_value("note", {"kept": ["abcde"] * 100, "text": "x"}),
    "a text that is a list": with_note(["x"]),
    "an id too long": with_value("ask", {"origin": "heard", "value": "x" * 41}),
    "an id with other signs": with_value("ask", {"origin": "heard", "value": "<b>x</b>"}),
    "an answer that is none": with_value("commitment", {"origin": "heard", "value": "perhaps"}),
    "an origin that is none": with_value("ask", {"origin": "guessed", "value": "meeting"}),
    "a day that is none": with_value("call_date", "2026-02-31"),
    "a number with words": with_value("open_count", "nine"),
    "a negative number": with_value("open_count", -1),
    "a number of another kind": RECORD.replace('"open_count": 9', '"open_count": 9e0'),
    "a huge number": with_value("open_count", 10**40),
    "a share above one": with_value("listening_share", 1.5),
    "a sixth step": with_value("steps_reached", [6]),
    "another form": with_value("form", 2),
    "consent to the helper only": RECORD.replace('"scope": "summary"', '"scope": "help"'),
    "a fingerprint that is none": RECORD.replace("0" * 64, "z" * 64),
    "too large": with_value("goals_met", ["x" * 30] * 600),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_team_records_anything_else_is_refused(member: psycopg.Connection[Any], what: str) -> None:
    assert not fits(member, HOSTILE[what])


@pytest.mark.parametrize(
    "columns",
    [
        {"call_date": "2026-04-15"},
        {"commitment": "no"},
        {"commitment": None},
        {"issues": "|hours/scheduling|safety|Zoltan said|"},
        {"issues": ""},
        {"agreed": False},
    ],
)
def test_team_records_columns_that_say_something_else_are_refused(
    member: psycopg.Connection[Any], columns: dict[str, Any]
) -> None:
    assert not fits(member, RECORD, **columns)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("code", "Zoltan B."),
        ("code", "-"),
        ("deletion_digest", "not a digest"),
        ("deletion_digest", "A" * 64),
        ("approved_at", "on Tuesday, at the cafe"),
        ("edited_at", "yesterday"),
    ],
)
def test_team_records_other_columns_take_no_words(column: str, value: str) -> None:
    values = {
        "deletion_digest": "a" * 64,
        "code": "maple-1",
        "record": RECORD,
        "approved_at": "2026-04-14T18:30:00.000000+00:00",
        "edited_at": None,
        "call_date": "2026-04-14",
        "commitment": "yes",
        "issues": "|hours/scheduling|safety|",
        "agreed": True,
        column: value,
    }
    team = clean_team()
    names = ", ".join(values)
    slots = ", ".join(["%s"] * len(values))
    with team.raw(ORGANIZER) as member, pytest.raises(psycopg.errors.CheckViolation):
        member.execute(
            f"INSERT INTO companion.shared_call ({names}) VALUES ({slots})",
            list(values.values()),
        )
    assert team.rows() == []


ids = st.text("abcdefgh é/-._", min_size=1, max_size=39).map(lambda text: f"x{text}"[:40])
facts = st.builds(Fact, ids, st.sampled_from(Origin))
words = st.text(max_size=60).filter(str.isprintable)
texts = st.builds(SafeText, words, st.lists(words, max_size=3).map(tuple))


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    issues=st.lists(facts, max_size=4).map(tuple),
    share=st.none() | st.integers(0, 100).map(lambda n: n / 100),
    note=st.none() | texts,
    ask=st.none() | facts,
    count=st.integers(0, 100_000),
)
def test_team_records_whatever_the_save_layer_lets_through_is_taken(
    member: psycopg.Connection[Any],
    issues: tuple[Fact, ...],
    share: float | None,
    note: SafeText | None,
    ask: Fact | None,
    count: int,
) -> None:
    summary = replace(
        summary_of(), issues=issues, listening_share=share, note=note, ask=ask, open_count=count
    )
    checked = None
    with suppress(StoreError):
        checked = Guard(FakeRedactor()).summary(summary)
    if checked is not None:
        assert fits_of(member, checked)

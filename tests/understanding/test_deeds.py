"""What is to be done, in safe common words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from companion.understanding.deeds import (
    deed_in,
    deed_of_answer,
    deed_of_organizer,
    more_exactly,
)
from companion.understanding.words import read


@given(st.text(max_size=60))
def test_deeds_never_quote_the_call(text: str) -> None:
    norms = read(text).norms
    known = {deed_in(norms, (), together=False), deed_of_organizer(norms), deed_of_answer(norms)}
    assert all(deed is None or (deed.isascii() and len(deed) < 60) for deed in known)


def test_deeds_hold_no_name_or_number() -> None:
    norms = read("Bring Marguerite's 14 photos to the breakfast at Dunmore, would you?").norms
    assert deed_in(norms, (), together=False) == "come to the breakfast and bring the photos"


@pytest.mark.parametrize(
    ("text", "together", "what"),
    [
        ("We practice on Sunday.", True, "practice together"),
        ("Can we write it at the library?", True, "write it together"),
        ("You write on Sunday.", False, None),
        ("Bring three of your ten.", False, "bring_someone"),
        ("You, with four people.", False, "bring_someone"),
        ("He was there with four people.", False, None),
        ("Bring your ten.", False, None),
        ("Would you take your name off it?", False, None),
        ("Would you put your name on it?", False, "sign"),
        ("Come with that notebook and sign.", False, "come with the notebook and sign"),
        ("Six o'clock, and the counts from like March on.", False, None),
        ("Will you march?", False, "join_action"),
        ("You need not speak, just sit with us.", False, "come and join the others"),
        ("Get up there and say that, two minutes.", False, "speak_publicly"),
    ],
)
def test_deeds_by_their_words(text: str, together: bool, what: str | None) -> None:
    assert deed_in(read(text).norms, (), together=together) == what


@pytest.mark.parametrize(
    ("what", "place", "more", "exactly"),
    [
        ("join_action", "come to the gate", None, "join an action at the gate"),
        ("join_action", None, None, "join_action"),
        ("attend_meeting", None, "bring the notes", "come to the meeting and bring the notes"),
        ("attend_meeting", "come to the hall", "sign", "attend_meeting"),
        ("sign", "come to the gate", "bring the notes", "sign"),
        (None, None, None, None),
    ],
)
def test_deeds_more_exactly(
    what: str | None, place: str | None, more: str | None, exactly: str | None
) -> None:
    assert more_exactly(what, place, more) == exactly

"""Words: what they are made of, and what stands between them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from companion.redaction.words import Kind, read_words


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("hello", [Kind.LETTERS]),
        ("can't", [Kind.LETTERS]),
        ("it’s", [Kind.LETTERS]),
        ("twenty-two", [Kind.LETTERS, Kind.LETTERS]),
        ("42", [Kind.DIGITS]),
        ("４２", [Kind.STRANGE]),
        ("4b", [Kind.STRANGE]),
        ("a_b", [Kind.STRANGE]),
        ("x" * 41, [Kind.STRANGE]),
        ("a\u200bb", [Kind.STRANGE]),
        ("[name]", [Kind.MASK]),
        ("[names]", [Kind.LETTERS]),
        ("'em", [Kind.LETTERS]),
        ("- … ?", []),
    ],
)
def test_words_kinds(text: str, kinds: list[Kind]) -> None:
    assert [w.kind for w in read_words(text)] == kinds


def test_words_sentences_and_capitals() -> None:
    words = read_words('So Dana left. "May I?" she said')
    assert [w.norm for w in words if w.capital and not w.opens] == ["dana", "i"]
    assert [w.norm for w in words if w.stop_before] == ["may", "she"]


def test_words_capitals_tell_nothing_where_all_are_capitals() -> None:
    assert not any(w.capital for w in read_words("CALL DANA NOW"))


@given(st.text(max_size=200))
def test_words_hold_every_letter_and_digit(text: str) -> None:
    words = read_words(text)
    for at, char in enumerate(text):
        if char.isalnum():
            assert sum(w.start <= at < w.end for w in words) == 1

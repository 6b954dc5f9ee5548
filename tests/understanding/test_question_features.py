"""What the tagger of questions sees: one row a word, and nothing of the topic."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from companion.understanding.question_features import features, word_class
from companion.understanding.words import read, word_set

KNOWN = word_set("do you like the is it not so there")


@given(st.text(max_size=120))
def test_question_features_one_row_a_word(text: str) -> None:
    spoken = read(text)
    assert len(features(spoken, KNOWN)) == len(spoken.words)


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("So do you like the boat?", "So do you like the lamp?"),
        ("so do you like the mill there", "so do you like the boat there"),
        ("The painter paints.", "The welder welds."),
    ],
)
def test_question_features_topics_look_alike(text: str, other: str) -> None:
    assert features(read(text), KNOWN) == features(read(other), KNOWN)


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("Do you like it?", "Do you like it."),
        ("you like it", "do you like it"),
        ("so, is it there?", "so is it there?"),
    ],
)
def test_question_features_tell_marks_and_order_apart(text: str, other: str) -> None:
    assert features(read(text), KNOWN) != features(read(other), KNOWN)


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("it leaks isn't it", 3),
        ("it leaks does it", 2),
        ("it leaks and it does it badly", 0),
        ("do you like it", 0),
    ],
)
def test_question_features_see_tags(text: str, length: int) -> None:
    rows = features(read(text), KNOWN)
    lengths = [int(f[4:]) for row in rows for f in row if f.startswith("tag=") and " " not in f]
    assert lengths == ([length] if length else [])


@pytest.mark.parametrize(
    ("word", "name"),
    [("does", "DO"), ("where", "WH"), ("1998", "NUMBER"), ("welding", "-ing"), ("boat", "x")],
)
def test_question_features_word_classes(word: str, name: str) -> None:
    assert word_class(word) == name

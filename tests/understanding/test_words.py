"""Reading an utterance: words with their places, sentences, quotes, hostile text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from companion.understanding.words import MAX_CHARS, read


@pytest.mark.parametrize(
    ("text", "norms"),
    [
        ("What's it like?", ["what", "is", "it", "like"]),
        ("They\u2019ll say no", ["they", "will", "say", "no"]),
        ("don't, can't, won't", ["do", "not", "can", "not", "will", "not"]),
        ("the manager's desk", ["the", "manager", "'s", "desk"]),
        ("youre sure thats it", ["you", "are", "sure", "that", "is", "it"]),
        ("its well if we were", ["its", "well", "if", "we", "were"]),
        ("at 6:30 p.m. on", ["at", "6:30", "pm", "on"]),
        ("\U0001f600 \x00\x07 \u200b", []),
        ("", []),
    ],
)
def test_words_open_contractions(text: str, norms: list[str]) -> None:
    assert read(text).norms == norms


@pytest.mark.parametrize(
    ("text", "marks"),
    [
        ("Hi. How are you? Great!", [".", "?", "!"]),
        ("Mr. Webb said so.", ["."]),
        ("well... you know", [""]),
        ("hi how are you", [""]),
        ("What?! No way.", ["?", "."]),
        ("Is it kim.ray@example.org still? Good.", ["?", "."]),
        ("It is on example.com.", ["."]),
        ("I said so.Then he left.", [".", "."]),
        ("...", []),
    ],
)
def test_words_find_sentences(text: str, marks: list[str]) -> None:
    assert [sentence.mark for sentence in read(text).sentences] == marks


def test_words_know_quotes_only_where_they_close() -> None:
    closed = read('he said "are you done" and left')
    assert [w.norm for w in closed.words if w.quoted] == ["are", "you", "done"]
    assert not any(w.quoted for w in read("he is 6' 2\" tall and so on").words)


@given(st.text(max_size=300))
def test_words_places_lie_in_order_within_the_text(text: str) -> None:
    spoken = read(text)
    for word in spoken.words:
        assert 0 <= word.start_char < word.end_char <= len(text)
    starts = [w.start_char for w in spoken.words]
    assert starts == sorted(starts)
    assert sum(s.end - s.first for s in spoken.sentences) == len(spoken.words)


def test_words_read_long_text_up_to_a_limit() -> None:
    assert read("word " * 20_000).words[-1].end_char <= MAX_CHARS
    assert "secret" not in repr(read("secret plan"))

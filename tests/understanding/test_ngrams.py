from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from companion.understanding import ngrams


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("You good to talk?", ["you", "good", "to", "talk", "?"]),
        ("you good to talk", ["you", "good", "to", "talk"]),
        ("It’s 6:30, isn't it", ["it's", "isn't", "it"]),
        ("ÉCOUTE… ça va", ["écoute", "ça", "va"]),
        ("12 34 !!", []),
    ],
)
def test_ngrams_tokens_are_words_and_question_marks(text: str, expected: list[str]) -> None:
    assert ngrams.tokens(text) == expected


def test_ngrams_blocks_hold_runs_of_words_of_characters_and_the_words_before() -> None:
    blocks = ngrams.blocks(["we", "win"], [["who", "?"]])
    assert blocks[ngrams.WORDS] == ["we", "win", "we win"]
    assert " we" in blocks[ngrams.CHARS]
    assert "in " in blocks[ngrams.CHARS]
    assert not any("e w" in gram for gram in blocks[ngrams.CHARS]), "never across words"
    assert blocks[ngrams.EARLIER] == ["0 who", "0 ?", f"1 {ngrams.START}"]


def test_ngrams_beginning_of_a_call_is_told() -> None:
    first = ngrams.blocks(["hi"], [])[ngrams.EARLIER]
    later = ngrams.blocks(["hi"], [["a"], ["b"]])[ngrams.EARLIER]
    assert first == [f"0 {ngrams.START}", f"1 {ngrams.START}"]
    assert later == ["0 a", "1 b"]


@given(st.text(max_size=300))
def test_ngrams_any_text_is_read(text: str) -> None:
    blocks = ngrams.blocks(ngrams.tokens(text), [])
    assert set(blocks) == set(ngrams.BLOCKS)


def test_ngrams_work_is_bounded_for_a_text_of_any_length() -> None:
    assert len(ngrams.tokens("word " * 100_000)) == 400

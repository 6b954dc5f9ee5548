"""The phrase language: what trainers may write, what is found, what is refused."""

from __future__ import annotations

import pytest

from companion.understanding.phrases import PhraseError, PhraseMatcher, compile_phrase, readings
from companion.understanding.words import read


def said(phrase: str, text: str) -> list[str]:
    spoken = read(text)
    matcher = PhraseMatcher([("it", phrase)])
    return [
        text[spoken.words[m.first].start_char : spoken.words[m.end - 1].end_char]
        for m in matcher.find(spoken.words)
    ]


@pytest.mark.parametrize(
    ("phrase", "text", "found"),
    [
        ("good time", "Is this a GOOD time?", ["GOOD time"]),
        ("what is hard", "so what's hard there", ["what's hard"]),
        ("what's hard", "what is hard", ["what is hard"]),
        ("going to", "I'm gonna call", ["gonna"]),
        ("(boss|shift lead)", "my shift lead said", ["shift lead"]),
        ("so [very] tired", "so tired, so very tired", ["so tired", "so very tired"]),
        ("thank you * time", "thank you for your time", ["thank you for your time"]),
        ("thank you * time", "thank you time", ["thank you time"]),
        ("(the [old]|your) boss", "the old boss", ["the old boss"]),
        ("thank you * time", "thank you one two three four five time", []),
        ("good time", "That is good. Time flies.", []),
        ("good time", "goodtime", []),
        ("who decides", "", []),
        ("caf\u00e9 open", "the CAF\u00c9 open", ["CAF\u00c9 open"]),
    ],
)
def test_phrases_find_what_was_said(phrase: str, text: str, found: list[str]) -> None:
    assert said(phrase, text) == found


def test_phrases_take_the_longest_reading() -> None:
    assert said("who [do you think]", "who do you think") == ["who do you think"]


@pytest.mark.parametrize(
    ("phrase", "remedy"),
    [
        ("", "write the words"),
        ("(a|b", "close it"),
        ("a)", "stray"),
        ("(a|)", "empty choice"),
        ("* time", "begin with a word"),
        ("time *", "end with a word"),
        ("[maybe]", "outside square brackets"),
        ("a | b", "outside brackets"),
        ("a * b * c * d * e", "stars"),
    ],
)
def test_phrases_refuse_what_cannot_be_read(phrase: str, remedy: str) -> None:
    with pytest.raises(PhraseError, match=remedy):
        compile_phrase(phrase)


def test_phrases_list_their_readings() -> None:
    assert sorted(readings("(a|b c) [d]")) == [("a",), ("a", "d"), ("b", "c"), ("b", "c", "d")]
    assert len(list(readings("(a|b|c|d) (a|b|c|d) (a|b|c|d) (a|b|c|d)", limit=10))) == 10

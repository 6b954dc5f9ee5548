from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from companion.understanding.phrase_end import mid_phrase


@pytest.mark.parametrize(
    "text",
    [
        "we met last week and",
        "I stayed because",
        "they moved it to the",
        "The heat. And the.",
        "so um",
        "what I wanted to say is that",
        "I would like to",
        "we",
        "and then I",
        "that's",
        "it was hot, and we’re",
        "well, the thing is...",
        "first of all,",
        "I wanted to ask —",
        "a friend of",
        "OR",
    ],
)
def test_phrase_end_hears_that_more_is_coming(text: str) -> None:
    assert mid_phrase(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "...",
        "thank you",
        "how has it been for you",
        "What are you hoping for?",
        "what are you looking for",
        "who do you report to",
        "that is where they are",
        "neither do I",
        "I know what it is",
        "I think so.",
        "I want you to.",
        "see you on thursday at six",
        "they told me about that.",
        "the band",
        "my panda",
    ],
)
def test_phrase_end_hears_that_the_phrase_is_done(text: str) -> None:
    assert not mid_phrase(text)


@given(st.text())
def test_phrase_end_judges_any_text(text: str) -> None:
    assert mid_phrase(text) == mid_phrase(f"  {text} ")

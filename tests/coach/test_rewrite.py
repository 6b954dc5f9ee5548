"""Open rewrites of the organizer's own closed questions."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from companion.coach.rewrite import Rewriter
from companion.domain.prompt import MAX_WORDS
from companion.understanding.rewrites import compile_template
from tests.understanding.calls import shipped_rap

REWRITER = Rewriter(shipped_rap())


@pytest.mark.parametrize(
    ("closed", "opened"),
    [
        ("Do you like where you work?", "What do you like about where you work?"),
        ("Do you feel safe there?", "When do you feel safe there, and when not?"),
        ("do you feel safe there", "When do you feel safe there, and when not?"),
        ("So, um, do you feel safe there, right?", "When do you feel safe there, and when not?"),
        ("DO YOU FEEL SAFE THERE?", "When do you feel safe there, and when not?"),
        ("Do you, do you get your breaks?", "How does it go with your breaks?"),
        ("Do you have enough light?", "How do things stand with light?"),
        ("Are you happy with the new roster?", "How do you feel about the new roster?"),
        ("Is your landlord fair?", "How are things with your landlord?"),
        ("Don't you think it's unfair?", "What makes it unfair for you, or not?"),
        ("Would you change the roster?", "What would you change about the roster?"),
    ],
)
def test_rewrite_opens_the_organizers_own_question(closed: str, opened: str) -> None:
    assert REWRITER.open_form(closed) == opened


@pytest.mark.parametrize(
    "closed",
    [
        "",
        "You okay?",
        "Really?",
        "Could they ever?",
        "Do you think that if they had told you before the summer that all of it would change you?",
        "Do you feel \U0001f600?",
        "Do you like " + "very " * 40 + "much?",
        "do you like the",
        "\x00\x07",
    ],
)
def test_rewrite_gives_none_where_none_would_be_good(closed: str) -> None:
    assert REWRITER.open_form(closed) is None


@given(st.text(max_size=80), st.sampled_from(["do you like ", "do you feel ", "is your ", ""]))
def test_rewrite_fits_a_card_whatever_was_asked(rest: str, opening: str) -> None:
    text = REWRITER.open_form(opening + rest)
    assert text is None or (0 < len(text.split()) <= MAX_WORDS and "{" not in text)


@pytest.mark.parametrize(
    ("closed", "opened", "remedy"),
    [
        ("{it} works", "How does {it} work?", "begin with a word"),
        ("do you {it}", "What about {that}?", "same name in both"),
        ("do you {it} and {it}", "What about {it}?", "its own name"),
        (
            "do you {it}",
            "one two three four five six seven eight nine ten eleven {it} x",
            "most 12",
        ),
        ("do you {it}", "", "empty"),
    ],
)
def test_rewrite_templates_that_do_not_fit_are_refused(
    closed: str, opened: str, remedy: str
) -> None:
    with pytest.raises(ValueError, match=remedy):
        compile_template(closed, opened)

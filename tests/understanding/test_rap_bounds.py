"""A rap of any making is looked at in bounded time, and hides nothing."""

from __future__ import annotations

import pytest

from companion.documents import parse_document
from companion.errors import RapError
from companion.understanding.phrases import PhraseError, PhraseMatcher, compile_phrase
from companion.understanding.rap import check_rap
from companion.understanding.rap_bounds import MAX_LIST, MAX_TEXTS, invisible_texts, unseen
from companion.understanding.words import read
from tests.fakes.own_raps import TEXT, changed


def problem(text: str) -> str:
    with pytest.raises(RapError) as caught:
        check_rap(parse_document(text.encode(), "their.yaml"))
    return str(caught.value)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "the file is empty; 'companion rap new NAME'"),
        ("just words", "is no rap"),
        ("- a list", "is no rap"),
        (changed({"schema: 1": "schema: 2"}), "is form 2, which this companion does not know yet"),
        (changed({"schema: 1": "schema: one"}), "write 'schema: 1'"),
    ],
)
def test_rap_bounds_what_is_no_rap_has_one_problem(text: str, expected: str) -> None:
    told = problem(text)
    assert expected in told
    assert "has one problem" in told


def test_rap_bounds_refuses_more_than_any_rap_holds() -> None:
    example = '      - "Example {} about the lamps and the doors"\n'
    at = TEXT.index("    examples:\n") + len("    examples:\n")
    many = "".join(example.format(n) for n in range(MAX_LIST + 1))
    assert "more than 2000 entries" in problem(TEXT[:at] + many + TEXT[at:])
    phrases = "\n".join(f'  - closed: "a{n}"\n    open: "b{n}"' for n in range(MAX_TEXTS // 3))
    assert f"more than {MAX_TEXTS} texts" in problem(TEXT + phrases)
    assert "more than 2000 characters" in problem(
        changed({"Say back in your words what you just heard.": "word " * 500})
    )


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("plain", None),
        ("naïve café – “quoted”, ñ, 日本", None),
        ("two\nlines\tand a tab", None),
        ("a joiner\u200cis spelling in Persian", None),
        ("turned \u202eround", "U+202E"),
        ("\u2066isolated", "U+2066"),
        ("zero\u200bwidth", "U+200B"),
        ("bell\x07", "U+0007"),
        ("escape \x1b[2J", "U+001B"),
        ("\ufeffmark", "U+FEFF"),
        ("own \ue000 sign", "U+E000"),
        ("line\u2028end", "U+2028"),
    ],
)
def test_rap_bounds_tells_unseen_characters(text: str, found: str | None) -> None:
    assert unseen(text) == found
    assert bool(list(invisible_texts({"cards": [text]}))) is (found is not None)


def test_rap_bounds_unseen_characters_are_told_with_their_line() -> None:
    card = "Leave room for a no. You can talk without it."
    told = problem(changed({card: "Leave room \u202e for a no."}))
    line = TEXT[: TEXT.index(card)].count("\n") + 1
    assert f"line {line}, steps.0.goals.0.prompts.1.text: holds the unseen character U+202E" in told


@pytest.mark.parametrize(
    "phrase",
    [
        "[a] " * 13 + "b",
        "(a|b) " * 40,
        "a * b * c * d * e",
        "word " * 300,
        "[" * 70 + "a" + "]" * 70,
    ],
)
def test_rap_bounds_refuses_phrases_that_would_blow_up(phrase: str) -> None:
    with pytest.raises(PhraseError):
        compile_phrase(phrase)


@pytest.mark.parametrize(
    ("phrase", "longest"),
    [("[a] " * 12 + "b", None), ("a * a * a * a", 16), ("(a|a [a]|a a) " * 9 + "a", 19)],
)
def test_rap_bounds_matches_the_worst_phrase_step_by_step(phrase: str, longest: int | None) -> None:
    # Going through all ways to match would take longer than anybody lives.
    found = PhraseMatcher([("k", phrase)]).find(read("a " * 60).words)
    ends = [match.end - match.first for match in found]
    assert max(ends, default=None) == longest

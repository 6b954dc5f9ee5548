"""Question clauses: exact spans and kinds, punctuated and bare, with as many negatives."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from companion.understanding.questions import RuleQuestionDetector
from companion.understanding.words import read

DETECTOR = RuleQuestionDetector()


def asked(text: str) -> list[tuple[str, str]]:
    return [(q.text, q.kind.value) for q in DETECTOR.find(read(text))]


@pytest.mark.parametrize(
    ("text", "questions"),
    [
        ("Do you feel safe there?", [("Do you feel safe there?", "closed")]),
        ("Okay, so are you sleeping?", [("are you sleeping?", "closed")]),
        ("I'm not too early, am I?", [("I'm not too early, am I?", "closed")]),
        ("How deep is the ditch?", [("How deep is the ditch?", "narrow")]),
        ("What's that tool called?", [("What's that tool called?", "narrow")]),
        ("What are they up to?", [("What are they up to?", "open")]),
        ("My old boss, who knows?", [("who knows?", "rhetorical")]),
        ("What do you like about the job?", [("What do you like about the job?", "open")]),
        ("How long have you lived there?", [("How long have you lived there?", "narrow")]),
        ("What time do they lock the gate?", [("What time do they lock the gate?", "narrow")]),
        ("Where do you park?", [("Where do you park?", "narrow")]),
        (
            "Who do you think could fix the roof?",
            [("Who do you think could fix the roof?", "open")],
        ),
        ("Who decides about the bonus?", [("Who decides about the bonus?", "open")]),
        ("Is it the pay, or is it the hours?", [("Is it the pay, or is it the hours?", "closed")]),
        ("You told the foreman?", [("You told the foreman?", "closed")]),
        ("It leaks every night, right?", [("It leaks every night, right?", "closed")]),
        ("Don't you get a lunch?", [("Don't you get a lunch?", "closed")]),
        ("Why not?", [("Why not?", "open")]),
        (
            "What happened then? Did anyone help?",
            [("What happened then?", "open"), ("Did anyone help?", "closed")],
        ),
        (
            "When you come home, what do you do first?",
            [("what do you do first?", "open")],
        ),
        ('She goes, "are you deaf?" and I left.', [("are you deaf?", "rhetorical")]),
        ("He's there all day, you know?", [("He's there all day, you know?", "closed")]),
        ("You know what I mean?", [("You know what I mean?", "rhetorical")]),
        ("Do you have a minute.", [("Do you have a minute.", "closed")]),
        ("What time you get off?", [("What time you get off?", "narrow")]),
    ],
)
def test_questions_with_marks(text: str, questions: list[tuple[str, str]]) -> None:
    assert asked(text) == questions


@pytest.mark.parametrize(
    ("text", "questions"),
    [
        ("do you feel safe there", [("do you feel safe there", "closed")]),
        ("okay so are you getting your breaks", [("are you getting your breaks", "closed")]),
        ("what do you like about the job", [("what do you like about the job", "open")]),
        ("how long have you lived there", [("how long have you lived there", "narrow")]),
        (
            "well what would you change first",
            [("what would you change first", "open")],
        ),
        (
            "i see do you ever get a day off",
            [("do you ever get a day off", "closed")],
        ),
        (
            "what did he say okay did you write it down",
            [("what did he say", "open"), ("did you write it down", "closed")],
        ),
        ("that is a long drive isn't it", [("that is a long drive isn't it", "closed")]),
        ("can i put you down for friday", [("can i put you down for friday", "closed")]),
    ],
)
def test_questions_without_marks(text: str, questions: list[tuple[str, str]]) -> None:
    assert asked(text) == questions


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Mm.",
        "I do what I can.",
        "That's what they told me.",
        "Do that tonight.",
        "I know how it is when you are tired.",
        "Tell me what you think.",
        "When I was at the mill, we had no gloves.",
        "There's a lot going on.",
        "Don't you worry.",
        "Had I known, I would have come.",
        "May, it's good to hear you.",
        "i know what you mean",
        "that's all they do all day",
        "there is a meeting on friday and there's food",
        "so do that before you go to bed",
        "this is how it was when i started",
        "they said it is the law",
        "walk me through it",
        "that's right",
        "all right",
    ],
)
def test_questions_are_not_invented(text: str) -> None:
    assert asked(text) == []


PIECES = "do you what is it how long the boss and so right okay feel ? . , \" I don't who when"
WORDS = st.sampled_from(PIECES.split())


@given(st.one_of(st.text(max_size=200), st.lists(WORDS, max_size=40).map(" ".join)))
def test_questions_spans_are_exact_and_apart(text: str) -> None:
    questions = DETECTOR.find(read(text))
    end = 0
    for question in questions:
        assert question.text == text[question.start_char : question.end_char]
        assert question.start_char >= end
        assert question.text.strip()
        end = question.end_char


def test_questions_stay_out_of_reprs() -> None:
    assert "safe" not in repr(DETECTOR.find(read("Do you feel safe?")))

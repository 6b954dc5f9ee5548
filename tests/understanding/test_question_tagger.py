"""The trained tagger of questions as it ships: spans, kinds, negatives, and its fallbacks."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from companion import locations
from companion.domain.dialogue import QuestionKind
from companion.errors import ModelError
from companion.understanding.learned_parts import questions_for
from companion.understanding.question_tagger import (
    FILE,
    MAX_BARE_WORDS,
    QuestionTagger,
    read_weights,
)
from companion.understanding.questions import MAX_QUESTIONS, RuleQuestionDetector
from companion.understanding.rap import find_rap
from companion.understanding.words import read

SHIPPED = locations.shipped("models", FILE)
DETECTOR = QuestionTagger(read_weights(SHIPPED))


def asked(text: str) -> list[tuple[str, str]]:
    return [(q.text, q.kind.value) for q in DETECTOR.find(read(text))]


@pytest.mark.parametrize(
    ("text", "questions"),
    [
        ("Do you like the new kitchen?", [("Do you like the new kitchen?", "closed")]),
        ("So what did he say to that?", [("So what did he say to that?", "open")]),
        ("How long have you had the truck?", [("How long have you had the truck?", "narrow")]),
        ("You're still at the bakery?", [("You're still at the bakery?", "closed")]),
        ("It gets cold in there, doesn't it?", [("It gets cold in there, doesn't it?", "closed")]),
        ("Is it the money or the hours?", [("Is it the money or the hours?", "closed")]),
        ("Didn't they fix that already?", [("Didn't they fix that already?", "closed")]),
        ("And you told your sister, or...?", [("And you told your sister, or...?", "closed")]),
        (
            "Wow. Okay. What happened then? Did anyone help you?",
            [("What happened then?", "open"), ("Did anyone help you?", "closed")],
        ),
        ("I see. Do you live close by? We do.", [("Do you live close by?", "closed")]),
    ],
)
def test_question_tagger_with_marks(text: str, questions: list[tuple[str, str]]) -> None:
    assert asked(text) == questions


@pytest.mark.parametrize(
    ("text", "questions"),
    [
        ("do you like the new kitchen", [("do you like the new kitchen", "closed")]),
        ("what do you like about the job", [("what do you like about the job", "open")]),
        ("how long have you worked there", [("how long have you worked there", "narrow")]),
        ("okay are you sleeping at all", [("are you sleeping at all", "closed")]),
        ("um okay uh do you like it there", [("do you like it there", "closed")]),
        (
            "that sounds hard what would help you",
            [("what would help you", "open")],
        ),
        (
            "are you still on nights how do you manage that",
            [("are you still on nights", "closed"), ("how do you manage that", "open")],
        ),
    ],
)
def test_question_tagger_without_marks(text: str, questions: list[tuple[str, str]]) -> None:
    assert asked(text) == questions


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Okay.",
        "mm hm",
        "I know what you mean.",
        "i know exactly what you mean",
        "What I like about it is the quiet.",
        "tell me what that was like",
        "Tell me more about your brother.",
        "when i got there the gate was locked",
        "When I got there the gate was locked.",
        "it is what it is",
        "So do I.",
        "they do what they want and we clean it up",
        "You're worn out, and nobody has said thanks.",
        "i will call you on thursday then",
        "12345 ... ---",
    ],
)
def test_question_tagger_negatives(text: str) -> None:
    assert asked(text) == []


def test_question_tagger_quoted_question_belongs_to_the_story() -> None:
    found = asked('So she looks at me and goes, "Who told you that?" And I left.')
    assert [kind for _, kind in found] == ["rhetorical"]


SPOKEN = (
    "do you what is it not how long he said so okay right did they feel safe the boss I'm "
    "what's isn't y'all d'you dont gonna when where because and or"
)
WORDS = st.sampled_from(SPOKEN.split())
MARKS = st.sampled_from([" ", " ", " ", "? ", ". ", ", ", "! ", "… ", '" ', "... ", " — "])


@given(st.lists(st.tuples(WORDS, MARKS), max_size=40))
def test_question_tagger_spans_are_whole_words_in_order(pieces: list[tuple[str, str]]) -> None:
    text = "".join(word + mark for word, mark in pieces)
    spoken = read(text)
    after = 0
    starts = {word.start_char for word in spoken.words}
    for question in DETECTOR.find(spoken):
        assert after <= question.start_char < question.end_char <= len(text)
        assert question.start_char in starts
        assert question.text == text[question.start_char : question.end_char]
        assert 0.0 <= question.probability <= 1.0
        after = question.end_char
    # Marks bind: each sentence with a question mark ends in a question, and none reaches further.
    if spoken.punctuated:
        ends = {spoken.words[s.end - 1].end_char for s in spoken.sentences}
        questions = DETECTOR.find(spoken)
        for sentence in spoken.sentences:
            first = spoken.words[sentence.first].start_char
            last = spoken.words[sentence.end - 1].end_char
            inside = [q for q in questions if first <= q.start_char < last]
            assert all(
                q.end_char <= min([e for e in ends if e > last] + [len(text)]) for q in inside
            )
            if sentence.mark == "?":
                assert any(q.end_char >= last for q in inside)


@given(st.text(max_size=200))
def test_question_tagger_survives_any_text(text: str) -> None:
    for question in DETECTOR.find(read(text)):
        assert question.text == text[question.start_char : question.end_char]


def test_question_tagger_long_text_is_bounded() -> None:
    found = DETECTOR.find(read("do you like it? " * 1000))
    assert len(found) == MAX_QUESTIONS
    for text in ("do you like it " * 1000, "what " * 3000, "is it right " * 1000):
        for question in DETECTOR.find(read(text)):
            assert len(read(question.text).words) <= MAX_BARE_WORDS


def test_question_tagger_is_for_english_where_its_artefact_is(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    english, spanish = find_rap("one-on-one.en"), find_rap("one-on-one.es")
    assert isinstance(questions_for(english), QuestionTagger)
    assert not isinstance(questions_for(spanish), QuestionTagger)
    monkeypatch.setattr(locations, "shipped", lambda *parts: tmp_path.joinpath(*parts))
    detector = questions_for(english)
    assert isinstance(detector, RuleQuestionDetector)
    assert [q.kind for q in detector.find(read("Do you like it?"))] == [QuestionKind.CLOSED]


@pytest.mark.parametrize("damage", ["short", "text", "form", "shape"])
def test_question_tagger_refuses_a_damaged_artefact(damage: str, tmp_path: Path) -> None:
    path = tmp_path / FILE
    if damage == "short":
        path.write_bytes(SHIPPED.read_bytes()[:-4000])
    elif damage == "text":
        path.write_text("not an archive", encoding="utf-8")
    else:
        with np.load(SHIPPED) as arrays:
            content = dict(arrays)
        if damage == "form":
            content["form"] = np.int64(99)
        else:
            content["emission"] = content["emission"][:-1]
        np.savez(path, **content)
    with pytest.raises(ModelError, match="install companion again"):
        read_weights(path)


def test_question_tagger_artefact_survives_being_written_again(tmp_path: Path) -> None:
    shutil.copy(SHIPPED, tmp_path / FILE)
    assert read_weights(tmp_path / FILE).to_bytes() == SHIPPED.read_bytes()

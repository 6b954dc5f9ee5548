"""Trying a line tells the step, what decided it, and what it is like."""

from __future__ import annotations

from datetime import date

import pytest

from companion.domain.dialogue import Step
from companion.errors import InputError
from companion.settings import Settings
from companion.trainer.trying import MAX_LINES, TriedLine, Trier, lines_of, try_lines
from companion.understanding.rap import Rap, find_rap
from tests.fakes.own_raps import loaded, with_examples

DAY = date(2026, 3, 2)
CALL = Settings().call


@pytest.fixture(scope="module")
def rap() -> Rap:
    return find_rap("one-on-one.en")


def tried(rap: Rap, *lines: str) -> tuple[TriedLine, ...]:
    return try_lines(lines, rap, DAY, CALL)


def test_trying_tells_step_phrases_questions_goals_and_card(rap: Rap) -> None:
    (line,) = tried(rap, "Hi, is this a good time to talk?")
    assert line.estimate.step is Step.MAKE_SPACE
    assert line.step_name == "Make space"
    assert ("is this a good time", "goal: Asked whether now is a good time") in [
        (p.words, p.speaks_for) for p in line.phrases
    ]
    assert line.questions == (("may be closed", "Hi, is this a good time to talk?"),)
    assert "Asked whether now is a good time" in line.goals
    assert line.understood


def test_trying_tells_which_words_decided(rap: Rap) -> None:
    (line,) = tried(rap, "Will you come to the meeting on Thursday at six?")
    alone = line.alone
    assert alone is not None
    assert alone.step is Step.ASK
    assert sum(alone.distribution) == pytest.approx(1, abs=1e-4)
    assert alone.distribution[alone.step - 1] == max(alone.distribution)
    assert {"phrases of step 5", "goals of step 5"} & {r.words for r in alone.reasons}
    weights = [reason.weight for reason in alone.reasons]
    assert weights == sorted(weights, reverse=True)
    assert all(weight > 0 for weight in weights)
    assert all(reason.weight < 0 for reason in alone.against)


def test_trying_takes_away_the_word_that_decided_and_it_is_less_likely(rap: Rap) -> None:
    with_it, without = tried(rap, "We can talk on Thursday.")[0], tried(rap, "We can talk.")[0]
    assert with_it.alone is not None
    assert without.alone is not None
    assert "thursday" in " ".join(r.words for r in with_it.alone.reasons)
    assert with_it.alone.distribution[4] > without.alone.distribution[4]


def test_trying_hears_lines_in_order_as_one_call(rap: Rap) -> None:
    first, second = tried(rap, "Hi, is now a good time?", "What keeps you up at night?")
    assert second.alone is not None
    assert second.alone.step is Step.WHAT_MOVES_YOU
    assert first.estimate.step is Step.MAKE_SPACE


def test_trying_tells_the_card_that_stays(rap: Rap) -> None:
    first, second = tried(rap, "Hello there.", "What keeps you up at night?")
    assert first.shown is not None
    for line in (first, second):
        assert line.card is None or line.shown == line.card
    assert [line.shown for line in (first, second) if line.card is None]


def test_trying_begins_anew(rap: Rap) -> None:
    trier = Trier(rap, DAY, CALL)
    once = trier.hear("Will you come on Thursday?")
    trier.hear("What else is wearing on you?")
    trier.begin()
    assert trier.hear("Will you come on Thursday?") == once


def test_trying_shows_the_nearest_examples_of_the_rap() -> None:
    text = with_examples({"plan": ["Picture forty of us carrying the same orange bucket."]})
    (line,) = tried(loaded(text), "Picture us carrying an orange bucket.")
    near = line.examples[0]
    assert (near.kind, near.of) == ("step", "plan")
    assert near.text == "Picture forty of us carrying the same orange bucket."
    assert 0.5 < near.likeness < 1
    (same,) = tried(loaded(text), "picture forty of us carrying the same orange bucket")
    assert same.examples[0].likeness == pytest.approx(1)


def test_trying_finds_no_example_where_none_is_alike(rap: Rap) -> None:
    (line,) = tried(rap, "Zebrafinken Quarzuhr Xylophon")
    assert line.examples == ()


def test_trying_tells_of_words_that_are_not_understood(rap: Rap) -> None:
    (line,) = tried(rap, "¿Qué tal estás hoy, compañera del almacén?")
    assert not line.understood
    assert line.alone is None


def test_trying_an_edit_of_the_rap_shows_in_its_learned_part(rap: Rap) -> None:
    said = "Would you carry a bucket with your own name on it?"
    taught = loaded(with_examples({"ask": ["Would you carry the bucket with your name on it?"]}))
    before, after = tried(rap, said)[0], tried(taught, said)[0]
    assert before.alone is not None
    assert after.alone is not None
    assert after.alone.distribution[4] > before.alone.distribution[4] + 0.2


def test_trying_keeps_words_out_of_reprs(rap: Rap) -> None:
    (line,) = tried(rap, "The orange bucket is mine, will you come on Thursday?")
    assert "bucket" not in repr(line)
    assert "hursday" not in repr(line)


@pytest.mark.parametrize("text", ["", " \n\n\t", "a\n" * (MAX_LINES + 1), "a" * 30_000])
def test_trying_refuses_too_little_and_too_much(text: str) -> None:
    with pytest.raises(InputError):
        lines_of(text)


def test_trying_refuses_a_line_without_end(rap: Rap) -> None:
    with pytest.raises(InputError, match="cut it up"):
        tried(rap, "and " * 1000)

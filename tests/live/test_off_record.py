"""Which words take a call off the record, however a recognizer writes them."""

from __future__ import annotations

import unicodedata

import pytest

from companion.domain.speech import Hypothesis
from companion.live.off_record import BREATH_S, OffRecordPhrases


def _phrases() -> OffRecordPhrases:
    return OffRecordPhrases("off the record", "sólo entre nosotras", "...")


def _said(start_s: float, text: str, *, final: bool = True) -> Hypothesis:
    return Hypothesis(0, start_s, start_s + 1.0, final=final, committed=text)


@pytest.mark.parametrize(
    ("said", "asks"),
    [
        ("off the record", True),
        ("Well. Off the record, then?", True),
        ("off, the record", True),
        ("SOLO ENTRE NOSOTRAS", True),
        (unicodedata.normalize("NFD", "sólo entre nosotras"), True),
        ("on the record", False),
        ("the takeoff the record", False),
        ("off the recorder", False),
        ("off the", False),
        ("...", False),
        ("", False),
    ],
)
def test_off_record_phrases_are_found_as_whole_words(said: str, asks: bool) -> None:
    assert (_phrases().asked_from_s(_said(1.0, said)) is not None) is asks


@pytest.mark.parametrize(
    ("parts", "from_s"),
    [
        (["can we go off", "the record please"], 1.0),
        (["well", "off the", "record"], 2.5),
        (["off", "the", "record"], 1.0),
        (["Sólo entre…", "Nosotras."], 1.0),
        (["the record is off", "the table", "record it"], None),
        (["record", "off the"], None),
    ],
)
def test_off_record_phrases_are_found_across_a_breath(
    parts: list[str], from_s: float | None
) -> None:
    phrases = _phrases()
    found = [phrases.asked_from_s(_said(1.0 + 1.5 * i, part)) for i, part in enumerate(parts)]
    assert found[:-1] == [None] * (len(parts) - 1)
    assert found[-1] == from_s


def test_off_record_phrases_end_with_a_partial_and_do_not_begin_with_one() -> None:
    phrases = _phrases()
    assert phrases.asked_from_s(_said(1.0, "off the", final=False)) is None
    assert phrases.asked_from_s(_said(2.5, "record", final=False)) is None
    assert phrases.asked_from_s(_said(2.5, "now off the")) is None
    assert phrases.asked_from_s(_said(4.0, "record", final=False)) == 2.5


def test_off_record_phrases_are_not_made_of_words_that_are_far_apart_or_forgotten() -> None:
    phrases = _phrases()
    phrases.asked_from_s(_said(1.0, "off the"))
    assert phrases.asked_from_s(_said(2.0 + BREATH_S + 0.1, "record")) is None
    phrases.asked_from_s(_said(10.0, "off the"))
    phrases.forget()
    assert phrases.asked_from_s(_said(11.5, "record")) is None

"""Which words take a call off the record, however a recognizer writes them."""

from __future__ import annotations

import unicodedata

import pytest

from companion.live.off_record import OffRecordPhrases

PHRASES = OffRecordPhrases("off the record", "sólo entre nosotras", "...")


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
    assert PHRASES.are_in(said) is asks

"""E-mail, web addresses and handles, written and spoken; spelled letters."""

from __future__ import annotations

import pytest

from companion.redaction.patterns import written_forms
from tests.redaction.tables import bare, masked_words, not_masked

WRITTEN = (
    "Mail [dana.ruiz@example.org].",
    "It's on [https://tenants.example/join?id=3], all of it.",
    "See [www.tenants.example].",
    "Look at [tenants-first.org/plan].",
    "I am [@dana_r] on there.",
    "My handle is [dana_r99].",
    "[#4417] is the ticket.",
    "It costs [1,250] in all.",
)
SPOKEN = (
    "[dana dot ruiz at gmail dot com] is mine",
    "write to [mark green at yahoo dot com] please",
    "at [dana underscore r]",
    "go to [bit dot ly slash join us]",
    "it is [lee at north star dot org] now",
    "my username is [night owl]",
    "spelled [k o w a l] at the end",
    "[d as in dog] and then the rest",
    "the plate says [k j four two one]",
)
HARMLESS = (
    "Come at six, by the gate.",
    "We talk it over at work and at home.",
    "It's a dot on the map.",
    "Both/and, not either/or.",
    "Yes... no. Maybe?",
    "We dash to the bus at noon.",
    "A or B, you choose.",
    "It costs 15.50 an hour.",
)


@pytest.mark.parametrize("line", WRITTEN + SPOKEN)
def test_addresses_are_masked(line: str) -> None:
    assert not_masked(line) == []


@pytest.mark.parametrize("line", SPOKEN)
def test_addresses_are_masked_without_case_and_marks(line: str) -> None:
    assert not_masked(bare(line)) == []


@pytest.mark.parametrize("line", HARMLESS)
def test_addresses_ordinary_text_is_kept(line: str) -> None:
    assert masked_words(line) == []


@pytest.mark.parametrize("piece", ["a.", "a@", "1-", "www.", "a-", "1,111", "@a.", "a.b@"])
def test_addresses_patterns_end(piece: str) -> None:
    """Where time grew with the square of the text, the time limit of the tests would end this."""
    assert len(list(written_forms(piece * 20_000))) <= 20_000

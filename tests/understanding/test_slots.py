"""Forms with slots: which one is found, how far it reaches, and what its slots took."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from companion.understanding.slots import FormBook, as_phrase, slots_of
from companion.understanding.words import ENGLISH

NAMES = {"noon": 12, "six": 6, "ten": 10}


def _number(norms: Sequence[str], at: int) -> tuple[int, int] | None:
    value = NAMES.get(norms[at])
    return None if value is None else (value, at + 1)


BOOK = FormBook(
    [
        "at {hour}",
        "at {hour} past {minutes}",
        "at (noon|midnight)",
        "{hour} [sharp]",
        "at {hour} people",
    ],
    {"hour": _number, "minutes": _number},
    ENGLISH,
)


@pytest.mark.parametrize(
    ("said", "number", "end", "values"),
    [
        ("at six", 0, 2, {"hour": 6}),
        ("at six past ten", 1, 4, {"hour": 6, "minutes": 10}),
        ("at six past", 0, 2, {"hour": 6}),
        ("at noon", 2, 2, {}),  # of equally long ones the later
        ("six sharp", 3, 2, {"hour": 6}),
        ("at ten people", 4, 3, {"hour": 10}),
    ],
)
def test_slots_the_longest_form_counts(
    said: str, number: int, end: int, values: dict[str, int]
) -> None:
    found = BOOK.at(said.split(), 0)
    assert found is not None
    assert (found.number, found.end, found.by_slot) == (number, end, values)


@pytest.mark.parametrize("said", ["at", "past six", "at five", "sloth", "slothour"])
def test_slots_other_words_are_no_form(said: str) -> None:
    assert BOOK.at(said.split(), 0) is None


def test_slots_are_named_and_stand_for_a_word() -> None:
    assert slots_of("a las {hour} y {minutes}") == ["hour", "minutes"]
    assert as_phrase("a las {hour}") == "a las slothour"

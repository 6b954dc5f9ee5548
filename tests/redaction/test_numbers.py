"""Numbers that identify are masked; counts, times, dates and years are kept."""

from __future__ import annotations

import pytest

from tests.redaction.tables import bare, masked_words, not_masked

IDENTIFYING = (
    "Call me at [five five five oh one three two].",
    "It's [eight hundred five five five oh one four oh].",
    "My cell is [555-0134].",
    "The number is [three one two, five five five, oh one nine nine].",
    "Badge [four four one seven].",
    "Badge number is [twenty two].",
    "The plate is [7KJ421].",
    "Case [2026-118].",
    "My account is [88 12 40].",
    "It ends in [double four seven].",
    "Press [1234567].",
    "Locker [sixty one].",
    "Bay [fourteen b] is cold.",
    "It says [14 B], upstairs.",
)
HARMLESS = (
    "Forty people signed.",
    "Two or three weeks.",
    "We meet at six thirty.",
    "Half past five.",
    "On the nineteenth.",
    "At 6:30, or 18:45.",
    "It's seven fifteen now.",
    "In nineteen ninety four.",
    "Back in 2019.",
    "Since twenty twenty six.",
    "Two hundred and forty beds.",
    "Ten to twelve hours.",
    "Oh, one more thing.",
    "We talk one on one.",
    "Twenty two of us.",
    "The 3rd of March, at 9am.",
    "At seven a m, or 6 p.m.",
    "Twelve a day.",
    "At six a friend called.",
)


@pytest.mark.parametrize("line", IDENTIFYING)
def test_numbers_that_identify_are_masked(line: str) -> None:
    assert not_masked(line) == []
    assert not_masked(bare(line)) == []


@pytest.mark.parametrize("line", HARMLESS)
def test_numbers_that_count_or_date_are_kept(line: str) -> None:
    assert masked_words(line) == []

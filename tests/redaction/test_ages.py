"""Ages are masked; what else is counted is kept."""

from __future__ import annotations

import pytest

from tests.redaction.tables import bare, masked_words, not_masked

AGES = (
    "I'm [fifty-eight].",
    "My [nine year old] is home.",
    "He's [sixteen], he eats everything.",
    "She turned [five] in March.",
    "Her mother is [seventy one].",
    "When I was [twenty] I left.",
    "They are [nine] and [twelve].",
    "At [sixty-four] they put you on nights.",
    "She'll be [ten] on Sunday.",
    "A [four-year-old] and a [two-year-old].",
    "Somebody aged [40].",
    "She's in her [seventies].",
    "[Nine]. And so tall.",
    "I've got a [six] and a [nine] at home.",
)
COUNTS = (
    "I'm two hours away.",
    "He's one of us.",
    "She was ten minutes late.",
    "We are four short.",
    "There are nine of us.",
    "It's six in the morning.",
    "You were three to a floor.",
    "They are five to a room.",
    "At six we close.",
    "Nine people came.",
    "I was two weeks behind.",
    "It was sixty percent.",
    "Back in the seventies.",
    "Twelve hours a day.",
)


@pytest.mark.parametrize("line", AGES)
def test_ages_are_masked(line: str) -> None:
    assert not_masked(line) == []


@pytest.mark.parametrize("line", AGES)
def test_ages_are_masked_without_case_and_marks(line: str) -> None:
    assert not_masked(bare(line)) == []


@pytest.mark.parametrize("line", COUNTS)
def test_ages_counts_are_kept(line: str) -> None:
    assert masked_words(line) == []

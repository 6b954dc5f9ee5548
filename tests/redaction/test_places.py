"""Streets, rooms, villages and employers made of ordinary words."""

from __future__ import annotations

import pytest

from tests.redaction.tables import bare, masked_words, not_masked

NAMED = (
    "I live at [twenty two eleven Elm Street, apartment four b].",
    "It's on [Third Avenue].",
    "The [Elm Street] building.",
    "She moved to [Pleasant Valley].",
    "I work at [Green Valley Foods].",
    "The crew at [Silver Ridge Logistics].",
    "We meet at [Blue Heron Diner].",
    "He is in [room 12].",
    "[Unit 4B], on the left.",
    "[Lot fourteen].",
    "The corner of [Maple Street] and [Fifth Avenue].",
    "It's off [Highway 9].",
    "Over in [Cedar Grove].",
    "A house on [Sunset Drive].",
    "[Box 218], the old one.",
)
UNNAMED = (
    "I live on a quiet street.",
    "We meet at the park.",
    "There is room for everyone.",
    "The street was empty.",
    "At the hospital they wait.",
    "They close the high school.",
    "We stand in line at the market.",
    "A nursing home and a bank.",
    "On the second floor.",
    "It's a long way.",
    "The building is cold.",
    "At work and at home.",
    "We need more space.",
    "They own the whole place.",
    "Outside the main gate.",
)


@pytest.mark.parametrize("line", NAMED)
def test_places_are_masked(line: str) -> None:
    assert not_masked(line) == []


@pytest.mark.parametrize("line", NAMED)
def test_places_are_masked_without_case_and_marks(line: str) -> None:
    assert not_masked(bare(line)) == []


@pytest.mark.parametrize("line", UNNAMED)
def test_places_without_a_name_are_kept(line: str) -> None:
    assert masked_words(line) == []

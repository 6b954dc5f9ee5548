"""Somebody's health and papers are masked; the issues themselves are kept."""

from __future__ import annotations

import pytest

from tests.redaction.tables import bare, masked_words, not_masked

ABOUT_SOMEBODY = (
    "Her [diabetes] got worse.",
    "How's your [knee]?",
    "He had a [heart attack] on the line.",
    "My [back] went out.",
    "A [bad back] and no chair.",
    "She is [pregnant].",
    "Your [wrists] go numb by noon.",
    "He is on [dialysis].",
    "His [blood pressure] is up.",
    "[Carpal tunnel], the doctor said.",
    "She got [sick] from the fumes.",
    "Your [visa] runs out.",
    "He has no [papers].",
    "Her [green card] came.",
    "My cousin is [undocumented].",
    "You're on an [H-2A].",
    "It's about his [immigration status].",
)
GENERAL = (
    "We want health care.",
    "They cut the health insurance.",
    "We have no sick days.",
    "It's a safety issue.",
    "We come back at noon.",
    "Put it on the back of the sheet.",
    "Raise your hand.",
    "It is out of our hands.",
    "Keep your head down.",
    "Behind your back, they said.",
    "On the other hand, it pays.",
    "Immigration is on everybody's mind.",
    "We fill in the paper.",
    "The paperwork takes an hour.",
    "At the front and at the back.",
)


@pytest.mark.parametrize("line", ABOUT_SOMEBODY)
def test_health_of_somebody_is_masked(line: str) -> None:
    assert not_masked(line) == []
    assert not_masked(bare(line)) == []


@pytest.mark.parametrize("line", [g for g in GENERAL if "behind your" not in g.lower()])
def test_health_as_an_issue_is_kept(line: str) -> None:
    assert masked_words(line) == []

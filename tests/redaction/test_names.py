"""Names that are words: masked where a name stands, kept where the word does."""

from __future__ import annotations

import pytest

from tests.redaction.tables import bare, masked_words, not_masked

NAMES = (
    "We talked to [Grace] about it.",
    "Hi [Will], it's [Dana] again.",
    "This is [Hope] from the laundry.",
    "Is this [May]?",
    "[Mark] told me you were off on Fridays.",
    "[Rose] said she would come.",
    "I heard it from [Frank].",
    "Thank you, [Joy].",
    "Ask [Bill] about the keys.",
    "My name is [Pepper].",
    "[Mr. Young] signs the checks.",
    "[Dr. Okonkwo-Reyes] wrote the note.",
    "[Coach Billings] never showed up.",
    "It was [Uncle Ray] who drove.",
    "You and [Chase] on one truck.",
    "[June] and [April] are sisters.",
    "[Maria Stone] runs the office.",
    "Have you met [Art]?",
    "That is [Sue]'s locker.",
    "[Ngozi] and [Thuy] walked out.",
    "Good night, [Summer].",
)
WORDS = (
    "The grace period is over.",
    "Will you come on Thursday?",
    "They will see.",
    "You may be right.",
    "We hope to have twenty.",
    "I hope so.",
    "They mark it down.",
    "The rent rose again.",
    "To be frank, I was scared.",
    "Who pays the electric bill?",
    "A pat on the back.",
    "They can sue us.",
    "We start in May.",
    "Since April it is worse.",
    "There is an art to it.",
    "In June, when it gets hot.",
    "Hi there, it's me.",
    "Hello everyone.",
    "My sister works nights.",
    "The coach broke down.",
    "Good morning to you.",
)


@pytest.mark.parametrize("line", NAMES)
def test_names_are_masked(line: str) -> None:
    assert not_masked(line) == []


@pytest.mark.parametrize("line", NAMES)
def test_names_are_masked_without_case_and_marks(line: str) -> None:
    assert not_masked(bare(line)) == []


@pytest.mark.parametrize("line", WORDS)
def test_names_words_are_kept(line: str) -> None:
    assert masked_words(line) == []


@pytest.mark.parametrize("line", WORDS)
def test_names_words_are_kept_without_case_and_marks(line: str) -> None:
    assert masked_words(bare(line)) == []

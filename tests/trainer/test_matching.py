"""Which finds count, on cases small enough to judge by eye."""

from __future__ import annotations

import pytest

from companion.domain.dialogue import Step
from companion.trainer.matching import (
    NEVER,
    change_delays,
    content_words,
    match_questions,
    same_phrase,
    same_role,
    same_when,
)
from tests.trainer.calls import question, span


@pytest.mark.parametrize(
    ("found", "matches"),
    [
        ((10, 30), True),
        ((10, 20), True),  # exactly half of the labelled clause
        ((10, 19), False),
        ((20, 40), True),  # exactly half of both
        ((21, 41), False),
        ((0, 40), True),  # exactly half of the found clause
        ((0, 41), False),  # the labelled clause is all there, but drowned
        ((30, 50), False),  # side by side
    ],
)
def test_matching_a_clause_shares_half_of_both(found: tuple[int, int], matches: bool) -> None:
    pairs = match_questions([span(10, 30)], [question(*found)])
    assert bool(pairs) is matches


def test_matching_pairs_each_clause_once_and_the_closest_first() -> None:
    whole, first_half = question(0, 20), question(0, 10)
    labelled = span(0, 20)
    assert match_questions([labelled], [first_half, whole]) == [(labelled, whole)]


def test_matching_two_clauses_of_one_utterance() -> None:
    first, second = span(0, 10), span(11, 30)
    found = [question(12, 30), question(0, 10)]
    assert match_questions([first, second], found) == [(first, found[1]), (second, found[0])]


@pytest.mark.parametrize(
    ("truth", "guesses", "delays"),
    [
        ("1122", "1122", [0.0]),
        ("1122", "1222", [0.0]),  # early is not late
        ("11222", "11112", [2.0]),
        ("11211", "11111", [NEVER, 0.0]),  # the change to 2 was missed while it lasted
        ("11233", "11123", [NEVER, 1.0]),  # 2 came too late: step 3 had begun
        ("1111", "1234", []),
        ("1", "1", []),
    ],
)
def test_matching_delay_counts_utterances_until_the_new_step(
    truth: str, guesses: str, delays: list[float]
) -> None:
    assert change_delays([Step(int(s)) for s in truth], [Step(int(s)) for s in guesses]) == delays


@pytest.mark.parametrize(
    ("labelled", "found", "same"),
    [
        (None, None, True),
        ("landlord", None, False),
        (None, "landlord", False),
        ("Landlord", "the landlord", True),
        ("site general manager", "general manager", True),
        ("manager", "site manager", True),
        ("site manager", "regional manager", False),
        ("director of nursing", "director", True),
        ("director of nursing", "nursing", False),
        ("agency owner", "owner", True),
        ("chief executive", "executive or headquarters", True),
        ("headquarters", "executive or headquarters", True),
        ("city council", "mayor", False),
        ("store managers", "store manager", True),
    ],
)
def test_matching_role_by_head_word(labelled: str | None, found: str | None, same: bool) -> None:
    assert same_role(labelled, found) is same
    assert same_role(found, labelled) is same


@pytest.mark.parametrize(
    ("labelled", "found", "same"),
    [
        (None, None, True),
        ("sign the petition", None, False),
        ("attend the tenants' meeting on Monday", "come to a meeting", True),
        ("sign the petition and bring a neighbor", "sign a petition, a card or a letter", True),
        ("keep a log of the smells", "come to a meeting", False),
        ("speaking at the hearing", "speak at a hearing or an event", True),
        ("to the", "to the", False),  # nothing that carries meaning
        ("ring him on Friday for his answer", "call for the answer", True),
        ("take the photos along", "bring the pictures", True),
        ("come to the cellar after the game", "come to the breakfast", False),  # only coming
        ("come to the breakfast in the cellar", "come to the breakfast and sign", True),
        ("put up posters", "sign a petition, a card or a letter", False),
        ("sign a union card", "sign a petition, a card or a letter", True),
        ("stand at the door with the crew", "join an action with others", True),
        ("text her at noon", "come and join the others", False),
    ],
)
def test_matching_phrase_by_content_words(
    labelled: str | None, found: str | None, same: bool
) -> None:
    assert same_phrase(labelled, found) is same


def test_matching_content_words_lose_small_words_and_endings() -> None:
    assert content_words("Bring the neighbors' photos to our meetings") == {
        "bring",
        "neighbor",
        "photo",
        "meeting",
    }


@pytest.mark.parametrize(
    ("labelled", "found", "same"),
    [
        (None, None, True),
        ("2026-03-05", None, False),
        ("2026-03-05", "2026-03-05", True),
        ("2026-03-05", "2026-03-06", False),
        ("2026-03-05", "2026-03-05T00:00", False),
        ("2026-03-05T18:30", "2026-03-05T18:30:00", True),
        ("2026-03-05T18:30", "2026-03-05T19:30", False),
    ],
)
def test_matching_when_is_exact(labelled: str | None, found: str | None, same: bool) -> None:
    assert same_when(labelled, found) is same

"""An offer of the organizer waits for its day, and not for long."""

from __future__ import annotations

import pytest

from companion.understanding.dates import find_whens
from companion.understanding.offers import OFFER_SPAN, UNNAMED, Offer, is_offer
from companion.understanding.words import read
from tests.understanding.calls import MONDAY


def heard(*texts: str) -> Offer:
    offer = Offer()
    for text in texts:
        spoken = read(text)
        whens = find_whens(spoken, MONDAY)
        offer.hear(spoken.norms, whens, offers=is_offer(spoken.norms))
    return offer


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("All right if I ring once the move is done?", "call again"),
        ("How about I text you?", "send a text message"),
        ("Shall I give it another try, then?", UNNAMED),
    ],
)
def test_offers_wait_for_their_day(text: str, what: str) -> None:
    offer = heard(text)
    assert (offer.waits, offer.what) == (True, what)


@pytest.mark.parametrize(
    "texts",
    [
        ("You ring me when it suits.",),
        ("May I call you?", "Sunday, then."),
        ("May I call you on Sunday?",),
        ("May I call you?", *["Mm-hm."] * OFFER_SPAN),
    ],
)
def test_offers_that_are_none_or_dated_or_old_do_not_wait(texts: tuple[str, ...]) -> None:
    assert not heard(*texts).waits

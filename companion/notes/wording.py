"""The words for stored values: a call keeps ids, and the rap says how people read them."""

from __future__ import annotations

from collections.abc import Sequence

from companion.domain.call import ConsentHow, ConsentScope
from companion.domain.dialogue import Origin
from companion.domain.outline import Choice, RapOutline, text_of
from companion.domain.record import Fact
from companion.errors import CompanionError

NO_WORDS = RapOutline("", "", "", (), (), (), (), (), (), (), (), (), (), 0.0, 0.0)
"""Every id stands for itself."""

ANSWERS = {"yes": "yes", "no": "no", "maybe": "maybe", "not_asked": "not asked"}
ORIGINS = {
    Origin.HEARD: "heard on your side",
    Origin.TAPPED: "tapped by you",
    Origin.TYPED: "typed by you",
}
CONSENT_HOW = {
    ConsentHow.SPOKEN: "aloud, in the call",
    ConsentHow.WRITTEN: "in writing",
    ConsentHow.EARLIER: "earlier",
}
CONSENT_SCOPE = {
    ConsentScope.SUMMARY: "the helper, and a short summary without names",
    ConsentScope.HELP: "the helper during the call only",
}


def outline_for_reading() -> RapOutline:
    """The outline of the rap in use; without words where that cannot be read.

    A rap with a mistake must not keep anybody from looking at their calls or deleting one.
    """
    from companion.settings import load_settings
    from companion.understanding.rap import find_rap

    try:
        return find_rap(load_settings().call.rap).outline()
    except CompanionError:
        return NO_WORDS


def with_origin(fact: Fact, choices: Sequence[Choice]) -> str:
    """'Wages (tapped by you)'."""
    return f"{text_of(fact.value, choices)} ({ORIGINS[fact.origin]})"


def answer(commitment: Fact | None) -> str:
    """What they answered to the ask, in a word; '-' where nothing was kept of it."""
    return "-" if commitment is None else ANSWERS.get(commitment.value, commitment.value)


def how_many(count: int, thing: str, several: str | None = None) -> str:
    """'1 call', '2 calls'; `several` where the plural needs more than an s."""
    return f"{count} {thing if count == 1 else several or thing + 's'}"

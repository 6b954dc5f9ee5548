"""What the organizer offers to do after the call, while its day is not said yet.

"Is it all right if I call once it's behind you?" – "First Monday in January, then."
"""

from __future__ import annotations

from collections.abc import Sequence

from companion.understanding import deeds
from companion.understanding.dates import When
from companion.understanding.doers import says

_OFFERS = (
    ("can", "i", "call"), ("could", "i", "call"), ("may", "i", "call"), ("can", "i", "ring"),
    ("could", "i", "ring"), ("for", "me", "to"), ("can", "i", "text"), ("shall", "i", "call"),
    ("i", "call", "you"), ("i", "ring", "you"), ("shall", "i", "ring"), ("shall", "i", "give"),
    ("can", "i", "give"), ("could", "i", "give"), ("may", "i", "give"), ("how", "about", "i"),
    ("what", "if", "i"), ("let", "me", "call"), ("let", "me", "ring"), ("okay", "if", "i"),
    ("all", "right", "if", "i"), ("can", "i", "come"), ("may", "i", "come"), ("i", "come", "by"),
    ("i", "am", "a", "call"), ("imma", "call"),
)  # fmt: skip
OFFER_SPAN = 2
"""So many utterances after an offer its day may be said."""
UNNAMED = "get in touch again"
"""The organizer's own step, where no word says how."""


def is_offer(norms: Sequence[str]) -> bool:
    """Whether the organizer offers or proposes to do something themselves."""
    return says(norms, _OFFERS)


class Offer:
    """The last offer of the organizer that waits for its day."""

    def __init__(self) -> None:
        self._what: str | None = None
        self._age = 0

    @property
    def what(self) -> str | None:
        """What was offered, a phrase of `deeds`; None where no offer waits."""
        return self._what

    @property
    def waits(self) -> bool:
        """Whether a day that is said now may be the offer's."""
        return self._what is not None and self._age < OFFER_SPAN

    def hear(self, norms: Sequence[str], whens: Sequence[When], *, offers: bool) -> None:
        """Take in an utterance; one that names a day leaves nothing to wait for.

        Args:
            offers: whether the utterance is an offer or a promise of the organizer.
        """
        self._age += 1
        if any(when.dates for when in whens):
            self._what = None
        elif offers:
            self._what, self._age = deeds.deed_of_organizer(norms) or UNNAMED, 0

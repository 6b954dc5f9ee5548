"""A review being worked on: the present state, the way back, and the decision.

Both views of the review (lines, and the terminal's screen) work on this desk.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TypeAlias

from companion.after.review import Review, TextSlot
from companion.domain.call_code import check_code, new_code
from companion.domain.record import ApprovedSummary
from companion.errors import InputError
from companion.live.review_rows import FIELDS, SLOTS, Part

KEEP_WARNING = (
    "A name, a place or an employer that you keep can point to a person, for anybody who ever "
    "opens the store."
)
_WORD = re.compile(r"[^\W_]+(?:['’.@-][^\W_]+)*")


@dataclass(frozen=True, slots=True)
class Approved:
    """The organizer said yes, and it is saved."""

    approved: ApprovedSummary
    deletion_code: str | None = field(default=None, repr=False)
    """For the receipt, shown this once; None where a stored call was approved again."""


@dataclass(frozen=True, slots=True)
class Discarded:
    """The organizer said no: nothing of it is to be left."""


@dataclass(frozen=True, slots=True)
class Left:
    """Neither: the window was closed, the input ended, or it was put off."""


Decision: TypeAlias = Approved | Discarded | Left


@dataclass(frozen=True, slots=True)
class StoredAs:
    """The stored call that is reviewed again."""

    code: str
    deletion_digest: str


@dataclass(frozen=True, slots=True)
class Typed:
    """Free words before they are put in place: what would be kept, and what is masked in them."""

    slot: TextSlot
    text: str = field(repr=False)
    kept: tuple[str, ...] = field(default=(), repr=False)
    """Masked words that the organizer typed a second time, knowing what that means."""
    masked: str = field(default="", repr=False)
    """As it would be kept."""
    masked_words: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Place:
    """What the desk needs of where it stands; the defaults are for a desk without a store."""

    save: Callable[[ApprovedSummary], None]
    """Stores it. Raises: CompanionError; the review then goes on."""
    taken: Collection[str] = frozenset()
    """Codes of stored calls."""
    stored_as: StoredAs | None = None
    """Set where a stored call is reviewed again."""
    changed: Callable[[Review], None] = lambda review: None
    """Told of every edit, so that a crash in mid-review loses none."""
    now: Callable[[], datetime] = lambda: datetime.now().astimezone()


class ReviewDesk:
    """Holds a review, its history, and what approving it means here."""

    def __init__(self, review: Review, place: Place) -> None:
        self._review = review
        self._place = place
        self._before: list[Review] = []
        self.suggested_code = new_code(place.taken)

    @property
    def review(self) -> Review:
        """The present state."""
        return self._review

    @property
    def today(self) -> date:
        """What 'tuesday' counts from."""
        return self._place.now().date()

    @property
    def stored_as(self) -> StoredAs | None:
        """The stored call that is reviewed again; None for a draft."""
        return self._place.stored_as

    def edit(self, review: Review) -> None:
        """Go on with an edited review."""
        if review != self._review:
            self._before.append(self._review)
            self._review = review
            self._place.changed(review)

    def undo(self) -> bool:
        """Take the last edit back; False where there is none."""
        if not self._before:
            return False
        self._review = self._before.pop()
        self._place.changed(self._review)
        return True

    def clear(self, part: Part) -> None:
        """Take a value out."""
        review = self._review
        if part in FIELDS:
            self.edit(review.with_value(FIELDS[part], None))
        elif part in SLOTS:
            self.edit(review.with_text(SLOTS[part], ""))
        elif part is Part.ISSUES:
            self.edit(review.with_issues(()))
        elif part is Part.STEP:
            self.edit(review.without_agreement())
        elif part is Part.STEPS:
            self.edit(review.with_steps(()))
        else:
            self.edit(review.without_share())

    def typed(self, slot: TextSlot, text: str, kept: tuple[str, ...] = ()) -> Typed:
        """What would be kept of a text. Raises: InputError where it is too long."""
        safe = self._review.with_text(slot, text, kept).text(slot)
        words = self._review.masked_words(text, kept)
        return Typed(slot, text, kept, safe.text if safe else "", words)

    def keep(self, typed: Typed, word: str) -> Typed | None:
        """The same text with a masked word kept, which was typed once more; None where no such
        word is masked in it."""
        wanted = _WORD.findall(word.lower())
        inside = {w.lower(): w for masked in typed.masked_words for w in _WORD.findall(masked)}
        if not wanted or not set(wanted) <= set(inside):
            return None
        as_typed = (inside[w] for w in wanted)
        return self.typed(typed.slot, typed.text, (*typed.kept, *as_typed))

    def put(self, typed: Typed) -> None:
        """Put typed words in their place, masks and all."""
        self.edit(self._review.with_text(typed.slot, typed.text, typed.kept))

    def approve(self, code: str) -> Approved:
        """Approve and save. `code` does not matter where a stored call is reviewed again.

        Raises: CompanionError; nothing is saved then, and the review can go on.
        """
        place = self._place
        if place.stored_as is not None:
            known = place.stored_as
            again = self._review.reapprove(known.code, known.deletion_digest, place.now())
            place.save(again)
            return Approved(again)
        self._check_free(code)
        approval = self._review.approve(code, place.now())
        place.save(approval.approved)
        return Approved(approval.approved, approval.deletion_code)

    def _check_free(self, code: str) -> None:
        try:
            plain = check_code(code)
        except ValueError as error:
            raise InputError(str(error)) from None
        if plain in self._place.taken:
            raise InputError("another call has this code already; choose another one")

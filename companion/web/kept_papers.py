"""What can be handed on after a call was approved, while the organizer is not done with it."""

from __future__ import annotations

from dataclasses import dataclass, field

from companion.after.papers import calendar, own_card, receipt, thank_you
from companion.domain.outline import RapOutline
from companion.domain.record import ApprovedSummary
from companion.errors import InputError
from companion.store.store import Store

KEPT_PATH = "/kept"


@dataclass(frozen=True, slots=True)
class Papers:
    """What can be handed on after an approval; gone once the organizer is done, or locks."""

    code: str
    approved: ApprovedSummary = field(repr=False)
    deletion_code: str = field(repr=False)
    outline: RapOutline = field(repr=False)
    store: Store = field(repr=False)

    @property
    def receipt(self) -> str:
        """For the other person, with the deletion code."""
        return receipt(self.approved.summary, self.outline, self.deletion_code)

    @property
    def thank_you(self) -> str:
        """A draft of a message."""
        return thank_you(self.approved.summary, self.outline)

    @property
    def card(self) -> tuple[str, ...]:
        """The organizer's own."""
        return own_card(self.outline)

    @property
    def agreed(self) -> bool:
        """There is a next step for a calendar."""
        return self.approved.summary.agreed

    def calendar(self) -> bytes:
        """An iCalendar file of the next step. Raises: InputError where none was agreed."""
        step = self.approved.summary.next_step
        if step is None or not step.agreed:
            raise InputError("no next step was agreed, so there is nothing for a calendar")
        return calendar([(self.code, step)], self.outline)

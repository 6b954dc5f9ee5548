"""A record under review, and a desk for it that remembers what was saved."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timezone
from typing import Any

from companion.after.review import Review
from companion.domain.call import Consent, ConsentHow
from companion.domain.dialogue import Origin
from companion.domain.record import (
    ApprovedSummary,
    Fact,
    Provenance,
    RecordedStep,
    RedactedSummary,
)
from companion.errors import StoreError
from companion.live.review_desk import Place, ReviewDesk, StoredAs
from tests.fakes.board import CALL_DATE, OUTLINE
from tests.fakes.store import FakeRedactor

NOW = datetime(2026, 5, 4, 18, 0, 41, tzinfo=timezone.utc)
"""The evening of the call."""

RECORD = RedactedSummary(
    call_date=CALL_DATE,
    duration_s=1520,
    listening_share=0.66,
    unheard_s=0,
    open_count=14,
    closed_count=5,
    steps_reached=(1, 2, 3),
    goals_met=("agenda", "upset", "who"),
    issues=(Fact("schedule", Origin.HEARD), Fact("safety", Origin.TAPPED)),
    decision_maker=Fact("site manager", Origin.HEARD),
    ask=Fact("meeting", Origin.HEARD),
    commitment=Fact("yes", Origin.HEARD),
    next_step=RecordedStep("them", "meeting", "2026-05-12T18:00", Origin.HEARD),
    self_care=Fact("offered", Origin.HEARD),
    follow_up=None,
    consent=Consent(ConsentHow.SPOKEN, datetime(2026, 5, 4, 17, 5, tzinfo=timezone.utc)),
    provenance=Provenance("0.1.0", "one-on-one.en", "1.1.0", "ab" * 32, "pocketsphinx"),
)
"""A call of which everything was heard and nothing confirmed."""


def record(**changes: Any) -> RedactedSummary:
    """That record, with changes."""
    return replace(RECORD, **changes)


def review_of(**changes: Any) -> Review:
    """A review of it; the redactor masks the names of `tests.fakes.store`."""
    return Review(record(**changes), OUTLINE, FakeRedactor())


@dataclass
class DeskStage:
    """A desk, and what came of it."""

    review: Review = field(default_factory=review_of)
    taken: frozenset[str] = frozenset({"maple-17"})
    stored_as: StoredAs | None = None
    refuse: str | None = None
    """What saving answers, where it is to fail."""
    saved: list[ApprovedSummary] = field(default_factory=list)
    changes: list[Review] = field(default_factory=list)

    def desk(self) -> ReviewDesk:
        """The desk itself."""
        return ReviewDesk(
            self.review,
            Place(
                save=self._save,
                taken=self.taken,
                stored_as=self.stored_as,
                changed=self.changes.append,
                now=lambda: NOW,
            ),
        )

    def _save(self, approved: ApprovedSummary) -> None:
        if self.refuse is not None:
            raise StoreError(self.refuse)
        self.saved.append(approved)

"""What is kept of a call that is going on, or has just ended: its record without a quote."""

from __future__ import annotations

from datetime import date

from companion.after.provenance import provenance_of
from companion.after.redacted import RedactorLike, redact_summary
from companion.after.summarize import summarize
from companion.domain.call import Consent
from companion.domain.hearing import Hearing
from companion.domain.record import Provenance, RedactedSummary
from companion.live.board import Snapshot
from companion.records import to_json
from companion.understanding.rap import Rap


class CallRecord:
    """Turns snapshots of one call into records. For one thread at a time."""

    def __init__(
        self,
        rap: Rap,
        call_date: date,
        consent: Consent | None,
        redactor: RedactorLike,
        hearing: Hearing | None = None,
    ) -> None:
        """Reads nothing yet."""
        self._rap = rap
        self.outline = rap.outline()
        self._call_date = call_date
        self._consent = consent
        self._hearing = hearing
        self._redactor = redactor
        self._provenance: dict[str, Provenance] = {}

    def of(self, snapshot: Snapshot) -> RedactedSummary:
        """The record of this moment; of the draft, where the call has ended."""
        engine = "none" if snapshot.transcriber is None else snapshot.transcriber.engine
        summary = snapshot.summary or summarize(
            snapshot.state,
            self.outline,
            duration_s=snapshot.state.now_s,
            consent=self._consent,
            gaps=snapshot.gaps,
            engine=engine,
            hearing=self._hearing,
        )
        if summary.engine not in self._provenance:
            self._provenance[summary.engine] = provenance_of(self._rap, summary.engine)
        return redact_summary(
            summary,
            self.outline,
            call_date=self._call_date,
            provenance=self._provenance[summary.engine],
            redactor=self._redactor,
        )

    def text_of(self, snapshot: Snapshot) -> str:
        """The same as the one line that a draft is kept as."""
        return to_json(self.of(snapshot))

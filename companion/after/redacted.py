"""From the draft of a call to what may be kept of it: values of fixed lists, dates, masked text.

A value that is in none of the rap's lists is left out, whatever it is: that is how nothing but
the rap's own words can come through here.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date
from typing import Protocol

from companion.domain.call import Consent
from companion.domain.dialogue import NextStep, Proposal
from companion.domain.outline import Choice, RapOutline
from companion.domain.record import Fact, Provenance, RecordedStep, RedactedSummary, SafeText
from companion.domain.speech import unheard_s
from companion.domain.summary import Summary
from companion.records import COMMITMENTS, DOERS, is_day_or_minute
from companion.redaction.spans import Redaction

SELF_CARE = "offered"
"""The one value of the self-care field."""
DETAIL_CHARS = 80
NOTE_CHARS = 240
MASKED_CHARS = 400
"""A mask can be longer than what it stands for; what goes beyond this is cut at a word."""

_MOST_ROUNDS = 8


class RedactorLike(Protocol):
    """What masks free text; see `companion.redaction.redactor`."""

    def redact(self, text: str, kept: Collection[str] = ()) -> Redaction:
        """The text with masks in place of everything that may not be kept."""


def redact_summary(
    summary: Summary,
    outline: RapOutline,
    *,
    call_date: date,
    provenance: Provenance,
    redactor: RedactorLike,
) -> RedactedSummary:
    """What may be kept of a draft. Pure: the same draft gives the same record.

    Args:
        summary: the draft.
        outline: the rap that the call followed; its lists decide which values pass.
        call_date: the day of the call.
        provenance: what made the figures.
        redactor: masks the few free words, such as a next step outside of the list.
    """
    share = summary.listening_share
    reached = [part for part in summary.coverage if part.reached]
    return RedactedSummary(
        call_date=call_date,
        duration_s=round(summary.duration_s),
        listening_share=None if share is None else round(share, 2),
        unheard_s=round(unheard_s(summary.gaps)),
        open_count=summary.open_count,
        closed_count=summary.closed_count,
        steps_reached=tuple(part.step for part in reached),
        goals_met=tuple(goal for part in summary.coverage for goal in part.goal_ids_met),
        issues=tuple(
            fact for p in summary.issues if (fact := listed(p, outline.issues)) is not None
        ),
        decision_maker=listed(summary.decision_maker, outline.roles),
        ask=listed(summary.ask, outline.next_step_kinds),
        commitment=_commitment(summary.commitment),
        next_step=_step(summary.next_step, outline, redactor),
        self_care=_self_care(summary.self_care),
        follow_up=listed(summary.follow_up, outline.follow_ups),
        consent=_to_the_minute(summary.consent),
        provenance=provenance,
        hearing=summary.hearing,
    )


def listed(proposal: Proposal | None, choices: Sequence[Choice]) -> Fact | None:
    """The proposal's value where it is an entry of the list; else nothing."""
    if proposal is None or not is_listed(proposal.value, choices):
        return None
    return Fact(proposal.value, proposal.origin)


def is_listed(value: str | None, choices: Sequence[Choice]) -> bool:
    """Whether a value is the id of an entry."""
    return any(choice.id == value for choice in choices)


def safe_text(
    text: str, redactor: RedactorLike, kept: Collection[str] = (), limit: int = NOTE_CHARS
) -> SafeText | None:
    """Free text as it may be kept: one line, short, masked; None where nothing is left of it.

    Redacting it once more, as the store does, changes nothing: what the organizer sees is what
    is kept.
    """
    plain = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    masked, used = plain[:limit], tuple(kept)
    for _ in range(_MOST_ROUNDS):
        again = _cut(redactor.redact(masked, used).text.strip())
        # A kept word that is masked all the same, as a part of something longer, is not used.
        used = tuple(sorted(word for word in set(used) if word.lower() in again.lower()))
        if again == masked:
            break
        masked = again
    return SafeText(masked, used) if masked else None


def _cut(masked: str) -> str:
    if len(masked) <= MASKED_CHARS:
        return masked
    return masked[:MASKED_CHARS].rpartition(" ")[0].strip()


def _commitment(proposal: Proposal | None) -> Fact | None:
    if proposal is None or proposal.value not in COMMITMENTS:
        return None
    return Fact(proposal.value, proposal.origin)


def _self_care(proposal: Proposal | None) -> Fact | None:
    return None if proposal is None else Fact(SELF_CARE, proposal.origin)


def _step(
    step: NextStep | None, outline: RapOutline, redactor: RedactorLike
) -> RecordedStep | None:
    if step is None:
        return None
    in_list = is_listed(step.what, outline.next_step_kinds)
    own_words = None if in_list or step.what is None else step.what
    kept = RecordedStep(
        who=step.who if step.who in DOERS else None,
        what=step.what if in_list else None,
        when=step.when if step.when is not None and is_day_or_minute(step.when) else None,
        origin=step.origin,
        confirmed=step.confirmed,
        detail=None if own_words is None else safe_text(own_words, redactor, limit=DETAIL_CHARS),
    )
    empty = kept.who is None and kept.what is None and kept.when is None and kept.detail is None
    return None if empty else kept


def _to_the_minute(consent: Consent | None) -> Consent | None:
    if consent is None:
        return None
    return replace(consent, at=consent.at.replace(second=0, microsecond=0))

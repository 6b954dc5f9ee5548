"""What is still to do of a kept call, in words and as a calendar file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from companion.after.papers import calendar
from companion.domain.dialogue import Origin
from companion.domain.outline import RapOutline, text_of
from companion.domain.record import RecordedStep, SafeText
from companion.store.follow_ups import FollowUp

FARTHEST_DAYS = 3650
"""Lists and calendars look ahead for so many days."""


def calendar_of(follow_ups: Sequence[FollowUp], outline: RapOutline) -> bytes:
    """An iCalendar file of everything that has a day (see `companion.after.papers.calendar`)."""
    entries = [(f.call.code, step) for f in follow_ups if (step := _entry(f, outline)) is not None]
    return calendar(entries, outline)


def _entry(follow_up: FollowUp, outline: RapOutline) -> RecordedStep | None:
    """The agreed step, or a promise that was given a day, on the day it is due now."""
    if follow_up.due_on is None:
        return None
    day, step = follow_up.due_on.isoformat(), agreed_step(follow_up)
    if step is None:
        promise = SafeText(promise_words(follow_up, outline))
        return RecordedStep("organizer", None, day, Origin.TYPED, True, promise)
    return replace(step, when=day) if follow_up.snoozed else step


def agreed_step(follow_up: FollowUp) -> RecordedStep | None:
    """The next step, where who, what and when were confirmed."""
    step = follow_up.call.summary.next_step
    return step if step is not None and step.agreed else None


def promise_words(follow_up: FollowUp, outline: RapOutline) -> str:
    """What the organizer promised: 'Text message: about the roster'."""
    summary = follow_up.call.summary
    kind = "" if summary.follow_up is None else text_of(summary.follow_up.value, outline.follow_ups)
    detail = "" if summary.follow_up_detail is None else summary.follow_up_detail.text
    return ": ".join(part for part in (kind, detail) if part) or "be in touch"

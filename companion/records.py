"""A redacted summary as text and back: the very bytes that the organizer approves and the store
keeps.

The form is canonical: one line of ASCII JSON with sorted keys. The same summary always gives the
same bytes, and only text that is exactly those bytes is read, so that nothing else can hide in
a record.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import datetime
from functools import lru_cache
from typing import Any

from pydantic import TypeAdapter, ValidationError

from companion.domain.record import Fact, RecordedStep, RedactedSummary

FORM = 2
"""Version of the form; a higher one was written by a newer program."""
_WITHOUT_HEARING = 1
"""The first form, which said nothing of the call's sound. Records without it are still written
so: the bytes that somebody approved never change."""
COMMITMENTS = ("yes", "no", "maybe", "not_asked")
DOERS = ("them", "organizer", "both")
MAX_COUNT = 10**7
MAX_RECORD_CHARS = 100_000
_DAY_OR_MINUTE = re.compile(r"\d{4}-\d\d-\d\d(?:T\d\d:\d\d)?", re.ASCII)


def to_json(summary: RedactedSummary) -> str:
    """The canonical form of a summary.

    Raises: ValueError that names the value that is out of range.
    """
    for problem in _problems(summary):
        raise ValueError(problem)
    values: dict[str, Any] = _adapter().dump_python(summary, mode="json")
    form = FORM
    if values["hearing"] is None:
        del values["hearing"]
        form = _WITHOUT_HEARING
    return json.dumps({"form": form, **values}, sort_keys=True, ensure_ascii=True, allow_nan=False)


def from_json(text: str) -> RedactedSummary:
    """Read what `to_json` wrote, and nothing else.

    Raises: ValueError that says what is wrong; it never quotes a value.
    """
    if len(text) > MAX_RECORD_CHARS:
        raise ValueError("a record is longer than any that companion writes")
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        raise ValueError("a record is not JSON") from None
    if not isinstance(data, dict) or data.pop("form", None) not in (FORM, _WITHOUT_HEARING):
        raise ValueError("form: this record was written by another version of companion")
    try:
        summary = _adapter().validate_python(data)
    except (ValidationError, RecursionError):
        raise ValueError("a record has a value that is missing or of the wrong kind") from None
    if to_json(summary) != text:
        raise ValueError("a record is not in the form in which companion writes it")
    return summary


@lru_cache(maxsize=1)
def _adapter() -> TypeAdapter[RedactedSummary]:
    return TypeAdapter(RedactedSummary)


def _problems(summary: RedactedSummary) -> Iterator[str]:
    for name in ("duration_s", "unheard_s", "open_count", "closed_count"):
        if not 0 <= getattr(summary, name) <= MAX_COUNT:
            yield f"{name}: out of range"
    share = summary.listening_share
    if share is not None and not 0 <= share <= 1:
        yield "listening_share: out of range"
    if any(not 1 <= step <= 5 for step in summary.steps_reached):
        yield "steps_reached: steps are 1 to 5"
    yield from _commitment_problems(summary.commitment)
    if summary.next_step is not None:
        yield from _step_problems(summary.next_step)
    if summary.consent is not None and summary.consent.at.tzinfo is None:
        yield "consent: the time zone is missing"


def _commitment_problems(commitment: Fact | None) -> Iterator[str]:
    if commitment is not None and commitment.value not in COMMITMENTS:
        yield "commitment: not a value that is known"


def _step_problems(step: RecordedStep) -> Iterator[str]:
    if step.who is not None and step.who not in DOERS:
        yield "next_step.who: not a value that is known"
    if step.when is not None and not is_day_or_minute(step.when):
        yield "next_step.when: a date, or a date and time to the minute, is needed"


def is_day_or_minute(text: str) -> bool:
    """True for an ISO date ('2026-04-14') or a date with hours and minutes, and nothing else."""
    if not _DAY_OR_MINUTE.fullmatch(text):
        return False
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True

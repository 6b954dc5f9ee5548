"""How calls went, week by week: a plain function over stored calls. No score, no ranking."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from companion.domain.dialogue import Step
from companion.store.stored_call import StoredCall


@dataclass(frozen=True, slots=True)
class Week:
    """The calls of one week. Shares are means over the calls that have one, in [0, 1]."""

    monday: date
    calls: int
    listening_share: float | None
    """The time in which the organizer did not speak."""
    open_share: float | None
    """Open questions among open and closed ones, over all calls of the week."""
    reached: tuple[int, int, int, int, int]
    """In how many calls step 1 to 5 was reached."""
    agreed: int
    """Calls with a confirmed next step."""
    done: int
    """Of these, where it was done."""
    commitments: tuple[tuple[str, int], ...]
    """How often each answer was kept, the most frequent first."""


def weekly(calls: Iterable[StoredCall]) -> list[Week]:
    """One value for each week in which there was a call, the earliest first.

    Weeks begin on Monday (ISO 8601), by the day of the call.
    """
    by_week: dict[date, list[StoredCall]] = {}
    for call in calls:
        day = call.summary.call_date
        by_week.setdefault(day - timedelta(days=day.weekday()), []).append(call)
    return [_week(monday, by_week[monday]) for monday in sorted(by_week)]


def _week(monday: date, calls: list[StoredCall]) -> Week:
    summaries = [call.summary for call in calls]
    shares = [s.listening_share for s in summaries if s.listening_share is not None]
    opened = sum(s.open_count for s in summaries)
    asked = opened + sum(s.closed_count for s in summaries)
    steps = Counter(step for s in summaries for step in set(s.steps_reached))
    answers = Counter(s.commitment.value for s in summaries if s.commitment is not None)
    one, two, three, four, five = (steps[int(step)] for step in Step)
    return Week(
        monday=monday,
        calls=len(summaries),
        listening_share=sum(shares) / len(shares) if shares else None,
        open_share=opened / asked if asked else None,
        reached=(one, two, three, four, five),
        agreed=sum(s.agreed for s in summaries),
        done=sum(c.summary.agreed and c.done_at is not None for c in calls),
        commitments=tuple(sorted(answers.items(), key=lambda pair: (-pair[1], pair[0]))),
    )

"""The day and the time of the next step: what stands once something new is said of them."""

from __future__ import annotations

from dataclasses import replace

from companion.understanding.calendar_days import beside, vague
from companion.understanding.dates import shifted
from companion.understanding.next_step_draft import Draft
from companion.understanding.shift_hours import ShiftHours
from companion.understanding.statements import Statement
from companion.understanding.words import Spoken


class StandingWhen:
    """Remembers what later times are understood by: hours of a shift, and a part of the day."""

    def __init__(self) -> None:
        self._morning = False
        self._shift = ShiftHours()

    def hear(self, spoken: Spoken) -> None:
        """Any utterance: hours of a shift may be named long before the two come to a day."""
        self._shift.hear(spoken)

    def moved(
        self, draft: Draft, said: Statement, asked_for: Draft, *, stated: bool, begun: bool
    ) -> Draft:
        """The draft with the day and the time that now stand.

        Args:
            draft: as it stood.
            said: what the utterance came to.
            asked_for: what the last ask was for.
            stated: whether it is said as agreed, not only asked for.
            begun: whether the call has come to the next step.
        """
        days, times = draft.days, draft.times
        known = draft.days or asked_for.days
        if said.days and known and not set(said.days) & set(known) and not said.corrects:
            self._morning = False  # another day, of which no part was said
        if said.days:
            days = said.days
            if said.other and draft.days:
                days = tuple(d for d in said.days if d != draft.days[0]) or said.days
            elif vague(said.days) and draft.days and not vague(draft.days):
                days = tuple(d for d in draft.days if d in said.days) or said.days
            elif said.corrects and said.weekday and len(said.days) == 1 and draft.days:
                days = (beside(said.days[0], draft.days[0]),)
            elif set(said.days) & set(draft.days) and stated:
                days = tuple(d for d in said.days if d in draft.days)
        if said.times:
            times = said.times
            if not said.half_said and self._morning:
                times = tuple(dict.fromkeys(t.replace(hour=t.hour % 12) if 4 <= t.hour % 12 < 12
                                            else t for t in times))  # fmt: skip
        elif said.offset_min is not None:
            start = self._shift.start or (draft.times[0] if draft.times else None)
            times = (shifted(start, said.offset_min),) if start else ()
        if begun and said.half_said and said.times and said.times[0].hour < 12:
            self._morning = True
        return replace(draft, days=days, times=times, stated=draft.stated or stated)


def refines(draft: Draft, said: Statement) -> bool:
    """Whether a time is added to the day that stands."""
    fits = not said.days or bool(set(said.days) & set(draft.days))
    return bool(said.times) and not draft.times and fits

"""What is known of the next step in the middle of a call, before it is a proposal."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, time

from companion.domain.dialogue import NextStep, Origin
from companion.understanding.doers import ORGANIZER

MAX_OPTIONS = 4
"""So many readings of an ambiguous day and time are kept."""


@dataclass(frozen=True, slots=True)
class Draft:
    """The next step as far as it has been said."""

    who: str | None = None
    what: str | None = None
    days: tuple[date, ...] = ()
    times: tuple[time, ...] = ()
    stated: bool = False
    """Said as agreed, not only asked for."""

    def filled(self, asked: Draft) -> Draft:
        """What was asked for, where it was agreed on after all; what was said since stays."""
        if self.who == ORGANIZER:
            return asked
        return replace(
            self,
            who=asked.who if self.what is None and asked.what else self.who,
            what=self.what or asked.what,
            days=self.days or asked.days,
            times=self.times if self.days else asked.times,
        )

    def value(self) -> NextStep | None:
        """As a proposal; None where nothing but a person is known."""
        if self.what is None and not self.days:
            return None
        options = self.options()
        return NextStep(
            who=self.who,
            what=self.what,
            when=options[0] if options else None,
            when_options=options if len(options) > 1 else (),
            origin=Origin.HEARD,
        )

    def options(self) -> tuple[str, ...]:
        """All readings of when, ISO, the likeliest first."""
        if not self.times:
            return tuple(day.isoformat() for day in self.days)[:MAX_OPTIONS]
        return tuple(
            datetime.combine(day, at).isoformat(timespec="minutes")
            for day in self.days
            for at in self.times
        )[:MAX_OPTIONS]

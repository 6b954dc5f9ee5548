"""The next step by the rap's phrases alone, in whatever language the rap is.

It knows only what the rap and its language file list: cues, kinds of next step, days and times,
and words of correction. For English there is a closer reading, `next_step`; both keep to the same
rules: later statements correct earlier ones, after a no or a maybe what was only asked for is no
next step, and it stays a proposal until the organizer confirms it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, time

from companion.domain.dialogue import Cue, NextStep, Step
from companion.understanding.dates import When
from companion.understanding.doers import ORGANIZER, THEM
from companion.understanding.evidence import Evidence, Group
from companion.understanding.next_step_draft import Draft
from companion.understanding.phrases import PhraseMatcher
from companion.understanding.rap import Rap
from companion.understanding.vocabulary import IN_TOUCH, UNNAMED
from companion.understanding.words import Spelling, Spoken

_BESIDE = frozenset({"own_story", "success_example", "self_care", "coping_offered"})
"""Stories and care: days in them are no next step."""


@dataclass(frozen=True, slots=True)
class _Said:
    """The day and the time that an utterance comes to; either may be empty."""

    days: tuple[date, ...]
    times: tuple[time, ...]
    corrects: bool
    """A word of correction stands in it."""


class PhraseNextStep:
    """Follows what is said about the next step through the call."""

    def __init__(self, rap: Rap, corrections: Sequence[str], spelling: Spelling) -> None:
        """`corrections`: phrases after which a new day or time takes the place of another."""
        self._usually = {kind.id: kind.who for kind in rap.next_steps}
        self._corrections: PhraseMatcher[str] = PhraseMatcher(
            [("", phrase) for phrase in corrections], spelling
        )
        self._draft = Draft()
        self._asked_for = Draft()
        """What the last ask was for, kept aside while the answer is open."""
        self._answer = ""
        """'yes', 'no' or 'open' as the organizer took it; empty before."""
        self._open = False
        self._told: NextStep | None = None

    def hear(
        self,
        spoken: Spoken,
        evidence: Evidence,
        cues: tuple[Cue, ...],
        step: Step,
        whens: list[When],
        answer: str | None = None,
    ) -> NextStep | None:
        """See `NextStepTracker.hear`."""
        names = {cue.name for cue in cues}
        asks, stated = "hard_ask" in names, "next_step_stated" in names
        if not (self._open or asks or stated or step >= Step.PLAN):
            return None
        self._open = self._open or asks or stated
        if not asks:
            self._hear_answer(names, evidence, answer)
        if asks or stated or not names & _BESIDE:
            self._merge(names, evidence, self._said(spoken, whens))
        return self._news()

    def _hear_answer(self, names: set[str], evidence: Evidence, answer: str | None) -> None:
        """A yes keeps what was asked for; a no or a maybe puts it aside."""
        taken, declined = "commitment_ack" in names, "ask_declined_ack" in names
        if answer == "yes" or (taken and answer in (None, "yes")):
            self._answer = "yes"
            self._draft = self._draft.filled(self._asked_for)
        elif (declined or answer in ("no", "maybe")) and not self._draft.stated:
            waits = answer == "maybe" or "maybe" in evidence.names(Group.ANSWER)
            self._answer = "open" if waits else "no"
            if self._draft.who != ORGANIZER and self._draft != Draft():
                self._asked_for, self._draft = self._draft, Draft()

    def _merge(self, names: set[str], evidence: Evidence, said: _Said) -> None:
        asks, stated = "hard_ask" in names, "next_step_stated" in names
        free = self._answer in ("no", "open")
        if free and "follow_up_promised" in names and not asks:
            if said.days:
                what = (evidence.names(Group.FOLLOW_UP) or (IN_TOUCH,))[0]
                self._draft = _dated(Draft(ORGANIZER, what, stated=True), said)
            return
        if asks:
            self._answer = ""
        elif stated and self._answer == "no":
            # Agreed on after all, or the no was misheard.
            self._answer, self._draft = "yes", self._draft.filled(self._asked_for)
        settles = (
            self._answer == "yes" and not self._draft.times and "follow_up_promised" not in names
        )
        if not (asks or stated or settles):
            return
        settled = self._draft.stated and bool(self._draft.days and self._draft.times)
        other = bool(said.days) and not set(said.days) & set(self._draft.days)
        if settled and other and "follow_up_promised" in names and not said.corrects:
            return  # "and on Tuesday I'll call you": another day, beside what was agreed
        kinds = evidence.names(Group.NEXT_STEP)
        draft = Draft() if self._draft.who == ORGANIZER else self._draft
        anew = draft.what in (None, UNNAMED) or (asks and not stated)
        named = kinds[0] if kinds and anew else draft.what
        what = named or UNNAMED
        who = self._usually.get(what, THEM)
        draft = replace(draft, who=who, what=what, stated=draft.stated or stated)
        self._draft = _dated(draft, said)

    def _said(self, spoken: Spoken, whens: list[When]) -> _Said:
        """What an utterance settles on: after a correction its last day and time, else the first
        day that has a time."""
        turns = [match.end for match in self._corrections.find(spoken.words)]
        turn = max((t for t in turns if whens and whens[0].end <= t <= whens[-1].first), default=0)
        later = [when for when in whens if when.first >= turn]
        days = [when for when in later if when.dates] or [when for when in whens if when.dates]
        day = next((when for when in days if when.times), days[0] if days else None)
        clock = day if day is not None and day.times else None
        clock = clock or next((when for when in later if when.times and not when.dates), None)
        return _Said(day.dates if day else (), clock.times if clock else (), bool(turns))

    def _news(self) -> NextStep | None:
        """What stands by now, if it is not what was told before."""
        stands = self._draft.stated or self._answer not in ("no", "open")
        now = self._draft.value() if self._open and stands else None
        if now == self._told:
            return None
        self._told = now
        return now or NextStep(None, None, None)


def _dated(draft: Draft, said: _Said) -> Draft:
    """A new day takes the day's place and keeps the time, a new time the time's."""
    return replace(draft, days=said.days or draft.days, times=said.times or draft.times)

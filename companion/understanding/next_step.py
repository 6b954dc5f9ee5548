"""The next step as the organizer states it: who does what, and when.

Later statements correct earlier ones ("actually, make it Friday"): a new day replaces the day and
keeps the time, a new time replaces the time and keeps the day. A statement after the answer to
the ask ("so, Thursday at six, by the side door") is the strongest evidence; a day in the ask
itself holds until one comes. After a no, or where the answer stays open, what was asked for is no
next step: only what is stated from then on counts, be it the organizer's own call. It stays a
proposal; only the organizer's confirmation makes it agreed.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import time

from companion.domain.dialogue import Cue, NextStep, Step
from companion.understanding import deeds
from companion.understanding.dates import When, lone_time
from companion.understanding.doers import BOTH, ORGANIZER, RIDES, THEM, doer_of, says
from companion.understanding.evidence import Evidence, Group
from companion.understanding.next_step_draft import Draft
from companion.understanding.next_step_matter import Matter, is_answer
from companion.understanding.next_step_when import StandingWhen, refines
from companion.understanding.offers import UNNAMED, Offer, is_offer
from companion.understanding.rap import Rap
from companion.understanding.statements import (
    Statement,
    chosen,
    corrects,
    is_ask,
    is_recap,
    is_told,
    is_undecided,
    supposes_no,
)
from companion.understanding.words import Spoken

_OPENS = frozenset({"hard_ask", "next_step_stated", "commitment_ack"})
_BESIDE = frozenset({"own_story", "success_example", "self_care", "coping_offered"})
"""Stories and care: days in them are no next step."""
AGAINST_SPAN = 2
"""So many utterances a no or a maybe has to last before it takes back what was asked for."""


class NextStepTracker:
    """Follows what is said about the next step through the call."""

    def __init__(self, rap: Rap) -> None:
        self._draft = Draft()
        self._asked_for = Draft()
        """What the last ask was for, kept aside while the answer is open."""
        self._answer = ""
        """'yes', 'no' or 'open' as the organizer took it; empty before."""
        self._firm = False
        """The no was said in so many words: thanks after it are no yes."""
        self._settled = False
        """A day with a time was stated after the last ask: no mere sound of a no undoes it."""
        self._open = False
        self._when = StandingWhen()
        self._matter = Matter(rap)
        self._offer = Offer()
        self._told: NextStep | None = None
        self._against = 0
        self._declined = False
        """The answer as weighed over the call so far is a no."""

    def hear(
        self,
        spoken: Spoken,
        evidence: Evidence,
        cues: tuple[Cue, ...],
        step: Step,
        whens: list[When],
        answer: str | None = None,
    ) -> NextStep | None:
        """The next step after this utterance, or None where the utterance says nothing new of it.

        One without who, what and when takes back what was proposed before.

        Args:
            answer: to the ask, as weighed over the call so far ('yes', 'no', 'maybe' or
                'not_asked'); None where only single utterances tell it.
        """
        norms = spoken.norms
        if not norms:
            return None
        names = {cue.name for cue in cues}
        self._when.hear(spoken)
        offers = is_offer(norms)
        asks = "hard_ask" in names or (step >= Step.ASK and is_ask(norms))
        answered = bool(names & {"commitment_ack", "ask_declined_ack"})
        asks = asks and (is_ask(norms) or not (offers or answered))
        stated = "next_step_stated" in names
        if not (self._open or asks or stated or step >= Step.PLAN):
            return None
        # "I'll write to you on the first, only to see how you are" is care and a step as well.
        own = self._is_free and doer_of(norms) == ORGANIZER
        beside = bool(names & _BESIDE) and "follow_up_promised" not in names and not own
        if not asks and not stated and (beside or is_told(norms)):
            return None
        self._matter.hear(norms, plans=step >= Step.PLAN)
        self._open = self._open or asks or bool(names & _OPENS)
        self._hear_answer(names, norms, answer, asks=asks)
        if answer == "yes" and self._is_free:
            # One utterance sounded like a no; the call as a whole does not.
            self._answer, self._firm = "yes", False
            self._draft = self._draft.filled(self._asked_for)
        elif answer == "maybe" and stated and not (asks or self._answer or self._settled):
            self._answer, self._asked_for, self._draft = "open", self._draft, Draft()
        if step < Step.PLAN and not asks and not stated:
            return self._news(answer)  # days of what happened, and of what is going on
        promised = "follow_up_promised" in names and not says(norms, RIDES)
        if promised and self._is_aside(whens, norms):
            return self._news(answer)
        free = self._is_free
        exact = any(when.dates and when.times for when in whens)
        promises = promised and (stated or free or (exact and not self._draft.days))
        promises = promises or offers or (free and self._offer.waits)
        self._open = self._open or promises
        self._declined = answer == "no"
        self._merge(spoken, evidence, whens, asks=asks, stated=stated, promises=promises)
        self._offer.hear(norms, whens, offers=offers or (promised and free))
        return self._news(answer)

    def _news(self, answer: str | None) -> NextStep | None:
        """What stands by now, if it is not what was told before.

        What was only asked for falls with a no and waits with a maybe.
        """
        draft = self._draft
        self._against = self._against + 1 if answer in ("no", "maybe") else 0
        stands = draft.stated or draft.who == ORGANIZER or self._against < AGAINST_SPAN
        now = draft.value() if self._open and stands else None
        if now == self._told:
            return None
        self._told = now
        return now or NextStep(None, None, None)

    def _is_aside(self, whens: list[When], norms: list[str]) -> bool:
        """Whether all days of a promise are others than the one that was agreed on."""
        draft = self._draft
        agreed = draft.stated and draft.days and draft.who != ORGANIZER
        days = {day for when in whens for day in when.dates}
        return bool(agreed and days) and days.isdisjoint(draft.days) and not corrects(norms)

    def _hear_answer(
        self, names: set[str], norms: list[str], answer: str | None, *, asks: bool
    ) -> None:
        """A yes keeps what was asked for; a no or a maybe puts it aside.

        Where one utterance sounds like another answer than the call so far, the call counts.
        """
        declined = "ask_declined_ack" in names and answer != "yes" and not supposes_no(norms)
        taken = "commitment_ack" in names and answer != "no"
        if taken and "next_step_stated" in names:
            self._firm = False
        if asks:
            self._answer, self._settled = "", False
            return
        if self._settled and not taken:
            return
        if not (declined or taken) or (self._draft.stated and (taken or "thanks_close" in names)):
            return
        undecided = is_undecided(norms)
        if (declined and not taken) or undecided:
            self._answer = "open" if undecided else "no"
            if self._draft != Draft() and self._draft.who != ORGANIZER:
                self._asked_for, self._draft = self._draft, Draft()
            self._firm = "no" in norms and not says(norms, (("say", "no"),))
        elif self._answer == "" or (self._answer == "no" and not self._firm):
            self._answer = "yes"
            self._draft = self._draft.filled(self._asked_for)

    def _merge(
        self,
        spoken: Spoken,
        evidence: Evidence,
        whens: list[When],
        *,
        asks: bool,
        stated: bool,
        promises: bool,
    ) -> None:
        norms = spoken.norms
        settled = self._draft.stated and self._draft.who != ORGANIZER
        free = self._is_free
        unasked = self._answer != "yes" and not self._draft.days
        own_counts = (free or (promises and unasked)) and not settled
        barred = (
            frozenset({THEM, BOTH})
            if self._answer == "no" and (promises or not stated)
            else frozenset()
        )
        # "I'll see you Thursday at six" states a step; "I'll text you Thursday" follows up on it.
        agreed = stated and not promises and self._answer == "yes"
        barred |= frozenset() if own_counts or agreed else frozenset({ORGANIZER})
        if self._draft.days and not self._draft.times and not any(w.times for w in whens):
            hour = lone_time(spoken)
            whens = whens if hour is None else sorted([*whens, hour], key=lambda w: w.first)
        said = chosen(spoken, whens, barred, today_counts=asks)
        recap = self._open and (stated or (said is not None and is_recap(spoken, whens)))
        if said is not None:
            may = (
                asks
                or recap
                or said.corrects
                or (not self._draft.days and (bool(said.times) or said.doer == THEM))
            )
            refined = refines(self._draft, said)
            may = may or said.offset_min is not None or refined
            may = may or (free and promises and said.doer in (ORGANIZER, None))
            may = may or (free and said.doer == ORGANIZER and bool(deeds.deed_of_organizer(norms)))
            newer = stated or recap or refined or said.corrects
            if not may or (settled and not newer):
                said = None
        exact = said is not None and stated and bool(said.days and said.times)
        if said is not None and said.doer != ORGANIZER and not (exact or promises):
            # After a no their days off move nothing of what the organizer promised.
            own = self._draft.who == ORGANIZER and self._draft.stated
            said = None if own and self._declined else said
        own = said is not None and (
            (said.doer == ORGANIZER and not says(norms, RIDES))
            or (said.doer is None and promises and free)
        )
        if said is not None and own and own_counts and (said.days or self._draft.who == ORGANIZER):
            what = deeds.deed_of_organizer(norms)
            fresh = Draft() if self._draft.who != ORGANIZER else self._draft
            draft = self._dated(fresh, said, stated=True)
            if deeds.is_call(norms) and not said.half_said:
                # Nobody is rung up for pleasure at eight in the morning.
                draft = replace(draft, times=tuple(sorted(draft.times, key=_is_early)))
            what = what or draft.what or self._offer.what or UNNAMED
            self._draft = replace(draft, who=ORGANIZER, what=what)
            return
        if said is not None:
            anew = bool(said.days) and self._draft.who == ORGANIZER
            if stated and self._answer == "no":
                # Agreed on after all, or the no was misheard.
                self._answer = "yes"
                self._draft = self._draft.filled(self._asked_for)
            draft = self._asked_for if anew and self._answer == "yes" else self._draft
            draft = Draft() if anew and self._answer != "yes" else draft
            if asks and said.days and not said.corrects and not set(said.days) & set(draft.days):
                draft = replace(draft, times=())  # those of another day
            if said.days and not asks and is_answer(norms, free=self._is_free):
                draft = replace(draft, times=())  # those of the meeting that was asked for
            self._draft = self._dated(
                draft, said, stated=stated or (recap and self._answer == "yes")
            )
            self._settled = stated and not asks and bool(self._draft.days and self._draft.times)
        own_stands = self._declined and self._draft.who == ORGANIZER
        if said is not None or asks or (stated and not own_stands):
            kinds = evidence.names(Group.NEXT_STEP)
            self._draft = self._matter.described(
                self._draft, norms, kinds, asks=asks, free=self._is_free
            )
        if self._draft.days and self._draft.who != ORGANIZER and says(norms, RIDES):
            self._draft = replace(self._draft, who=BOTH)

    def _dated(self, draft: Draft, said: Statement, *, stated: bool) -> Draft:
        return self._when.moved(draft, said, self._asked_for, stated=stated, begun=self._open)

    @property
    def _is_free(self) -> bool:
        """The answer was a no or stays open: the organizer's own deeds count."""
        return self._answer in ("no", "open")


def _is_early(at: time) -> bool:
    return 8 <= at.hour < 10

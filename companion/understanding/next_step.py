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
from datetime import date, time, timedelta

from companion.domain.dialogue import Cue, NextStep, Step
from companion.understanding import deeds
from companion.understanding.calendar_words import number_at
from companion.understanding.dates import When, shift_start, shifted
from companion.understanding.doers import BOTH, ORGANIZER, RIDES, THEM, doer_of, joint, says
from companion.understanding.evidence import Evidence, Group
from companion.understanding.next_step_draft import Draft
from companion.understanding.rap import Rap
from companion.understanding.statements import Statement, chosen, is_ask, is_recap, is_told
from companion.understanding.words import Spoken, word_set

_OPENS = frozenset({"hard_ask", "next_step_stated", "commitment_ack"})
_BESIDE = frozenset({"own_story", "success_example", "self_care", "coping_offered"})
"""Stories and care: days in them are no next step."""
_UNDECIDED = word_set("maybe pending sleep unsure pray undecided")
_UNDECIDED_PHRASES = (
    ("think", "about"), ("you", "are", "thinking"), ("may", "be", "is"), ("not", "yes"),
    ("think", "it", "over"), ("not", "a", "yes"),
)  # fmt: skip
_OFFERS = (
    ("can", "i", "call"), ("could", "i", "call"), ("may", "i", "call"), ("can", "i", "ring"),
    ("could", "i", "ring"), ("for", "me", "to"), ("can", "i", "text"), ("shall", "i", "call"),
    ("i", "call", "you"), ("i", "ring", "you"), ("shall", "i", "ring"), ("shall", "i", "give"),
    ("can", "i", "give"), ("could", "i", "give"), ("may", "i", "give"), ("how", "about", "i"),
    ("what", "if", "i"), ("let", "me", "call"), ("let", "me", "ring"), ("okay", "if", "i"),
    ("all", "right", "if", "i"), ("can", "i", "come"), ("may", "i", "come"), ("i", "come", "by"),
)  # fmt: skip
UNNAMED = "get in touch again"
"""The organizer's own step, where no word says how."""


class NextStepTracker:
    """Follows what is said about the next step through the call."""

    def __init__(self, rap: Rap) -> None:
        self._usually = {kind.id: kind.who for kind in rap.next_steps}
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
        self._morning = False
        self._shift_start: time | None = None
        self._asked_start = False

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
        before = self._draft.value() if self._open else None
        names = {cue.name for cue in cues}
        self._remember_shift(spoken)
        offers = says(norms, _OFFERS)
        asks = "hard_ask" in names or (step >= Step.ASK and is_ask(norms))
        asks = asks and (is_ask(norms) or not (offers or "commitment_ack" in names))
        stated = "next_step_stated" in names
        if not (self._open or asks or stated or step >= Step.PLAN):
            return None
        # "I'll write to you on the first, only to see how you are" is care and a step as well.
        own = self._answer in ("no", "open") and doer_of(norms) == ORGANIZER
        beside = bool(names & _BESIDE) and "follow_up_promised" not in names and not own
        if not asks and not stated and (beside or is_told(norms)):
            return None
        self._open = self._open or asks or bool(names & _OPENS)
        self._hear_answer(names, norms, answer, asks=asks)
        if answer == "yes" and self._answer in ("no", "open"):
            # One utterance sounded like a no; the call as a whole does not.
            self._answer, self._firm = "yes", False
            self._draft = self._draft.filled(self._asked_for)
        elif answer == "maybe" and stated and not (asks or self._answer or self._settled):
            self._answer, self._asked_for, self._draft = "open", self._draft, Draft()
        promises = "follow_up_promised" in names and not says(norms, RIDES)
        self._merge(
            spoken,
            evidence,
            whens,
            asks=asks,
            stated=stated,
            promises=(stated and promises) or offers,
        )
        if not self._open:
            return None
        after = self._draft.value()
        if after == before:
            return None
        return after or NextStep(None, None, None)

    def _hear_answer(
        self, names: set[str], norms: list[str], answer: str | None, *, asks: bool
    ) -> None:
        """A yes keeps what was asked for; a no or a maybe puts it aside.

        Where one utterance sounds like another answer than the call so far, the call counts.
        """
        declined = "ask_declined_ack" in names and answer != "yes"
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
        undecided = bool(_UNDECIDED.intersection(norms)) or says(norms, _UNDECIDED_PHRASES)
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
        free = self._answer in ("no", "open")
        own_counts = (free or (promises and self._answer != "yes")) and not settled
        barred = (
            frozenset({THEM, BOTH})
            if self._answer == "no" and (promises or not stated)
            else frozenset()
        )
        # "I'll see you Thursday at six" states a step; "I'll text you Thursday" follows up on it.
        agreed = stated and not promises and self._answer == "yes"
        barred |= frozenset() if own_counts or agreed else frozenset({ORGANIZER})
        said = chosen(spoken, whens, barred, today_counts=asks)
        recap = self._open and (stated or (said is not None and is_recap(spoken, whens)))
        if said is not None:
            may = (
                asks
                or recap
                or said.corrects
                or (not self._draft.days and (bool(said.times) or said.doer == THEM))
            )
            may = may or said.offset_min is not None or self._refines(said)
            may = may or (free and promises and said.doer == ORGANIZER)
            if not may or (settled and not stated and not said.corrects and not recap):
                said = None
        own = said is not None and (
            (said.doer == ORGANIZER and not says(norms, RIDES))
            or (said.doer is None and promises and self._answer == "no")
        )
        if said is not None and own and own_counts and (said.days or self._draft.who == ORGANIZER):
            what = deeds.deed_of_organizer(norms)
            fresh = Draft() if self._draft.who != ORGANIZER else self._draft
            draft = self._dated(fresh, said, stated=True)
            self._draft = replace(draft, who=ORGANIZER, what=what or draft.what or UNNAMED)
            return
        if said is not None:
            anew = bool(said.days) and self._draft.who == ORGANIZER
            if stated and self._answer == "no":
                # Agreed on after all, or the no was misheard.
                self._answer = "yes"
                self._draft = self._draft.filled(self._asked_for)
            draft = self._asked_for if anew and self._answer == "yes" else self._draft
            draft = Draft() if anew and self._answer != "yes" else draft
            self._draft = self._dated(
                draft, said, stated=stated or (recap and self._answer == "yes")
            )
            self._settled = stated and not asks and bool(self._draft.days and self._draft.times)
        if said is not None or asks or stated:
            kinds = evidence.names(Group.NEXT_STEP)
            self._draft = self._described(self._draft, norms, kinds, asks=asks)
        if self._draft.days and self._draft.who != ORGANIZER and says(norms, RIDES):
            self._draft = replace(self._draft, who=BOTH)

    def _refines(self, said: Statement) -> bool:
        """Whether a time is added to the day that stands."""
        fits = not said.days or bool(set(said.days) & set(self._draft.days))
        return bool(said.times) and not self._draft.times and fits

    def _dated(self, draft: Draft, said: Statement, *, stated: bool) -> Draft:
        days, times = draft.days, draft.times
        known = draft.days or self._asked_for.days
        if said.days and known and not set(said.days) & set(known) and not said.corrects:
            self._morning = False  # another day, of which no part was said
        if said.days:
            days = said.days
            if said.other and draft.days:
                days = tuple(d for d in said.days if d != draft.days[0]) or said.days
            elif _vague(said.days) and draft.days and not _vague(draft.days):
                days = tuple(d for d in draft.days if d in said.days) or said.days
            elif said.corrects and said.weekday and len(said.days) == 1 and draft.days:
                days = (_beside(said.days[0], draft.days[0]),)
            elif set(said.days) & set(draft.days) and stated:
                days = tuple(d for d in said.days if d in draft.days)
        if said.times:
            times = said.times
            if not said.half_said and self._morning:
                times = tuple(dict.fromkeys(t.replace(hour=t.hour % 12) if 4 <= t.hour % 12 < 12
                                            else t for t in times))  # fmt: skip
        elif said.offset_min is not None:
            start = self._shift_start or (draft.times[0] if draft.times else None)
            times = (shifted(start, said.offset_min),) if start else ()
        if self._open and said.half_said and said.times and said.times[0].hour < 12:
            self._morning = True
        return replace(draft, days=days, times=times, stated=draft.stated or stated)

    def _described(
        self, draft: Draft, norms: list[str], kinds: tuple[str, ...], *, asks: bool
    ) -> Draft:
        """Who and what, as far as this utterance tells."""
        together = joint(norms)
        named = doer_of(norms)
        if self._answer in ("no", "open"):
            if draft.who == ORGANIZER or not draft.days:
                return draft
            answer = deeds.deed_of_answer(norms)
            if answer is not None and named == THEM and not together:
                return replace(draft, who=THEM, what=answer)
        what = deeds.deed_in(norms, kinds, together=together)
        # What was asked for stays the matter, though more is added ("and bring a coworker").
        if what is None or deeds.is_general(what):
            what = (deeds.place_in(norms, together=together) if draft.stated else None) or what
        if what is not None and (deeds.is_general(draft.what) or (asks and is_ask(norms))):
            draft = replace(draft, what=what)
        elif draft.what is None and draft.stated:
            draft = replace(draft, what=deeds.MEET if together else deeds.JOIN)
        if together:
            return replace(draft, who=BOTH)
        who = draft.who or (THEM if named == THEM else None)
        return replace(draft, who=who or self._usually.get(draft.what or "", THEM))

    def _remember_shift(self, spoken: Spoken) -> None:
        """When they start, as repeated by the organizer: 'you're on at six', or 'One.' after
        'what time do you start'."""
        norms = spoken.norms
        number = number_at(norms, 0, len(norms)) if self._asked_start else None
        start = shift_start(spoken)
        if start is None and number is not None and 1 <= number[0] <= 12:
            start = time(number[0] % 12 + (12 if number[0] < 6 or number[0] == 12 else 0))
        self._shift_start = start or self._shift_start
        self._asked_start = says(norms, (("what", "time"), ("when", "do", "you")))


def _beside(weekday: date, stands: date) -> date:
    """The weekday in the week of the day that stands: "next Thursday. No, make it the Friday"."""
    later = weekday + timedelta(days=7)
    return later if later.isocalendar()[:2] == stands.isocalendar()[:2] else weekday


def _vague(days: tuple[date, ...]) -> bool:
    """A week without a day, or a weekend."""
    return len(days) > 1

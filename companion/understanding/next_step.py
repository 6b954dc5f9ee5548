"""The next step as the organizer states it: who does what, and when.

Later statements correct earlier ones ("actually, make it Friday"): a new day replaces the day and
keeps the time, a new time replaces the time and keeps the day. It stays a proposal; only the
organizer's confirmation makes it agreed.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, time

from companion.domain.dialogue import Cue, NextStep, Origin, Step
from companion.understanding.dates import When
from companion.understanding.evidence import Evidence, Group
from companion.understanding.rap import Rap
from companion.understanding.words import Spoken, word_set

_OPENS = frozenset({"hard_ask", "next_step_stated", "commitment_ack"})
_TELLS_OF_OTHERS = frozenset({"own_story", "success_example"})
MAX_OPTIONS = 4
_CORRECTING = word_set("actually instead make rather better switch move scratch sorry mean")

_TOGETHER = (
    ("we", "will"), ("you", "and", "i"), ("you", "and", "me"), ("let", "us", "meet"),
    ("let", "us", "talk"), ("pick", "you", "up"), ("i", "will", "drive"), ("ride", "with"),
    ("go", "with", "you"), ("come", "with", "you"),
)  # fmt: skip
_ORGANIZER = (("i", "will"), ("i", "am", "going", "to"))
_THEM = (
    ("you", "will"), ("will", "you"), ("would", "you"), ("could", "you"), ("can", "you"),
    ("you", "are"), ("are", "you"), ("count", "on", "you"), ("you", "come"), ("you", "bring"),
    ("you", "just"), ("you", "can"), ("you", "start"), ("put", "you"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Draft:
    who: str | None = None
    what: str | None = None
    days: tuple[date, ...] = ()
    times: tuple[time, ...] = ()

    def value(self) -> NextStep | None:
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
        if not self.times:
            return tuple(day.isoformat() for day in self.days)[:MAX_OPTIONS]
        return tuple(
            datetime.combine(day, at).isoformat(timespec="minutes")
            for day in self.days
            for at in self.times
        )[:MAX_OPTIONS]


class NextStepTracker:
    """Follows what is said about the next step through the call."""

    def __init__(self, rap: Rap) -> None:
        self._usually = {kind.id: kind.who for kind in rap.next_steps}
        self._draft = _Draft()
        self._open = False

    def hear(
        self,
        spoken: Spoken,
        evidence: Evidence,
        cues: tuple[Cue, ...],
        step: Step,
        whens: list[When],
    ) -> NextStep | None:
        """The next step after this utterance, or None where the utterance says nothing of it."""
        names = {cue.name for cue in cues}
        if names & _TELLS_OF_OTHERS and not names & _OPENS:
            return None
        if "ask_declined_ack" in names and not names & _OPENS:
            self._draft, self._open = _Draft(), False
            return None
        self._open = self._open or bool(names & _OPENS)
        if not self._open and step < Step.PLAN:
            return None
        whens = _without_promises(spoken, evidence, whens)
        kinds = evidence.names(Group.NEXT_STEP)
        # Before an ask was made, a day alone ("fourteen of us met on Friday") says too little.
        if not (whens or kinds) or not (self._open or (whens and kinds)):
            return None
        before = self._draft
        self._draft = self._merged(before, spoken, kinds, whens, names)
        return self._draft.value() if self._draft != before else None

    def _merged(
        self,
        draft: _Draft,
        spoken: Spoken,
        kinds: tuple[str, ...],
        whens: list[When],
        names: set[str],
    ) -> _Draft:
        stated = bool(names & _OPENS)
        # What was asked for stays the matter, though more is added ("and bring a coworker").
        if kinds and ("hard_ask" in names or draft.what is None):
            draft = replace(draft, what=kinds[0])
        days = [w for w in whens if w.dates]
        # A day that was settled gives way only where the step is stated again or corrected.
        if days and (stated or not draft.days or _CORRECTING.intersection(spoken.norms)):
            chosen = days[-1]
            times = chosen.times or draft.times
            draft = replace(draft, days=chosen.dates, times=times)
        for when in whens:
            if not when.dates and when.times:
                draft = replace(draft, times=when.times)
        who = _who(spoken.norms)
        if stated or draft.who is None:
            draft = replace(draft, who=who or draft.who or self._usually.get(draft.what or ""))
        return draft


def _without_promises(spoken: Spoken, evidence: Evidence, whens: list[When]) -> list[When]:
    """Leave out the days of the organizer's own follow-up: "I'll text you tonight"."""
    promises = [(spoken.words[m.first].sentence, m.first) for m in evidence.of(Group.FOLLOW_UP)]
    return [
        when
        for when in whens
        if not any(
            spoken.words[when.first].sentence == sentence and first < when.first
            for sentence, first in promises
        )
    ]


def _who(norms: list[str]) -> str | None:
    """Who acts, by the pronouns around the verb."""
    if _says(norms, _TOGETHER):
        return "both"
    if _says(norms, _THEM):
        return "them"
    return "organizer" if _says(norms, _ORGANIZER) else None


def _says(norms: list[str], phrases: tuple[tuple[str, ...], ...]) -> bool:
    return any(
        tuple(norms[i : i + len(phrase)]) == phrase
        for phrase in phrases
        for i in range(len(norms) - len(phrase) + 1)
    )

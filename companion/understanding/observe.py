"""One utterance as the rap sees it: words, phrases, dates, and figures for the learned part."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from companion.domain.dialogue import Cue, Step
from companion.understanding import ngrams
from companion.understanding.cues import CueDetector
from companion.understanding.dates import When
from companion.understanding.evidence import Evidence, Group, PhraseBook
from companion.understanding.language import language_of
from companion.understanding.rap import Rap
from companion.understanding.sequence import dense_figures
from companion.understanding.words import Spoken

_ANY_STEP = (1.0, 1.0, 1.0, 1.0, 1.0)


@dataclass(frozen=True, slots=True)
class Observation:
    """What can be told of an utterance without knowing the call around it."""

    spoken: Spoken = field(repr=False)
    tokens: tuple[str, ...] = field(repr=False)
    evidence: Evidence = field(repr=False)
    whens: list[When] = field(repr=False)
    rap_cues: tuple[Cue, ...] = ()
    """Cues by the rap's phrases, in whatever step."""


class Observer:
    """Looks at single utterances with one rap."""

    def __init__(self, rap: Rap) -> None:
        self._language = language_of(rap.language)
        self._book = PhraseBook(rap)
        self._cues = CueDetector(rap)
        self._goal_steps = {g.id: part.number for part in rap.steps for g in part.goals}
        self._goals_by_cue: dict[str, list[str]] = {}
        for part in rap.steps:
            for goal in part.goals:
                for cue in goal.cues:
                    self._goals_by_cue.setdefault(cue, []).append(goal.id)

    def look(self, text: str, call_date: date) -> Observation:
        """Read an utterance; dates resolve against the day of the call."""
        spoken = self._language.read(text)
        evidence = self._book.find(spoken)
        whens = self._language.find_whens(spoken, call_date)
        cues = self._cues.find(spoken, evidence, _ANY_STEP, whens)
        return Observation(
            spoken, tuple(ngrams.tokens(self._language.spelling.fold(text))), evidence, whens, cues
        )

    def goals(self, evidence: Evidence, cues: Sequence[Cue]) -> tuple[str, ...]:
        """Ids of the goals that phrases or cues show to be met."""
        by_cue = (goal for cue in cues for goal in self._goals_by_cue.get(cue.name, ()))
        return tuple(dict.fromkeys((*evidence.names(Group.GOAL), *by_cue)))

    def goals_by_step(self, goals: Sequence[str]) -> list[float]:
        """How many of the goals belong to each step."""
        counts = [0.0] * len(Step)
        for goal in goals:
            counts[self._goal_steps[goal] - 1] += 1
        return counts

    def dense(self, seen: Observation, cue_names: Sequence[str]) -> list[float]:
        """The rap's figures for the learned part; see `sequence.dense_figures`."""
        evidence = seen.evidence
        return dense_figures(
            (
                evidence.counts_by_step(Group.STEP_PHRASE),
                evidence.counts_by_step(Group.STEP_WORD),
                self.goals_by_step(self.goals(evidence, seen.rap_cues)),
            ),
            (
                len(evidence.names(Group.ISSUE)),
                len(evidence.names(Group.ROLE)),
                len(evidence.names(Group.NEXT_STEP)),
                len(seen.whens),
            ),
            rap_cue_row(seen.rap_cues, cue_names),
        )


def rap_cue_row(cues: Sequence[Cue], names: Sequence[str]) -> list[float]:
    """How sure the rap's phrases are of each named cue; 0 where they found none."""
    sure = {cue.name: cue.probability for cue in cues}
    return [sure.get(name, 0.0) for name in names]

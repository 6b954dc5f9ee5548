"""All phrases of a rap, found in one pass over an utterance."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from companion.domain.dialogue import Step
from companion.understanding.language import language_of
from companion.understanding.phrases import Match, PhraseMatcher
from companion.understanding.rap import Rap
from companion.understanding.words import Spoken


class Group(Enum):
    """What a phrase of the rap is for."""

    STEP_PHRASE = "step phrase"
    STEP_WORD = "step word"
    GOAL = "goal"
    CUE = "cue"
    NOT_CUE = "rules a cue out"
    ISSUE = "issue"
    PASSING = "issue in passing"
    ROLE = "role"
    DECIDING = "somebody decides"
    ANSWER = "answer to the ask"
    NEXT_STEP = "next step"
    FOLLOW_UP = "follow-up"
    INVITATION = "invitation"
    EXEMPT = "exempt"


Key = tuple[Group, str]


@dataclass(frozen=True, slots=True)
class Evidence:
    """Which phrases of the rap an utterance holds, and where (in words)."""

    matches: tuple[Match[Key], ...]

    def of(self, group: Group) -> list[Match[Key]]:
        """The matches of one group, in order."""
        return [m for m in self.matches if m.key[0] is group]

    def names(self, group: Group) -> tuple[str, ...]:
        """The names found in one group, each once, in the order in which they were said."""
        return tuple(dict.fromkeys(m.key[1] for m in self.matches if m.key[0] is group))

    def counts_by_step(self, group: Group) -> tuple[int, int, int, int, int]:
        """For step phrases and step words: places that speak for each of the steps 1 to 5."""
        counts = dict.fromkeys(Step, 0)
        covered = dict.fromkeys(Step, 0)
        for match in self.of(group):
            step = Step(int(match.key[1]))
            if match.first >= covered[step]:
                counts[step] += 1
                covered[step] = match.end
        return (
            counts[Step.MAKE_SPACE],
            counts[Step.WHAT_MOVES_YOU],
            counts[Step.CONNECT],
            counts[Step.PLAN],
            counts[Step.ASK],
        )


class PhraseBook:
    """The compiled phrases of a rap."""

    def __init__(self, rap: Rap) -> None:
        self._matcher: PhraseMatcher[Key] = PhraseMatcher(
            _phrases(rap), language_of(rap.language).spelling
        )

    def find(self, spoken: Spoken) -> Evidence:
        """What the utterance holds of them."""
        return Evidence(tuple(self._matcher.find(spoken.words)))


def _phrases(rap: Rap) -> Iterator[tuple[Key, str]]:
    for part in rap.steps:
        name = str(int(part.number))
        yield from (((Group.STEP_PHRASE, name), phrase) for phrase in part.phrases)
        yield from (((Group.STEP_WORD, name), word) for word in part.words)
        for goal in part.goals:
            yield from (((Group.GOAL, goal.id), phrase) for phrase in goal.phrases)
    for cue in rap.cues:
        yield from (((Group.CUE, cue.name), phrase) for phrase in cue.phrases)
        yield from (((Group.NOT_CUE, cue.name), phrase) for phrase in cue.unless)
    for group, choices in (
        (Group.ISSUE, rap.issues),
        (Group.ROLE, rap.roles),
        (Group.ANSWER, rap.answers),
        (Group.NEXT_STEP, rap.next_steps),
        (Group.FOLLOW_UP, rap.follow_ups),
    ):
        for choice in choices:
            yield from (((group, choice.id), phrase) for phrase in choice.phrases)
    for issue in rap.issues:
        yield from (((Group.PASSING, issue.id), phrase) for phrase in issue.passing)
    yield from (((Group.DECIDING, ""), phrase) for phrase in rap.deciding)
    yield from (((Group.INVITATION, ""), phrase) for phrase in rap.invitations)
    exempt = rap.exemptions
    for phrase in (
        *exempt.consent,
        *exempt.time_check,
        *exempt.the_ask,
        *exempt.reading_back,
    ):
        yield (Group.EXEMPT, ""), phrase

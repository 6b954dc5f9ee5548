"""Proposals: what the organizer's words let be heard about the call as a whole.

Every value comes from the rap's fixed lists. "So that's a yes" is a proposal that they said yes;
it is never a fact about them until the organizer taps it.

The makers count evidence over the call and turn it into a probability. The weights were set by
hand on the training calls; they are few, and each says what it stands for.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

from companion.domain.dialogue import Cue, Field, Origin, Proposal, Step
from companion.understanding.answer_listeners import (
    Found,
    LearnedAnswerListener,
    PhraseAnswerListener,
)
from companion.understanding.answers import AnswerModel, Floats
from companion.understanding.evidence import Evidence, Group, Key
from companion.understanding.language import language_of
from companion.understanding.phrases import Match
from companion.understanding.rap import Rap
from companion.understanding.vocabulary import IN_TOUCH, UNNAMED
from companion.understanding.words import Spoken


class ProposalMaker:
    """Turns the evidence of one call into proposals, utterance by utterance."""

    def __init__(self, rap: Rap, answers: AnswerModel | None = None) -> None:
        """`answers` tells the answer to the ask; without it the rap's words do."""
        self._issues = IssueListener(rap)
        self._roles = RoleListener(language_of(rap.language).denials)
        self._asks = AskListener()
        self._answers = PhraseAnswerListener()
        self._learned = None if answers is None else LearnedAnswerListener(answers)

    @property
    def answer(self) -> str | None:
        """The answer to the ask as weighed over the call so far; None where words alone tell."""
        return None if self._learned is None else self._learned.answer

    def propose(
        self,
        utterance_i: int,
        spoken: Spoken,
        evidence: Evidence,
        cues: tuple[Cue, ...],
        step: Step,
        figures: Floats | None = None,
    ) -> tuple[Proposal, ...]:
        """What may be proposed after this utterance.

        Args:
            figures: what the answer is told from, f32[13]; None where no cue was learned.
        """
        sure = {cue.name: cue.probability for cue in cues}
        asked = self._asks.hear(utterance_i, evidence, sure)
        if self._learned is not None and figures is not None:
            answered = self._learned.hear(figures, asked=bool(asked))
        else:
            answered = self._answers.hear(spoken, evidence, sure, step, asked=bool(asked))
        found = [
            *self._issues.hear(evidence, sure, step),
            *self._roles.hear(utterance_i, spoken, evidence, sure, step),
            *asked,
            *answered,
            *_self_care(sure),
            *_follow_ups(evidence, sure),
        ]
        return tuple(
            Proposal(field, value, Origin.HEARD, round(probability, 3), utterance_i)
            for field, value, probability in found
        )


def _self_care(sure: dict[str, float]) -> list[Found]:
    offered = max(sure.get("self_care", 0.0), sure.get("coping_offered", 0.0))
    return [(Field.SELF_CARE, "offered", offered)] if offered else []


def _follow_ups(evidence: Evidence, sure: dict[str, float]) -> list[Found]:
    promised = sure.get("follow_up_promised")
    if promised is None:
        return []
    return [(Field.FOLLOW_UP, (evidence.names(Group.FOLLOW_UP) or (IN_TOUCH,))[0], promised)]


class IssueListener:
    """Issues: one plain mention of a trouble is enough, words in passing have to add up."""

    PASSING = 0.2
    """A passing word against a plain mention."""
    ELSEWHERE = 0.25
    """Words in the organizer's own story or in an example of success are not this person's."""
    FEARED = 0.35
    """Where fear of what they would do comes up, retaliation is this person's issue too."""
    GROWTH = 1.31
    """An issue with evidence w is likely with 1 - exp(-GROWTH w)."""
    STEP_WEIGHTS = (0.5, 1.0, 0.5, 0.3, 0.15)
    """By step: troubles are told in step 2; in step 5 most words are about meetings."""

    def __init__(self, rap: Rap) -> None:
        self._weight_of = {issue.id: issue.weight for issue in rap.issues}
        self._weights: dict[str, float] = {}

    def hear(self, evidence: Evidence, sure: dict[str, float], step: Step) -> list[Found]:
        """The issues of this utterance, as likely as the call so far makes them."""
        told = dict.fromkeys(evidence.names(Group.PASSING), self.PASSING)
        told.update(dict.fromkeys(evidence.names(Group.ISSUE), 1.0))
        here = self.STEP_WEIGHTS[step - 1]
        if sure.keys() & {"own_story", "success_example"}:
            here = min(here, self.ELSEWHERE)
        found: list[Found] = []
        for issue, weight in told.items():
            feared = issue == "retaliation" and "fear_addressed" in sure
            weight *= self._weight_of[issue] * (max(here, self.FEARED) if feared else here)
            self._weights[issue] = self._weights.get(issue, 0.0) + weight
            probability = 1 - math.exp(-self.GROWTH * self._weights[issue])
            found.append((Field.ISSUE, issue, min(probability, 0.97)))
        return found


class RoleListener:
    """The decision maker's role: named where the talk is about who decides."""

    NAMED = 1.6
    DECIDING = 1.0
    ANSWERED = 1.0
    """Soon after the question who decides: the organizer says the answer back."""
    BY_STEP = (0.0, 0.1, 0.3, 0.2, 0.1)
    """Elsewhere a boss is just mentioned."""
    ANSWER_SPAN = 3
    """So many utterances after the question its answer is said back."""
    DENIED = -0.5
    DOUBT = 1.5
    """A role with evidence w is likely with w / (w + DOUBT), which keeps roles apart to the end."""
    LEAST = 1.0
    """Evidence below this proposes nothing."""
    BODIES = frozenset({"board", "public agency"})
    BODY = 0.7
    """A body is named beside the person in it who decides: the director of the agency."""
    NEAR_WORDS = 3

    def __init__(self, denials: frozenset[str]) -> None:
        """`denials`: words that rule a role out, such as 'not'."""
        self._denials = denials
        self._weights: dict[str, float] = {}
        self._asked_i: int | None = None

    def hear(
        self,
        utterance_i: int,
        spoken: Spoken,
        evidence: Evidence,
        sure: dict[str, float],
        step: Step,
    ) -> list[Found]:
        """The roles of this utterance that are likely by now."""
        weight = self._weight(utterance_i, evidence, sure, step)
        if "decision_maker_asked" in sure:
            self._asked_i = utterance_i
        found: list[Found] = []
        for match in _widest(evidence.of(Group.ROLE)):
            role = self._known_as(match.key[1])
            ruled_out = self._ruled_out(spoken, match)
            more = weight * (self.BODY if role in self.BODIES else 1.0)
            self._weights[role] = self._weights.get(role, 0.0) + (
                self.DENIED if ruled_out else more
            )
            if self._weights[role] >= self.LEAST and not ruled_out:
                probability = self._weights[role] / (self._weights[role] + self.DOUBT)
                found.append((Field.DECISION_MAKER, role, probability))
        return found

    def _weight(
        self, utterance_i: int, evidence: Evidence, sure: dict[str, float], step: Step
    ) -> float:
        weight = self.BY_STEP[step - 1]
        if "decision_maker_named" in sure:
            weight += self.NAMED
        if evidence.of(Group.DECIDING):
            weight += self.DECIDING
        if self._asked_i is not None and 0 < utterance_i - self._asked_i <= self.ANSWER_SPAN:
            weight += self.ANSWERED
        return weight

    def _known_as(self, role: str) -> str:
        """'The manager' is the one who was named before: the regional manager, say."""
        if role != "manager":
            return role
        known = [r for r, w in self._weights.items() if r.endswith(" manager") and w > 0]
        return max(known, key=lambda r: self._weights[r], default=role)

    def _ruled_out(self, spoken: Spoken, match: Match[Key]) -> bool:
        """'Not the supervisor', 'the supervisor only', 'the supervisor cannot'."""
        sentence = spoken.sentences[spoken.words[match.first].sentence]
        before = spoken.norms[max(sentence.first, match.first - self.NEAR_WORDS) : match.first]
        after = spoken.norms[match.end : min(sentence.end, match.end + self.NEAR_WORDS)]
        return bool(self._denials.intersection((*before, *after)))


def _widest(matches: Iterable[Match[Key]]) -> list[Match[Key]]:
    """Matches that lie in no wider one: a city manager is not a manager."""
    found = list(matches)
    return [
        m
        for m in found
        if not any(
            o.first <= m.first and m.end <= o.end and o.end - o.first > m.end - m.first
            for o in found
        )
    ]


class AskListener:
    """What was asked for, as a kind of next step."""

    MEMORY = 4
    """The kind of an ask may have been named so many utterances before it ('Will you come?')."""

    def __init__(self) -> None:
        self._kinds: list[tuple[int, str]] = []
        self._named = False

    def hear(self, utterance_i: int, evidence: Evidence, sure: dict[str, float]) -> list[Found]:
        """The ask of this utterance, if it holds one."""
        named = evidence.names(Group.NEXT_STEP)
        self._kinds.extend((utterance_i, kind) for kind in named)
        answered = max(sure.get("commitment_ack", 0.0), sure.get("ask_declined_ack", 0.0))
        if "hard_ask" not in sure or answered >= sure["hard_ask"]:
            return []  # "so glad you'll bring her" welcomes an answer and asks for nothing
        recent = tuple(kind for i, kind in self._kinds[-1:] if i >= utterance_i - self.MEMORY)
        kind = (named or recent)[-1:]
        if kind:
            self._named = True
        elif self._named:
            return []  # the same ask once more, in other words
        return [(Field.ASK, kind[0] if kind else UNNAMED, sure["hard_ask"])]

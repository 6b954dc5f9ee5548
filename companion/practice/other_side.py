"""The other person of a rehearsal: hears what a turn of the organizer was like, and answers.

It follows a persona's branches. It knows the organizer's turn as the companion understands it,
kinds of questions and cues, and a few phrases: it is a partner to practice with, no mind.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from companion.domain.dialogue import QuestionKind
from companion.practice.persona_form import MOST_TRUST, Branch, Moment, Persona, When
from companion.understanding.language import language_of
from companion.understanding.phrases import PhraseMatcher

LONG_TURN_WORDS = 60
TRUSTS_ENOUGH = 5
"""Below this much trust a hard ask comes too early."""

Outcome: TypeAlias = Literal["yes", "maybe", "no", "hung_up"]


@dataclass(frozen=True, slots=True)
class OwnTurn:
    """A turn of the organizer, as the companion understood it."""

    text: str = field(repr=False)
    kinds: tuple[QuestionKind, ...] = ()
    """Of its questions, in order; an invitation ('tell me …') is open, too."""
    cues: frozenset[str] = frozenset()

    @property
    def words(self) -> int:
        """How many words it has."""
        return len(self.text.split())


@dataclass(frozen=True, slots=True)
class Answer:
    """What the other person says, and how the talk stands then."""

    text: str = field(repr=False)
    moment: str
    trust: int
    outcome: Outcome | None
    """How the call ended; None while it goes on."""


class OtherSide:
    """One persona in one conversation."""

    def __init__(self, persona: Persona) -> None:
        self._persona = persona
        self._language = language_of(persona.language)
        self._moments = {moment.id: moment for moment in persona.moments}
        self._matchers: dict[tuple[str, ...], PhraseMatcher[str]] = {}
        self._visits: Counter[str] = Counter()
        self._murmured = 0
        self._at = persona.moments[0]
        self.trust = persona.trust
        """From 0 to 10."""
        self.visited: list[str] = []
        """Ids of the moments, in the order in which they came."""

    def begin(self) -> Answer:
        """Pick up the phone."""
        return self._enter(self._at)

    def answer(self, turn: OwnTurn) -> Answer:
        """Answer a turn. After the call has ended there is nothing to answer."""
        if self._at.ends is not None:
            raise ValueError("the call is over")
        self._feel(turn)
        branch = self._branch(turn)
        if branch is not None:
            self._shift(branch.trust)
            if branch.go is not None:
                return self._enter(self._moments[branch.go])
            return self._in_passing(branch.says)
        return self._in_passing(self._persona.murmurs)

    def _branch(self, turn: OwnTurn) -> Branch | None:
        branches: Sequence[Branch] = (*self._persona.any_time, *self._at.then)
        return next((b for b in branches if b.go != self._at.id and self._fits(b.when, turn)), None)

    def _enter(self, moment: Moment) -> Answer:
        self._at = moment
        said = moment.says[min(self._visits[moment.id], len(moment.says) - 1)]
        self._visits[moment.id] += 1
        self.visited.append(moment.id)
        return Answer(said, moment.id, self.trust, moment.ends)

    def _in_passing(self, lines: Sequence[str]) -> Answer:
        said = lines[self._murmured % len(lines)]
        self._murmured += 1
        return Answer(said, self._at.id, self.trust, None)

    def _feel(self, turn: OwnTurn) -> None:
        """What this way of talking does to trust."""
        habits = self._persona.habits
        pushes = "hard_ask" in turn.cues
        for applies, shift in (
            (QuestionKind.OPEN in turn.kinds, habits.open_question),
            (_only_closed(turn), habits.closed_question),
            ("reflection" in turn.cues, habits.reflection),
            ("own_story" in turn.cues and turn.words <= LONG_TURN_WORDS, habits.own_story),
            (turn.words > LONG_TURN_WORDS, habits.long_turn),
            ("fear_addressed" in turn.cues, habits.fear_addressed),
            ("coping_offered" in turn.cues, habits.coping_offered),
            ("confidentiality" in turn.cues, habits.confidentiality),
            (pushes and self.trust < TRUSTS_ENOUGH, habits.asks_too_early),
            (pushes and self._has_declined, habits.pushes_after_no),
        ):
            if applies:
                self._shift(shift)

    @property
    def _has_declined(self) -> bool:
        return any(self._moments[name].declines for name in self.visited)

    def _shift(self, by: int) -> None:
        self.trust = min(MOST_TRUST, max(0, self.trust + by))

    def _fits(self, when: When, turn: OwnTurn) -> bool:
        last = turn.kinds[-1].value if turn.kinds else "none"
        return (
            (when.question in (None, last) or (when.question == "any" and bool(turn.kinds)))
            and (not when.cue or not turn.cues.isdisjoint(when.cue))
            and (not when.says or self._says(when.says, turn.text))
            and (when.words_over is None or turn.words > when.words_over)
            and (when.words_under is None or turn.words < when.words_under)
            and (when.trust_from is None or self.trust >= when.trust_from)
            and (when.trust_below is None or self.trust < when.trust_below)
        )

    def _says(self, phrases: tuple[str, ...], text: str) -> bool:
        if phrases not in self._matchers:
            spelled = ((phrase, phrase) for phrase in phrases)
            self._matchers[phrases] = PhraseMatcher(spelled, self._language.spelling)
        return bool(self._matchers[phrases].find(self._language.read(text).words))


def _only_closed(turn: OwnTurn) -> bool:
    return QuestionKind.CLOSED in turn.kinds and QuestionKind.OPEN not in turn.kinds

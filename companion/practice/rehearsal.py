"""A rehearsal: the organizer's turns in, the coach's cards and the other person's answers out.

The same understanding and the same coach as in a call. Everything lives in memory, and the last
turn can be taken back and tried in other words.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date

from companion.coach.conversation import Conversation
from companion.domain.actions import Action
from companion.domain.call import CallState
from companion.domain.dialogue import Heard, Question, QuestionKind
from companion.domain.prompt import Prompt
from companion.domain.speech import Utterance
from companion.errors import InputError
from companion.practice.other_side import Answer, OtherSide, OwnTurn
from companion.practice.persona_form import Persona
from companion.settings import CallSettings
from companion.trainer.pace import spoken_for_s
from companion.understanding.rap import Rap

WORDS_LAG_S = 0.5
"""So long after the end of a turn its words are there, and the card may change."""
BEFORE_ANSWER_S = 0.8
BEFORE_OWN_S = 0.6
"""A breath before each side begins to speak."""


@dataclass(frozen=True, slots=True)
class Said:
    """An utterance of the organizer, and what the companion understood of it."""

    utterance: Utterance
    heard: Heard
    questions: tuple[Question, ...]
    """Those that count."""
    card: Prompt | None = field(repr=False)
    """The card that came up after it; None where the card stayed."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """A whole turn of the organizer, and the answer to it."""

    said: tuple[Said, ...]
    answer: Answer


class Rehearsal:
    """One practice conversation with one persona."""

    def __init__(self, rap: Rap, persona: Persona, on: date, settings: CallSettings) -> None:
        """Raises: InputError where persona and rap do not speak the same language."""
        if persona.language != rap.language:
            raise InputError(
                f"{persona.name} speaks {persona.language!r} and the rap is in {rap.language!r}; "
                "choose a rap or a persona of the same language"
            )
        self._rap, self._persona, self._on, self._settings = rap, persona, on, settings
        self._begin()

    def _begin(self) -> None:
        self._conversation = Conversation(self._rap, self._on, self._settings)
        self._other = OtherSide(self._persona)
        self._pending: list[Said] = []
        self.exchanges: list[Exchange] = []
        """All turns that were answered, in order."""
        self.first = self._other.begin()
        """What the other person says first."""
        self.now_s = spoken_for_s(self.first.text) + BEFORE_OWN_S
        """Call time."""

    @property
    def persona(self) -> Persona:
        """Who is on the other side."""
        return self._persona

    @property
    def rap(self) -> Rap:
        """The conversation that is practiced."""
        return self._rap

    @property
    def state(self) -> CallState:
        """What the companion knows now."""
        return self._conversation.state

    @property
    def trust(self) -> int:
        """How much the other person trusts the organizer, 0 to 10."""
        return self._other.trust

    @property
    def visited(self) -> frozenset[str]:
        """Ids of the persona's moments that came up."""
        return frozenset(self._other.visited)

    @property
    def last(self) -> Answer:
        """The other person's last words."""
        return self.exchanges[-1].answer if self.exchanges else self.first

    @property
    def is_over(self) -> bool:
        """The other person has ended the call."""
        return self.last.outcome is not None

    def say(self, text: str) -> Exchange:
        """A turn that was typed: it takes the time that speaking it would."""
        utterance = Utterance(0, self.now_s, self.now_s + spoken_for_s(text), text)
        self.hear(utterance)
        return self.answered()

    def hear(self, utterance: Utterance) -> Said:
        """A piece of a turn, with its times in the call. The answer waits for the whole turn."""
        number = self.state.utterance_count
        utterance = replace(utterance, i=number)
        before = (self.state.card, self.state.card_since_s)
        now_s = utterance.end_s + WORDS_LAG_S
        heard = self._conversation.hear(utterance, now_s)
        self._conversation.tick(now_s, talking_since_s=None, turn_ended_s=utterance.end_s)
        self.now_s = max(self.now_s, now_s)
        changed = (self.state.card, self.state.card_since_s) != before
        least = self._rap.timing.question_from
        counted = tuple(q for q in heard.questions if q.probability >= least)
        said = Said(utterance, heard, counted, self.state.card if changed else None)
        self._pending.append(said)
        return said

    def answered(self) -> Exchange:
        """The turn is over: the other person answers, and the clock goes on by their words."""
        said, self._pending = tuple(self._pending), []
        answer = self._other.answer(_own_turn(said))
        self.now_s += BEFORE_ANSWER_S + spoken_for_s(answer.text) + BEFORE_OWN_S
        exchange = Exchange(said, answer)
        self.exchanges.append(exchange)
        return exchange

    def act(self, action: Action) -> None:
        """A tap, such as another card. Raises: InputError for a value that the rap lacks."""
        self._conversation.act(action, self.now_s)

    def take_back(self) -> bool:
        """Undo the last turn and its answer, as if it had not been; False where there is none.

        Taps are forgotten with it.
        """
        if not self.exchanges:
            return False
        kept = self.exchanges[:-1]
        self._begin()
        for exchange in kept:
            for said in exchange.said:
                self.hear(said.utterance)
            self.answered()
        return True


def _own_turn(said: tuple[Said, ...]) -> OwnTurn:
    kinds: list[QuestionKind] = []
    for piece in said:
        kinds += [QuestionKind.OPEN] * bool(piece.heard.invitations)
        kinds += [question.kind for question in piece.questions]
    return OwnTurn(
        text=" ".join(piece.utterance.text for piece in said),
        kinds=tuple(kinds),
        cues=frozenset(cue.name for piece in said for cue in piece.heard.cues),
    )

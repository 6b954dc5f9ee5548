"""A written call played to the understanding and the coach of a live call, strictly in order.

Each utterance is heard and the card decided before the next one is looked at, not even at its
time. Between two utterances time passes as in a call, to see that the card holds still.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date

from companion.coach.conversation import Conversation
from companion.domain.call import CallState
from companion.domain.dialogue import Heard, Question
from companion.domain.prompt import Prompt, PromptKind
from companion.domain.speech import Utterance
from companion.settings import CallSettings
from companion.understanding.analyzer import CallAnalyzer
from companion.understanding.rap import Rap

WORDS_LAG_S = 0.5
"""The words of an utterance are there, and the card may change, so long after its end."""
LISTENING_TICK_S = 1.0


@dataclass(frozen=True, slots=True)
class Turn:
    """One utterance, what understanding made of it, and the card that it led to."""

    utterance: Utterance
    heard: Heard
    questions: tuple[Question, ...]
    """Those that count; less probable ones are left out."""
    card: Prompt | None = field(repr=False)
    """The card that came up after this utterance; None where the card stayed."""
    took_s: float
    """Wall time of understanding and coach together."""

    @property
    def prompt(self) -> Prompt | None:
        """The new card, unless it is a nudge."""
        return None if self.card is None or self.card.kind is PromptKind.NUDGE else self.card

    @property
    def nudge(self) -> Prompt | None:
        """The new card, if it is a nudge."""
        return self.card if self.card is not None and self.prompt is None else None


class Replay:
    """One call in the making: `hear` its utterances one after the other."""

    def __init__(
        self,
        rap: Rap,
        call_date: date,
        settings: CallSettings,
        clock_s: Callable[[], float] = time.perf_counter,
        analyzer: CallAnalyzer | None = None,
    ) -> None:
        """Begin a call; `analyzer` hears it, one for the rap where None."""
        self._conversation = Conversation(rap, call_date, settings, analyzer)
        self._counted_from = rap.timing.question_from
        self._window_s = settings.card_window_s
        self._clock_s = clock_s
        self._ended_s: float | None = None
        self.restless_cards = 0
        """Cards that changed by themselves while the other person spoke. There must be none."""

    @property
    def state(self) -> CallState:
        """The state after the last utterance."""
        return self._conversation.state

    def hear(self, utterance: Utterance) -> Turn:
        """Hear the next utterance and let the card follow it."""
        self._listen_until(utterance.start_s)
        before = self._shown()
        now_s = utterance.end_s + WORDS_LAG_S
        began_s = self._clock_s()
        heard = self._conversation.hear(utterance, now_s)
        self._conversation.tick(now_s, talking_since_s=None, turn_ended_s=utterance.end_s)
        took_s = self._clock_s() - began_s
        self._ended_s = utterance.end_s
        changed = self._shown() != before
        return Turn(
            utterance=utterance,
            heard=heard,
            questions=tuple(q for q in heard.questions if q.probability >= self._counted_from),
            card=self._conversation.state.card if changed else None,
            took_s=took_s,
        )

    def _listen_until(self, until_s: float) -> None:
        """The other person speaks: the card's moment is over, and it has to hold still."""
        if self._ended_s is None:
            return
        before = self._shown()
        now_s = self._ended_s + self._window_s + LISTENING_TICK_S
        while now_s < until_s:
            self._conversation.tick(now_s, talking_since_s=None, turn_ended_s=self._ended_s)
            if self._shown() != before:
                self.restless_cards += 1
                before = self._shown()
            now_s += LISTENING_TICK_S

    def _shown(self) -> tuple[Prompt | None, float]:
        return self._conversation.state.card, self._conversation.state.card_since_s


def replay_all(
    utterances: Iterable[Utterance],
    rap: Rap,
    call_date: date,
    settings: CallSettings,
    analyzer: CallAnalyzer | None = None,
) -> tuple[tuple[Turn, ...], Replay]:
    """Hear a whole call: its turns, and the replay as it stands at the end."""
    replay = Replay(rap, call_date, settings, analyzer=analyzer)
    return tuple(replay.hear(utterance) for utterance in utterances), replay

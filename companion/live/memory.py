"""What a call holds of what was said: the one place that hears, and the one that forgets."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from companion.domain.actions import Action
from companion.domain.call import CallState
from companion.domain.dialogue import Heard
from companion.domain.speech import Gap, Hypothesis, Utterance
from companion.live.board import UtteranceHeard


class ConversationLike(Protocol):
    """The fold of utterances and taps into the state of the call; see `companion.coach`."""

    @property
    def state(self) -> CallState:
        """The present snapshot."""

    def hear(self, utterance: Utterance, now_s: float) -> Heard:
        """Take a final utterance."""

    def act(self, action: Action, now_s: float) -> None:
        """Take a tap."""

    def tick(self, now_s: float, talking_since_s: float | None, turn_ended_s: float | None) -> None:
        """Let call time pass: timers, and the one chance of the card to change."""

    def forget(self, from_s: float) -> None:
        """Drop every utterance that ends at `from_s` or later, and what came of it."""

    def transcript(self, n: int) -> tuple[str, ...]:
        """The last n utterances' texts."""


class CallMemory:
    """The conversation, the words that are being said right now, and the gaps. Held in memory only.

    What views were told is the board's to forget; see `companion.live.writer`.
    """

    def __init__(self, new_conversation: Callable[[], ConversationLike]) -> None:
        self._new_conversation = new_conversation
        self._utterances = 0
        self._gaps: list[Gap] = []
        self.conversation = new_conversation()
        self.partial: Hypothesis | None = None
        """What is being said right now, as far as it is understood."""

    @property
    def gaps(self) -> tuple[Gap, ...]:
        """Where nothing could be heard, in the order in which it was found."""
        return tuple(self._gaps)

    def hear(self, said: Hypothesis, now_s: float) -> UtteranceHeard:
        """Take words that are final; what understanding made of them, for the board."""
        utterance = Utterance(self._utterances, said.start_s, said.end_s, said.text)
        self._utterances += 1
        heard = self.conversation.hear(utterance, now_s)
        return UtteranceHeard(utterance, heard, max(0.0, now_s - utterance.end_s))

    def mark(self, gap: Gap) -> None:
        """Nothing could be heard there."""
        self._gaps.append(gap)

    def forget(self, from_s: float) -> None:
        """Drop what was said from then on, in seconds of the call."""
        self.partial = None
        self.conversation.forget(from_s)

    def clear(self) -> None:
        """Drop all of the call: words, taps and gaps."""
        self.partial = None
        self.conversation = self._new_conversation()
        self._gaps.clear()

"""A conversation that only counts: for tests of the call around it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from companion.domain.actions import Action
from companion.domain.call import CallState
from companion.domain.dialogue import AT_THE_START, Heard
from companion.domain.prompt import Prompt, PromptKind
from companion.domain.speech import Utterance


class CountingConversation:
    """Keeps utterances and taps; its card names the number of utterances at each turn's end."""

    def __init__(self) -> None:
        self.utterances: list[Utterance] = []
        self.actions: list[Action] = []
        self.ticks: list[tuple[float, float | None, float | None]] = []
        self.state = CallState(call_date=date(2026, 5, 4))

    def hear(self, utterance: Utterance, now_s: float) -> Heard:
        self.utterances.append(utterance)
        self._count()
        return Heard(utterance.i, (), (), AT_THE_START, ())

    def act(self, action: Action, now_s: float) -> None:
        self.actions.append(action)
        card = Prompt("tapped", "Tapped", PromptKind.GOAL, "You asked for it.")
        self.state = replace(self.state, card=card)

    def tick(self, now_s: float, talking_since_s: float | None, turn_ended_s: float | None) -> None:
        self.ticks.append((now_s, talking_since_s, turn_ended_s))
        self.state = replace(self.state, now_s=now_s, talking_since_s=talking_since_s)

    def forget(self, from_s: float) -> None:
        self.utterances = [u for u in self.utterances if u.end_s < from_s]
        self._count()

    def transcript(self, n: int) -> tuple[str, ...]:
        return tuple(u.text for u in self.utterances[-n:])

    def _count(self) -> None:
        n = len(self.utterances)
        card = Prompt(f"card-{n}", f"Card {n}", PromptKind.GOAL, "Somebody spoke.")
        self.state = replace(self.state, utterance_count=n, card=card if n else None)

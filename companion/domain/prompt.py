"""The one card: a prompt of at most twelve words, and why it is shown."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

MAX_WORDS = 12


class PromptKind(str, Enum):
    """What a card is for."""

    GOAL = "goal"
    BRIDGE = "bridge"
    NUDGE = "nudge"
    STORY = "story"
    MONOLOGUE = "monologue"
    CARE = "care"
    ASK = "ask"
    CLOSE = "close"


@dataclass(frozen=True, slots=True)
class Prompt:
    """What the card shows. A nudge may hold an open rewrite of the organizer's own question."""

    id: str
    text: str = field(repr=False)
    """Out of `repr`: a nudge holds words of the organizer's own question."""
    kind: PromptKind
    because: str
    """One plain sentence: why this card, now. Never a claim about the other person."""
    step: int | None = None

    def __post_init__(self) -> None:
        if len(self.text.split()) > MAX_WORDS:
            raise ValueError(f"card {self.id!r} has more than {MAX_WORDS} words")

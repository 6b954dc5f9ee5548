"""Times for text that was written without any: the pace of ordinary speech, and room to answer."""

from __future__ import annotations

from companion.domain.speech import Utterance

WORDS_PER_S = 2.7
ANSWER_S = 6.0
"""How long the other person is taken to speak between two written utterances."""
SHORTEST_S = 0.4


def spoken_for_s(text: str) -> float:
    """How long a text takes to say, in seconds."""
    return max(SHORTEST_S, len(text.split()) / WORDS_PER_S)


def after(utterance: Utterance) -> float:
    """When the next utterance is taken to begin, in seconds of call time."""
    return utterance.end_s + ANSWER_S

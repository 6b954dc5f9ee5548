"""What the organizer's corrections of the step teach, for the rest of the call and no longer."""

from __future__ import annotations

from collections import deque

from companion.domain.dialogue import Step
from companion.understanding.words import word_set

LEARNED_WORDS = 4
"""A correction is learned from so many of the last utterances."""
LEARNED_WEIGHT = 0.25
LEARNED_BIAS = 0.15
MAX_LEARNED = 1.5
_COMMON = word_set(
    "i you he she it we they me him her us them my your his our their the a an and or but so if of "
    "to in on at for with from is are was were be been do does did have has had will would can "
    "could not no yes yeah okay oh um uh mm that this there here what who how why when where just "
    "like really know mean right well got get going about as all out up"
)


class StepLessons:
    """Log-odds for the steps, from words that were said before a correction."""

    def __init__(self) -> None:
        self._recent: deque[tuple[str, ...]] = deque(maxlen=LEARNED_WORDS)
        self._bias = [0.0] * len(Step)
        self._learned: dict[str, list[float]] = {}

    def heard(self, words: tuple[str, ...]) -> None:
        """An utterance was weighed; a correction that comes now is about it, too."""
        self._recent.append(words)

    def teach(self, right: Step, wrong: Step) -> None:
        """The organizer said that it is one step and not the other."""
        _shift(self._bias, right, wrong, LEARNED_BIAS)
        for word in {w for words in self._recent for w in words} - _COMMON:
            weights = self._learned.setdefault(word, [0.0] * len(Step))
            _shift(weights, right, wrong, LEARNED_WEIGHT)

    def evidence(self, words: tuple[str, ...]) -> list[float]:
        """What was taught about an utterance of such words: log-odds for each step."""
        total = [0.0] * len(Step)
        if self._learned:
            for word in set(words):
                for i, weight in enumerate(self._learned.get(word, ())):
                    total[i] += weight
        known = [max(-MAX_LEARNED, min(MAX_LEARNED, value)) for value in total]
        return [a + b for a, b in zip(known, self._bias, strict=True)]


def _shift(weights: list[float], right: Step, wrong: Step, by: float) -> None:
    weights[right - 1] = min(MAX_LEARNED, weights[right - 1] + by)
    weights[wrong - 1] = max(-MAX_LEARNED, weights[wrong - 1] - by)

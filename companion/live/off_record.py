"""The spoken words that take a call off the record."""

from __future__ import annotations

import re
import unicodedata

from companion.domain.speech import Hypothesis

BREATH_S = 2.0
"""Who pauses within the phrase is cut into two segments; so far apart they still belong together.
An endpoint takes up to about a second."""


class OffRecordPhrases:
    """Found as whole words, whatever their marks, capitals and accents, and across a breath.

    Keeps the last few words of the call until the next ones come. For one thread.
    """

    def __init__(self, *phrases: str) -> None:
        self._sought = tuple(words for words in map(_plain_words, phrases) if words)
        self._most_before = max(map(len, self._sought), default=1) - 1
        self._before: list[tuple[str, float]] = []
        """Words, and when the segment that they are of began."""
        self._before_until_s = 0.0

    def asked_from_s(self, said: Hypothesis) -> float | None:
        """When the segment began in which one of them begins; None where none is said.

        Args:
            said: what was recognized, in order; words that are final are what the next may go on.
        """
        words = [(word, said.start_s) for word in _plain_words(said.text)]
        if said.start_s - self._before_until_s <= BREATH_S:
            words = self._before + words
        if said.final and said.text:
            self._before = words[max(0, len(words) - self._most_before) :]
            self._before_until_s = said.end_s
        plain = [word for word, _ in words]
        for phrase in self._sought:
            for first in range(len(plain) - len(phrase) + 1):
                if plain[first : first + len(phrase)] == phrase:
                    return words[first][1]
        return None

    def forget(self) -> None:
        """Nothing of what was said before stays."""
        self._before = []


def _plain_words(text: str) -> list[str]:
    """Without marks, capitals and accents: not every recognizer prints them."""
    spread = unicodedata.normalize("NFD", text.lower())
    letters = "".join(char for char in spread if not unicodedata.combining(char))
    return re.findall(r"[^\W_]+", letters)

"""The spoken words that take a call off the record."""

from __future__ import annotations

import re
import unicodedata


class OffRecordPhrases:
    """Found as whole words, whatever their marks, capitals and accents."""

    def __init__(self, *phrases: str) -> None:
        self._sought = tuple(f" {plain} " for plain in map(_plain_words, phrases) if plain)

    def are_in(self, text: str) -> bool:
        """Whether one of them is said there."""
        said = f" {_plain_words(text)} "
        return any(phrase in said for phrase in self._sought)


def _plain_words(text: str) -> str:
    """Without marks, capitals and accents: not every recognizer prints them."""
    spread = unicodedata.normalize("NFD", text.lower())
    letters = "".join(char for char in spread if not unicodedata.combining(char))
    return " ".join(re.findall(r"[^\W_]+", letters))

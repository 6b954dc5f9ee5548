"""The words that may be kept: a list that ships with the program, built by a script.

A line of the list is a word in lower case, and a mark where it is a name too:

    ?  a first name, but mostly a word (will, may, long): kept unless it stands where a name would
    ~  a word, but often a first name (grace, rose, frank): kept only where it is clearly a word
    +  a word that is a common family name (brown, cook): kept unless it follows a first name
    !  a first name and no word: masked like all that is not in the list, but known as a person's
"""

from __future__ import annotations

import gzip
import zlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from companion import locations
from companion.errors import CompanionError

_ENDINGS = frozenset({"s", "ll", "d", "ve", "re"})


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Sets of lower-case words; no word is in two of them."""

    plain: frozenset[str]
    mostly_words: frozenset[str]
    """First names that are mostly words."""
    mostly_names: frozenset[str]
    """Words that are mostly first names."""
    family_names: frozenset[str]
    """Words that are common family names."""
    names: frozenset[str]
    """First names that are no words."""

    def knows(self, norm: str) -> bool:
        """A word of the list, or a contraction or genitive of one; names that are no words not."""
        return self._is_word(norm) or self._is_word(_stem(norm))

    def mostly_word(self, norm: str) -> bool:
        """A first name that is mostly a word, or its genitive."""
        return norm in self.mostly_words or _stem(norm) in self.mostly_words

    def mostly_name(self, norm: str) -> bool:
        """A word that is mostly a first name, or its genitive."""
        return norm in self.mostly_names or _stem(norm) in self.mostly_names

    def family_name(self, norm: str) -> bool:
        """A word that is a common family name, or its genitive."""
        return norm in self.family_names or _stem(norm) in self.family_names

    def may_name(self, norm: str) -> bool:
        """A word that is a first or a family name too, or its genitive."""
        return self.mostly_word(norm) or self.mostly_name(norm) or self.family_name(norm)

    def is_name(self, norm: str) -> bool:
        """A first name and nothing else, or its genitive."""
        return norm in self.names or _stem(norm) in self.names

    def _is_word(self, norm: str) -> bool:
        return (
            norm in self.plain
            or norm in self.family_names
            or norm in self.mostly_words
            or norm in self.mostly_names
        )


_NONE: frozenset[str] = frozenset()
EMPTY = Vocabulary(_NONE, _NONE, _NONE, _NONE, _NONE)
"""No word at all is known."""


def _stem(norm: str) -> str:
    """The word before an ending such as 's or 'll; the empty string where there is none."""
    stem, mark, ending = norm.rpartition("'")
    return stem if mark and ending in _ENDINGS else ""


@lru_cache(maxsize=2)
def shipped_vocabulary(language: str = "en") -> Vocabulary:
    """The list that ships with the program.

    Raises: CompanionError where there is none for the language, or it is damaged.
    """
    return read_vocabulary(artefact(language))


def artefact(language: str = "en") -> Path:
    """The file of the list."""
    return locations.shipped("models", f"safe_words.{language}.txt.gz")


def read_vocabulary(path: Path) -> Vocabulary:
    """A list from a file.

    Raises: CompanionError where it is missing or damaged.
    """
    try:
        lines = gzip.decompress(path.read_bytes()).decode("utf-8").split("\n")
    except (OSError, EOFError, ValueError, zlib.error):
        raise CompanionError(
            f"{path.name}: the list of words that may be kept is missing or damaged; "
            "install companion again"
        ) from None
    entries = [line for line in lines if line and not line.startswith("#")]
    return Vocabulary(
        plain=frozenset(line for line in entries if line[-1] not in "?~+!"),
        mostly_words=frozenset(line[:-1] for line in entries if line[-1] == "?"),
        mostly_names=frozenset(line[:-1] for line in entries if line[-1] == "~"),
        family_names=frozenset(line[:-1] for line in entries if line[-1] == "+"),
        names=frozenset(line[:-1] for line in entries if line[-1] == "!"),
    )

"""The small phrase language of a rap, and a matcher for thousands of phrases at once.

A trainer writes words as they are said. Three signs help; none is a regular expression:

    what (gets|makes) you [so] angry     a choice in round brackets, an optional part in square ones
    thank you * time                     a star stands for up to four words

Signs may stand inside one another: "(the|your [old]) boss".

Matching is by whole words, in lower case, with contractions opened, and never across the end of
a sentence.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Generic, TypeVar

from companion.understanding.words import Spelling, Word, read

MAX_GAP_WORDS = 4
MAX_STARS = 3
MAX_SIGNS = 60
MAX_OPTIONAL = 12
MAX_CHARS = 1000
"""Far more than a list of words in brackets takes."""

KeyT = TypeVar("KeyT", bound=Hashable)

_PIECE = re.compile(r"[()\[\]|*]|[^()\[\]|*]+")


class PhraseError(ValueError):
    """A phrase cannot be read; the message says why and what to write instead."""


@dataclass(slots=True)
class State:
    """A place within a phrase: which words may follow, and whether the phrase is complete."""

    after: dict[str, list[State]] = field(default_factory=dict)
    after_gap: list[State] = field(default_factory=list)
    final: bool = False

    def join(self, other: State) -> None:
        """Let everything that may follow `other` follow here as well."""
        for word, states in other.after.items():
            self.after.setdefault(word, []).extend(states)
        self.after_gap.extend(other.after_gap)
        self.final = self.final or other.final


@lru_cache(maxsize=8192)
def compile_phrase(phrase: str, spelling: Spelling | None = None) -> State:
    """The first state of a phrase. Kept for the next one who asks, so nobody may change it: a
    rap is compiled when it is checked, and then for every call and story that it is tried on.

    `spelling`: of its language; None for English.

    Raises: PhraseError, with the remedy.
    """
    if len(phrase) > MAX_CHARS:
        raise PhraseError(f"is longer than {MAX_CHARS} characters; split it up")
    pieces = [piece for piece in _PIECE.findall(phrase) if piece.strip()]
    if not pieces:
        raise PhraseError("is empty; write the words as they are said")
    if sum(piece in "()[]*" for piece in pieces) > MAX_SIGNS or pieces.count("*") > MAX_STARS:
        raise PhraseError(f"has too many signs (at most {MAX_STARS} stars); split it up")
    if pieces.count("[") > MAX_OPTIONAL:
        raise PhraseError(f"has more than {MAX_OPTIONAL} parts in square brackets; split it up")
    choices, rest = _choices(pieces, 0, "", spelling)
    if rest != len(pieces):
        raise PhraseError(f"has a stray {pieces[rest]!r}; write (this|that) or [maybe]")
    if len(choices) != 1:
        raise PhraseError("has a '|' outside brackets; write (this|that)")
    start = _link(choices[0], State(final=True))
    if start.final:
        raise PhraseError("needs at least one word outside square brackets")
    if start.after_gap:
        raise PhraseError("begins with a star; begin with a word")
    return start


_Part = tuple[str, "list[list[_Part]] | str"]  # ('word', norm), ('star', ''), ('(' or '[', choices)


def _choices(
    pieces: Sequence[str], at: int, closing: str, spelling: Spelling | None
) -> tuple[list[list[_Part]], int]:
    """Parse up to the closing sign; the choices, and the place after them."""
    choices: list[list[_Part]] = [[]]
    while at < len(pieces) and pieces[at] not in (")", "]"):
        piece = pieces[at]
        if piece == "|":
            choices.append([])
        elif piece == "*":
            choices[-1].append(("star", ""))
        elif piece in ("(", "["):
            wanted = ")" if piece == "(" else "]"
            inside, at = _choices(pieces, at + 1, wanted, spelling)
            if at >= len(pieces) or pieces[at] != wanted:
                raise PhraseError(f"has a {piece!r} without its {wanted!r}; close it")
            choices[-1].append((piece, inside))
        else:
            choices[-1].extend(("word", norm) for norm in _norms(piece, spelling))
        at += 1
    if closing and not all(choices):
        raise PhraseError("has an empty choice; write (this|that) with words on each side")
    return choices, at


@lru_cache(maxsize=8192)
def _norms(piece: str, spelling: Spelling | None) -> tuple[str, ...]:
    """Words of a phrase as they are compared; the same few stand in most phrases."""
    return tuple(word.norm for word in read(piece, spelling).words)


def _link(parts: Sequence[_Part], target: State) -> State:
    """The state from which `parts` lead to `target`. Built from the end to the beginning."""
    for kind, value in reversed(parts):
        here = State()
        if isinstance(value, list):
            for choice in value:
                here.join(_link(choice, target))
            if kind == "[":
                here.join(target)
        elif kind == "star":
            if target.final:
                raise PhraseError("ends with a star; end with a word")
            here.after_gap.append(target)
        else:
            here.after[value] = [target]
        target = here
    return target


def readings(phrase: str, limit: int = 200) -> Iterator[tuple[str, ...]]:
    """Plain word sequences that a phrase stands for, at most `limit`; '*' marks a star.

    Raises: PhraseError.
    """
    open_ends: list[tuple[State, tuple[str, ...]]] = [(compile_phrase(phrase), ())]
    given = 0
    while open_ends and given < limit:
        state, words = open_ends.pop()
        if state.final:
            given += 1
            yield words
        open_ends.extend((s, (*words, w)) for w, states in state.after.items() for s in states)
        open_ends.extend((s, (*words, "*")) for s in state.after_gap)


@dataclass(frozen=True, slots=True)
class Match(Generic[KeyT]):
    """A phrase of `key` was said: words `first` to `end - 1`."""

    key: KeyT
    first: int
    end: int


class PhraseMatcher(Generic[KeyT]):
    """Finds which of many phrases were said. Each phrase belongs to a key of the caller's."""

    def __init__(
        self, phrases: Iterable[tuple[KeyT, str]], spelling: Spelling | None = None
    ) -> None:
        """`spelling`: of the phrases' language; None for English."""
        self._by_first_word: dict[str, list[tuple[KeyT, State]]] = {}
        for key, phrase in phrases:
            for word, states in compile_phrase(phrase, spelling).after.items():
                entries = self._by_first_word.setdefault(word, [])
                entries.extend((key, state) for state in states)

    def find(self, words: Sequence[Word]) -> list[Match[KeyT]]:
        """All matches in the order of their first words; per key and start, the longest."""
        found: list[Match[KeyT]] = []
        for first, word in enumerate(words):
            longest: dict[KeyT, int] = {}
            for key, state in self._by_first_word.get(word.norm, ()):
                end = _furthest(state, words, first + 1, word.sentence)
                if end > longest.get(key, 0):
                    longest[key] = end
            found.extend(Match(key, first, end) for key, end in longest.items())
        return found


def _furthest(start: State, words: Sequence[Word], at: int, sentence: int) -> int:
    """The end of the longest match from here on within the sentence; 0 where there is none.

    Each state is looked at once at each word, so that a phrase of many optional parts, as a
    stranger's rap may hold, takes no longer than its length times that of the sentence.
    """
    best = 0
    seen: set[tuple[int, int]] = set()
    open_ends = [(start, at)]
    while open_ends:
        state, at = open_ends.pop()
        if state.final and at > best:
            best = at
        reached: list[tuple[State, int]] = []
        if at < len(words) and words[at].sentence == sentence:
            reached += [(following, at + 1) for following in state.after.get(words[at].norm, ())]
            for beyond in state.after_gap:
                for reach in range(at, min(at + MAX_GAP_WORDS + 1, len(words))):
                    if words[reach].sentence != sentence:
                        break
                    if words[reach].norm in beyond.after or beyond.after_gap:
                        reached.append((beyond, reach))
        for further, place in reached:
            if (id(further), place) not in seen:
                seen.add((id(further), place))
                open_ends.append((further, place))
    return best

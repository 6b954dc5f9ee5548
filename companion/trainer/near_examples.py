"""The examples of a rap that are most like a line: likeness of their n-grams, from 0 to 1.

The same runs of words and of characters that the learned part counts, weighed by how rare they
are among the rap's examples; likeness is the cosine (Salton's vector space model).
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from companion.understanding import ngrams
from companion.understanding.adapt import TaughtExample, examples_of
from companion.understanding.language import language_of
from companion.understanding.rap import Rap

LEAST_LIKENESS = 0.2
_BLOCKS = (ngrams.WORDS, ngrams.CHARS)


@dataclass(frozen=True, slots=True)
class NearExample:
    """An example of the rap, and how like a line it is."""

    text: str = field(repr=False)
    kind: str
    """'step' or 'cue'."""
    of: str
    """The name of the step or cue in the rap."""
    likeness: float
    """From 0 to 1; 1 is the same words."""


class ExampleIndex:
    """All examples of a rap, ready to be compared with lines."""

    def __init__(self, rap: Rap) -> None:
        self._examples: list[TaughtExample] = examples_of(rap)
        fold = language_of(rap.language).spelling.fold
        counted = [_counted(ngrams.tokens(fold(example.text))) for example in self._examples]
        held = Counter(gram for grams in counted for gram in grams)
        self._rarity = {g: math.log((1 + len(counted)) / (1 + n)) + 1 for g, n in held.items()}
        places: dict[str, list[tuple[int, float]]] = {}
        for i, grams in enumerate(counted):
            for gram, value in self._unit(grams).items():
                places.setdefault(gram, []).append((i, value))
        self._places = {
            gram: (np.asarray([i for i, _ in at]), np.asarray([v for _, v in at]))
            for gram, at in places.items()
        }

    def nearest(self, words: Sequence[str], most: int = 2) -> tuple[NearExample, ...]:
        """The examples most like a line, the likest first; none that hardly are.

        Args:
            words: the line's `ngrams.tokens`.
            most: so many at most.
        """
        if not self._examples or not words:
            return ()
        likeness = np.zeros(len(self._examples))
        for gram, value in self._unit(_counted(words)).items():
            if gram in self._places:
                rows, values = self._places[gram]
                likeness[rows] += value * values
        best = np.argsort(-likeness, kind="stable")[:most]
        return tuple(
            NearExample(e.text, e.kind, e.of, min(1.0, float(likeness[i])))
            for i in best.tolist()
            if likeness[i] >= LEAST_LIKENESS
            for e in (self._examples[i],)
        )

    def _unit(self, grams: Mapping[str, int]) -> dict[str, float]:
        """The n-grams weighed, at length one; unknown ones count as the rarest."""
        rarest = math.log(1 + len(self._examples)) + 1
        weighed = {g: (1 + math.log(n)) * self._rarity.get(g, rarest) for g, n in grams.items()}
        length = math.sqrt(sum(value * value for value in weighed.values()))
        return {gram: value / length for gram, value in weighed.items()} if length else {}


def _counted(words: Sequence[str]) -> Counter[str]:
    blocks = ngrams.blocks(words, ())
    return Counter(f"{block}:{gram}" for block in _BLOCKS for gram in blocks[block])

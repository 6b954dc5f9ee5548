"""Steps that can hardly be told apart: by their names, or by what their examples say.

Two examples are alike where most of their words are the same (Jaccard's index).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations

from companion.documents import KeyPath
from companion.understanding.language import language_of
from companion.understanding.rap import Rap
from companion.understanding.words import read

ALIKE = 0.7
"""Share of their words that two examples have in common, from which on they are alike."""
MOSTLY = 0.25
"""Share of a step's examples with a like one in another step, from which on the steps are alike."""
MOST_COMPARED = 150
"""Examples of a step that are looked at."""
LEAST_WORDS = 4


def alike_steps(rap: Rap) -> Iterator[tuple[KeyPath, str]]:
    """Steps and examples that contradict each other, each with its place, reason and remedy."""
    names = [part.name.casefold().strip() for part in rap.steps]
    words = [_words(part.examples[:MOST_COMPARED], rap.language) for part in rap.steps]
    for a, b in combinations(range(len(rap.steps)), 2):
        if names[a] == names[b]:
            yield (
                ("steps", b, "name"),
                f"is the name of step {a + 1} as well; give each step its own",
            )
        pairs = [
            (i, j)
            for i, one in enumerate(words[a])
            for j, other in enumerate(words[b])
            if _alike(one, other)
        ]
        fewer = min(len(words[a]), len(words[b]))
        if fewer and len({j for _, j in pairs}) >= max(2, MOSTLY * fewer):
            yield (
                ("steps", b, "examples"),
                f"are nearly those of step {a + 1}, so that the two cannot be told apart; "
                "keep in each what is said in no other",
            )
            continue
        for i, j in pairs:
            yield (
                ("steps", b, "examples", j),
                f"is nearly example {i + 1} of step {a + 1}; keep it where it fits, or say what "
                "makes the difference",
            )


def _words(examples: Sequence[str], language: str) -> list[frozenset[str]]:
    spelling = language_of(language).spelling
    return [frozenset(read(text, spelling).norms) for text in examples]


def _alike(one: frozenset[str], other: frozenset[str]) -> bool:
    if min(len(one), len(other)) < LEAST_WORDS:
        return False
    return len(one & other) >= ALIKE * len(one | other)

"""Checks of a rap's examples: none twice, none in two steps, none that hardly differ.

Examples teach. One that stands in two steps teaches a contradiction, and two that differ in a
word teach nothing more than one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from companion.documents import KeyPath
from companion.understanding.words import read, word_set

LEAST_WORDS = 6
"""Shorter ones may differ in a word: 'what would you fix', 'what would you change'."""
_FILLERS = word_set(
    "so um uh well okay oh and but like just really you know i mean please the a an"
)


@dataclass(frozen=True, slots=True)
class Example:
    """One example, where it stands, and what it is an example of: a step's or a cue's name."""

    path: KeyPath
    of: str
    text: str


def example_problems(examples: Iterable[Example], kind: str) -> Iterator[tuple[KeyPath, str]]:
    """What is wrong with examples of one kind: the place, the reason and the remedy.

    Args:
        examples: in the order of the file.
        kind: 'step' or 'cue'. An utterance may give two cues, but it is in one step.
    """
    same: dict[tuple[str, ...], Example] = {}
    near: dict[int, Example] = {}
    for example in examples:
        norms = tuple(word.norm for word in read(example.text).words)
        if not norms:
            yield example.path, "has no words; write a sentence as an organizer says it"
            continue
        before = same.get(norms)
        shapes = _shapes(norms)
        if before is None:
            before = next((near[s] for s in shapes if s in near and near[s].of == example.of), None)
            if before is not None:
                yield (
                    example.path,
                    f"hardly differs from {_place(before)}; keep one, or say it another way",
                )
        elif before.of == example.of:
            yield example.path, f"is also {_place(before)}; remove one of them"
        elif kind == "step":
            yield (
                example.path,
                f"is also an example of the step {before.of!r}; keep it where it fits",
            )
        same.setdefault(norms, example)
        for shape in shapes:
            near.setdefault(shape, example)


def _place(example: Example) -> str:
    return f"example {int(example.path[-1]) + 1} of {example.of!r}"


def _shapes(norms: tuple[str, ...]) -> list[int]:
    """Hashes of the words without fillers, and of the same with any one of them open or left out.

    Two texts that differ in one word, or of which one has a word more, share a shape. The shapes
    themselves would take a hundred times the room of a rap.
    """
    words = tuple(norm for norm in norms if norm not in _FILLERS)
    if len(words) < LEAST_WORDS:
        return []
    places = range(len(words))
    return [
        hash(words),
        *(hash((*words[:i], "*", *words[i + 1 :])) for i in places),
        *(hash((*words[:i], *words[i + 1 :])) for i in places),
    ]

"""Cuts an utterance into clauses, so that a labeller can say of each whether it asks something.

A proposal only: boundaries can be moved by a word, a clause can be cut in two, and two can be
joined. Marks of the text bind; without marks, what asks by rule is cut out.
"""

from __future__ import annotations

from dataclasses import dataclass

from companion.understanding.language import language_of


@dataclass(frozen=True, slots=True)
class Clause:
    """Words `first` to `end - 1` of an utterance, and what they ask: a kind, or None."""

    first: int
    end: int
    kind: str | None = None


@dataclass(frozen=True, slots=True)
class WordPlace:
    """Where a word stands in the text; a mark behind it belongs to it."""

    start_char: int
    end_char: int


def word_places(text: str) -> tuple[WordPlace, ...]:
    """The words of a text as a labeller sees them: what stands between blanks."""
    places: list[WordPlace] = []
    at = 0
    for word in text.split():
        start = text.index(word, at)
        at = start + len(word)
        places.append(WordPlace(start, at))
    return tuple(places)


def propose_clauses(text: str, language: str) -> tuple[Clause, ...]:
    """Clauses of a text, none of them labelled yet; together they are all its words.

    Never looks at what the companion thinks of the kinds: that would lead the labeller.
    """
    places = word_places(text)
    if not places:
        return ()
    spoken = language_of(language).read(text)
    if spoken.punctuated:
        cuts = {
            spoken.words[sentence.first].start_char
            for sentence in spoken.sentences
            if sentence.first < len(spoken.words)
        }
    else:
        asked = language_of(language).questions().find(spoken)
        cuts = {at for question in asked for at in (question.start_char, question.end_char)}
    starts = sorted({0, *(_word_at(places, cut) for cut in cuts)} - {len(places)})
    return tuple(
        Clause(first, end) for first, end in zip(starts, [*starts[1:], len(places)], strict=True)
    )


def _word_at(places: tuple[WordPlace, ...], char: int) -> int:
    """The first word that ends behind a place in the text; their number where none does."""
    return next((i for i, place in enumerate(places) if place.end_char > char), len(places))

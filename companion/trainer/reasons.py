"""What in an utterance decided its step: the words, word parts and phrases of the rap, weighed.

The learned model is linear, so what each piece adds to the log-odds of the likeliest step over the
runner-up can be told exactly (Ribeiro et al. 2016 call such words the explanation; here nothing
needs to be approximated). Pieces that lie within one another are told as one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from companion.domain.dialogue import Step
from companion.understanding import ngrams
from companion.understanding.learned import Floats, LearnedModel, Weights, vectorize

MOST_REASONS = 4
LEAST_WEIGHT = 0.1
"""In log-odds; less than this decides nothing."""
_UNKNOWN: tuple[tuple[str, ...], ...] = ((),) * ngrams.BEFORE
"""Utterances without a word: nothing is known of what came before, as with a rap's examples."""
_COUNTS = ("an issue", "a role", "a kind of next step", "a day or a time")


@dataclass(frozen=True, slots=True)
class Reason:
    """One piece of an utterance, and how much it speaks for a step."""

    words: str = field(repr=False)
    weight: float
    """Log-odds for the step over the runner-up; negative where it speaks against."""
    source: str = "words"
    """'words': said in it; 'rap': found by the rap's phrases."""


@dataclass(frozen=True, slots=True)
class Explained:
    """The step by the words of one utterance alone, and why."""

    step: Step
    runner_up: Step
    distribution: tuple[float, ...]
    """Probability of the steps 1 to 5 by the words alone."""
    reasons: tuple[Reason, ...]
    against: tuple[Reason, ...]


def explain(model: LearnedModel, words: Sequence[str], dense: Sequence[float]) -> Explained:
    """Why an utterance by itself, whatever was said before, would be in its likeliest step.

    Args:
        model: what was learned for the rap.
        words: the utterance's `ngrams.tokens`.
        dense: the rap's figures; see `sequence.dense_figures`.
    """
    w = model.weights
    scores = model.score(words, _UNKNOWN, dense).step
    order = np.argsort(scores)[::-1]
    first, second = int(order[0]), int(order[1])
    favor = w.step[first] - w.step[second]
    pieces = _merged(list(_pieces(w, favor, words, dense)))
    told = sorted(pieces, key=lambda r: -abs(r.weight))
    return Explained(
        step=Step(first + 1),
        runner_up=Step(second + 1),
        distribution=tuple(np.exp(scores).tolist()),
        reasons=tuple(r for r in told if r.weight >= LEAST_WEIGHT)[:MOST_REASONS],
        against=tuple(r for r in told if r.weight <= -LEAST_WEIGHT)[: MOST_REASONS // 2],
    )


def _pieces(
    w: Weights, favor: Floats, words: Sequence[str], dense: Sequence[float]
) -> Iterator[Reason]:
    columns, values = vectorize(words, _UNKNOWN, w.vocabulary, w.idf, w.scales)
    adds = dict(zip(columns.tolist(), (favor[columns] * values).tolist(), strict=True))
    of_words: dict[str, float] = defaultdict(float)
    for gram in dict.fromkeys(ngrams.blocks(words, ())[ngrams.WORDS]):
        of_words[gram] += adds.get(w.vocabulary.get(f"{ngrams.WORDS}:{gram}", -1), 0.0)
    for word, weight in _by_word(w, adds, words):
        of_words[word] += weight
    yield from (Reason(text, weight) for text, weight in of_words.items())
    n = len(w.idf)
    figures = favor[n:] * np.asarray(dense, dtype=np.float32) * w.dense_scale
    for name, weight in zip(_figure_names(w.cues), figures.tolist(), strict=True):
        if weight:
            yield Reason(name, weight, "rap")


def _by_word(
    w: Weights, adds: dict[int, float], words: Sequence[str]
) -> Iterator[tuple[str, float]]:
    """What runs of characters add, given to the words that have them in equal parts."""
    owners: dict[int, list[str]] = defaultdict(list)
    for word in words:
        for gram in dict.fromkeys(ngrams.blocks([word], ())[ngrams.CHARS]):
            column = w.vocabulary.get(f"{ngrams.CHARS}:{gram}")
            if column in adds:
                owners[column].append(word)
    for column, those in owners.items():
        for word in those:
            yield word, adds[column] / len(those)


def _merged(pieces: list[Reason]) -> list[Reason]:
    """Runs of words that lie within one another and speak the same way, told as the clearest."""
    kept: list[Reason] = []
    for piece in sorted(pieces, key=lambda r: -abs(r.weight)):
        for i, told in enumerate(kept):
            same_way = piece.source == told.source == "words" and piece.weight * told.weight > 0
            if same_way and (_within(piece.words, told.words) or _within(told.words, piece.words)):
                kept[i] = Reason(told.words, told.weight + piece.weight, told.source)
                break
        else:
            kept.append(piece)
    return kept


def _within(inner: str, outer: str) -> bool:
    return f" {inner} " in f" {outer} "


def _figure_names(cues: Sequence[str]) -> list[str]:
    """In the order of `sequence.dense_figures`."""
    groups = ("phrases", "single words", "goals")
    per_step = [f"{group} of step {int(step)}" for group in groups for step in Step]
    return [*per_step, *_COUNTS, *(f"phrases of the cue {c.replace('_', ' ')}" for c in cues)]

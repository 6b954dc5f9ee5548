"""Trains the tagger of questions from hand-written calls. Needs python-crfsuite (extra `train`).

Each call is used as written and as the embedded recognizer prints it, without marks. A single
conditional random field that sees everything learns the calls by heart and reports too much; one
that is trained with half of the features left out at random (as in dropout, Srivastava and others,
2014) reports too little. So their weights are averaged, which gives one such model again, and a
better one on calls it has not seen. Deterministic: the same calls give the same bytes.

Loose lines hold more questions than calls do. So that the model learns from them how people ask,
but not how often, their words carry features of their own while it is trained, which take up the
difference and are then dropped (after Daumé, "Frustratingly easy domain adaptation", 2007).
"""

from __future__ import annotations

import random
import tempfile
from collections import Counter
from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import pycrfsuite

from companion.trainer.labelled import LabelledCall, LabelledUtterance, bare
from companion.understanding.question_features import features
from companion.understanding.question_tagger import LABELS, STATEMENT, QuestionWeights
from companion.understanding.words import read

LEAST_WORD_CALLS = 4
"""A word that occurs in fewer calls belongs to their topic, and is told by its ending alone."""
LEAST_SEEN = 3
"""A feature counts once it stands in so many places; each utterance counts twice."""
LEAST_WEIGHT = 0.02
"""Features whose weights all lie below are left out of the artefact."""
LOOSE = "loose "
"""Begins the features that only tell loose lines from calls."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """How one model is trained, and what it counts for in the average."""

    left_out: float
    """The share of features that it does not see, drawn anew for each word."""
    sees_loose: bool
    """Whether it is told which lines are loose."""
    l2: float
    rounds: int
    share: float
    """What the weights of its features count for. Those learned from half of the features are too
    large where none is left out."""
    order_share: float
    """What its weights of labels in a row count for."""


WHOLE = Recipe(left_out=0.0, sees_loose=False, l2=2.0, rounds=60, share=0.5, order_share=0.5)
HALF = Recipe(left_out=0.5, sees_loose=True, l2=0.3, rounds=50, share=0.19, order_share=0.25)
RECIPES = (WHOLE, HALF, HALF)


@dataclass(frozen=True, slots=True)
class Example:
    """One utterance in one of its two forms."""

    features: list[list[str]]
    labels: list[str]


def train_questions(
    calls: Sequence[LabelledCall], report: Callable[[str], None] = lambda text: None
) -> bytes:
    """The artefact's bytes.

    Raises: ValueError where no call holds a question.
    """
    return train_weights(calls, report).to_bytes()


def train_weights(
    calls: Sequence[LabelledCall], report: Callable[[str], None] = lambda text: None
) -> QuestionWeights:
    """The weights behind `train_questions`."""
    members = []
    for number in range(len(RECIPES)):
        report(f"questions: model {number + 1} of {len(RECIPES)}")
        members.append(learn_member(tuple(calls), number))
    return combined(calls, members)


def learn_member(calls: tuple[LabelledCall, ...], number: int) -> Member:
    """One of the models that are averaged; each can be learned in a process of its own.

    Args:
        calls: all calls, and loose lines.
        number: of the recipe, from 0.

    Raises: ValueError where no call holds a question.
    """
    if not any(u.questions for call in calls for u in call.utterances):
        raise ValueError("training needs calls with questions; these have none")
    return _train_member(_all_examples(calls), RECIPES[number], seed=number)


@lru_cache(maxsize=1)
def _all_examples(calls: tuple[LabelledCall, ...]) -> list[Example]:
    """Kept for the next member: reading them takes longer than learning from a few."""
    known = known_words(calls)
    mixed = any(call.truth is not None for call in calls)
    once: dict[str, str] = {}  # one string for all places: a tenth of the memory
    return _without_rare(
        [
            Example([[once.setdefault(n, n) for n in row] for row in e.features], e.labels)
            for call in calls
            for e in _examples(call, known, mixed and call.truth is None)
        ]
    )


def combined(calls: Sequence[LabelledCall], members: Sequence[Member]) -> QuestionWeights:
    """The weighted average of the members, in the order of `RECIPES`: one such model again."""
    known = known_words(calls)
    emission: dict[str, list[float]] = {}
    transition = np.zeros((len(LABELS), len(LABELS)))
    numbers = {label: number for number, label in enumerate(LABELS)}
    for recipe, found in zip(RECIPES, members, strict=True):
        for (name, label), weight in found.state_features.items():
            row = emission.setdefault(name, [0.0] * len(LABELS))
            row[numbers[label]] += weight * recipe.share
        for (before, after), weight in found.transitions.items():
            transition[numbers[before], numbers[after]] += weight * recipe.order_share
    names = sorted(
        name
        for name, row in emission.items()
        if max(map(abs, row)) >= LEAST_WEIGHT and not name.startswith(LOOSE)
    )
    return QuestionWeights(
        known,
        {name: number for number, name in enumerate(names)},
        np.array([emission[name] for name in names], dtype=np.float16).astype(np.float32),
        transition.astype(np.float32),
    )


def known_words(calls: Sequence[LabelledCall]) -> frozenset[str]:
    """The words that occur in enough calls to belong to no topic."""
    counts: Counter[str] = Counter()
    for call in calls:
        counts.update({w.norm for u in call.utterances for w in read(u.utterance.text).words})
    return frozenset(word for word, calls_with in counts.items() if calls_with >= LEAST_WORD_CALLS)


def _examples(call: LabelledCall, known: Set[str], loose: bool) -> list[Example]:
    examples = []
    for written, printed in zip(call.utterances, bare(call).utterances, strict=True):
        starts = _sentence_starts(written)
        forms = [printed] if call.garbled else [written, printed]
        for form in forms:
            spoken = read(form.utterance.text)
            if spoken.words:
                rows = features(spoken, known)
                if loose:
                    _mark_loose(rows)
                examples.append(Example(rows, word_labels(form, starts)))
    return examples


def _mark_loose(rows: list[list[str]]) -> None:
    """Tell loose lines from calls: in general, by their marks, and by their length."""
    for row in rows:
        row += [LOOSE + name for name in row if name.startswith(("mark=", "length=", "left=0"))]


def _without_rare(examples: Sequence[Example]) -> list[Example]:
    """The examples without the features that stand in too few places to be learned from."""
    seen = Counter(name for e in examples for row in e.features for name in row)
    return [
        Example(
            [[name for name in row if seen[name] >= LEAST_SEEN] for row in e.features], e.labels
        )
        for e in examples
    ]


def _sentence_starts(labelled: LabelledUtterance) -> frozenset[int]:
    """Where sentences begin, counted in letters and digits: the same in both forms."""
    spoken = read(labelled.utterance.text)
    places = _letters_before(spoken.text)
    return frozenset(places[spoken.words[s.first].start_char] for s in spoken.sentences)


def _letters_before(text: str) -> list[int]:
    counts, count = [], 0
    for char in text:
        counts.append(count)
        count += char.isalnum()
    return counts


def word_labels(labelled: LabelledUtterance, starts: Set[int]) -> list[str]:
    """A label of `LABELS` for each word.

    Args:
        labelled: an utterance in either form.
        starts: where sentences begin in the written form; see `_sentence_starts`.
    """
    spoken = read(labelled.utterance.text)
    places = _letters_before(spoken.text)
    labels: list[str] = []
    before: int | None = None
    for word in spoken.words:
        inside = next(
            (
                number
                for number, span in enumerate(labelled.questions)
                if span.start_char <= word.start_char < span.end_char
            ),
            None,
        )
        sort = STATEMENT if inside is None else labelled.questions[inside].label
        new_sentence = inside is None and places[word.start_char] in starts and not word.joined
        begins = not labels or inside != before or new_sentence
        labels.append(f"{'begin' if begins else 'go on'} {sort}")
        before = inside
    return labels


@dataclass(frozen=True, slots=True)
class Member:
    """The weights of one model, by feature and label, and by label and label."""

    state_features: dict[tuple[str, str], float]
    transitions: dict[tuple[str, str], float]


def _train_member(examples: Sequence[Example], recipe: Recipe, seed: int) -> Member:
    """One model by a recipe."""
    chance = random.Random(seed)
    trainer = pycrfsuite.Trainer(verbose=False)
    for example in examples:
        kept = [
            [
                name
                for name in row
                if (recipe.sees_loose or not name.startswith(LOOSE))
                and (recipe.left_out == 0.0 or chance.random() >= recipe.left_out)
            ]
            for row in example.features
        ]
        trainer.append(kept, example.labels)
    trainer.select("lbfgs")
    trainer.set_params({"c1": 0.0, "c2": recipe.l2, "max_iterations": recipe.rounds})
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder) / "questions.crfsuite")
        trainer.train(path)
        tagger = pycrfsuite.Tagger()
        tagger.open(path)
        info = tagger.info()
        tagger.close()
    return Member(dict(info.state_features), dict(info.transitions))

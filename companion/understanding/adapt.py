"""What a trainer's own examples teach, at once: the learned weights moved a little towards them.

The artefact of a language was trained on thousands of lines and on the examples of the shipped
rap. A rap with other examples moves the weights of single utterances to where the new examples are
likelier, and no further than the training text gives leave: maximum a posteriori estimation with
a Gaussian prior at the trained weights. The precision of the prior is the training's own penalty
plus, for each column, how often the training text held it (a diagonal Laplace approximation; see
Kirkpatrick et al. 2017, "Overcoming catastrophic forgetting"). So "the" hardly moves, and a
campaign's own words move freely.

With k new examples the solution lies in k dimensions (the representer theorem), so it takes
milliseconds. It is deterministic, and without new examples the model is returned as it is. An
example that was taken out of the rap is not unlearned: the training text holds many like it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from companion.domain.dialogue import Step
from companion.understanding import ngrams
from companion.understanding.learned import Floats, LearnedModel, Weights, vectorize
from companion.understanding.observe import Observer
from companion.understanding.rap import Rap

STEP_PENALTY = 1 / 3
"""Of the training of the steps (`trainer.train_scores`: 1 / C)."""
CUE_PENALTY = 1 / 10
LEAST_SEEN_WORDS = 4
"""A run of words is in the vocabulary from so many lines on; see `trainer.training_table`."""
HELD = {ngrams.WORDS: 0.0018, ngrams.CHARS: 0.00014, ngrams.EARLIER: 0.0006}
"""How firmly each line that has an n-gram holds its column in place: the mean of p (1 - p) times
the square of its value, measured on the training text."""
HELD_FIGURE = 0.00002
"""The same for the rap's figures, for each line of the training text."""
WEIGHT = 5.0
"""An example that a trainer wrote counts as much as so many lines of training text."""
ROUNDS = 200
CLOSE_ENOUGH = 1e-3
"""No coefficient is further than about this from its best value."""
MOST_EXAMPLES = 300
"""Of more new examples, so many are learned from; `companion train` is the way for more."""
EXAMPLE_DAY = date(2026, 1, 5)
"""The rap's examples are not of any day; one is needed to read them."""
_Doubles: TypeAlias = NDArray[np.float64]
_Chance: TypeAlias = Callable[[_Doubles], _Doubles]
_STEP = "step"
_CUE = "cue"


@dataclass(frozen=True, slots=True)
class TaughtExample:
    """An example of a rap, and what it is an example of."""

    kind: str
    of: str
    """A step or a cue by name."""
    text: str = field(repr=False)

    @property
    def mark(self) -> int:
        """A number that tells it from others without holding its words."""
        return _mark(self.kind, self.of, self.text)


@lru_cache(maxsize=4096)
def _mark(kind: str, of: str, text: str) -> int:
    said = " ".join(ngrams.tokens(text))
    digest = hashlib.sha256(f"{kind}\n{of}\n{said}".encode("utf-8", "replace")).digest()
    return int.from_bytes(digest[:8], "big")


def examples_of(rap: Rap) -> list[TaughtExample]:
    """Every example of a rap, in its order."""
    of_steps = [TaughtExample(_STEP, p.step, text) for p in rap.steps for text in p.examples]
    return of_steps + [TaughtExample(_CUE, c.name, text) for c in rap.cues for text in c.examples]


def marks_of(rap: Rap) -> frozenset[int]:
    """The marks of every example of a rap: what a model that was trained with it knows."""
    return frozenset(example.mark for example in examples_of(rap))


def new_examples(rap: Rap, known: frozenset[int]) -> list[TaughtExample]:
    """The examples that a model does not know yet; of very many, evenly spread ones."""
    found = [example for example in examples_of(rap) if example.mark not in known]
    every = -(-len(found) // MOST_EXAMPLES)
    return found[::every] if every > 1 else found


def adapted(model: LearnedModel, rap: Rap, known: frozenset[int]) -> LearnedModel:
    """The model as the rap's new examples would have it; the same one where none is new.

    Args:
        model: what was learned for the rap's language.
        rap: its examples, and its phrases, which are inputs of the model.
        known: the marks of the examples that the model was trained with.
    """
    examples = new_examples(rap, known)
    if not examples:
        return model
    w = model.weights
    columns, rows = _rows(examples, rap, w)
    held = _held(w)[columns]
    step = w.step.copy()
    of_steps = [i for i, example in enumerate(examples) if example.kind == _STEP]
    if of_steps:
        numbers = {part.step: int(part.number) - 1 for part in rap.steps}
        wanted = np.eye(len(Step))[[numbers[examples[i].of] for i in of_steps]]
        step[:, columns] += _moved(
            rows[of_steps], w.step[:, columns], w.step_bias, wanted, STEP_PENALTY + held, _softmax
        )
    cue = w.cue.copy()
    for k, name in enumerate(w.cues):
        lines = [i for i, e in enumerate(examples) if e.kind == _CUE and e.of == name]
        if lines:
            cue[k, columns] += _moved(
                rows[lines], w.cue[k : k + 1, columns], w.cue_bias[k : k + 1],
                np.ones((len(lines), 1)), CUE_PENALTY + held, _logistic,
            )[0]  # fmt: skip
    return LearnedModel(replace(w, step=step, cue=cue))


def _rows(
    examples: Sequence[TaughtExample], rap: Rap, w: Weights
) -> tuple[NDArray[np.intp], Floats]:
    """The examples as the model sees lines of which nothing is known before.

    Returns: the columns that any of them has, and their values there, f32[k, columns].
    """
    observer = Observer(rap)
    unknown: list[tuple[str, ...]] = [()] * ngrams.BEFORE
    n, width = len(w.idf), w.step.shape[1]
    seen = [observer.look(example.text, EXAMPLE_DAY) for example in examples]
    found = [vectorize(s.tokens, unknown, w.vocabulary, w.idf, w.scales) for s in seen]
    grams = np.unique(np.concatenate([columns for columns, _ in found]))
    rows = np.zeros((len(examples), len(grams) + width - n), dtype=np.float32)
    for row, looked, (columns, values) in zip(rows, seen, found, strict=True):
        row[np.searchsorted(grams, columns)] = values
        row[len(grams) :] = observer.dense(looked, w.cues)
    rows[:, len(grams) :] *= w.dense_scale
    return np.concatenate([grams, np.arange(n, width)]), rows


def _held(w: Weights) -> Floats:
    """How firmly the training text holds each column in place, f32[n + d].

    The number of its lines is told by the rarest run of words, that of lines with an n-gram by
    its idf.
    """
    n = len(w.idf)
    share = np.exp(1 - w.idf)
    block = np.zeros(n, dtype=np.float32)
    least_share = 1.0
    for gram, column in w.vocabulary.items():
        name = gram.partition(":")[0]
        block[column] = HELD[name]
        if name == ngrams.WORDS:
            least_share = min(least_share, float(share[column]))
    lines = (1 + LEAST_SEEN_WORDS) / least_share
    held = np.full(w.step.shape[1], HELD_FIGURE * lines, dtype=np.float32)
    held[:n] = block * share * lines
    return held


def _moved(
    rows: Floats,
    weights: Floats,
    bias: Floats,
    wanted: _Doubles,
    precision: Floats,
    chance: _Chance,
) -> Floats:
    """What to add to the weights, f32[classes, columns].

    Accelerated gradient steps on the k x classes coefficients of the rows (Nesterov 1983), as
    long as a bound of the largest eigenvalue allows.
    """
    scaled = rows / precision
    kernel = (scaled @ rows.T).astype(np.float64)
    odds = (rows @ weights.T + bias).astype(np.float64)
    pace = 1 / (1 + 0.5 * WEIGHT * float(np.abs(kernel).sum(axis=1).max()))
    found = np.zeros_like(wanted)
    ahead = found
    for turn in range(ROUNDS):
        slope = WEIGHT * (wanted - chance(odds + kernel @ ahead)) - ahead
        if np.abs(slope).max() < CLOSE_ENOUGH:
            break
        further = ahead + pace * slope
        ahead = further + (turn / (turn + 3)) * (further - found)
        found = further
    return np.asarray(found.T @ scaled, dtype=np.float32)


def _softmax(odds: _Doubles) -> _Doubles:
    grown = np.exp(odds - odds.max(axis=1, keepdims=True))
    return np.asarray(grown / grown.sum(axis=1, keepdims=True), dtype=np.float64)


def _logistic(odds: _Doubles) -> _Doubles:
    return np.asarray(1 / (1 + np.exp(-odds)), dtype=np.float64)

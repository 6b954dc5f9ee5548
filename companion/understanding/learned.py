"""The learned part of understanding: linear models over n-grams and the rap's own evidence.

One artefact holds a multinomial model of the step and one model for each cue, trained by
`scripts/train` from hand-written calls (`companion.trainer.train`). Loading and using it needs
numpy only. The rap's phrases are inputs too, so an edit of the rap shows its effect at once.
"""

from __future__ import annotations

import zipfile
import zlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, BinaryIO, TypeAlias

import numpy as np
from numpy.typing import NDArray

from companion import locations
from companion.errors import ModelError
from companion.understanding import ngrams

Floats: TypeAlias = NDArray[np.float32]

FORM = 2
"""Of the artefact; another one is refused."""
UNDERSTOOD = 0.5
"""Least share of known words. Of 1,400 lines of validation calls none had less; Spanish, German
and French sentences had a third and under."""


@dataclass(frozen=True, slots=True)
class Weights:
    """The arrays of the artefact. `n`: n-grams, `d`: the rap's figures, `c`: cues."""

    vocabulary: dict[str, int] = field(repr=False)
    """'block:n-gram' to its column."""
    idf: Floats = field(repr=False)
    """f32[n]."""
    scales: dict[str, float]
    """How much each block counts."""
    dense_scale: Floats = field(repr=False)
    """f32[d], brings the rap's figures to about the size of the n-grams'."""
    step: Floats = field(repr=False)
    """f32[5, n + d]."""
    step_bias: Floats = field(repr=False)
    """f32[5]."""
    cues: tuple[str, ...]
    cue: Floats = field(repr=False)
    """f32[c, n + d]; no weight on earlier utterances."""
    cue_bias: Floats = field(repr=False)
    """f32[c]."""
    initial: Floats = field(repr=False)
    """f32[5], the step of a first utterance."""
    transition: Floats = field(repr=False)
    """f32[5, 5], rows sum to 1."""
    prior: Floats = field(repr=False)
    """f32[5], log share of each step in training."""
    sequence: Floats = field(repr=False)
    """f32[5, m + 1], the model over time; see `companion.understanding.sequence`."""
    cue_second: Floats = field(repr=False)
    """f32[c, 2c + 11], what the step, the rap and other cues add; see `sequence.CueJudge`."""
    cue_threshold: Floats = field(repr=False)
    """f32[c], above this probability a cue is taken for found."""
    examples: frozenset[int] | None = field(default=None, repr=False)
    """Marks of the rap's examples that it was trained with (`adapt.marks_of`); None: not noted."""
    words: frozenset[str] | None = field(default=None, repr=False)
    """Every word that was read in training, however seldom; None: not noted, and then only those
    of the vocabulary count as known."""


@dataclass(frozen=True, slots=True)
class TextScores:
    """What the words of one utterance say, each utterance alone."""

    step: Floats = field(repr=False)
    """f32[5], log probabilities."""
    cue: Floats = field(repr=False)
    """f32[c], log odds."""


class LearnedModel:
    """Scores utterances. Knows nothing of the call but what it is given."""

    def __init__(self, weights: Weights) -> None:
        self.weights = weights

    def understands(self, words: Sequence[str]) -> bool:
        """Whether enough of an utterance is known to judge it; not so in another language.

        Args:
            words: its `ngrams.tokens`. A single word may be a name, and is taken as it comes.
        """
        said = [word for word in words if word != "?"]
        known = sum(self._knows(word) for word in said)
        return len(said) == 1 or (bool(said) and known >= UNDERSTOOD * len(said))

    def _knows(self, word: str) -> bool:
        w = self.weights
        if w.words is not None:
            return word in w.words
        return f"{ngrams.WORDS}:{word}" in w.vocabulary

    def score(
        self, words: Sequence[str], before: Sequence[Sequence[str]], dense: Sequence[float]
    ) -> TextScores:
        """Score an utterance.

        Args:
            words: its `ngrams.tokens`.
            before: those of the utterances before it, the nearest first.
            dense: the rap's figures; see `sequence.dense_figures`.
        """
        w = self.weights
        columns, values = vectorize(words, before, w.vocabulary, w.idf, w.scales)
        figures = np.asarray(dense, dtype=np.float32) * w.dense_scale
        n = len(w.idf)
        step = w.step[:, columns] @ values + w.step[:, n:] @ figures + w.step_bias
        cue = w.cue[:, columns] @ values + w.cue[:, n:] @ figures + w.cue_bias
        step = step - step.max()
        log_probabilities = step - np.log(np.exp(step).sum())
        return TextScores(_f32(log_probabilities), _f32(cue))


def vectorize(
    words: Sequence[str],
    before: Sequence[Sequence[str]],
    vocabulary: dict[str, int],
    idf: Floats,
    scales: dict[str, float],
) -> tuple[NDArray[np.intp], Floats]:
    """Known n-grams as columns and values: log counts times idf, length one in each block."""
    all_columns: list[NDArray[np.intp]] = []
    all_values: list[Floats] = []
    for block, grams in ngrams.blocks(words, before).items():
        counts: Counter[int] = Counter()
        for gram in grams:
            column = vocabulary.get(f"{block}:{gram}")
            if column is not None:
                counts[column] += 1
        if not counts:
            continue
        columns = np.fromiter(counts.keys(), dtype=np.intp, count=len(counts))
        counted = np.fromiter(counts.values(), dtype=np.float32, count=len(counts))
        weighed = _f32((1.0 + np.log(counted)) * idf[columns])
        length = float(np.sqrt(np.dot(weighed, weighed)))
        all_columns.append(columns)
        all_values.append(_f32(weighed * (scales[block] / length)))
    if not all_columns:
        return np.zeros(0, dtype=np.intp), np.zeros(0, dtype=np.float32)
    return np.concatenate(all_columns), np.concatenate(all_values)


def artefact(language: str) -> Path:
    """Where the learned part of a language ships; may not exist."""
    return locations.shipped("models", f"understanding.{language}.npz")


@lru_cache(maxsize=2)
def load(path: Path) -> LearnedModel:
    """Load an artefact; kept, since it does not change while the program runs.

    Raises: ModelError if it is damaged or of another form.
    """
    try:
        return read(path)
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile, zlib.error):
        raise ModelError(
            f"{path} is damaged or of another version; reinstall companion, "
            "or rebuild it with scripts/train"
        ) from None


def read(source: Path | BinaryIO) -> LearnedModel:
    """Read an artefact from a file or from memory.

    Raises: whatever numpy and zipfile raise where it is damaged; ValueError for another form.
    """
    with np.load(source, allow_pickle=False) as arrays:
        found: dict[str, Any] = {name: arrays[name] for name in arrays.files}
    if int(found["form"]) != FORM:
        raise ValueError("form")
    grams = _lines(found["vocabulary"])
    return LearnedModel(
        Weights(
            vocabulary={gram: i for i, gram in enumerate(grams)},
            idf=_f32(found["idf"]),
            scales=dict(zip(ngrams.BLOCKS, found["scales"].tolist(), strict=True)),
            dense_scale=_f32(found["dense_scale"]),
            step=_f32(found["step"]),
            step_bias=_f32(found["step_bias"]),
            cues=tuple(_lines(found["cues"])),
            cue=_f32(found["cue"]),
            cue_bias=_f32(found["cue_bias"]),
            initial=_f32(found["initial"]),
            transition=_f32(found["transition"]),
            prior=_f32(found["prior"]),
            sequence=_f32(found["sequence"]),
            cue_second=_f32(found["cue_second"]),
            cue_threshold=_f32(found["cue_threshold"]),
            examples=frozenset(found["examples"].tolist()) if "examples" in found else None,
            words=frozenset(_lines(found["words"])) if "words" in found else None,
        )
    )


def _lines(packed: Any) -> list[str]:
    return bytes(packed).decode("utf-8").split("\n")


def _f32(array: Any) -> Floats:
    return np.ascontiguousarray(array, dtype=np.float32)

"""Training of what tells the answer to the ask."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from companion.trainer.train_answers import fit, to_bytes
from companion.understanding import answers
from companion.understanding.answers import ANSWERS, FIGURES, Floats


def rows() -> tuple[Floats, list[int]]:
    """Calls in which one figure speaks for each answer, with a little noise."""
    random = np.random.default_rng(7)
    labels = [i % len(ANSWERS) for i in range(80)]
    values = random.normal(0.0, 0.2, (len(labels), len(FIGURES)))
    for row, label in zip(values, labels, strict=True):
        row[label] += 2.0
    return values.astype(np.float32), labels


def test_train_answers_fits_what_tells_the_answers_apart(tmp_path: Path) -> None:
    values, labels = rows()
    path = tmp_path / "answers.npz"
    path.write_bytes(to_bytes(fit(values, labels)))
    model = answers.load(path)
    guesses = [int(model.probabilities(row).argmax()) for row in values]
    assert guesses == labels


def test_train_answers_is_reproducible() -> None:
    values, labels = rows()
    assert to_bytes(fit(values, labels)) == to_bytes(fit(values, labels))


def test_train_answers_needs_a_call_with_each_answer() -> None:
    values, labels = rows()
    some = [i for i, label in enumerate(labels) if ANSWERS[label] != "maybe"]
    with pytest.raises(ValueError, match="none with: maybe"):
        fit(values[some], [labels[i] for i in some])

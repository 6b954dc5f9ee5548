"""Training on a corpus of a few lines: small, quick, and with every part of the real thing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from companion.domain.dialogue import Step
from companion.trainer.build import with_entry
from companion.trainer.train import to_bytes, train_weights
from companion.trainer.training_table import FOLDS, folds_of
from companion.understanding import learned, ngrams
from companion.understanding.learned import LearnedModel
from companion.understanding.observe import Observer
from tests.trainer.calls import NAMES, tiny_calls
from tests.understanding.calls import shipped_rap


@pytest.fixture(scope="module")
def trained() -> bytes:
    return to_bytes(train_weights(tiny_calls(), shipped_rap()))


@pytest.fixture
def model(trained: bytes, tmp_path: Path) -> LearnedModel:
    path = tmp_path / "trained.npz"
    path.write_bytes(trained)
    return learned.load(path)


def test_train_learns_words_that_only_its_corpus_knows(model: LearnedModel) -> None:
    observer = Observer(shipped_rap())
    for text, step in (("walrus", Step.WHAT_MOVES_YOU), ("the giraffe story", Step.CONNECT)):
        seen = observer.look(text, date(2026, 5, 4))
        before = (ngrams.tokens("a"), ngrams.tokens("b"))
        scores = model.score(seen.tokens, before, observer.dense(seen, model.weights.cues))
        assert int(scores.step.argmax()) == step - 1


def test_train_is_reproducible(trained: bytes) -> None:
    assert to_bytes(train_weights(tiny_calls(), shipped_rap())) == trained


def test_train_refuses_a_corpus_of_a_fewtiny_calls() -> None:
    with pytest.raises(ValueError, match="at least 10 calls; there are 3"):
        train_weights(tiny_calls(3), shipped_rap())


def test_table_a_hand_is_never_torn_between_folds() -> None:
    calls = [replace(call, hand="ABCDEFG"[i % 7]) for i, call in enumerate(tiny_calls())]
    by_hand: dict[str, set[int]] = {}
    for call, fold in zip(calls, folds_of(calls), strict=True):
        by_hand.setdefault(call.hand, set()).add(fold)
    assert all(len(folds) == 1 for folds in by_hand.values())
    assert set().union(*by_hand.values()) == set(range(FOLDS))


def test_table_too_few_hands_to_fill_the_folds_are_dealt_out() -> None:
    assert folds_of(tiny_calls()) == [i % FOLDS for i in range(len(NAMES))]


MANIFEST = """# a comment that stays
artefacts:
  - file: voice.onnx
    bytes: 1
  - file: words.npz
    bytes: 2
"""


def test_build_manifest_entry_is_replaced_and_the_rest_stays() -> None:
    changed = with_entry(MANIFEST, {"file": "words.npz", "bytes": 3})
    assert changed == MANIFEST.replace("bytes: 2", "bytes: 3")


def test_build_manifest_entry_is_added() -> None:
    changed = with_entry(MANIFEST, {"file": "new.npz", "bytes": 4, "measured": ["a: 1"]})
    assert changed.startswith(MANIFEST)
    assert changed.endswith("  - file: new.npz\n    bytes: 4\n    measured:\n    - 'a: 1'\n")

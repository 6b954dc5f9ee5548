"""The shipped artefact, loaded and used as a call does."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pytest

from companion.domain.dialogue import Step
from companion.domain.speech import Utterance
from companion.errors import ModelError
from companion.understanding import learned, ngrams
from companion.understanding.analyzer import CallAnalyzer
from tests.understanding.calls import shipped_rap

DAY = date(2026, 5, 4)


def _heard(*texts: str) -> CallAnalyzer:
    analyzer = CallAnalyzer(shipped_rap(), DAY)
    for i, text in enumerate(texts):
        analyzer.hear(Utterance(i, 10.0 * i, 10.0 * i + 4, text))
    return analyzer


def test_learned_artefact_is_small_and_whole() -> None:
    path = learned.artefact("en")
    assert path.stat().st_size < 10_000_000
    model = learned.load(path)
    w = model.weights
    assert w.step.shape == (5, len(w.idf) + len(w.dense_scale))
    assert w.cue.shape == (len(w.cues), w.step.shape[1])
    assert w.transition.sum(axis=1) == pytest.approx(np.ones(5), abs=1e-3)
    earlier = [i for g, i in w.vocabulary.items() if g.startswith(f"{ngrams.EARLIER}:")]
    assert not w.cue[:, earlier].any(), "a cue is told by its own utterance"


def test_learned_no_language_but_those_shipped() -> None:
    assert not learned.artefact("xx").exists()


@pytest.mark.parametrize("content", [b"", b"not an archive", b"PK\x03\x04 half a"])
def test_learned_damaged_artefact_is_one_sentence_with_the_way_out(
    tmp_path: Path, content: bytes
) -> None:
    path = tmp_path / "understanding.en.npz"
    path.write_bytes(content)
    with pytest.raises(ModelError, match="scripts/train"):
        learned.load(path)


def test_learned_follows_a_talk_from_the_greeting_to_the_ask() -> None:
    opening = ("Hi, this is Noor, from the union committee.", "Is this an okay time for you?")
    middle = (
        "So what's been the worst part of working there?",
        "That sounds exhausting. What else is going on?",
        "And how does that leave you feeling when you get home?",
    )
    ending = (
        "So will you come to the meeting on Thursday at six?",
        "Great. I'll text you Wednesday to remind you.",
        "Thank you so much for talking. Take care of yourself tonight.",
    )
    assert _heard(*opening).estimate.step is Step.MAKE_SPACE
    assert _heard(*opening, *middle).estimate.step is Step.WHAT_MOVES_YOU
    assert _heard(*opening, *middle, *ending).estimate.step is Step.ASK


def test_learned_words_before_count_and_are_forgotten_with_the_call() -> None:
    analyzer = _heard("So what's been the worst part of working there?")
    analyzer.reset()
    fresh = CallAnalyzer(shipped_rap(), DAY)
    text = "Mm-hm. Okay."
    again = analyzer.hear(Utterance(0, 0.0, 1.0, text))
    first = fresh.hear(Utterance(0, 0.0, 1.0, text))
    assert again.step == first.step


@pytest.mark.parametrize("text", ["", "?", "word " * 3000, "ÀÉÎ 🙂 \x00", "yes"])
def test_learned_any_text_gives_a_step(text: str) -> None:
    estimate = _heard(text, text).estimate
    assert sum(estimate.distribution) == pytest.approx(1.0, abs=1e-3)

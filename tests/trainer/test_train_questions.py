"""Training of the tagger of questions, on a corpus small enough for a test."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from companion.trainer.call_form import parse_call
from companion.trainer.labelled import LabelledCall, bare
from companion.trainer.train_questions import LOOSE, known_words, train_questions, word_labels
from companion.understanding.question_tagger import LABELS, QuestionTagger, read_weights
from companion.understanding.words import read

HEAD = "setting: a test\ndate: 2026-03-02\n---\n"
TALK = (
    "2 | [c Do you like the {0}?] It looks new.\n"
    "2 | Right. [o What do you do with the {0}?]\n"
    "2 | You do like the {0}. That is what they told me.\n"
    "2 | [n How long have you had the {0}?]\n"
    "2 | And he goes, [r who took the {0}?] Well.\n"
)


def small_calls() -> list[LabelledCall]:
    things = ("boat", "lamp", "garden", "stove", "piano")
    return [parse_call(HEAD + TALK.format(t), t, f"{t}.call") for t in things]


def test_train_questions_learns_what_it_is_shown(tmp_path: Path) -> None:
    path = tmp_path / "small.npz"
    path.write_bytes(train_questions(small_calls()))
    tagger = QuestionTagger(read_weights(path))
    for text, kinds in (
        ("Do you like the kettle? It looks new.", ["closed"]),
        ("do you like the kettle it looks new", ["closed"]),
        ("right what do you do with the kettle", ["open"]),
        ("you do like the kettle that is what they told me", []),
    ):
        assert [q.kind.value for q in tagger.find(read(text))] == kinds, text


def test_train_questions_same_calls_same_bytes() -> None:
    assert train_questions(small_calls()) == train_questions(small_calls())


def test_train_questions_same_bytes_in_another_process() -> None:
    program = (
        "import hashlib\n"
        "from tests.trainer.test_train_questions import small_calls\n"
        "from companion.trainer.train_questions import train_questions\n"
        "print(hashlib.sha256(train_questions(small_calls())).hexdigest())\n"
    )
    found = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": seed},
            cwd=Path(__file__).parents[2],
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(found) == 1


def test_train_questions_keeps_topics_out() -> None:
    known = known_words(small_calls())
    assert {"do", "you", "what", "long"} <= known
    assert not {"boat", "lamp", "garden", "stove", "piano"} & known


def test_train_questions_loose_lines_teach_how_but_not_how_often(tmp_path: Path) -> None:
    """What loose lines ask and calls only say is taken for less likely a question than not."""
    call = "setting: a test\ndate: 2026-03-02\ncommitment: yes\n---\n" + 10 * (
        "2 | You walked to the {0}.\n2 | [c Did you see the {0}?]\n"
    )
    asking = HEAD + 30 * "2 | [c You walked to the {0}?]\n"
    things = ("boat", "lamp", "garden", "stove", "piano")
    calls = [parse_call(text.format(t), t, t) for text in (call, asking) for t in things]
    path = tmp_path / "mixed.npz"
    path.write_bytes(train_questions(calls))
    weights = read_weights(path)
    assert not any(name.startswith(LOOSE) for name in weights.rows)
    found = QuestionTagger(weights).find(read("you walked to the kettle"))
    assert all(question.probability < 0.5 for question in found)


def test_train_questions_refuses_calls_without_questions() -> None:
    with pytest.raises(ValueError, match="none"):
        train_questions([parse_call(HEAD + "2 | Hello there.\n", "x", "x.call")])


def test_train_questions_labels_words_and_sentences() -> None:
    call = parse_call(HEAD + "2 | That's new. It's good. [o So what's it do?] Okay.\n", "x", "x")
    (utterance,) = call.utterances
    expected = [
        *("begin statement", "go on statement", "go on statement"),
        *("begin statement", "go on statement", "go on statement"),
        *("begin open", "go on open", "go on open", "go on open", "go on open"),
        "begin statement",
    ]
    # Sentences begin with the first, eighth and so on of the letters: "Thatsnew" has eight.
    starts = {0, 8, 15, 26}
    assert word_labels(utterance, starts) == expected
    assert word_labels(bare(call).utterances[0], starts) == expected


def test_train_questions_artefact_has_a_row_for_each_feature(tmp_path: Path) -> None:
    path = tmp_path / "small.npz"
    path.write_bytes(train_questions(small_calls()))
    weights = read_weights(path)
    assert weights.emission.shape == (len(weights.rows), len(LABELS))
    assert np.isfinite(weights.emission).all()

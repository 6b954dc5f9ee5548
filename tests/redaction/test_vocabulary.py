"""The list of safe words, and the weights: what they know, and what happens where they are bad."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from companion.errors import CompanionError
from companion.redaction.contexts import ContextModel, read_weights, shipped_contexts
from companion.redaction.vocabulary import read_vocabulary, shipped_vocabulary
from companion.redaction.words import read_words


@pytest.mark.parametrize("word", ["schedule", "don't", "we'll", "manager's", "thursday", "zoom"])
def test_vocabulary_knows_ordinary_words(word: str) -> None:
    assert shipped_vocabulary().knows(word)


@pytest.mark.parametrize("word", ["dana", "maria's", "kowalczyk", "boston", "walmart", "smith"])
def test_vocabulary_does_not_know_names_or_takes_them_for_names(word: str) -> None:
    vocabulary = shipped_vocabulary()
    assert not vocabulary.knows(word) or vocabulary.may_name(word)


def test_vocabulary_sets_are_disjoint() -> None:
    v = shipped_vocabulary()
    sets = [v.plain, v.mostly_words, v.mostly_names, v.family_names, v.names]
    assert sum(map(len, sets)) == len(frozenset().union(*sets))


def packed(content: bytes) -> bytes:
    """Without the time in it, so that the tests have the same names in every process."""
    return gzip.compress(content, mtime=0)


@pytest.mark.parametrize("content", [b"", b"not gzip", packed(b"caf\xe9"), b"\x1f\x8b\x08"])
def test_vocabulary_damaged_files_are_named(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "safe_words.en.txt.gz"
    path.write_bytes(content)
    if content:
        with pytest.raises(CompanionError, match=r"safe_words\.en\.txt\.gz.*install"):
            read_vocabulary(path)
    with pytest.raises(CompanionError, match="install"):
        read_vocabulary(tmp_path / "missing.gz")


@pytest.mark.parametrize("content", [b"x", packed(b"no tab\n"), packed(b"a\tb\n")])
def test_vocabulary_damaged_weights_are_named(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "name_contexts.en.txt.gz"
    path.write_bytes(content)
    with pytest.raises(CompanionError, match=r"name_contexts\.en\.txt\.gz.*install"):
        read_weights(path)


def suspects(text: str, model: ContextModel) -> list[str]:
    words = read_words(text)
    found = model.suspects(words, [False] * len(words), (), shipped_vocabulary())
    return [words[f.first].norm for f in found]


def test_vocabulary_contexts_judge_by_the_place() -> None:
    assert "pepper" in suspects("hi pepper it's me again", shipped_contexts())
    assert "pepper" not in suspects("we put salt and pepper on it", shipped_contexts())


def test_vocabulary_contexts_use_their_threshold() -> None:
    assert suspects("an ordinary sentence", ContextModel({}, threshold=-0.5)) == [
        "ordinary",
        "sentence",
    ]
    assert suspects("an ordinary sentence", ContextModel({}, threshold=0.5)) == []

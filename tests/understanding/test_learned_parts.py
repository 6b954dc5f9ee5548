"""A rap uses its own learned part where it has one, and nothing from beside a stranger's file."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from companion import locations
from companion.errors import ModelError
from companion.understanding import learned
from companion.understanding.learned_parts import (
    answers_for,
    learned_file,
    learned_for,
    questions_for,
    unadapted,
)
from companion.understanding.question_tagger import QuestionTagger
from companion.understanding.questions import RuleQuestionDetector
from companion.understanding.rap import find_rap, load_rap
from tests.fakes.own_raps import SHIPPED, own_rap

MODELS = locations.shipped("models")


def own_part(name: str = "our-rap", *parts: str) -> Path:
    folder = locations.learned_folder(name)
    folder.mkdir(parents=True)
    for part in parts or ("understanding",):
        shutil.copy(MODELS / f"{part}.en.npz", folder)
    return folder


def test_learned_parts_of_the_shipped_rap_are_those_that_ship() -> None:
    rap = find_rap("one-on-one.en")
    assert learned_file(rap, "understanding") == learned.artefact("en")
    assert learned_for(rap) is not None
    assert answers_for(rap) is not None
    assert isinstance(questions_for(rap), QuestionTagger)


def test_learned_parts_of_its_own_come_first_and_all_together() -> None:
    folder = own_part()
    rap = load_rap(own_rap())
    assert learned_file(rap, "understanding") == folder / "understanding.en.npz"
    assert unadapted(rap) is not unadapted(find_rap("one-on-one.en"))
    # The training that made it left no answers and no questions: those that ship do not fit it.
    assert answers_for(rap) is None
    assert isinstance(questions_for(rap), RuleQuestionDetector)


def test_learned_parts_are_read_again_after_another_training() -> None:
    folder = own_part()
    rap = load_rap(own_rap())
    first = unadapted(rap)
    path = folder / "understanding.en.npz"
    path.write_bytes(path.read_bytes() + b"\0")
    assert unadapted(rap) is not first


def test_learned_parts_beside_a_strangers_file_are_not_loaded(tmp_path: Path) -> None:
    stranger = tmp_path / "raps" / "our-rap.yaml"
    beside = stranger.parent / "our-rap.learned"
    beside.mkdir(parents=True)
    shutil.copy(SHIPPED, stranger)
    (beside / "understanding.en.npz").write_bytes(b"not to be read")
    rap = load_rap(stranger)
    assert rap.learned_folder is None
    assert rap.learned_as is None
    assert learned_for(rap) is not None


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 no archive", b"\x93NUMPY"])
def test_learned_parts_that_are_damaged_are_told_of_with_the_way_out(content: bytes) -> None:
    folder = own_part()
    (folder / "understanding.en.npz").write_bytes(content)
    with pytest.raises(ModelError, match="run 'companion train' again"):
        learned_for(load_rap(own_rap()))

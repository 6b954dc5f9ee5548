"""A rap uses its own learned part where it has one, and nothing from beside a stranger's file."""

from __future__ import annotations

import io
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from companion import locations
from companion.errors import ModelError
from companion.understanding import learned
from companion.understanding.learned_parts import (
    MAX_BYTES,
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


def _changed(name: str, values: object) -> bytes:
    with np.load(MODELS / "understanding.en.npz", allow_pickle=False) as arrays:
        found = {key: arrays[key] for key in arrays.files}
    buffer = io.BytesIO()
    np.savez_compressed(buffer, **{**found, name: np.array(values)})
    return buffer.getvalue()


def _bomb() -> bytes:
    buffer = io.BytesIO(_changed("form", learned.FORM))
    with zipfile.ZipFile(buffer, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("more.npy", bytes(MAX_BYTES + 1))
    return buffer.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        lambda: _changed("initial", [0.5, 0.5]),
        lambda: _changed("initial", np.zeros(5)),
        lambda: _changed("idf", [1.0, 2.0]),
        lambda: _changed("cue_threshold", np.full(3, 0.5)),
        lambda: _changed("step_bias", [np.nan] * 5),
        lambda: _changed("prior", np.full(5, 1e300)),
        lambda: _changed("cues", np.array([{"a": 1}], dtype=object)),
        _bomb,
    ],
    ids=["short", "impossible", "few", "odd", "no figure", "too large", "objects", "bomb"],
)
def test_learned_parts_that_do_not_fit_are_refused_before_a_call(
    content: Callable[[], bytes],
) -> None:
    folder = own_part()
    (folder / "understanding.en.npz").write_bytes(content())
    with pytest.raises(ModelError, match="run 'companion train' again"):
        learned_for(load_rap(own_rap()))


def test_learned_parts_that_fit_are_taken_whoever_packed_them() -> None:
    folder = own_part()
    (folder / "understanding.en.npz").write_bytes(_changed("form", learned.FORM))
    assert learned_for(load_rap(own_rap())) is not None

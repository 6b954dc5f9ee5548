"""Which learned parts a rap is heard with: its own, those of its language, or none.

`companion train` keeps what it learned for a rap in a folder beside the user's raps; a published
version carries its own copy. Every other rap uses what ships for its language. On top, the rap's
own examples are learned from at once (`adapt`). A rap of a language for which nothing ships is
heard by its phrases alone.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any, BinaryIO, TypeVar

import numpy as np

from companion import locations
from companion.domain.dialogue import Step
from companion.errors import ModelError
from companion.understanding import adapt, answers, learned
from companion.understanding.answers import AnswerModel
from companion.understanding.language import language_of
from companion.understanding.learned import LearnedModel
from companion.understanding.question_tagger import QuestionTagger, read_weights
from companion.understanding.questions import QuestionDetector
from companion.understanding.rap import Rap, load_rap
from companion.understanding.sequence import cue_figure_count, dense_count, figure_count

MAX_BYTES = 64_000_000
"""Many times what a training gives."""

MOST_FIGURE = 1e6
"""No weight is ever nearly as large."""

HEARD_WITH_ITS_OWN = "this rap is heard with what 'companion train' learned for it"

PartT = TypeVar("PartT")


def learned_for(rap: Rap) -> LearnedModel | None:
    """What judges the steps and cues of a rap, or None where its phrases judge alone.

    Kept for the next call of the same rap. Raises: ModelError where a file is damaged.
    """
    model = unadapted(rap)
    return None if model is None else _adapted(model, rap, _known(model, rap))


def new_example_count(rap: Rap) -> int:
    """How many examples of a rap its learned part was not trained with; 0 where it has none."""
    model = unadapted(rap)
    if model is None:
        return 0
    return len(adapt.new_examples(rap, _known(model, rap)))


def has_own(rap: Rap) -> bool:
    """Whether `companion train` learned for this rap alone, so that it is heard with that."""
    return _own_folder(rap) is not None


def unadapted(rap: Rap) -> LearnedModel | None:
    """What was learned for a rap or for its language, without the rap's new examples."""
    return _part(rap, "understanding", _read_understanding)


def answers_for(rap: Rap) -> AnswerModel | None:
    """What was learned of answers to the ask, or None where nothing was for the rap's language."""
    return _part(rap, "answers", answers.read)


def questions_for(rap: Rap) -> QuestionDetector:
    """What finds the questions: the trained detector where there is one, else the language's rules.

    What a trained detector looks at is English; in other languages the rules serve better.
    """
    language = language_of(rap.language)
    weights = _part(rap, "questions", read_weights) if language.is_english else None
    return language.questions() if weights is None else QuestionTagger(weights)


def learned_file(rap: Rap, part: str) -> Path:
    """The file of one part for a rap; may not exist.

    The parts of one training fit each other: a rap's own are used all together or not at all.

    Args:
        rap: the conversation.
        part: 'understanding', 'questions' or 'answers'.
    """
    name = f"{part}.{rap.language}.npz"
    own = _own_folder(rap)
    return locations.shipped("models", name) if own is None else own / name


def _own_folder(rap: Rap) -> Path | None:
    folder = rap.learned_folder
    if folder is None or not (folder / f"understanding.{rap.language}.npz").is_file():
        return None
    return folder


# The last few adapted models, by what they were made of; a page is tried again and again.
_models: dict[tuple[LearnedModel, str, frozenset[int]], LearnedModel] = {}
_MOST_MODELS = 4


def _adapted(model: LearnedModel, rap: Rap, known: frozenset[int]) -> LearnedModel:
    marks = adapt.marks_of(rap)
    if marks <= known:
        return model
    key = (model, rap.sha256, marks)
    if key not in _models:
        while len(_models) >= _MOST_MODELS:
            _models.pop(next(iter(_models)), None)
        _models[key] = adapt.adapted(model, rap, known)
    return _models[key]


def _known(model: LearnedModel, rap: Rap) -> frozenset[int]:
    """The examples that a model was trained with.

    An artefact of before they were noted was trained with those of the shipped rap.
    """
    noted = model.weights.examples
    return _shipped_marks(rap.language) if noted is None else noted


@lru_cache(maxsize=4)
def _shipped_marks(language: str) -> frozenset[int]:
    path = locations.shipped("configs", "raps", f"one-on-one.{language}.yaml")
    return adapt.marks_of(load_rap(path)) if path.is_file() else frozenset()


def _read_understanding(source: BinaryIO) -> LearnedModel:
    """Only figures that fit each other: what does not would end a call in its midst."""
    model = learned.read(source)
    w, steps = model.weights, len(Step)
    n, c = len(w.vocabulary), len(w.cues)
    d = dense_count(c)
    shapes = (
        (w.idf, (n,)),
        (w.dense_scale, (d,)),
        (w.step, (steps, n + d)),
        (w.step_bias, (steps,)),
        (w.cue, (c, n + d)),
        (w.cue_bias, (c,)),
        (w.initial, (steps,)),
        (w.transition, (steps, steps)),
        (w.prior, (steps,)),
        (w.sequence, (steps, figure_count(c) + 1)),
        (w.cue_second, (c, cue_figure_count(c))),
        (w.cue_threshold, (c,)),
    )
    chances = (w.initial, w.transition)
    likely = all((a >= 0).all() and (a.sum(axis=-1) > 0).all() for a in chances)
    if not likely or any(array.shape != shape for array, shape in shapes):
        raise ValueError("shape")
    return model


def _looked_at(raw: bytes) -> BinaryIO:
    """Refuse what unpacks to far more than it is, and figures that are none. Raises: ValueError."""
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        if sum(entry.file_size for entry in archive.infolist()) > MAX_BYTES:
            raise ValueError("size")
    with np.load(io.BytesIO(raw), allow_pickle=False) as arrays:
        for name in arrays.files:
            array = arrays[name]
            # In double precision, as the bound is no number in half precision.
            if array.dtype.kind == "f" and not (abs(array.astype(float)) <= MOST_FIGURE).all():
                raise ValueError("figure")
    return io.BytesIO(raw)


def _part(rap: Rap, part: str, read: Callable[[BinaryIO], PartT]) -> PartT | None:
    path = learned_file(rap, part)
    try:
        state = path.stat()
    except OSError:
        return None
    found: PartT = _read(path, state.st_mtime_ns, state.st_size, read)
    return found


@lru_cache(maxsize=6)
def _read(path: Path, mtime_ns: int, size: int, read: Callable[[BinaryIO], Any]) -> Any:
    """Read a file of that state; kept, since a call begins with it again and again."""
    try:
        if size > MAX_BYTES:
            raise ValueError
        return read(_looked_at(path.read_bytes()))
    # A damaged archive raises errors of zipfile, zlib, numpy and more, without a common base.
    except Exception:  # noqa: BLE001
        raise ModelError(
            f"{path} is damaged or of another version; reinstall companion where it shipped, and "
            "run 'companion train' again where it is yours"
        ) from None

"""The answer to the ask: figures that run through a call, and what tells it from them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from companion.domain.dialogue import Field
from companion.errors import ModelError
from companion.understanding import answers
from companion.understanding.answer_listeners import LearnedAnswerListener
from companion.understanding.answers import (
    ANSWERS,
    FIGURES,
    AnswerFigures,
    AnswerModel,
    AnswerSigns,
    Floats,
)

NOTHING = AnswerSigns(0.0, 0.0, 0.0, 0.0, plan_step=0.0, ask_step=1.0)
ASK = replace(NOTHING, asked=0.95)
WELCOME = replace(NOTHING, welcomed=0.9, words=frozenset({"yes"}))
REFUSED = replace(NOTHING, declined=0.9, words=frozenset({"no"}))

chances = st.floats(0.0, 1.0, allow_nan=False)
any_signs = st.builds(
    AnswerSigns,
    asked=chances,
    welcomed=chances,
    declined=chances,
    stated=chances,
    plan_step=chances,
    ask_step=chances,
    words=st.frozensets(st.sampled_from(("yes", "no", "maybe"))),
    left_open=st.booleans(),
)


def row(*heard: AnswerSigns) -> dict[str, float]:
    figures = AnswerFigures()
    for one in heard:
        figures.hear(one)
    return dict(zip(FIGURES, figures.row.tolist(), strict=True))


def model_for(figure: str, answer: str) -> AnswerModel:
    """Says 'not asked' unless one figure speaks for one answer."""
    weights = np.zeros((len(ANSWERS), len(FIGURES) + 1), dtype=np.float32)
    weights[ANSWERS.index(answer), FIGURES.index(figure)] = 40.0
    weights[ANSWERS.index("not_asked"), -1] = 4.0
    return AnswerModel(weights)


def test_answers_a_welcome_counts_more_once_something_was_asked() -> None:
    name = "welcomed lately"
    assert row(ASK, WELCOME)[name] > 2 * row(WELCOME)[name]


def test_answers_a_sign_fades_with_the_signs_after_it_but_not_with_small_talk() -> None:
    name = "declined lately"
    assert row(ASK, REFUSED, WELCOME)[name] < row(ASK, REFUSED)[name]
    assert row(ASK, REFUSED, NOTHING, NOTHING)[name] == row(ASK, REFUSED)[name]
    assert row(ASK, REFUSED, WELCOME)["declined at its clearest"] == pytest.approx(
        row(ASK, REFUSED)["declined at its clearest"]
    )


def test_answers_words_of_the_ask_itself_are_no_answer() -> None:
    pressing = replace(ASK, words=frozenset({"yes"}))
    assert row(ASK, pressing)["words of a yes lately"] == 0.0


def test_answers_thinking_it_over_is_heard_in_the_words() -> None:
    for text, is_open in (
        ("you want to sleep on it first", True),
        ("just let me know by sunday", True),
        ("bring the thick gloves on sunday", False),
    ):
        found = answers.signs({}, (0.0, 0.0, 0.0, 0.0, 1.0), (), text.split())
        assert found.left_open is is_open, text


@given(st.lists(any_signs, max_size=60))
def test_answers_figures_are_finite_whatever_is_heard(heard: list[AnswerSigns]) -> None:
    figures = AnswerFigures()
    for one in heard:
        figures.hear(one)
    assert figures.row.shape == (len(FIGURES),)
    assert np.isfinite(figures.row).all()


def heard_by(listener: LearnedAnswerListener, *calls: AnswerSigns) -> list[str]:
    figures = AnswerFigures()
    said: list[str] = []
    for one in calls:
        figures.hear(one)
        for field, value, probability in listener.hear(figures.row, asked=one.asked > 0.5):
            assert field is Field.COMMITMENT
            assert 0.0 < probability <= 1.0
            said.append(value)
    return said


def test_answers_nothing_is_proposed_before_the_ask() -> None:
    listener = LearnedAnswerListener(model_for("welcomed lately", "yes"))
    assert heard_by(listener, NOTHING, NOTHING, NOTHING) == []


def test_answers_an_answer_is_told_when_it_changes_and_taken_back_when_it_fades() -> None:
    listener = LearnedAnswerListener(model_for("welcomed lately", "yes"))
    said = heard_by(listener, ASK, WELCOME, *(REFUSED,) * 30)
    assert said[0] == "not_asked"
    assert "yes" in said
    assert said[-1] == "not_asked"
    assert len(said) < 12, "an answer that stands is not told again and again"


def test_answers_a_sure_yes_gives_way_to_a_new_ask_but_not_to_a_doubtful_no() -> None:
    def likely(**shares: float) -> Floats:
        return np.log(np.asarray([shares.get(a, 0.001) for a in ANSWERS], dtype=np.float32))

    weights = np.zeros((len(ANSWERS), len(FIGURES) + 1), dtype=np.float32)
    weights[:, : len(ANSWERS)] = np.eye(len(ANSWERS))
    listener = LearnedAnswerListener(AnswerModel(weights))

    def values(figures: Floats, *, asked: bool = False) -> list[str]:
        row = np.zeros(len(FIGURES), dtype=np.float32)
        row[: len(ANSWERS)] = figures
        return [value for _, value, _ in listener.hear(row, asked=asked)]

    assert values(likely(yes=0.9)) == ["yes"]
    assert values(likely(no=0.7, yes=0.3)) == []
    assert values(likely(no=0.7, yes=0.3), asked=True) == ["no"]
    assert values(likely(yes=0.9)) == ["yes"]
    assert values(likely(no=0.99)) == ["no"]


def saved(path: Path, weights: Floats, form: int) -> Path:
    np.savez(path, form=np.asarray(form), weights=weights)
    return path


def test_answers_artefact_is_read_as_it_was_written(tmp_path: Path) -> None:
    weights = model_for("asked in all", "maybe").weights
    path = saved(tmp_path / "answers.npz", weights, answers.FORM)
    model = answers.load(path)
    assert (model.weights == weights).all()
    assert model.probabilities(AnswerFigures().row).sum() == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("shape", "form"), [((4, 14), answers.FORM + 1), ((4, 9), answers.FORM), ((3, 14), 1)]
)
def test_answers_artefact_of_another_form_is_refused_with_the_way_out(
    tmp_path: Path, shape: tuple[int, int], form: int
) -> None:
    path = saved(tmp_path / "answers.npz", np.zeros(shape, dtype=np.float32), form)
    with pytest.raises(ModelError, match="scripts/train"):
        answers.load(path)


def test_answers_damaged_artefact_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "answers.npz"
    path.write_bytes(b"PK half of an archive")
    with pytest.raises(ModelError, match="damaged"):
        answers.load(path)

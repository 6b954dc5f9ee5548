"""What corrections of the step teach: words that were just said, within bounds."""

from __future__ import annotations

import pytest

from companion.domain.dialogue import Step
from companion.understanding.step_lessons import LEARNED_BIAS, LEARNED_WORDS, StepLessons

CONNECT, MOVES = Step.CONNECT - 1, Step.WHAT_MOVES_YOU - 1


def test_step_lessons_speak_for_the_right_step_and_against_the_wrong_one() -> None:
    lessons = StepLessons()
    lessons.heard(("the", "forklift"))
    lessons.teach(Step.CONNECT, Step.WHAT_MOVES_YOU)
    evidence = lessons.evidence(("forklift",))
    assert evidence[CONNECT] == -evidence[MOVES] > LEARNED_BIAS


@pytest.mark.parametrize("word", ["the", "ladder"])
def test_step_lessons_of_common_and_of_other_words_are_the_bias_alone(word: str) -> None:
    lessons = StepLessons()
    lessons.heard(("the", "forklift"))
    lessons.teach(Step.CONNECT, Step.WHAT_MOVES_YOU)
    assert lessons.evidence((word,))[CONNECT] == LEARNED_BIAS


def test_step_lessons_are_about_the_last_utterances_only() -> None:
    lessons = StepLessons()
    lessons.heard(("forklift",))
    for _ in range(LEARNED_WORDS):
        lessons.heard(("ladder",))
    lessons.teach(Step.CONNECT, Step.WHAT_MOVES_YOU)
    assert lessons.evidence(("forklift",))[CONNECT] == LEARNED_BIAS


def test_step_lessons_teach_nothing_before_a_correction_and_stay_within_bounds() -> None:
    lessons = StepLessons()
    lessons.heard(("forklift",))
    assert lessons.evidence(("forklift",)) == [0.0] * len(Step)
    for _ in range(100):
        lessons.teach(Step.CONNECT, Step.WHAT_MOVES_YOU)
    assert lessons.evidence(("forklift",))[CONNECT] == pytest.approx(3.0)

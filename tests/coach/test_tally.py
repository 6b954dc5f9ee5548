"""What is counted over a call: only questions that are probable enough for the rap."""

from __future__ import annotations

import pytest

from companion.coach.tally import Tally
from companion.domain.dialogue import AT_THE_START, Heard, Question, QuestionKind
from companion.domain.speech import Utterance
from companion.understanding.rap import Timing


@pytest.mark.parametrize(("counted_from", "counted"), [(0.3, 2), (0.5, 1), (0.55, 1), (0.9, 0)])
def test_tally_counts_questions_from_the_raps_probability_on(
    counted_from: float, counted: int
) -> None:
    tally = Tally(Timing(question_from=counted_from))
    for number, probability in enumerate((0.4, 0.6)):
        question = Question("is it late", 0, 10, QuestionKind.CLOSED, probability)
        heard = Heard(number, (question,), (), AT_THE_START, ())
        tally.hear(Utterance(number, 10.0 * number, 10.0 * number + 2, "is it late"), heard)
    assert tally.closed_count == tally.closed_run == counted

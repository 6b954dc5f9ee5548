"""Every figure that a comparison tells has words of its own."""

from __future__ import annotations

import pytest

from companion.trainer.figure_words import figure_words


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("steps.sure_share", "lines at which it was sure"),
        ("steps.3.recall", "step 3, found"),
        ("steps.reached.precision", "steps reached, right if shown"),
        ("questions.any.f1", "questions, both (F1)"),
        ("questions.closed.recall", "closed questions, found"),
        ("cues.own_story.precision", "cue own story, right if shown"),
        ("issues.recall", "issues, found"),
        ("something.new", "something.new"),
    ],
)
def test_figure_words_say_what_is_counted(name: str, words: str) -> None:
    assert figure_words(name) == words

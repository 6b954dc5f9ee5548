"""The same call as bare speech: lower case, no marks, labels kept in place."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from companion.domain.dialogue import Step
from companion.domain.speech import Utterance
from companion.trainer.call_form import parse_call
from companion.trainer.labelled import LabelledUtterance, Span, bare
from tests.trainer.calls import CALL_TEXT, labelled_call


def bare_utterance(text: str, *spans: tuple[int, int]) -> LabelledUtterance:
    questions = tuple(Span(a, b, "closed", text[a:b]) for a, b in spans)
    said = LabelledUtterance(Utterance(0, 0.0, 1.0, text), Step.PLAN, questions, (), ("agenda",))
    return bare(labelled_call([said])).utterances[0]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Well, hi! It's me...", "well hi it's me"),
        ("It’s 'fine', okay?", "it's fine okay"),
        ("Mm-hm. The day-shift.", "mm hm the day shift"),
        ("...", ""),
        ("— So. —", "so"),
        ("İzmir?", "i\u0307zmir"),
    ],
)
def test_labelled_bare_has_no_marks(text: str, expected: str) -> None:
    assert bare_utterance(text).utterance.text == expected


def test_labelled_bare_moves_spans_along() -> None:
    said = bare_utterance('He said, "Are you in?" Then: "You?"', (9, 21), (30, 34))
    text = said.utterance.text
    assert text == "he said are you in then you"
    assert [text[q.start_char : q.end_char] for q in said.questions] == ["are you in", "you"]
    assert [q.text for q in said.questions] == ["are you in", "you"]


def test_labelled_bare_drops_a_span_of_marks_alone() -> None:
    assert bare_utterance("So?! Yes.", (2, 4)).questions == ()


def test_labelled_bare_keeps_times_steps_cues_and_truth() -> None:
    call = parse_call(CALL_TEXT, "a", "a.call")
    plain = bare(call)
    assert plain.garbled
    assert plain.truth == call.truth
    for old, new in zip(call.utterances, plain.utterances, strict=True):
        assert (new.step, new.cues) == (old.step, old.cues)
        assert (new.utterance.i, new.utterance.end_s) == (old.utterance.i, old.utterance.end_s)
        assert len(new.questions) == len(old.questions)


@given(st.text(max_size=40), st.integers(0, 40), st.integers(0, 40))
def test_labelled_bare_spans_stay_inside_any_text(text: str, a: int, b: int) -> None:
    start, end = sorted((min(a, len(text)), min(b, len(text))))
    said = bare_utterance(text, (start, end))
    plain = said.utterance.text
    for span in said.questions:
        assert plain[span.start_char : span.end_char] == span.text
        assert span.text == span.text.strip() != ""

"""What is written reads back as the same call, in both forms."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from companion import locations
from companion.domain.dialogue import QuestionKind, Step
from companion.domain.speech import Utterance
from companion.errors import InputError
from companion.trainer.call_form import parse_call
from companion.trainer.call_writer import call_json, call_text
from companion.trainer.corpus import read_calls
from companion.trainer.json_form import parse_json
from companion.trainer.labelled import (
    COMMITMENTS,
    CUES,
    ISSUES,
    PII_TYPES,
    WHO,
    LabelledCall,
    LabelledUtterance,
    Span,
    Truth,
)
from companion.trainer.pace import after, spoken_for_s

ODD = (
    *("so", "Rosa,", "what's", "it", "like?", "déjà", "ёж", "漢字", "o'clock", "#2", "(really)"),
    *("6:30", "a:b", "…", "—", "é!", "'quoted'", "no."),
)
WORDS = st.lists(st.sampled_from(ODD), min_size=3, max_size=14, unique=True)
"""Each once: the `.json` form names a span by its text alone."""


@st.composite
def _utterances(draw: st.DrawFn) -> LabelledUtterance:
    words = draw(WORDS)
    text = " ".join(words)
    starts = [sum(len(w) + 1 for w in words[:i]) for i in range(len(words))]

    def span(first: int, last: int, label: str) -> Span:
        begin, end = starts[first], starts[last] + len(words[last])
        return Span(begin, end, label, text[begin:end])

    cut = draw(st.integers(1, len(words) - 1))
    questions = [span(0, cut - 1, draw(st.sampled_from(QuestionKind)).value)]
    if draw(st.booleans()):
        questions.append(span(cut, len(words) - 1, draw(st.sampled_from(QuestionKind)).value))
    pii = [
        span(i, i, draw(st.sampled_from(PII_TYPES)))
        for i in sorted(draw(st.sets(st.integers(0, len(words) - 1), max_size=2)))
    ]
    cues = tuple(c for c in CUES if c in draw(st.sets(st.sampled_from(CUES), max_size=3)))
    step = draw(st.sampled_from(Step))
    return LabelledUtterance(Utterance(0, 0, 0, text), step, tuple(questions), tuple(pii), cues)


@st.composite
def _calls(draw: st.DrawFn) -> LabelledCall:
    said: list[LabelledUtterance] = []
    start_s = 0.0
    for i, labelled in enumerate(draw(st.lists(_utterances(), min_size=1, max_size=4))):
        text = labelled.utterance.text
        utterance = Utterance(i, start_s, round(start_s + spoken_for_s(text), 2), text)
        said.append(replace(labelled, utterance=utterance))
        start_s = round(after(utterance), 2)
    truth = Truth(
        draw(st.lists(st.sampled_from(ISSUES), max_size=2, unique=True).map(tuple)),
        draw(st.sampled_from([None, "site manager"])),
        draw(st.sampled_from([None, "come to the meeting"])),
        draw(st.sampled_from(COMMITMENTS)),
        draw(st.sampled_from([None, *WHO])),
        draw(st.sampled_from([None, "a short call"])),
        draw(st.sampled_from([None, "2026-05-01", "2026-05-01T18:00"])),
        draw(st.booleans()),
        draw(st.sampled_from([None, "text her"])),
    )
    setting = draw(st.sampled_from(["tenant call", "a phone call, good, yes"]))
    return LabelledCall("one", setting, date(2026, 4, 14), tuple(said), truth, hand="AB")


@settings(max_examples=30, deadline=None)
@given(_calls())
def test_call_writer_text_reads_back(call: LabelledCall) -> None:
    assert parse_call(call_text(call), "one", "one.call") == call


@settings(max_examples=30, deadline=None)
@given(_calls())
def test_call_writer_json_reads_back_but_for_the_hand_and_rounding(call: LabelledCall) -> None:
    read = parse_json(call_json(call), "one", "one.json")
    for mine, back in zip(call.utterances, read.utterances, strict=True):
        assert back.utterance.start_s == pytest.approx(mine.utterance.start_s, abs=0.01)
        assert replace(back, utterance=mine.utterance) == replace(
            mine, pii=tuple(sorted(mine.pii, key=lambda s: s.start_char))
        )
    assert read.truth == call.truth


@pytest.mark.parametrize("part", ["validation", "train"])
def test_call_writer_keeps_every_call_that_we_ship(part: str) -> None:
    for call in read_calls([locations.shipped("configs", "corpus", "en", part)])[:30]:
        assert parse_call(call_text(call), call.call_id, "x.call") == call


@pytest.mark.parametrize("sign", "[]{}|\n")
def test_call_writer_signs_of_the_form_are_refused(sign: str) -> None:
    said = LabelledUtterance(Utterance(3, 0, 1, f"so {sign} yes"), Step(1), (), (), ())
    call = LabelledCall("one", "x", date(2026, 4, 14), (said,), None)
    with pytest.raises(InputError, match="utterance 3: has one of the signs"):
        call_text(call)
    assert sign in parse_json(call_json(call), "one", "x.json").utterances[0].utterance.text


def test_call_writer_marks_that_cross_are_refused() -> None:
    text = "Rosa Lee asked?"
    said = LabelledUtterance(
        Utterance(0, 0, 1, text),
        Step(1),
        (Span(5, 15, "closed", text[5:15]),),
        (Span(0, 8, "PERSON", text[0:8]),),
        (),
    )
    with pytest.raises(InputError, match="lie across each other"):
        call_text(LabelledCall("one", "x", date(2026, 4, 14), (said,), None))

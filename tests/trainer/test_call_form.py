"""The `.call` form: what is read, and what is refused with its line."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from companion.domain.dialogue import Step
from companion.errors import InputError
from companion.trainer.call_form import parse_call
from tests.trainer.calls import CALL_TEXT

HEAD = "date: 2026-03-02\n---\n"


def test_call_form_reads_header_utterances_and_truth() -> None:
    call = parse_call(CALL_TEXT, "042", "042.call")
    assert (call.call_id, call.call_date, call.garbled) == ("042", date(2026, 3, 2), False)
    assert call.setting.startswith("neighbor")
    assert [u.step for u in call.utterances] == [1, 2, 5]
    assert call.utterances[0].cues == ("consent_asked",)
    assert call.truth is not None
    assert call.truth.issues == ("rent/eviction", "other")
    assert (call.truth.next_who, call.truth.next_when) == ("them", "2026-03-05T18:30")
    assert call.truth.self_care_offered


def test_call_form_takes_marks_out_and_keeps_their_places() -> None:
    call = parse_call(CALL_TEXT, "a", "a.call")
    first, _, last = call.utterances
    assert first.utterance.text == "Hi Odile, is now a good time?"
    for said in (first, last):
        for span in (*said.questions, *said.pii):
            assert said.utterance.text[span.start_char : span.end_char] == span.text
    assert [(s.label, s.text) for s in first.pii] == [("PERSON", "Odile")]
    assert [(s.label, s.text) for s in last.questions] == [
        ("closed", "Will you come on Thursday,"),
        ("narrow", "when could you?"),
    ]


def test_call_form_personal_data_within_a_question() -> None:
    call = parse_call(f"{HEAD}1 | [c Is {{PERSON:Ivo}} there?]", "a", "a.call")
    said = call.utterances[0]
    assert said.questions[0].text == "Is Ivo there?"
    assert said.pii[0].text == "Ivo"


def test_call_form_times_follow_from_the_words() -> None:
    first, second, _ = (u.utterance for u in parse_call(CALL_TEXT, "a", "a.call").utterances)
    assert first.start_s == 0.0
    assert first.end_s == pytest.approx(7 / 2.7, abs=0.01)
    assert second.start_s == pytest.approx(first.end_s + 6.0, abs=0.01)


def test_call_form_without_a_truth() -> None:
    assert parse_call(f"{HEAD}1 | Hi.", "a", "a.call").truth is None


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "add a line '---'"),
        ("date: 2026-03-02\n1 | Hi.\n", "add a line '---'"),
        (HEAD, "has no utterances"),
        ("---\n1 | Hi.", "'date' is missing"),
        ("date: March 2\n---\n1 | Hi.", "'date': must be the day"),
        ("date: 20260302\n---\n1 | Hi.", "'date': must be the day"),
        ("no colon\n" + HEAD + "1 | Hi.", "line 1: a header line is"),
        ("dat: x\n" + HEAD + "1 | Hi.", "line 1: the key is not known; did you mean 'date'"),
        ("date: 2026-03-02\n" + HEAD + "1 | Hi.", "line 2: 'date' stands twice"),
        (HEAD + "Hi there.", "line 3: write 'step | what is said'"),
        (HEAD + "6 | Hi.", "line 3: write 'step | what is said'"),
        (HEAD + "1 | Hi. | agenda | agenda", "line 3: write 'step | what is said'"),
        (HEAD + "1 | Hi. | agendda", "line 3, cue: is not known; did you mean 'agenda'"),
        (HEAD + "1 | Hi. | agenda, agenda", "line 3: a cue stands twice"),
        (HEAD + "1 | Hi. |", "line 3: a bar needs a space on both sides"),
        (HEAD + "1 | Hi. | ", "line 3, cue: is not known"),
        (HEAD + "\n1 |  | agenda", "line 4: nothing is said"),
        (HEAD + "1 | [c Hi", "line 3: a mark is not closed"),
        (HEAD + "1 | Hi]", "line 3: a ] without its ["),
        (HEAD + "1 | [c Hi [o there]]", "line 3: a question inside a question"),
        (HEAD + "1 | {PERSON:Ivo", "line 3: a mark is not closed"),
        (HEAD + "1 | Ivo}", "line 3: a } without its {"),
        (HEAD + "1 | {PERSON:Ivo {ORG:x}}", "line 3: a { inside a {"),
        (HEAD + "1 | {NAME:Ivo}", "line 3, personal data: is not known"),
        (HEAD + "1 | so [c ] it is", "line 3: a mark holds no words"),
        ("issues: wages\n" + HEAD + "1 | Hi.", "'commitment' is missing"),
        ("commitment: perhaps\n" + HEAD + "1 | Hi.", "'commitment': is not known"),
        ("issues: money\ncommitment: no\n" + HEAD + "1 | Hi.", "'issues': is not known"),
        ("commitment: no\nself-care: maybe\n" + HEAD + "1 | Hi.", "'self-care': must be yes or no"),
        ("garbled: y\n" + HEAD + "1 | Hi.", "'garbled': must be yes or no"),
        ("commitment: yes\nnext step: them\n" + HEAD + "1 | Hi.", "must be 'who | what | when'"),
        (
            "commitment: yes\nnext step: her | come | 2026-03-05\n" + HEAD + "1 | Hi.",
            "'next step': is not known",
        ),
        (
            "commitment: yes\nnext step: them | come | Thursday\n" + HEAD + "1 | Hi.",
            "'next step': must be a day or a moment",
        ),
    ],
)
def test_call_form_refuses_with_the_place_and_the_remedy(text: str, complaint: str) -> None:
    with pytest.raises(InputError) as raised:
        parse_call(text, "a", "a.call")
    assert str(raised.value).startswith("a.call")
    assert complaint in str(raised.value)


@pytest.mark.parametrize(
    "text",
    [
        "1 | Odile: hello\n" + HEAD,
        HEAD + "1 | Hi. | Odile, hello",
        HEAD + "Odile, hello.",
        HEAD + "1 | {ODILE:hello}",
        HEAD + "1 | [c Odile, hello",
    ],
)
def test_call_form_errors_do_not_quote_what_was_said(text: str) -> None:
    with pytest.raises(InputError) as raised:
        parse_call(text, "a", "a.call")
    assert "odile" not in str(raised.value).lower()


WORDS = st.text(
    st.characters(exclude_characters="[]{}|\n\r", exclude_categories=["Z", "C"]), min_size=1
)


@given(st.lists(st.tuples(st.sampled_from("conr "), WORDS), min_size=1, max_size=6))
def test_call_form_spans_hold_whatever_the_words(parts: list[tuple[str, str]]) -> None:
    line = " ".join(text if kind == " " else f"[{kind} {text}]" for kind, text in parts)
    said = parse_call(f"{HEAD}3 | {line}", "a", "a.call").utterances[0]
    assert said.step is Step.CONNECT
    assert said.utterance.text == " ".join(text for _, text in parts)
    assert [s.text for s in said.questions] == [text for kind, text in parts if kind != " "]


@given(st.text(max_size=60))
def test_call_form_refuses_or_reads_anything(text: str) -> None:
    try:
        call = parse_call(f"{HEAD}{text}", "a", "a.call")
    except InputError:
        return
    assert call.utterances

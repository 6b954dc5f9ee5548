"""The `.json` form: what is read, and what is refused with its key."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest

from companion.errors import InputError
from companion.trainer.json_form import parse_json

CALL: dict[str, Any] = {
    "call_id": "77",
    "setting": "neighbor, phone",
    "date": "2026-03-02",
    "utterances": [
        {
            "i": 0,
            "start": 0.5,
            "end": 4,
            "text": "Is it cold? Odile, is it cold? Tell Odile.",
            "step": 1,
            "questions": [
                {"text": "Is it cold?", "kind": "closed"},
                {"text": "is it cold?", "kind": "rhetorical"},
            ],
            "pii": [{"text": "Odile", "type": "PERSON"}, {"text": "Odile", "type": "PERSON"}],
            "cues": ["agenda"],
        },
        {"i": 1, "start": 9.0, "end": 11.0, "text": "Mm-hm.", "step": 2},
    ],
    "truth": {
        "issues": ["housing/repairs"],
        "decision_maker": "landlord",
        "ask": "sign the letter",
        "commitment": "yes",
        "next_step": {"what": "sign the letter", "when": "2026-03-05", "who": "them"},
        "closed_count": 1,
        "open_count": 0,
        "self_care_offered": True,
        "follow_up": None,
    },
}


def with_change(path: list[str | int], value: Any) -> str:
    """The call's JSON with one value set; `...` takes it out."""
    data = copy.deepcopy(CALL)
    place: Any = data
    for key in path[:-1]:
        place = place[key]
    if value is ...:
        del place[path[-1]]
    else:
        place[path[-1]] = value
    return json.dumps(data)


def test_json_form_reads_labels_and_truth() -> None:
    call = parse_json(json.dumps(CALL), "file", "77.json")
    assert (call.call_id, call.setting) == ("77", "neighbor, phone")
    first, second = call.utterances
    assert (first.utterance.start_s, first.utterance.end_s) == (0.5, 4.0)
    assert first.cues == ("agenda",)
    assert (int(second.step), second.questions, second.cues) == (2, (), ())
    assert call.truth is not None
    assert (call.truth.next_who, call.truth.next_when) == ("them", "2026-03-05")
    assert call.truth.self_care_offered
    assert call.truth.follow_up is None


def test_json_form_spans_are_found_in_their_order() -> None:
    said = parse_json(json.dumps(CALL), "file", "77.json").utterances[0]
    assert [(s.start_char, s.end_char) for s in said.questions] == [(0, 11), (19, 30)]
    assert [s.start_char for s in said.pii] == [12, 36]


def test_json_form_spans_may_be_listed_out_of_order() -> None:
    questions = list(reversed(CALL["utterances"][0]["questions"]))
    text = with_change(["utterances", 0, "questions"], questions)
    said = parse_json(text, "file", "77.json").utterances[0]
    assert [s.start_char for s in said.questions] == [19, 0]


def test_json_form_truth_and_call_id_may_be_absent() -> None:
    assert parse_json(with_change(["truth"], ...), "file", "77.json").truth is None
    assert parse_json(with_change(["call_id"], ...), "file", "77.json").call_id == "file"
    truth = parse_json(with_change(["truth", "next_step"], None), "file", "77.json").truth
    assert truth is not None
    assert not truth.has_next_step


@pytest.mark.parametrize(
    ("path", "value", "complaint"),
    [
        (["date"], ..., "'date' is missing"),
        (["date"], "2.3.2026", "date: must be the day"),
        (["date"], 20260302, "date: must be text"),
        (["utterances"], ..., "'utterances' is missing"),
        (["utterances"], {}, "utterances: must be a list"),
        (["utterances"], [], "utterances: is empty"),
        (["utterances", 1], "Mm-hm.", "utterances[1]: must be an object"),
        (["utterances", 1, "text"], ..., "utterances[1]: 'text' is missing"),
        (["utterances", 1, "text"], None, "utterances[1].text: must be text"),
        (["utterances", 1, "start"], ..., "utterances[1]: 'start' is missing"),
        (["utterances", 1, "start"], "9", "utterances[1].start: must be a number"),
        (["utterances", 1, "start"], True, "utterances[1].start: must be a number"),
        (["utterances", 1, "start"], 10**400, "utterances[1].start: is not within a day"),
        (["utterances", 1, "start"], 0.1, "utterances[1].start: lies before the utterance above"),
        (["utterances", 1, "end"], 8.0, "utterances[1].end: lies before start"),
        (["utterances", 0, "start"], -1, "utterances[0].start: lies before the call"),
        (["utterances", 1, "i"], 0, "utterances[1].i: 0 was used already"),
        (["utterances", 1, "i"], "1", "utterances[1].i: must be a whole number"),
        (["utterances", 1, "step"], ..., "utterances[1]: 'step' is missing"),
        (["utterances", 1, "step"], 6, "utterances[1].step: must be a whole number from 1 to 5"),
        (["utterances", 1, "step"], "2", "utterances[1].step: must be"),
        (["utterances", 1, "step"], True, "utterances[1].step: must be"),
        (["utterances", 0, "cues"], "agenda", "utterances[0].cues: must be a list"),
        (["utterances", 0, "cues"], ["agend"], "utterances[0].cues: is not known; did you"),
        (["utterances", 0, "cues"], [7], "utterances[0].cues: must be text"),
        (["utterances", 0, "cues"], ["agenda"] * 2, "utterances[0].cues: a cue stands twice"),
        (["utterances", 0, "questions", 0], "x", "questions[0]: must be an object"),
        (["utterances", 0, "questions", 0, "kind"], "shut", "questions[0].kind: is not known"),
        (["utterances", 0, "questions", 0, "kind"], ..., "questions[0].kind: must be text"),
        (["utterances", 0, "questions", 0, "text"], "Is it hot?", "questions[0].text: does not"),
        (["utterances", 0, "questions", 1, "text"], "Is it cold?", "questions[1].text: does not"),
        (["utterances", 0, "questions", 0, "text"], "", "questions[0].text: does not stand"),
        (["utterances", 0, "pii", 1, "type"], "NAME", "pii[1].type: is not known"),
        (["truth"], "yes", "truth: must be an object"),
        (["truth", "issues"], ["money"], "truth.issues: is not known"),
        (["truth", "commitment"], ..., "truth.commitment: must be text"),
        (["truth", "commitment"], "sure", "truth.commitment: is not known"),
        (["truth", "self_care_offered"], "yes", "truth.self_care_offered: must be true or false"),
        (["truth", "next_step"], "come", "truth.next_step: must be an object"),
        (["truth", "next_step", "who"], "her", "truth.next_step.who: is not known"),
        (["truth", "next_step", "when"], "Thursday", "truth.next_step.when: must be a day or"),
        (["truth", "decision_maker"], 3, "truth.decision_maker: must be text"),
    ],
)
def test_json_form_refuses_with_the_key_and_the_remedy(
    path: list[str | int], value: Any, complaint: str
) -> None:
    with pytest.raises(InputError) as raised:
        parse_json(with_change(path, value), "file", "77.json")
    assert str(raised.value).startswith("77.json")
    assert complaint in str(raised.value)


def test_json_form_errors_do_not_quote_what_was_said() -> None:
    text = with_change(["utterances", 0, "questions", 0, "text"], "A secret of Odile's?")
    with pytest.raises(InputError) as raised:
        parse_json(text, "file", "77.json")
    assert "secret" not in str(raised.value)
    assert "Odile" not in str(raised.value)

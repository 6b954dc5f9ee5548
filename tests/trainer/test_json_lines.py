"""Lines of list entries in JSON files, for messages."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from companion.errors import InputError
from companion.trainer.json_form import parse_json
from companion.trainer.json_lines import entry_lines

VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ('{"a": [1, 2, 3]}', (1, 1, 1)),
        ('{"b": "[",\n "a": [\n {"x": "\\n]"},\n\n 2]\n}', (3, 5)),
        ('{"b": {"a": [7]},\n"a": [\n1]}', (3,)),
        ('{"a": []}', ()),
        ('{"a": {}}', ()),
        ('{"b": 1}', ()),
        ("[1]", ()),
        ('{"a": [1,', ()),
        ("", ()),
    ],
)
def test_json_lines_are_those_on_which_entries_begin(text: str, lines: tuple[int, ...]) -> None:
    assert entry_lines(text, "a") == lines


@given(st.dictionaries(st.text(), VALUES, max_size=4), st.lists(VALUES, max_size=5))
def test_json_lines_find_as_many_entries_as_there_are(
    rest: dict[str, Any], entries: list[Any]
) -> None:
    text = json.dumps({**{k: v for k, v in rest.items() if k != "a"}, "a": entries}, indent=1)
    lines = entry_lines(text, "a")
    assert len(lines) == len(entries)
    assert list(lines) == sorted(set(lines))


def test_json_lines_stand_in_messages_of_labelled_calls() -> None:
    said = {"i": 0, "start": 0, "end": 1, "text": "Hi. Is it? Is it so?", "step": 1}
    wrong = {**said, "i": 1, "start": 2, "end": 3, "step": 9}
    text = json.dumps({"date": "2026-03-02", "utterances": [said, wrong]}, indent=1)
    line = 1 + text[: text.rindex("{")].count("\n")
    with pytest.raises(InputError, match=rf"a\.json, line {line}, utterances\[1\]\.step: must be"):
        parse_json(text, "a", "a.json")


def test_json_lines_overlapping_questions_are_refused() -> None:
    questions = [{"text": "Is it? Is it so?", "kind": "closed"}, {"text": "it so?", "kind": "open"}]
    said = {"start": 0, "end": 1, "text": "Hi. Is it? Is it so?", "step": 1, "questions": questions}
    text = json.dumps({"date": "2026-03-02", "utterances": [said]})
    with pytest.raises(InputError, match=r"line 1, utterances\[0\]\.questions: two questions over"):
        parse_json(text, "a", "a.json")

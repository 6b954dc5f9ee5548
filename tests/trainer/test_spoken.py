"""Calls without labels, in their three forms."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from companion.errors import InputError
from companion.trainer.spoken import SpokenCall, read_spoken, read_utterances
from tests.trainer.calls import CALL_TEXT

TODAY = date(2026, 6, 1)


def read(folder: Path, name: str, content: str | bytes) -> SpokenCall:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_spoken(path, TODAY)


def test_spoken_json_needs_no_labels_and_passes_over_wrong_ones(tmp_path: Path) -> None:
    entry = {"i": 4, "start": 1, "end": 2, "text": "Hi.", "step": 99, "cues": "none", "pii": 0}
    text = json.dumps({"date": "2026-03-02", "utterances": [entry], "truth": "?"})
    call = read(tmp_path, "odd.json", text)
    assert (call.file, call.call_date) == ("odd.json", date(2026, 3, 2))
    assert [(u.i, u.start_s, u.end_s, u.text) for u in call.utterances] == [(4, 1.0, 2.0, "Hi.")]


def test_spoken_call_form_is_read_without_its_marks(tmp_path: Path) -> None:
    call = read(tmp_path, "a.call", CALL_TEXT)
    assert (call.file, call.call_date) == ("a.call", date(2026, 3, 2))
    assert call.utterances[0].text == "Hi Odile, is now a good time?"
    assert [u.i for u in call.utterances] == [0, 1, 2]


def test_spoken_jsonl_is_an_utterance_a_line(tmp_path: Path) -> None:
    text = (
        '{"start": 0, "end": 2, "text": "Hi."}\r\n\n'
        '{"start": 5, "end": 6, "text": "Mm\u2028-hm."}\n'
    )
    call = read(tmp_path, "a.jsonl", text)
    assert call.call_date == TODAY
    assert [(u.i, u.start_s, u.text) for u in call.utterances] == [
        (0, 0.0, "Hi."),
        (1, 5.0, "Mm\u2028-hm."),
    ]


def test_spoken_txt_takes_the_pace_of_speech(tmp_path: Path) -> None:
    call = read(tmp_path, "a.TXT", "\ufeffone two three four five\n\n  Yes.  ")
    first, second = call.utterances
    assert first.text == "one two three four five"
    assert first.end_s == pytest.approx(5 / 2.7, abs=0.01)
    assert second.text == "Yes."
    assert second.start_s == pytest.approx(first.end_s + 6, abs=0.01)


@pytest.mark.parametrize(
    ("name", "content", "complaint"),
    [
        ("a.csv", "x", "must be a .json, .call, .jsonl or .txt file"),
        ("a.txt", "", "holds no utterances"),
        ("a.jsonl", " \n \n", "holds no utterances"),
        ("a.txt", b"caf\xe9", "is not UTF-8 text"),
        ("a.txt", "é".encode("utf-16"), "is not UTF-8 text"),
        ("a.json", "", "line 1, column 1: is not valid JSON"),
        ("a.json", '{"date": "2026-03-02",\n "utterances": [}', "line 2, column 17: is not valid"),
        ("a.json", "[]", "must be an object"),
        ("a.json", '{"utterances": [{"text": "Hi.", "start": NaN, "end": 1}]}', "NaN is no number"),
        ("a.json", '{"date": 1, "date": 2}', "'date' stands twice"),
        ("a.json", "[" * 100_000, "nested too deep"),
        ("a.json", '{"date": ' + "9" * 5000 + "}", "number too long"),
        ("a.json", '{"utterances": [{"text": "Hi.", "start": 0, "end": 1}]}', "'date' is missing"),
        ("a.jsonl", '{"text": "Hi."}\n{"text": "Hi."', "line 2, column"),
        ("a.jsonl", '{"text": "Hi."}\n"Hi."', "line 2: must be an object"),
        ("a.jsonl", '{"text": "Hi.", "start": 0}', "line 1: 'end' is missing"),
        ("a.jsonl", '{"start": 0, "end": 1}', "line 1: 'text' is missing"),
        ("a.jsonl", '{"text": "Hi.", "start": 1e999, "end": 1e999}', "line 1.start: is not within"),
    ],
)
def test_spoken_refuses_with_the_place_and_the_remedy(
    tmp_path: Path, name: str, content: str | bytes, complaint: str
) -> None:
    with pytest.raises(InputError) as raised:
        read(tmp_path, name, content)
    assert str(raised.value).startswith(str(tmp_path / name))
    assert complaint in str(raised.value)
    assert "\n" not in str(raised.value)


def test_spoken_refuses_what_is_no_call_by_its_size(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"larger than 8 MB; split it"):
        read(tmp_path, "a.txt", b"x" * 8_000_001)


def test_spoken_refuses_a_folder_and_a_missing_file(tmp_path: Path) -> None:
    (tmp_path / "calls.json").mkdir()
    with pytest.raises(InputError, match=r"calls\.json: is a folder; name the files in it"):
        read_spoken(tmp_path / "calls.json", TODAY)
    with pytest.raises(InputError, match=r"no\.txt: there is no such file; check the name"):
        read_spoken(tmp_path / "no.txt", TODAY)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["i", "start", "end", "text", "x"]), inner, max_size=4)
    ),
    max_leaves=8,
)


@given(json_values)
def test_spoken_refuses_or_reads_any_utterances(value: object) -> None:
    try:
        utterances = read_utterances({"utterances": value}, "a.json")
    except InputError:
        return
    assert [u.i for u in utterances] == sorted({u.i for u in utterances})
    assert all(u.start_s <= u.end_s for u in utterances)

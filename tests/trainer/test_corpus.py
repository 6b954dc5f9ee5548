"""Labelled calls from files and folders."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from companion import locations
from companion.errors import InputError
from companion.trainer.corpus import read_calls
from tests.trainer.calls import CALL_TEXT

JSON_CALL = json.dumps(
    {
        "date": "2026-03-02",
        "utterances": [{"i": 0, "start": 0, "end": 1, "text": "Hi.", "step": 1}],
    }
)


def test_corpus_reads_files_and_folders_in_the_order_of_names(tmp_path: Path) -> None:
    (tmp_path / "b.call").write_text(CALL_TEXT, encoding="utf-8")
    (tmp_path / "a.json").write_text(JSON_CALL, encoding="utf-8")
    (tmp_path / "notes.txt").write_text("not a call", encoding="utf-8")
    assert [c.call_id for c in read_calls([tmp_path])] == ["a", "b"]
    assert [c.call_id for c in read_calls([tmp_path / "b.call", tmp_path / "a.json"])] == ["b", "a"]


@pytest.mark.parametrize("second", ["a.json", "."])
def test_corpus_counts_no_call_twice(tmp_path: Path, second: str) -> None:
    (tmp_path / "a.json").write_text(JSON_CALL, encoding="utf-8")
    with pytest.raises(InputError, match=r"a\.json: is named twice"):
        read_calls([tmp_path / "a.json", tmp_path / second])


def test_corpus_refuses_an_empty_folder(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"holds no \.call or \.json files; name a folder"):
        read_calls([tmp_path])


def test_corpus_refuses_other_files(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Hi.", encoding="utf-8")
    with pytest.raises(InputError, match=r"a\.txt: must be a labelled call"):
        read_calls([tmp_path / "a.txt"])


@pytest.mark.parametrize("part", ["train", "validation"])
def test_corpus_reads_every_practice_call(part: str) -> None:
    calls = read_calls([locations.shipped("configs", "corpus", "en", part)])
    assert len(calls) >= 12
    assert all(call.truth is not None for call in calls)
    assert len({call.call_id for call in calls}) == len(calls)


def test_corpus_refuses_two_calls_of_one_id_and_names_both(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(JSON_CALL, encoding="utf-8")
    other = json.loads(JSON_CALL) | {"call_id": "a"}
    (tmp_path / "b.json").write_text(json.dumps(other), encoding="utf-8")
    with pytest.raises(InputError, match=r"b\.json: has the call id 'a', and so has .*a\.json;"):
        read_calls([tmp_path])


@pytest.mark.parametrize("ending", ["call", "json"])
def test_corpus_refuses_other_encodings(tmp_path: Path, ending: str) -> None:
    file = tmp_path / f"a.{ending}"
    file.write_bytes("date: 2026-03-02\n---\n1 | Olé.\n".encode("latin-1"))
    with pytest.raises(InputError, match=r"is not UTF-8 text; save it as UTF-8"):
        read_calls([file])


def test_corpus_refuses_a_kept_call_it_has_no_words(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text('{"form": 1, "calls": []}', encoding="utf-8")
    with pytest.raises(InputError, match=r"a\.json: is a kept call, and of those no words"):
        read_calls([tmp_path])


def test_corpus_says_where_nothing_of_that_name_is_there(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"calls: there is no such file or folder; check the name"):
        read_calls([tmp_path / "calls"])

"""The labeller's desk: every key does what it says, clauses stay whole, and undo goes back."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from companion.domain.dialogue import Step
from companion.domain.speech import Utterance
from companion.errors import InputError
from companion.trainer import label_file
from companion.trainer.call_form import parse_call
from companion.trainer.call_writer import call_text
from companion.trainer.clauses import propose_clauses, word_places
from companion.trainer.label_desk import LabelDesk, Sheet, labelled_call, new_sheet
from companion.trainer.labelled import CUES, Truth

DAY = date(2026, 4, 14)
TEXTS = (
    "Hi Rosa, it's me. You got a minute?",
    "okay so what is it like there do you like it",
    "Mm.",
    "Why, I mean, who decides?",
)


def _sheet(texts: tuple[str, ...] = TEXTS) -> Sheet:
    said = tuple(Utterance(i, i * 10.0, i * 10.0 + 3, text) for i, text in enumerate(texts))
    return new_sheet("laundry", DAY, said, "en")


def _words(sheet: Sheet, k: int) -> str:
    clause, text = sheet.work.clauses[k], sheet.work.utterance.text
    places = word_places(text)
    return text[places[clause.first].start_char : places[clause.end - 1].end_char]


def test_clauses_follow_marks_and_without_marks_what_asks_by_rule() -> None:
    sheet = _sheet()
    assert [_words(sheet, k) for k in range(2)] == ["Hi Rosa, it's me.", "You got a minute?"]
    bare = propose_clauses(TEXTS[1], "en")
    assert len(bare) >= 2
    assert all(clause.kind is None for clause in bare), "a suggestion would lead the labeller"
    assert propose_clauses("   ", "en") == ()


@given(st.text(max_size=120))
def test_clauses_are_all_words_in_order(text: str) -> None:
    clauses = propose_clauses(text, "en")
    ends = [0, *(clause.end for clause in clauses)]
    assert ends[-1] == len(word_places(text))
    assert [clause.first for clause in clauses] == ends[:-1]
    assert all(clause.end > clause.first for clause in clauses)


def test_desk_labels_a_call_that_reads_back() -> None:
    desk = LabelDesk(_sheet())
    for step, kinds in (
        (1, (None, "closed")),
        (2, ("open", "closed")),
        (2, (None,)),
        (3, ("narrow",)),
    ):
        desk.set_step(Step(step))
        for kind in kinds:
            desk.set_kind(kind)
            desk.go_clause(1)
    desk.go(-10)
    desk.mark_personal("Rosa", "PERSON")
    desk.toggle_cue("agenda")
    assert desk.sheet.is_complete
    call = labelled_call(desk.sheet, "AB")
    read = parse_call(call_text(call), "laundry", "x.call")
    assert [int(u.step) for u in read.utterances] == [1, 2, 2, 3]
    assert [s.label for s in read.utterances[0].questions] == ["closed"]
    assert read.utterances[0].pii[0].text == "Rosa"
    assert read.utterances[0].cues == ("agenda",)
    assert read.hand == "AB"


def test_desk_boundaries_move_cut_and_join() -> None:
    desk = LabelDesk(_sheet())
    desk.go_clause(1)
    desk.move_start(-1)
    assert _words(desk.sheet, 1) == "me. You got a minute?"
    desk.move_start(99)
    assert _words(desk.sheet, 1) == "minute?", "a clause keeps a word"
    desk.go_clause(-1)
    desk.join()
    assert len(desk.sheet.work.clauses) == 1
    desk.cut()
    assert [_words(desk.sheet, k) for k in range(2)] == ["Hi Rosa,", "it's me. You got a minute?"]
    desk.go(2)
    desk.cut()
    assert len(desk.sheet.work.clauses) == 1, "one word cannot be cut"
    desk.join()
    desk.move_start(1)
    assert len(desk.sheet.work.clauses) == 1


@pytest.mark.parametrize(
    ("words", "kind", "problem"),
    [
        ("Rosalind", "PERSON", "do not stand in the utterance"),
        ("", "PERSON", "do not stand in the utterance"),
        ("Rosa", "NAME", "is no type"),
        ("Rosa,", "ORG", "marked already, in part"),
    ],
)
def test_desk_personal_data_is_checked(words: str, kind: str, problem: str) -> None:
    desk = LabelDesk(_sheet())
    desk.mark_personal("Rosa", "PERSON")
    before = desk.sheet
    with pytest.raises(InputError, match=problem):
        desk.mark_personal(words, kind)
    assert desk.sheet == before
    desk.mark_personal("Rosa", "PERSON")
    assert desk.sheet.work.pii == (), "the same mark again takes it away"


def test_desk_finds_what_has_no_step() -> None:
    desk = LabelDesk(_sheet())
    desk.go(1)
    for _ in range(3):
        desk.set_step(Step(2))
        assert desk.go_unlabelled()
    assert desk.sheet.at == 0
    desk.set_step(Step(1))
    assert not desk.go_unlabelled()


def test_desk_an_unfinished_call_cannot_be_written() -> None:
    with pytest.raises(InputError, match="4 utterances have no step yet"):
        labelled_call(_sheet())


KEYS: dict[str, Callable[[LabelDesk], object]] = {
    "step": lambda d: d.set_step(Step(2)),
    "other step": lambda d: d.set_step(Step(3)),
    "open": lambda d: d.set_kind("open"),
    "statement": lambda d: d.set_kind(None),
    "cue": lambda d: d.toggle_cue(CUES[3]),
    "on": lambda d: d.go(1),
    "back": lambda d: d.go(-1),
    "clause": lambda d: d.go_clause(1),
    "clause back": lambda d: d.go_clause(-1),
    "start": lambda d: d.move_start(-1),
    "start on": lambda d: d.move_start(1),
    "cut": lambda d: d.cut(),
    "join": lambda d: d.join(),
    "undo": lambda d: d.undo(),
    "redo": lambda d: d.redo(),
}


@settings(max_examples=80, deadline=None)
@given(st.lists(st.sampled_from(sorted(KEYS)), max_size=40))
def test_desk_whatever_is_pressed_the_sheet_is_whole_and_undo_leads_back(keys: list[str]) -> None:
    saved: list[Sheet] = []
    desk = LabelDesk(_sheet(), saved.append)
    for key in keys:
        KEYS[key](desk)
        work = desk.sheet.work
        ends = [0, *(c.end for c in work.clauses)]
        assert [c.first for c in work.clauses] == ends[:-1]
        assert ends[-1] == len(word_places(work.utterance.text))
        assert all(c.end > c.first for c in work.clauses)
        assert 0 <= desk.sheet.clause < max(1, len(work.clauses))
    assert not saved or saved[-1] == desk.sheet, "a change was not saved"
    last = desk.sheet.works
    count = 0
    while desk.undo():
        count += 1
    assert desk.sheet.works == _sheet().works
    for _ in range(count):
        desk.redo()
    assert desk.sheet.works == last


def test_label_file_takes_the_work_up_where_it_was(tmp_path: Path) -> None:
    path = label_file.label_file(tmp_path, "laundry", "AB")
    desk = LabelDesk(_sheet(), lambda sheet: label_file.save(path, sheet, "AB"))
    desk.set_step(Step(1))
    desk.go_clause(1)
    desk.set_kind("closed")
    desk.mark_personal("Rosa", "PERSON")
    desk.describe("a call", Truth(("wages",), None, None, "no", None, None, None, True, None))
    desk.go(1)
    work = label_file.load(path)
    assert work.labeller == "AB"
    assert work.sheet.works == desk.sheet.works
    assert (work.sheet.at, work.sheet.setting, work.sheet.truth) == (
        1,
        "a call",
        desk.sheet.truth,
    )
    assert [p.name for p in tmp_path.iterdir()] == [path.name], "something was left beside it"


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('"schema": 1', '"schema": 2', "can be taken up"),
        ('"role_play": true', '"role_play": false', "role_play"),
        ('"end": 4', '"end": 3', "are not all of its words"),
        ('"step": null', '"step": 9', "step"),
        ('"kind": null', '"kind": "opne"', "a kind of question is not known"),
        ('"cues": []', '"cues": ["agneda"]', "a cue is not known"),
        ('"pii": []', '"pii": [{"start": 3, "end": 900, "type": "PERSON"}]', "personal data"),
        ("{", "", "JSON"),
    ],
)
def test_label_file_a_damaged_one_is_told_and_kept(
    tmp_path: Path, old: str, new: str, words: str
) -> None:
    path = label_file.label_file(tmp_path, "laundry", "AB")
    label_file.save(path, _sheet(), "AB")
    text = path.read_text(encoding="utf-8")
    assert old in text
    damaged = text.replace(old, new, 1)
    path.write_text(damaged, encoding="utf-8")
    with pytest.raises(InputError) as raised:
        label_file.load(path)
    assert words in str(raised.value)
    assert str(path) in str(raised.value)
    assert path.read_text(encoding="utf-8") == damaged


def test_label_file_a_disk_that_is_full_leaves_what_was_saved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = label_file.label_file(tmp_path, "laundry", "AB")
    label_file.save(path, _sheet(), "AB")
    before = path.read_bytes()

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(InputError, match="No space left on device"):
        label_file.save(path, _sheet(("Other words.",)), "AB")
    assert path.read_bytes() == before
    assert len(list(tmp_path.iterdir())) == 1

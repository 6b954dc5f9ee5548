"""`companion label`: the question whether it is role-play, unfinished work, and the other forms."""

from __future__ import annotations

import io
import json
import shutil
import sys
from pathlib import Path

import pytest

from companion import locations
from companion.cli import labelling
from companion.cli.app import run
from companion.domain.dialogue import Step
from companion.labelling import app as labelling_app
from companion.trainer import label_file
from companion.trainer.corpus import read_call
from companion.trainer.label_desk import LabelDesk

LINES = "Hi there. You got a minute?\nWhat is it like?\n"


@pytest.fixture
def talk(tmp_path: Path) -> Path:
    path = tmp_path / "laundry.txt"
    path.write_text(LINES, encoding="utf-8")
    return path


@pytest.fixture
def at_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody labels one utterance more each time, and leaves."""

    class OneMore:
        def __init__(self, desk: LabelDesk, kept_in: str) -> None:
            self._desk = desk

        def run(self) -> None:
            self._desk.go_unlabelled()
            self._desk.set_step(Step(2))

    monkeypatch.setattr(labelling_app, "LabelApp", OneMore)
    monkeypatch.setattr(labelling, "at_a_terminal", lambda: True)


def _shipped(name: str = "201") -> Path:
    folder = locations.shipped("configs", "corpus", "en", "validation")
    return next(folder.glob(f"{name}*.call"))


def test_label_asks_whether_it_is_role_play(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], talk: Path
) -> None:
    assert run(["label", "call", str(talk), "--as", "AB"]) == 2
    assert "ROLE-PLAY only" in capsys.readouterr().err
    typed = io.StringIO("no\n")
    typed.isatty = lambda: True  # type: ignore[method-assign]
    monkeypatch.setattr(sys, "stdin", typed)
    assert run(["label", "call", str(talk), "--as", "AB"]) == 2
    assert "nothing was written" in capsys.readouterr().err
    assert [p.name for p in talk.parent.iterdir()] == ["laundry.txt"]


@pytest.mark.usefixtures("at_a_terminal")
def test_label_is_taken_up_again_and_written_when_complete(
    capsys: pytest.CaptureFixture[str], talk: Path
) -> None:
    command = ["label", "call", str(talk), "--as", "AB"]
    assert run([*command, "--role-play"]) == 0
    assert "1 of 2 utterances have a step; the same command goes on" in capsys.readouterr().out
    assert run(["label", "status", str(talk.parent)]) == 0
    assert "1 of 2" in capsys.readouterr().out
    assert run(command) == 0, "it was said already that this is role-play"
    written = talk.parent / "laundry.AB.call"
    assert f"{written} is written" in capsys.readouterr().out
    call = read_call(written)
    assert [int(u.step) for u in call.utterances] == [2, 2]
    assert call.hand == "AB"
    assert run(["label", "status", str(talk.parent), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["done"] == 2


@pytest.mark.usefixtures("at_a_terminal")
def test_label_work_on_other_words_is_not_mixed(
    capsys: pytest.CaptureFixture[str], talk: Path
) -> None:
    command = ["label", "call", str(talk), "--as", "AB", "--role-play"]
    assert run(command) == 0
    kept = label_file.label_file(talk.parent, "laundry", "AB")
    before = kept.read_bytes()
    talk.write_text("Quite other words.\n", encoding="utf-8")
    assert run(command) == 2
    assert "no longer holds the words" in capsys.readouterr().err
    assert kept.read_bytes() == before


def test_label_what_looks_real_is_refused_without_quoting_it(
    capsys: pytest.CaptureFixture[str], talk: Path
) -> None:
    talk.write_text("Hi.\nWrite to rosa.lee@gmail.com.\n", encoding="utf-8")
    assert run(["label", "call", str(talk), "--as", "AB", "--role-play"]) == 2
    error = capsys.readouterr().err
    assert "utterance 1: an e-mail address" in error
    assert "gmail" not in error
    assert "--invented" in error


@pytest.mark.parametrize("initials", ["", "A B", "../x", "A" * 13])
def test_label_initials_are_letters_and_digits(
    capsys: pytest.CaptureFixture[str], talk: Path, initials: str
) -> None:
    assert run(["label", "call", str(talk), "--as", initials, "--role-play"]) == 2
    assert "initials" in capsys.readouterr().err


def test_label_without_a_terminal_says_what_else_there_is(
    capsys: pytest.CaptureFixture[str], talk: Path
) -> None:
    assert run(["label", "call", str(talk), "--as", "AB", "--role-play"]) == 2
    assert "needs a terminal" in capsys.readouterr().err
    kept = label_file.label_file(talk.parent, "laundry", "AB")
    assert run(["label", "finish", str(kept)]) == 2
    assert "2 utterances have no step yet" in capsys.readouterr().err


def test_label_agreement_is_shown_with_what_to_talk_over(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    one, other = tmp_path / "ski.AB.call", tmp_path / "ski.CD.call"
    text = _shipped().read_text(encoding="utf-8")
    one.write_text(text, encoding="utf-8")
    head, bar, body = text.partition("\n---\n")
    other.write_text(head + bar + body.replace("1 | ", "2 | ", 3), encoding="utf-8")
    assert run(["label", "agree", str(one), str(other), "--rap", "one-on-one.en"]) == 0
    out = capsys.readouterr().out
    assert "kappa of steps" in out
    assert "ceiling" in out
    assert "ski, utterance 1: step 1 or 2" in out
    assert "the companion has the first one's step in" in out
    assert run(["label", "agree", str(one), str(other), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert len(found["disputed"]) == 3
    assert found["figures"]["questions"]["value"] == 1


def test_label_to_label_studio_and_back(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    tasks, back = tmp_path / "tasks.json", tmp_path / "back"
    assert run(["label", "export", str(_shipped()), "--to", str(tasks)]) == 0
    assert "one call written" in capsys.readouterr().out
    assert run(["label", "export", str(_shipped()), "--to", str(tasks)]) == 2
    assert run(["label", "import", str(tasks), "--out", str(back)]) == 0
    (written,) = back.iterdir()
    mine, theirs = read_call(_shipped()), read_call(written)
    assert [u.step for u in theirs.utterances] == [u.step for u in mine.utterances]
    assert theirs.truth == mine.truth
    capsys.readouterr()
    assert run(["label", "import", str(tasks), "--out", str(back)]) == 2
    assert "is there already" in capsys.readouterr().err
    assert run(["label", "config"]) == 0
    assert "<ParagraphLabels" in capsys.readouterr().out


def test_label_import_writes_nothing_where_one_task_is_wrong(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    tasks, out = tmp_path / "tasks.json", tmp_path / "out"
    assert run(["label", "export", str(_shipped()), str(_shipped("202")), "--to", str(tasks)]) == 0
    data = json.loads(tasks.read_text(encoding="utf-8"))
    data[1]["data"]["call_id"] = "../../evil"
    tasks.write_text(json.dumps(data), encoding="utf-8")
    assert run(["label", "import", str(tasks), "--out", str(out)]) == 0
    assert {p.name for p in out.iterdir()} == {f"{_shipped().stem}.json", "evil.json"}
    shutil.rmtree(out)
    data[1]["annotations"] = []
    tasks.write_text(json.dumps(data), encoding="utf-8")
    assert run(["label", "import", str(tasks), "--out", str(out)]) == 2
    assert not out.exists()
    capsys.readouterr()

"""`companion rap test`, `compare` and `gate`: what is printed, what is written, how they end."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from companion.cli.app import run
from companion.cli.rap_files import write_reports
from companion.errors import InputError
from tests.trainer.rap_variants import FIRST, SECOND, text_without_goal_phrases

STORIES = """schema: 1
rap: one-on-one.en
stories:
  - name: "An open question"
    must_pass: true
    lines:
      - say: "What do you like about the orchard?"
        expect: {questions: open, goals: space.person}
  - name: "Nothing without consent"
    safety: consent
    consent: help
    lines:
      - say: "What do you like about the orchard?"
    at_end: {can_save: false}
"""


@pytest.fixture
def ground(tmp_path: Path) -> list[str]:
    """Calls and stories, as arguments."""
    folder = tmp_path / "calls"
    folder.mkdir()
    (folder / "first.call").write_text(FIRST, encoding="utf-8")
    (folder / "second.call").write_text(SECOND, encoding="utf-8")
    (tmp_path / "stories.yaml").write_text(STORIES, encoding="utf-8")
    return [str(folder), "--stories", str(tmp_path / "stories.yaml")]


@pytest.fixture
def broken(tmp_path: Path) -> str:
    """A rap in which one goal is never met."""
    file = tmp_path / "broken.yaml"
    file.write_text(text_without_goal_phrases("space.person"), encoding="utf-8")
    return str(file)


def _printed(capsys: pytest.CaptureFixture[str], *arguments: str, ends: int = 0) -> str:
    assert run(["rap", *arguments]) == ends
    out, err = capsys.readouterr()
    assert err == "" or ends == 2
    return err if ends == 2 else out


def test_rap_test_prints_plain_words(ground: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    out = _printed(capsys, "test", "one-on-one.en", *ground)
    assert out.index("What works") < out.index("Not yet")
    assert "  The one safety story holds." in out
    assert "  These figures rest on 2 calls only" in out
    assert "With --out FOLDER" in out


def test_rap_test_writes_three_files_that_only_their_owner_reads(
    ground: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for _ in range(2):  # the second time in place of the first
        _printed(capsys, "test", "one-on-one.en", *ground, "--out", str(tmp_path / "out"))
    files = {file.name: file for file in (tmp_path / "out").iterdir()}
    assert sorted(files) == ["junit.xml", "report.html", "report.json"]
    assert "quotes lines" in files["report.html"].read_text(encoding="utf-8")
    assert json.loads(files["report.json"].read_text(encoding="utf-8"))["calls"] == [
        "first",
        "second",
    ]
    assert ElementTree.parse(files["junit.xml"]).getroot()[0].get("tests") == "2"
    if sys.platform != "win32":
        assert {file.stat().st_mode & 0o777 for file in files.values()} == {0o600}


def test_rap_test_prints_json_or_junit_and_not_both(
    ground: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    found = json.loads(_printed(capsys, "test", "one-on-one.en", *ground[1:], "--json"))
    assert [story["passed"] for story in found["stories"]] == [True, True]
    text = _printed(capsys, "test", "one-on-one.en", *ground[1:], "--junit")
    assert ElementTree.fromstring(text).tag == "testsuites"
    err = _printed(capsys, "test", "one-on-one.en", *ground, "--json", "--junit", ends=2)
    assert "--out FOLDER writes both" in err


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["test", "one-on-one.en", "EMPTY"], "holds no .call or .json files"),
        (["test", "no-such-rap", "EMPTY"], "no-such-rap"),
        (["gate", "one-on-one.en", "--baseline", "none.json"], "none.json: there is no such file"),
    ],
)
def test_rap_test_bad_input_is_one_clear_sentence(
    arguments: list[str], complaint: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "empty").mkdir()
    given = [str(tmp_path / "empty") if a == "EMPTY" else a for a in arguments]
    assert complaint in _printed(capsys, *given, ends=2)


def test_rap_test_reports_go_nowhere_where_a_file_is_in_the_way(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("mine", encoding="utf-8")
    with pytest.raises(InputError, match="cannot be made"):
        write_reports(tmp_path / "out", {"a.html": "x"})
    (tmp_path / "dir" / "a.html").mkdir(parents=True)
    with pytest.raises(InputError, match="cannot be replaced"):
        write_reports(tmp_path / "dir", {"a.html": "x"})
    assert [file.name for file in (tmp_path / "dir").iterdir()] == ["a.html"]


def test_rap_compare_finds_the_goal_that_was_broken(
    ground: list[str], broken: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["compare", "one-on-one.en", broken, *ground]
    out = _printed(capsys, *arguments, "--out", str(tmp_path / "out"))
    assert "1 of the stories that must pass broke: “An open question”." in out
    assert "The goal space.person is met in 1 fewer line." in out
    assert out.count("The goal") == 1
    assert "space.person, phrases: took out" in out
    data = json.loads(_printed(capsys, *arguments, "--json"))
    assert [change["what"] for change in data["changes"]] == ["goal"]
    assert json.loads((tmp_path / "out" / "compare.json").read_text(encoding="utf-8")) == data
    assert "orchard" in (tmp_path / "out" / "compare.html").read_text(encoding="utf-8")


def test_rap_gate_pins_then_passes_and_holds_a_worse_rap_back(
    ground: list[str], broken: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    baseline = ["--baseline", str(tmp_path / "pinned" / "base.json")]
    out = _printed(capsys, "gate", "one-on-one.en", *ground, *baseline, "--pin")
    assert "pinned 1-on-1 in five steps" in out
    assert "on 2 calls and 2 stories (2 pass)" in out
    assert "may pass, on 2 stories and 2 calls." in _printed(
        capsys, "gate", "one-on-one.en", *ground, *baseline
    )
    out = _printed(capsys, "gate", broken, *ground, *baseline, ends=1)
    assert out.startswith("FAILED story that must pass 'An open question' is broken: line 1: ")
    assert out.rstrip().endswith("may not pass, on 2 stories and 2 calls.")
    found = json.loads(_printed(capsys, "gate", broken, *ground, *baseline, "--json", ends=1))
    assert found["passed"] is False
    assert len(found["failures"]) == 1


def test_rap_gate_pinning_anew_keeps_tolerances_and_leaves_no_half_file(
    ground: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "base.json"
    arguments = ["gate", "one-on-one.en", *ground, "--baseline", str(file), "--pin"]
    _printed(capsys, *arguments)
    pinned = json.loads(file.read_text(encoding="utf-8"))
    pinned["tolerances"]["step_recall"] = 0.2
    file.write_text(json.dumps(pinned), encoding="utf-8")
    _printed(capsys, *arguments)
    assert json.loads(file.read_text(encoding="utf-8"))["tolerances"]["step_recall"] == 0.2
    assert [f.name for f in tmp_path.glob("*base*")] == ["base.json"]
    file.write_text("{", encoding="utf-8")
    assert "base.json, line 1" in _printed(capsys, *arguments, ends=2)

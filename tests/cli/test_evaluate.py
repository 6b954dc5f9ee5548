"""`companion evaluate`: the object, the table, and bad input in one line."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from companion import locations
from companion.cli.app import run
from companion.cli.evaluating import Progress
from companion.coach.conversation import Conversation
from companion.domain.dialogue import Heard
from companion.domain.speech import Utterance
from tests.trainer.calls import CALL_TEXT, steps_call


@pytest.fixture
def calls(tmp_path: Path) -> Path:
    folder = tmp_path / "calls"
    folder.mkdir()
    (folder / "a.call").write_text(CALL_TEXT, encoding="utf-8")
    (folder / "b.call").write_text(CALL_TEXT.replace("1 | Hi", "1 | Hello"), encoding="utf-8")
    return folder


def evaluated(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> dict[str, Any]:
    assert run(["evaluate", *map(str, arguments), "--json"]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    assert out.count("\n") == 1
    found: dict[str, Any] = json.loads(out)
    return found


def test_evaluate_prints_one_object(calls: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = evaluated(capsys, calls)
    assert list(found) == ["rap", "calls", "utterances", "written", "bare"]
    assert found["calls"] == ["a", "b"]
    assert found["utterances"] == 6
    for form in ("written", "bare"):
        assert list(found[form]) == ["figures", "confusion"]
        for figure in found[form]["figures"].values():
            assert list(figure) == ["value", "count", "low", "high"]
        accuracy = found[form]["figures"]["steps.accuracy"]
        assert accuracy["count"] == 6
        assert accuracy["low"] <= accuracy["value"] <= accuracy["high"]
        assert sum(map(sum, found[form]["confusion"])) == 6


def test_evaluate_bare_alone(calls: Path, capsys: pytest.CaptureFixture[str]) -> None:
    both, bare = evaluated(capsys, calls), evaluated(capsys, calls, "--bare")
    assert list(bare) == ["rap", "calls", "utterances", "bare"]
    for form in (both["bare"], bare["bare"]):
        for name in [n for n in form["figures"] if n.startswith("time_ms.")]:
            del form["figures"][name]
    assert bare["bare"] == both["bare"]


def test_evaluate_bare_is_heard_without_marks(
    calls: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    hear = Conversation.hear
    texts: list[str] = []

    def listen(self: Conversation, utterance: Utterance, now_s: float) -> Heard:
        texts.append(utterance.text)
        return hear(self, utterance, now_s)

    monkeypatch.setattr(Conversation, "hear", listen)
    evaluated(capsys, calls / "a.call")
    assert texts[0] == "Hi Odile, is now a good time?"
    assert texts[3] == "hi odile is now a good time"


def test_evaluate_takes_another_rap(
    calls: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shipped = locations.shipped("configs", "raps", "one-on-one.en.yaml").read_text("utf-8")
    own = tmp_path / "own.yaml"
    own.write_text(re.sub(r"(?m)^version: .*$", 'version: "9.8.7"', shipped), encoding="utf-8")
    assert evaluated(capsys, calls, "--rap", own)["rap"].endswith(" 9.8.7")


def test_evaluate_for_people_is_a_table(calls: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["evaluate", str(calls)]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    lines = out.splitlines()
    assert lines[0].endswith(": 2 calls, 6 utterances")
    assert "as written" in out
    assert "bare" in out
    figure = next(line for line in lines if line.startswith("  steps.accuracy "))
    assert figure.count("[") == figure.count("(6)") == 2
    assert "  baseline.position.accuracy" in out
    assert "Labelled steps (rows) and detected ones (columns), bare" in lines
    assert all(len(line) <= 100 for line in lines)


def test_evaluate_of_one_call_says_what_is_missing(
    calls: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["evaluate", str(calls / "a.call")]) == 0
    assert "With one call there are no intervals" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("name", "content", "complaint"),
    [
        ("a.call", "date: 2026-03-02\n---\n9 | Hi.\n", "a.call, line 3: write 'step |"),
        ("a.json", '{"date": "2026-03-02", "utterances": [{"text": "Hi."}]}', "'step' is missing"),
        ("a.txt", "Hi.", "a.txt: must be a labelled call, a .call or .json file"),
    ],
)
def test_evaluate_bad_input_is_one_line(
    name: str, content: str, complaint: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / name
    file.write_text(content, encoding="utf-8")
    assert run(["evaluate", str(file), "--json"]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert complaint in err
    assert err.count("\n") == 1


@pytest.mark.parametrize("folder", ["empty", "missing"])
def test_evaluate_refuses_folders_without_calls(
    folder: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "empty").mkdir()
    assert run(["evaluate", str(tmp_path / folder)]) == 2
    assert folder in capsys.readouterr().err


def test_evaluate_progress_only_for_people(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    some = [steps_call("1"), steps_call("2")]
    assert list(Progress(total=2).over(some)) == some
    assert capsys.readouterr().err == ""
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    progress = Progress(total=2)
    assert list(progress.over(some)) == some
    progress.clear()
    shown = capsys.readouterr().err
    assert "\r0 of 2" in shown
    assert "\r1 of 2" in shown
    assert shown.endswith("\r")

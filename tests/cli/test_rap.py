"""`companion rap …`: new, validate, try, publish, list, use, rollback and import on the command
line, as a trainer would use them."""

from __future__ import annotations

import io
import json
import threading
from pathlib import Path
from typing import Any

import pytest

from companion.cli import rap_trying
from companion.cli.app import run
from companion.cli.rap_trying import Bench
from companion.understanding import rap_library
from tests.fakes.kept_calls import KeptCalls
from tests.fakes.own_raps import SHIPPED, TEXT, changed, own_rap, with_examples
from tests.fakes.store import approved_of

LINE = "Would you carry a bucket with your own name on it?"
EXAMPLE = "Would you carry the bucket with your name on it?"


def told(capsys: pytest.CaptureFixture[str], *arguments: str, code: int = 0) -> tuple[str, str]:
    assert run(["rap", *arguments]) == code
    out, err = capsys.readouterr()
    return out, err


def piped(monkeypatch: pytest.MonkeyPatch, content: bytes) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(content), encoding="utf-8"))


def test_rap_from_new_to_rollback(capsys: pytest.CaptureFixture[str]) -> None:
    out, _ = told(capsys, "new", "our-rap")
    assert "its first lines say what to change" in out
    out, _ = told(capsys, "validate", "our-rap")
    assert "No problems found." in out
    out, _ = told(capsys, "publish", "our-rap", "--version", "1.0.0", "--note", "Ours")
    assert out.startswith("our-rap@1.0.0\n")
    out, _ = told(capsys, "use", "our-rap")
    assert "Calls use our-rap@1.0.0 now" in out
    out, _ = told(capsys, "list")
    assert any(line.split()[0] == "our-rap@1.0.0" and "in use" in line for line in out.splitlines())
    out, _ = told(capsys, "list", "our-rap")
    assert "our-rap@1.0.0 (in use)" in out
    out, _ = told(capsys, "rollback")
    assert "Calls use one-on-one.en now" in out
    assert "an edit shows" not in out
    _, err = told(capsys, "rollback", code=2)
    assert "no other rap was used" in err


def test_rap_help_tells_each_command_in_a_whole_sentence(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    out, _ = told(capsys, "--help")
    rows = out[out.index("Commands:") :].splitlines()[1:]
    assert [row.split()[0] for row in rows if row.strip()][:3] == ["new", "validate", "try"]
    assert not [row for row in rows if row.endswith("...")]


def test_rap_list_says_how_to_begin(capsys: pytest.CaptureFixture[str]) -> None:
    out, _ = told(capsys, "list")
    assert "'companion rap new our-rap' makes one to begin with" in out
    out, _ = told(capsys, "list", "one-on-one.en")
    assert "No version of one-on-one.en is published" in out
    _, err = told(capsys, "list", "nonsense", code=2)
    assert "there is no rap 'nonsense'" in err


def test_rap_list_for_programs(capsys: pytest.CaptureFixture[str]) -> None:
    told(capsys, "new", "our-rap")
    out, _ = told(capsys, "publish", "our-rap", "--json")
    record = json.loads(out)
    found = json.loads(told(capsys, "list", "--json")[0])
    assert found["in_use"] == "one-on-one.en"
    ours = next(rap for rap in found["raps"] if rap["name"] == "our-rap")
    assert ours["own"]
    assert not ours["ships"]
    assert ours["published"][0]["sha256"] == record["sha256"]


def test_rap_validate_ends_with_2_and_every_problem(capsys: pytest.CaptureFixture[str]) -> None:
    path = own_rap(text=changed({"pace_s: 180": "pase_s: 180", "cues: [agenda]": "cues: [agend]"}))
    out, err = told(capsys, "validate", str(path), code=2)
    assert "3 problems" in out
    assert "-> did you mean 'pace_s'?" in out
    assert "-> did you mean 'agenda'?" in out
    assert err == ""


def test_rap_validate_for_programs(capsys: pytest.CaptureFixture[str]) -> None:
    found = json.loads(told(capsys, "validate", str(SHIPPED), "--json")[0])
    assert list(found) == ["rap", "name", "version", "sha256", "problems", "advice", "findings"]
    assert found["problems"] == 0
    assert found["advice"] == len(found["findings"])
    path = own_rap(text=TEXT.replace("schema: 1", "schema: 2"))
    found = json.loads(told(capsys, "validate", str(path), "--json", code=2)[0])
    (finding,) = found["findings"]
    assert finding["level"] == "problem"
    assert finding["place"] == "schema"
    assert finding["remedy"].startswith("update companion")


@pytest.mark.parametrize("command", ["validate", "try"])
def test_rap_commands_offer_what_was_meant(
    command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    own_rap("night-shift")
    _, err = told(capsys, command, "nightshift", code=2)
    assert "did you mean 'night-shift'?" in err
    assert err.count("\n") == 1


def test_rap_try_shows_what_came_of_each_line(capsys: pytest.CaptureFixture[str]) -> None:
    out, _ = told(capsys, "try", "Hi, is this a good time to talk?", "What keeps you up at night?")
    assert "step      1, Make space (sure" in out
    assert "“is this a good time”: goal: Asked whether now" in " ".join(out.split())
    assert "alone speak for step 2" in out
    assert "question  open: What keeps you up at night?" in out


def test_rap_try_takes_a_rap_first_and_single_words_after_it(
    capsys: pytest.CaptureFixture[str],
) -> None:
    own_rap()
    out, _ = told(capsys, "try", "our-rap", "hello", "--json")
    (line,) = map(json.loads, out.splitlines())
    assert line["text"] == "hello"
    _, err = told(capsys, "try", "hello", code=2)
    assert "a line of one word needs the rap's name before it" in err


def test_rap_try_for_programs(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    piped(monkeypatch, b"Will you come on Thursday at six?\r\n\r\nSo that is Thursday then.\n")
    out, err = told(capsys, "try", "--json")
    lines: list[dict[str, Any]] = [json.loads(line) for line in out.splitlines()]
    assert [line["text"] for line in lines] == [
        "Will you come on Thursday at six?",
        "So that is Thursday then.",
    ]
    assert list(lines[0]) == [
        "text", "step", "step_name", "step_probability", "sure", "understood", "alone", "phrases",
        "examples", "questions", "cues", "goals", "card", "shown",
    ]  # fmt: skip
    assert lines[0]["alone"]["step"] == 5
    assert "hard_ask" in lines[0]["cues"]
    assert err == ""


@pytest.mark.parametrize(
    ("content", "sentence"), [(b"", "nothing came in"), (b"caf\xe9 time\n", "is not UTF-8 text")]
)
def test_rap_try_says_what_is_wrong_with_a_pipe(
    content: bytes,
    sentence: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    piped(monkeypatch, content)
    _, err = told(capsys, "try", code=2)
    assert sentence in err


def test_rap_try_reads_a_file(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = tmp_path / "practice.txt"
    file.write_text("Hi there.\n\nWill you come?\n", encoding="utf-8")
    out, _ = told(capsys, "try", "--file", str(file), "--json")
    assert out.count("\n") == 2
    _, err = told(capsys, "try", "--file", str(tmp_path / "none.txt"), code=2)
    assert "no such file" in err


class _Typing(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_rap_try_talks_with_somebody_at_the_keyboard(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", _Typing("Hello to you.\n\nnew\n" + "and " * 900 + "\nquit\nx"))
    out, err = told(capsys, "try")
    assert out.count("step      1") == 1
    assert "The rap has not changed." in err
    assert "A new call begins." in err
    assert "cut it up" in err


def test_rap_try_hears_the_same_lines_again_after_an_edit() -> None:
    path = own_rap()
    said: list[str] = []
    bench = Bench(path, say=said.append)
    bench.hear("Hello there, is now a good time?")
    bench.hear(LINE)
    assert not bench.look()
    said.clear()
    path.write_text(with_examples({"ask": [EXAMPLE]}), encoding="utf-8")
    assert bench.look()
    text = "\n".join(said)
    assert "one line is heard otherwise (of 2)" in text
    assert f"* {LINE}" in text
    assert "its words alone: step" in " ".join(text.split())
    assert max(map(len, text.splitlines())) <= 80
    assert "Hello there, is now a good time?: as before" in text


def test_rap_try_an_edit_half_way_keeps_the_last_good_rap(
    capsys: pytest.CaptureFixture[str],
) -> None:
    path = own_rap()
    bench = Bench(path, say=lambda text: None)
    bench.hear(LINE)
    path.write_text(TEXT.replace("pace_s: 180", "pase_s: 180"), encoding="utf-8")
    assert bench.look()
    assert "did you mean 'pace_s'?" in capsys.readouterr().err
    bench.hear("What else?")
    path.unlink()
    assert bench.look()
    assert "no such file" in capsys.readouterr().err


def test_rap_try_watches_until_it_is_stopped(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = own_rap()
    looks = 0
    seen = threading.Event()

    class Edited(Bench):
        def look(self) -> bool:
            nonlocal looks
            looks += 1
            if looks == 1:
                path.write_text(with_examples({"ask": [EXAMPLE]}), encoding="utf-8")
            changed = super().look()
            if changed:
                seen.set()
                raise KeyboardInterrupt
            return changed

    monkeypatch.setattr(rap_trying, "Bench", Edited)
    _, err = told(capsys, "try", "our-rap", LINE, "--watch", code=130)
    assert seen.is_set()
    assert "Watching the rap's file" in err


def test_rap_import_takes_in_and_says_what_to_do(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = tmp_path / "theirs.yaml"
    path.write_text(TEXT, encoding="utf-8")
    out, _ = told(capsys, "import", str(path))
    assert "is yours as theirs: 76 cards" in out
    assert rap_library.own_raps() == ("theirs",)
    path.write_text(TEXT.replace("schema: 1", "schema: &x 1"), encoding="utf-8")
    _, err = told(capsys, "import", str(path), "--name", "more", code=2)
    assert "anchors and aliases" in err
    assert err.count("\n") == 1


def test_rap_calls_name_the_version_that_they_ran_with(kept: KeptCalls) -> None:
    kept.keep(approved_of(17))
    assert "one-on-one.en, version 1.0, SHA-256 0000" in kept.run("calls", "show", "maple-17").out
    folder = rap_library.published_folder("our-rap", "1.0.0")
    folder.mkdir(parents=True)
    record = {"sha256": "0" * 64}
    (folder / "published.json").write_text(json.dumps(record), encoding="utf-8")
    (folder.parent / "1.1.0").mkdir()  # a damaged one is passed over
    shown = " ".join(kept.run("calls", "show", "maple-17").out.split())
    assert "our-rap@1.0.0, published on this computer, SHA-256 0000" in shown

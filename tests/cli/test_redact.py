"""`companion redact`: a line in, a line out, in order, at once; bad input in one sentence."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from companion.cli.app import run
from companion.cli.redact import LONGEST_LINE


def redact(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], raw: bytes, *options: str
) -> tuple[int, str, str]:
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(raw)))
    code = run(["redact", *options])
    shown = capsys.readouterr()
    return code, shown.out, shown.err


def test_redact_json_lines(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    raw = b"Hi Dana, call 555-0134.\n\nwe meet on thursday\n"
    code, out, _ = redact(monkeypatch, capsys, raw, "-", "--json")
    lines = [json.loads(line) for line in out.splitlines()]
    assert code == 0
    assert lines == [
        {
            "text": "Hi [name], call [number].",
            "spans": [
                {"start": 3, "end": 7, "type": "PERSON"},
                {"start": 14, "end": 22, "type": "PHONE"},
            ],
        },
        {"text": "", "spans": []},
        {"text": "we meet on thursday", "spans": []},
    ]


def test_redact_offsets_count_characters(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    line = "– –– hi Ngozi"
    _, out, _ = redact(monkeypatch, capsys, line.encode(), "--json")
    (span,) = json.loads(out)["spans"]
    assert line[span["start"] : span["end"]] == "Ngozi"


def test_redact_text(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = redact(monkeypatch, capsys, b"\xef\xbb\xbfask dana\r\n\r\nlast")
    assert (code, out) == (0, "ask [name]\n\nlast\n")


def test_redact_only_line_feeds_end_a_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _, out, _ = redact(monkeypatch, capsys, "one\u2028two\x0bthree\n".encode(), "--json")
    assert len(out.splitlines()) == 1


def test_redact_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("ask dana\n", encoding="utf-8")
    assert run(["redact", str(path)]) == 0
    assert capsys.readouterr().out == "ask [name]\n"


def test_redact_invalid_utf8_stops_at_its_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, err = redact(monkeypatch, capsys, b"fine\nask d\xffna\nnever read\n")
    assert (code, out) == (2, "fine\n")
    assert "standard input, line 2" in err
    assert "UTF-8" in err
    assert "na" not in err.replace("standard", "").replace("companion", "")


def test_redact_too_long_a_line_stops_at_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, err = redact(monkeypatch, capsys, b"fine\n" + b"a " * LONGEST_LINE)
    assert (code, out) == (2, "fine\n")
    assert "line 2" in err


@pytest.mark.parametrize("name", ["missing.txt", "."])
def test_redact_a_file_that_is_none(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["redact", str(tmp_path / name)]) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_redact_answers_before_its_input_ends() -> None:
    """In a pipe each line comes out before the next goes in."""
    with subprocess.Popen(
        [sys.executable, "-m", "companion", "redact", "--json"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        for _ in range(2):
            process.stdin.write(b"ask dana\n")
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["text"] == "ask [name]"
        process.stdin.close()
        assert process.wait(timeout=30) == 0

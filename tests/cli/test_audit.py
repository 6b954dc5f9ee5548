"""`companion audit` as people run it: one real call under watch, all controls, and the receipt."""

from __future__ import annotations

import json
import stat
import sys
from pathlib import Path

import pytest

from companion.audit.last_audit import read_last
from companion.audit.tracing import find_means
from companion.cli.app import run


@pytest.mark.timeout(240)
def test_audit_of_a_call_finds_nothing_and_would_have_noticed(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    if find_means().strace is None:
        pytest.skip(f"system calls cannot be watched here: {find_means().without_strace}")
    out = tmp_path / "receipts"
    out.mkdir()
    code = run(["audit", "--quick", "--ending", "saved", "--json", "--out", str(out)])
    printed, progress = capfd.readouterr()
    receipt = json.loads(printed)
    assert receipt["findings"] == []
    assert [c["name"] for c in receipt["controls"] if not c["caught"]] == []
    assert code == 0
    assert receipt["outcome"] == "clean"
    (ending,) = receipt["endings"]
    assert ending["heard"] == ending["shown_on_screen"] == receipt["planted"] == 200
    assert ending["trace"]["system_calls"] > 1000
    assert any(path.endswith("calls.db") for path in ending["trace"]["opened"])
    assert len(receipt["controls"]) >= 25
    assert "call 1 of 1: words shown on the screen, normal end, reviewed and saved" in progress
    written = sorted(path.suffix for path in out.iterdir())
    assert written == [".json", ".md"]
    assert all(stat.S_IMODE(path.stat().st_mode) & 0o077 == 0 for path in out.iterdir())
    last = read_last()
    assert last is not None
    assert (last.outcome, last.quick) == ("clean", True)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--json", "--table"), "two forms of the same"),
        (("--ending", "sudden"), "no way of ending a call; choose of saved"),
        (("--out", "nowhere"), "there is no folder nowhere"),
        pytest.param(
            *(("--out", "/proc"), "nothing can be written in /proc"),
            marks=pytest.mark.skipif(sys.platform != "linux", reason="a folder that takes no file"),
        ),
        (("--model", "nowhere"), "nowhere"),
    ],
)
def test_audit_refuses_what_it_cannot_do(
    arguments: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["audit", *arguments]) == 2
    assert said in capsys.readouterr().err
    assert read_last() is None

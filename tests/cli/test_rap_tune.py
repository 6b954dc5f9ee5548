"""`companion rap tune`: a proposal, never applied by itself; kept, and gone on with."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from companion import locations
from companion.cli.app import run
from companion.trainer.rehearsal import Rehearsal
from companion.understanding.rap import load_rap
from tests.trainer.tuned_calls import folder_of_calls

SETTINGS = "call:\n  card_cooldown_s: 0\n  card_speech_s: 0\n  nudge_cooldown_s: 0\n"


@pytest.fixture
def hasty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A rap that is sure far too early, labelled calls, and cards that come at once."""
    monkeypatch.chdir(tmp_path)
    shipped = locations.shipped("configs", "raps", "one-on-one.en.yaml").read_text("utf-8")
    path = tmp_path / "hasty.yaml"
    path.write_text(shipped.replace("sure: 0.95", "sure: 0.60   # at once"), encoding="utf-8")
    folder_of_calls(tmp_path / "calls")
    locations.settings_file().parent.mkdir(parents=True)
    locations.settings_file().write_text(SETTINGS, encoding="utf-8")
    return path


COMMAND = ["rap", "tune", "hasty.yaml", "calls", "--only", "tracking.sure"]


def test_rap_tune_proposes_a_diff_and_changes_nothing(
    hasty: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = hasty.read_bytes()
    files = ["--write", "better.yaml", "--page", "tuning.html"]
    assert run([*COMMAND, "--trials", "14", *files]) == 0
    out, err = capsys.readouterr()
    assert "Nothing was changed" in out
    table = out[out.index("On the calls left for the end") : out.index("Nothing was changed")]
    assert max(map(len, table.splitlines())) <= 80
    assert "-  sure: 0.60   # at once\n+  sure: 0." in out
    assert "On the calls left for the end" in out
    assert "Written: better.yaml" in err
    assert hasty.read_bytes() == before
    assert load_rap(Path("better.yaml")).tracking.sure > 0.8
    assert Path("better.yaml").read_text("utf-8").count("# at once") == 1
    assert "<svg" in Path("tuning.html").read_text("utf-8")

    # The same command again tries nothing new and proposes the same.
    assert run([*COMMAND, "--trials", "14", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["trials"] == 14
    assert told["diff"] in out
    assert told["holdout"]["faults.in_10_min"]["before"]["value"] > 0

    # An older file is never written over, and another version of the rap does not mix with it.
    assert run([*COMMAND, "--write", "better.yaml"]) == 2
    assert "is there already" in capsys.readouterr().err
    hasty.write_bytes(before + b"# changed\n")
    assert run([*COMMAND, "--trials", "14"]) == 2
    assert "--anew" in capsys.readouterr().err


def test_rap_tune_interrupted_keeps_what_was_tried_and_goes_on(
    hasty: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    played = Rehearsal.count
    plays = 0

    def count(rehearsal: Rehearsal, values: Mapping[str, float]) -> list[list[float]]:
        nonlocal plays
        plays += 1
        if plays == 4:  # the present values, two trials, and then Ctrl-C
            raise KeyboardInterrupt
        return played(rehearsal, values)

    monkeypatch.setattr(Rehearsal, "count", count)
    assert run([*COMMAND, "--trials", "3"]) == 130
    assert "2 trials are kept; the same command goes on from there" in capsys.readouterr().err
    monkeypatch.setattr(Rehearsal, "count", played)
    assert run([*COMMAND, "--trials", "3", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["trials"] == 3


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--only", "timing.card_coldown_s"], "did you mean 'timing.card_cooldown_s'?"),
        (["--holdout", "nowhere"], "nowhere"),
        (["--study-name", "../elsewhere"], "--study-name takes letters"),
        (["--study", "postgresql://me:secret@db/tuning"], "leave the password out"),
    ],
)
def test_rap_tune_says_what_is_wrong(
    hasty: Path, arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run([*COMMAND[:4], *arguments]) == 2
    err = capsys.readouterr().err
    assert message in err
    assert "secret" not in err


def test_rap_tune_too_few_calls_are_told(hasty: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["rap", "tune", "hasty.yaml", "calls/ann.call"]) == 2
    assert "at least 6 labelled calls" in capsys.readouterr().err

"""`companion train`: what it says, where it keeps things, and that calls then use them."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from companion import locations
from companion.cli.app import run
from companion.understanding.learned_parts import unadapted
from companion.understanding.rap import find_rap
from tests.fakes.role_plays import folder_of_role_plays, own_rap


def knows_walrus(name: str) -> bool:
    """Whether what a rap is heard with knows a word that only the small calls hold."""
    model = unadapted(find_rap(name))
    return model is not None and any("walrus" in gram for gram in model.weights.vocabulary)


def test_train_learns_for_a_rap_of_ones_own_and_calls_use_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    own_rap("our-rap")
    corpus = folder_of_role_plays(tmp_path / "plays")
    assert run(["train", "--rap", "our-rap", "--corpus", str(corpus), "--origin", "ours"]) == 0
    out, err = capsys.readouterr()
    assert "Learned for our-rap 1" in out
    assert "hands that were left out" in out
    assert not err
    folder = locations.learned_folder("our-rap")
    assert knows_walrus("our-rap")
    if sys.platform != "win32":
        assert folder.stat().st_mode & 0o077 == 0

    call = str(corpus / "ann.call")
    rap = str(locations.user_config() / "raps" / "our-rap.yaml")
    assert run(["evaluate", call, "--bare", "--rap", rap]) == 0
    assert "heard with what 'companion train' learned" in capsys.readouterr().err

    assert run(["train", "--status"]) == 0
    assert "our-rap: learned " in (told := capsys.readouterr().out)
    assert "fits the rap" in told
    own_rap("our-rap").write_bytes(own_rap("our-rap").read_bytes() + b"# changed\n")
    assert run(["train", "--status", "--json"]) == 0
    row = json.loads(capsys.readouterr().out)[0]
    assert "was changed since" in row["state"]
    assert row["card"]["data"]["origin"] == "ours"

    assert run(["train", "--remove", "--rap", "our-rap"]) == 0
    assert not folder.exists()
    assert not knows_walrus("our-rap")


def test_train_writes_elsewhere_where_it_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The same files as the function behind the command, and the card on standard output."""
    corpus = folder_of_role_plays(tmp_path / "plays")
    out = tmp_path / "out"
    rap = tmp_path / "given.yaml"
    rap.write_bytes(own_rap("our-rap").read_bytes())
    command = ["train", "--rap", str(rap), "--corpus", str(corpus)]
    assert run(command) == 2
    assert "--out FOLDER" in capsys.readouterr().err
    assert run([*command, "--out", str(out), "--json"]) == 0
    card = json.loads(capsys.readouterr().out)
    assert card["rap"]["name"] == "given"
    assert sorted(p.name for p in out.iterdir()) == sorted([*card["files"], "card.json", "card.md"])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--corpus", "nowhere"], "nowhere: there is no such folder"),
        (["--rap", "no-such-rap"], "there is no rap 'no-such-rap'"),
        (["--remove"], "nothing was learned for 'one-on-one.en'"),
    ],
)
def test_train_says_what_is_wrong(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["train", *arguments]) == 2
    assert message in capsys.readouterr().err


def test_train_without_anything_learned_the_status_says_what_to_do(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(["train", "--status"]) == 0
    assert "companion train --rap NAME" in capsys.readouterr().out


@pytest.mark.parametrize("command", [["train"], ["rap", "tune", "one-on-one.en", "x"]])
def test_train_without_the_extra_one_sentence_says_how_to_get_it(
    command: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in list(sys.modules):
        if name.startswith(("companion.trainer.learning", "companion.trainer.tune")):
            monkeypatch.delitem(sys.modules, name)
    for missing in ("threadpoolctl", "optuna"):
        monkeypatch.setitem(sys.modules, missing, None)
    assert run(command) == 2
    assert "scripts/setup-venv dev" in capsys.readouterr().err


def test_train_the_shipped_rap_can_have_a_learned_part_too() -> None:
    assert find_rap("one-on-one.en").learned_as == "one-on-one.en"

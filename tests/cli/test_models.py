"""`companion models`: what is here, what can be had, and no download that nobody asked for."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from companion import locations
from companion.asr import download as downloading
from companion.asr.model_files import known_models
from companion.cli.app import run
from tests.fakes.hub import REVISION, FakeHub, FakeRepository
from tests.fakes.whisper_model import make_whisper_model

Text = Callable[[], tuple[str, str]]


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    folder = make_whisper_model(tmp_path_factory.mktemp("hub") / "model", says="yes we can")
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.fixture
def hub(files: dict[str, bytes], monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeHub]:
    repositories = {model.repository: FakeRepository(dict(files)) for model in known_models()}
    with FakeHub(repositories) as hub:
        monkeypatch.setenv("HF_ENDPOINT", hub.endpoint)
        yield hub


@pytest.fixture
def text(capsys: pytest.CaptureFixture[str]) -> Text:
    def read() -> tuple[str, str]:
        captured = capsys.readouterr()
        return captured.out, captured.err

    return read


def add_by_hand(name: str, **options: Any) -> Path:
    return make_whisper_model(locations.speech_models() / name, **options)


def answer(monkeypatch: pytest.MonkeyPatch, typed: str) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(typed))


def test_models_list_shows_what_can_be_had_before_anything_is_here(text: Text) -> None:
    assert run(["models", "list"]) == 0
    out, _ = text()
    for model in known_models():
        assert f"  {model.name} " in out
        assert model.buys in out
    assert out.count("not here") == len(known_models())
    assert "pocketsphinx" in out
    assert "'companion models download base.en' gets one (148 MB)" in out


def test_models_list_marks_the_one_that_calls_use(text: Text) -> None:
    add_by_hand("base.en")
    add_by_hand("tiny.en")
    add_by_hand("our-own", multilingual=True)
    assert run(["models", "list"]) == 0
    out, _ = text()
    starred = [line for line in out.splitlines() if line.startswith("*")]
    assert len(starred) == 1
    assert starred[0].startswith("* base.en ")
    assert "Added by hand." in out
    assert out.rstrip().endswith("The recognizer is Whisper, model base.en.")


def test_models_list_says_what_is_wrong_with_a_partial_folder(text: Text) -> None:
    (add_by_hand("base.en") / "model.bin").unlink()
    assert run(["models", "list"]) == 0
    out, _ = text()
    assert "damaged" in out
    assert "model.bin is missing" in out
    assert "*" not in out


def test_models_list_as_json_has_a_row_a_model(text: Text) -> None:
    folder = add_by_hand("tiny.en")
    add_by_hand("our-own", multilingual=True)
    assert run(["models", "list", "--json"]) == 0
    rows = {row["name"]: row for row in map(json.loads, text()[0].splitlines())}
    assert set(rows) == {model.name for model in known_models()} | {"our-own"}
    assert rows["tiny.en"]["installed"] is True
    assert rows["tiny.en"]["in_use"] is True
    assert rows["tiny.en"]["folder"] == str(folder)
    assert rows["base"] == {
        "name": "base",
        "bytes": 148_000_000,
        "english_only": False,
        "installed": False,
        "problem": None,
        "folder": None,
        "in_use": False,
        "repository": "Systran/faster-whisper-base",
        "license": "MIT",
        "buys": rows["base"]["buys"],
    }
    assert rows["our-own"]["english_only"] is False
    assert rows["our-own"]["license"] is None


def test_models_list_survives_settings_that_no_call_could_use(text: Text) -> None:
    assert run(["settings", "set", "recognizer.language", "es"]) == 0
    text()
    assert run(["models", "list"]) == 0
    out, _ = text()
    assert "a call cannot start" in out
    assert "companion models download base'" in out


def test_models_download_shows_size_license_and_place_and_asks(
    hub: FakeHub, text: Text, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer(monkeypatch, "n\n")
    assert run(["models", "download", "base.en"]) == 0
    _, err = text()
    assert "base.en: 1 MB" in err
    assert "from 127.0.0.1: Systran/faster-whisper-base.en" in err
    assert REVISION[:12] in err
    assert "license MIT" in err
    assert str(locations.speech_models() / "base.en") in err
    assert "Nothing was downloaded." in err
    assert hub.downloads() == []


def test_models_download_brings_the_model_after_a_yes(
    hub: FakeHub, text: Text, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer(monkeypatch, "y\n")
    assert run(["models", "download", "base.en"]) == 0
    out, _ = text()
    assert out.strip() == "base.en is ready: calls can use it."
    assert run(["models", "verify", "base.en"]) == 0
    assert "every byte is as it was downloaded" in text()[0]


def test_models_download_asks_nobody_where_nobody_is(
    hub: FakeHub, text: Text, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer(monkeypatch, "")
    assert run(["models", "download", "base.en"]) == 2
    assert "--yes does it without asking" in text()[1]
    assert hub.downloads() == []


def test_models_download_without_a_name_takes_what_suits(hub: FakeHub, text: Text) -> None:
    assert run(["models", "download", "--yes", "--json"]) == 0
    out, _ = text()
    row = json.loads(out)
    assert row["name"] == "base.en"
    assert row["revision"] == REVISION
    assert Path(row["folder"]).is_dir()


def test_models_download_fetches_nothing_twice(hub: FakeHub, text: Text) -> None:
    assert run(["models", "download", "tiny.en", "--yes"]) == 0
    before = len(hub.downloads())
    assert run(["models", "download", "tiny.en", "--yes"]) == 0
    assert "is here already" in text()[0]
    assert len(hub.downloads()) == before


def test_models_download_stopped_by_ctrl_c_says_how_to_go_on(
    hub: FakeHub, text: Text, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(downloading, "write_record", stopped)
        assert run(["models", "download", "base.en", "--yes"]) == 130
    _, err = text()
    assert "Stopped with 1 MB of 1 MB here" in err
    assert "'companion models download base.en' goes on from there" in err
    before = len(hub.downloads())
    assert run(["models", "download", "base.en", "--yes"]) == 0
    assert "of which 1 MB are here already" in text()[1]
    assert len(hub.downloads()) == before


@pytest.mark.parametrize(
    ("name", "fragment"),
    [
        ("base.eng", "did you mean base.en?"),
        ("large", "'companion models list' shows all of them"),
        ("../base.en", "'companion models list' shows all of them"),
    ],
)
def test_models_download_knows_no_other_names(
    hub: FakeHub, text: Text, name: str, fragment: str
) -> None:
    assert run(["models", "download", name, "--yes"]) == 2
    assert fragment in text()[1]
    assert hub.requests == []


def test_models_verify_finds_a_changed_file(hub: FakeHub, text: Text) -> None:
    run(["models", "download", "base.en", "--yes"])
    path = locations.speech_models() / "base.en" / "model.bin"
    content = bytearray(path.read_bytes())
    content[-1000] ^= 1
    path.write_bytes(content)
    text()
    assert run(["models", "verify", "--json"]) == 2
    out, err = text()
    row = json.loads(out)
    assert (row["compared"], row["intact"]) == (True, False)
    assert row["problems"] == ["model.bin has changed since it was downloaded"]
    assert "cannot be trusted" in err


def test_models_verify_does_not_vouch_for_what_it_did_not_download(text: Text) -> None:
    add_by_hand("base.en")
    assert run(["models", "verify"]) == 0
    assert "companion did not download it" in text()[0]


def test_models_verify_with_nothing_here_says_so(text: Text) -> None:
    assert run(["models", "verify"]) == 0
    assert "No model is on this computer" in text()[1]
    assert run(["models", "verify", "base.en"]) == 2
    assert "'companion models download base.en' gets it" in text()[1]


def test_models_remove_asks_and_gives_the_space_back(
    text: Text, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = add_by_hand("base.en")
    answer(monkeypatch, "n\n")
    assert run(["models", "remove", "base.en"]) == 0
    assert folder.is_dir()
    assert "Nothing was deleted." in text()[1]
    assert run(["models", "remove", "base.en", "--yes"]) == 0
    assert "1 MB are free again" in text()[0]
    assert not folder.exists()
    assert run(["models", "remove", "base.en", "--yes"]) == 2
    assert "no model named 'base.en'" in text()[1]


def test_models_remove_deletes_nothing_outside_the_cache(text: Text, tmp_path: Path) -> None:
    folder = make_whisper_model(tmp_path / "mine")
    for name in (str(folder), "../mine", ".", ".."):
        assert run(["models", "remove", name, "--yes"]) == 2
    assert folder.is_dir()


def test_models_remove_also_takes_what_a_broken_off_download_left(hub: FakeHub, text: Text) -> None:
    hub.cuts["model.bin"] = [1000, 0]
    assert run(["models", "download", "base.en", "--yes"]) == 2
    add_by_hand("base")
    text()
    assert run(["models", "remove", "base.en", "--yes", "--json"]) == 0
    assert json.loads(text()[0])["freed_bytes"] > 1000
    assert [path.name for path in locations.speech_models().iterdir()] == ["base"]


@pytest.mark.parametrize("command", ["list", "download", "verify", "remove"])
def test_models_commands_have_help(command: str, text: Text) -> None:
    assert run(["models", command, "--help"]) == 0
    assert "--json" in text()[0]

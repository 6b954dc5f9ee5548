from __future__ import annotations

import json
from pathlib import Path

import pytest

from companion import locations
from companion.asr.model_files import (
    DownloadRecord,
    FileRecord,
    find_model,
    installed_models,
    known_model,
    known_models,
    remove,
    sha256_of,
    verify,
    write_record,
)
from companion.asr.model_folder import MODEL_FILES, languages_of, missing_files
from companion.errors import DocumentError, ModelError
from tests.fakes.whisper_model import make_whisper_model


def add(name: str = "base.en", *, multilingual: bool = False, record: bool = False) -> Path:
    folder = make_whisper_model(locations.speech_models() / name, multilingual=multilingual)
    if record:
        files = {
            path.name: FileRecord(bytes=path.stat().st_size, sha256=sha256_of(path))
            for path in folder.iterdir()
        }
        write_record(folder, DownloadRecord(repository="a/b", revision="0" * 40, files=files))
    return folder


def test_model_files_know_the_models_best_words_first() -> None:
    names = [model.name for model in known_models()]
    assert names.index("small.en") < names.index("base.en") < names.index("tiny.en")
    assert len(names) == len(set(names))
    for model in known_models():
        assert model.license == "MIT"
        assert model.repository.startswith("Systran/faster-")
        assert model.english_only == model.name.endswith(".en")
        assert model.buys.endswith(".")


def test_model_files_find_a_known_model_or_name_the_nearest() -> None:
    assert known_model("tiny").english_only is False
    with pytest.raises(ModelError, match=r"'tinyen' is known; did you mean tiny\.en\?"):
        known_model("tinyen")
    with pytest.raises(ModelError, match="'companion models list' shows all of them"):
        known_model("/etc")


def test_model_files_say_when_the_shipped_list_is_damaged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "models").mkdir()
    path = tmp_path / "models" / "speech_models.yaml"
    path.write_text("models:\n  - name: base.en\n    sizes: 3\n", encoding="utf-8")
    monkeypatch.setattr(locations, "shipped", tmp_path.joinpath)
    known_models.cache_clear()
    with pytest.raises(DocumentError, match=r"line \d.*install companion again"):
        known_models()
    known_models.cache_clear()


def test_model_files_list_what_is_installed() -> None:
    assert installed_models() == []
    add("base.en")
    add("ours", multilingual=True)
    (locations.speech_models() / ".base@0123").mkdir()
    (locations.speech_models() / "notes.txt").write_text("x", encoding="utf-8")
    base, ours = installed_models()
    assert (base.name, base.problem) == ("base.en", None)
    assert base.languages == {"en"}
    assert ours.name == "ours"
    assert {"en", "es", "haw"} <= ours.languages
    assert base.bytes == sum(path.stat().st_size for path in base.folder.iterdir())


def test_model_files_list_a_partial_folder_with_its_problem() -> None:
    folder = add()
    (folder / "tokenizer.json").unlink()
    (model,) = installed_models()
    assert model.problem is not None
    assert "tokenizer.json is missing" in model.problem
    assert model.languages == frozenset()


@pytest.mark.parametrize(
    ("present", "missing"),
    [
        (set(MODEL_FILES), []),
        (
            {"config.json", "model.bin", "tokenizer.json", "vocabulary.txt"},
            [],
        ),
        ({"config.json", "tokenizer.json", "vocabulary.json"}, ["model.bin"]),
        ({"config.json", "model.bin", "tokenizer.json"}, ["vocabulary.json or vocabulary.txt"]),
        (
            set(),
            ["config.json", "model.bin", "tokenizer.json", "vocabulary.json or vocabulary.txt"],
        ),
    ],
)
def test_model_files_know_what_a_folder_lacks(present: set[str], missing: list[str]) -> None:
    assert missing_files(present) == missing


@pytest.mark.parametrize("multilingual", [True, False])
def test_model_files_read_languages_from_either_form_of_vocabulary(
    tmp_path: Path, multilingual: bool
) -> None:
    folder = make_whisper_model(tmp_path / "m", multilingual=multilingual)
    from_json = languages_of(folder)
    assert len(from_json) == (99 if multilingual else 1)
    path = folder / "vocabulary.json"
    lines = "\n".join(json.loads(path.read_text(encoding="utf-8")))
    (folder / "vocabulary.txt").write_text(lines + "\n", encoding="utf-8")
    path.unlink()
    assert languages_of(folder) == from_json


def test_model_files_resolve_a_name_before_a_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    beside = make_whisper_model(tmp_path / "base.en")
    assert find_model("base.en").folder == beside
    inside = add("base.en")
    assert find_model("base.en").folder == inside
    assert find_model(str(beside)).folder == beside
    assert find_model("./base.en").folder == beside


@pytest.mark.parametrize(
    ("name", "fragment"),
    [
        ("base.en", r"not on this computer; 'companion models download base\.en' gets it"),
        ("bse.en", r"did you mean base\.en\?"),
        ("no/where", "there is no model folder no.where"),
        ("", "'companion models list'"),
    ],
)
def test_model_files_say_how_to_get_a_model_that_is_not_here(name: str, fragment: str) -> None:
    with pytest.raises(ModelError, match=fragment):
        find_model(name)


def test_model_files_verify_what_was_downloaded() -> None:
    folder = add(record=True)
    verdict = verify("base.en")
    assert (verdict.compared, verdict.intact) == (True, True)
    (folder / "config.json").write_text("{}", encoding="utf-8")
    content = bytearray((folder / "model.bin").read_bytes())
    content[-1] ^= 1
    (folder / "model.bin").write_bytes(content)
    (folder / "preprocessor_config.json").unlink()
    verdict = verify("base.en")
    assert not verdict.intact
    problems = " / ".join(verdict.problems)
    assert "config.json has 2 bytes instead of" in problems
    assert "model.bin has changed since it was downloaded" in problems
    assert "preprocessor_config.json is missing" in problems


def test_model_files_verify_only_the_structure_of_what_was_added_by_hand(tmp_path: Path) -> None:
    folder = make_whisper_model(tmp_path / "mine")
    verdict = verify(str(folder))
    assert (verdict.compared, verdict.intact) == (False, True)
    (folder / "model.bin").write_bytes(b"")
    verdict = verify(str(folder))
    assert not verdict.intact
    assert "model.bin is empty" in verdict.problems[0]


@pytest.mark.parametrize("text", ["", "{", "[]", '{"repository": "a/b"}'])
def test_model_files_say_when_the_record_cannot_be_read(text: str) -> None:
    folder = add()
    (folder / "download.json").write_text(text, encoding="utf-8")
    with pytest.raises(ModelError, match=r"download\.json cannot be read.*download it again"):
        verify("base.en")


def test_model_files_remove_gives_the_bytes_back() -> None:
    folder = add()
    size = sum(path.stat().st_size for path in folder.iterdir())
    assert remove("base.en") == size
    assert not folder.exists()
    with pytest.raises(ModelError, match=r"no model named 'base\.en'"):
        remove("base.en")


def test_model_files_remove_takes_of_a_link_only_the_link(tmp_path: Path) -> None:
    elsewhere = make_whisper_model(tmp_path / "elsewhere")
    locations.speech_models().mkdir(parents=True)
    link = locations.speech_models() / "linked"
    try:
        link.symlink_to(elsewhere, target_is_directory=True)
    except OSError:
        pytest.skip("this system lets only administrators make links")
    assert remove("linked") == 0
    assert not link.exists()
    assert (elsewhere / "model.bin").is_file()

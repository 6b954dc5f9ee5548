from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from companion import locations
from companion.asr.choose import best_installed, choose, suggestion
from companion.errors import CompanionError, ModelError, RecognizerError
from companion.settings import RecognizerSettings
from tests.fakes.whisper_model import make_whisper_model

LAPTOP_CORES = 4


def wish(**values: Any) -> RecognizerSettings:
    return RecognizerSettings(**values)


def add(*names: str) -> None:
    for name in names:
        make_whisper_model(locations.speech_models() / name, multilingual=not name.endswith(".en"))


def test_choose_auto_without_a_model_takes_pocketsphinx_and_says_how_to_get_one() -> None:
    chosen = choose(wish(), LAPTOP_CORES)
    assert chosen.spec.engine == "sphinx"
    assert chosen.spec.factory == "companion.asr.sphinx:create"
    assert chosen.model is None
    assert "'companion models download base.en' gets one (148 MB)" in chosen.sentence
    assert "\n" not in chosen.sentence


def test_choose_auto_takes_whisper_where_a_model_is_here() -> None:
    add("tiny.en")
    chosen = choose(wish(beam=3, threads=2, full_context=True), LAPTOP_CORES)
    assert chosen.spec.engine == "whisper"
    assert chosen.spec.label == "whisper tiny.en"
    assert chosen.sentence == "The recognizer is Whisper, model tiny.en."
    assert chosen.fallback is not None
    assert chosen.fallback.engine == "sphinx"
    assert chosen.spec.options == {
        "model_dir": str(locations.speech_models() / "tiny.en"),
        "label": "whisper tiny.en",
        "language": "en",
        "beam": 3,
        "threads": 2,
        "full_context": True,
    }


def test_choose_what_was_asked_for_has_no_fallback() -> None:
    add("tiny.en")
    assert choose(wish(engine="whisper"), LAPTOP_CORES).fallback is None
    assert choose(wish(model="tiny.en"), LAPTOP_CORES).fallback is None
    assert choose(wish(engine="sphinx"), LAPTOP_CORES).fallback is None


def test_choose_makes_a_spec_that_builds_a_recognizer() -> None:
    make_whisper_model(locations.speech_models() / "base.en", says="that is fair")
    recognizer = choose(wish(), LAPTOP_CORES).spec.build()
    assert recognizer.name == "whisper base.en"
    assert recognizer.decodes_ahead
    recognizer.close()


@pytest.mark.parametrize(
    ("installed", "language", "threads", "cores", "best"),
    [
        (["tiny.en", "base.en"], "en", 2, 4, "base.en"),
        (["base", "base.en"], "en", 2, 4, "base.en"),
        (["base", "tiny.en"], "en", 2, 4, "base"),
        # A large model falls behind speech on few threads, and is the best with enough.
        (["tiny.en", "small.en"], "en", 2, 8, "tiny.en"),
        (["tiny.en", "small.en"], "en", 4, 2, "tiny.en"),
        (["tiny.en", "small.en"], "en", 4, 8, "small.en"),
        (["small", "distil-small.en"], "en", 4, 8, "distil-small.en"),
        (["small.en"], "en", 1, 1, "small.en"),
        (["base.en", "tiny"], "es", 2, 4, "tiny"),
        (["base.en"], "es", 2, 4, None),
        (["ours", "tiny.en"], "en", 2, 4, "tiny.en"),
        (["ours"], "en", 2, 4, "ours"),
    ],
)
def test_choose_prefers_the_best_words_that_keep_up_with_speech(
    installed: list[str], language: str, threads: int, cores: int, best: str | None
) -> None:
    add(*installed)
    found = best_installed(wish(language=language, threads=threads), cores)
    assert (found.name if found else None) == best


def test_choose_auto_passes_over_a_broken_model() -> None:
    add("base.en", "tiny.en")
    (locations.speech_models() / "base.en" / "model.bin").unlink()
    chosen = choose(wish(), LAPTOP_CORES)
    assert chosen.model is not None
    assert chosen.model.name == "tiny.en"


@pytest.mark.parametrize(
    ("language", "threads", "cores", "name"),
    [
        ("en", 2, 4, "base.en"),
        ("en", 4, 8, "small.en"),
        ("es", 2, 4, "base"),
        ("es", 8, 8, "small"),
    ],
)
def test_choose_suggests_a_model_for_the_language_and_the_computer(
    language: str, threads: int, cores: int, name: str
) -> None:
    assert suggestion(wish(language=language, threads=threads), cores).name == name


@pytest.mark.parametrize("engine", ["auto", "whisper"])
def test_choose_takes_the_model_that_was_named(engine: str, tmp_path: Path) -> None:
    add("base.en", "tiny.en")
    chosen = choose(wish(engine=engine, model="tiny.en"), LAPTOP_CORES)
    assert chosen.model is not None
    assert chosen.model.name == "tiny.en"
    folder = make_whisper_model(tmp_path / "from a stick")
    chosen = choose(wish(engine=engine, model=str(folder)), LAPTOP_CORES)
    assert chosen.spec.options["model_dir"] == str(folder)
    assert chosen.spec.label == "whisper from a stick"


def test_choose_sphinx_is_taken_even_where_a_model_is_here() -> None:
    add("base.en")
    chosen = choose(wish(engine="sphinx", model="base.en"), LAPTOP_CORES)
    assert chosen.spec.engine == "sphinx"
    assert "download" not in chosen.sentence


@pytest.mark.parametrize(
    ("values", "kind", "fragment"),
    [
        ({"engine": "whisper"}, ModelError, r"download base\.en' gets one.*--engine auto"),
        ({"engine": "whisper", "language": "es"}, ModelError, "download base' gets one"),
        ({"engine": "auto", "language": "es"}, ModelError, "no Whisper model for 'es'"),
        ({"engine": "sphinx", "language": "es"}, RecognizerError, "hears US English only"),
        ({"model": "tiny"}, ModelError, "download tiny' gets it"),
        ({"model": "tinny"}, ModelError, r"did you mean tiny\?"),
        ({"model": "not/there"}, ModelError, "there is no model folder"),
        ({"model": "base.en", "language": "es"}, RecognizerError, "hears English only, not 'es'"),
        ({"model": "ours", "language": "xx"}, RecognizerError, "does not know the language 'xx'"),
        ({"model": "broken"}, ModelError, r"model\.bin is missing"),
    ],
)
def test_choose_never_takes_another_engine_in_silence(
    values: dict[str, Any], kind: type[CompanionError], fragment: str
) -> None:
    if "model" in values:
        add("base.en", "ours", "broken")
        (locations.speech_models() / "broken" / "model.bin").unlink()
    with pytest.raises(kind, match=fragment):
        choose(wish(**values), LAPTOP_CORES)


def test_choose_loads_no_engine_and_no_network_library() -> None:
    code = (
        "import sys; from companion.asr.choose import choose; "
        "from companion.settings import RecognizerSettings; choose(RecognizerSettings()); "
        "heavy = {'faster_whisper', 'ctranslate2', 'pocketsphinx', 'huggingface_hub', 'httpx'}; "
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout.strip() == "[]"

"""The Spanish rap from the command line: heard, measured, refused where nothing could hear it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from companion import locations
from companion.audio.sample_call import shipped_sound
from companion.cli import calling
from companion.cli.app import run
from companion.cli.call_start import CallRequest
from companion.redaction.redactor import shipped_redactor
from companion.settings import Settings
from companion.understanding.rap import Rap
from tests.fakes.whisper_model import make_whisper_model

RAP = locations.shipped("configs", "raps", "one-on-one.es.yaml")
TALK = """\
Buenas tardes, ¿cómo está la familia?
¿Qué es lo que más le pesa de ese trabajo?
O sea que le descuentan horas, y Rosalba Quiñones ya se quejó.
¿Le gusta su turno?
"""


@pytest.fixture
def spanish_by_default() -> None:
    assert run(["settings", "set", "call.rap", "one-on-one.es"]) == 0


def test_spanish_talk_is_analyzed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    talk = tmp_path / "talk.txt"
    talk.write_text(TALK, encoding="utf-8")
    assert run(["analyze", str(talk), "--rap", str(RAP), "--json"]) == 0
    *lines, end = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    kinds = [question["kind"] for line in lines for question in line["questions"]]
    assert kinds == ["open", "open", "closed"]
    assert lines[2]["step"] == 2
    assert end["summary"]["issues"] == ["wages"]
    assert "Rosalba" not in json.dumps(end["saved"], ensure_ascii=False)
    assert end["saved"]["provenance"]["rap"] == "one-on-one.es"


@pytest.mark.parametrize(
    "text",
    [
        "Hablar con Rosalba Quiñones de la calle Olmo",
        "rosa y domitila van el jueves",
        "Llamar al 312-555-0188, doña Chayo",
    ],
)
def test_spanish_typed_text_keeps_no_word(text: str) -> None:
    masked = shipped_redactor("es").redact(text).text
    assert not [word for word in text.replace(",", "").split() if len(word) > 1 and word in masked]


def test_spanish_typed_words_pass_where_they_are_kept_knowingly() -> None:
    assert shipped_redactor("es").redact("llevar tamales", ("tamales",)).text == "[word] tamales"


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ((), "no Whisper model for 'es' is on this computer; 'companion models download base'"),
        (("--engine", "sphinx"), "pocketsphinx hears US English only, not 'es'"),
        (("--language", "en"), "the rap is in 'es' and the recognizer is set to hear 'en'"),
    ],
)
@pytest.mark.usefixtures("spanish_by_default")
def test_spanish_call_is_refused_where_nothing_hears_it(
    options: tuple[str, ...], reason: str, capsys: pytest.CaptureFixture[str]
) -> None:
    sound = str(shipped_sound())
    assert run(["call", "--input", sound, "--consent", "spoken", "--json", *options]) == 2
    assert reason in capsys.readouterr().err


@pytest.mark.usefixtures("spanish_by_default")
def test_spanish_call_refuses_an_english_model(capsys: pytest.CaptureFixture[str]) -> None:
    make_whisper_model(locations.speech_models() / "base.en", says="hello there")
    sound = str(shipped_sound())
    options = ["--consent", "spoken", "--json", "--model", "base.en"]
    assert run(["call", "--input", sound, *options]) == 2
    assert "the model base.en hears English only, not 'es'" in capsys.readouterr().err


@pytest.mark.usefixtures("spanish_by_default")
def test_spanish_call_goes_off_the_record_at_the_words_for_it(
    capsys: pytest.CaptureFixture[str],
) -> None:
    make_whisper_model(
        locations.speech_models() / "base", says="oiga fuera de registro", multilingual=True
    )
    sound = str(shipped_sound())
    assert run(["call", "--input", sound, "--consent", "spoken", "--json", "--transcript"]) == 0
    out, err = capsys.readouterr()
    assert "The recognizer is Whisper, model base." in err
    events: list[dict[str, Any]] = [json.loads(line) for line in out.splitlines()]
    assert any("off" in str(event.get("phase", "")) for event in events)
    assert "registro" not in out


@pytest.mark.usefixtures("spanish_by_default")
def test_spanish_models_list_says_what_is_missing(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["models", "list"]) == 0
    out = capsys.readouterr().out
    assert "many languages" in out
    assert "a call cannot start: no Whisper model for 'es'" in out


@pytest.mark.usefixtures("spanish_by_default")
def test_spanish_by_default_leaves_the_sample_call_english(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    played: list[tuple[str, str | None]] = []

    def note(request: CallRequest, settings: Settings, rap: Rap, *rest: object) -> None:
        played.append((rap.language, settings.recognizer.language))

    monkeypatch.setattr(calling, "run_with", note)
    assert run(["demo", "--json"]) == 0
    assert played == [("en", "en")]

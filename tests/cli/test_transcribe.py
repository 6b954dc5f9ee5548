"""`companion transcribe`: machine lines, readable lines, and what goes wrong in one sentence."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
import soundfile

from companion.asr.transcriber import ProcessTranscriber
from companion.audio.endpointing import Endpointer
from companion.cli.app import run
from companion.cli.recognizer_options import recognizer_settings
from companion.cli.transcribing import Emitted, as_clock, transcribe
from companion.domain.metrics import word_errors
from companion.domain.speech import Gap
from companion.errors import InputError, RecognizerError
from companion.live.ears import Ears
from companion.settings import EndpointSettings, RecognizerSettings
from tests.fakes.recognizer import scripted_spec
from tests.fakes.sound import FakeClock
from tests.fakes.speaker import LoudIsSpeech, SpeakerSource, Turn

SAID = "we have to talk about the schedule before the meeting on tuesday"
TURNS = (Turn(1.0, 3.0, "first"), Turn(5.0, 7.5, "second"))


@pytest.fixture(scope="module")
def spoken_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A synthesized voice that says `SAID`."""
    if shutil.which("flite") is None:
        if os.environ.get("CI") == "true":
            pytest.fail("flite is not installed; CI must have it")
        pytest.skip("flite is not installed")
    path = tmp_path_factory.mktemp("voice") / "voice.wav"
    subprocess.run(["flite", "-voice", "rms", "-t", SAID, "-o", str(path)], check=True, timeout=60)
    return path


def hear(
    *, partials: bool = False, paced: bool = False, clock: FakeClock | None = None, **options: str
) -> list[Emitted | Gap]:
    settings = RecognizerSettings(partials=partials)
    transcriber = ProcessTranscriber(scripted_spec(**options), settings)
    source = SpeakerSource(TURNS, length_s=9.0, paced=False)
    endpointer = Endpointer(EndpointSettings(), LoudIsSpeech())
    ears = Ears(source, endpointer, transcriber, lambda text: False)
    return list(transcribe(ears, transcriber, paced=paced, clock=clock or FakeClock()))


def test_transcribe_yields_finals_in_order_with_the_place_where_they_came_out() -> None:
    found = hear()
    assert all(isinstance(e, Emitted) and e.hypothesis.final for e in found)
    emitted = [e for e in found if isinstance(e, Emitted)]
    assert len(emitted) == 2
    for turn, e in zip(TURNS, emitted, strict=True):
        assert e.hypothesis.end_s == pytest.approx(turn.end_s, abs=0.1)
        assert turn.end_s < e.at_s < turn.end_s + 1.0


def test_transcribe_with_partials_shows_words_while_they_are_spoken() -> None:
    emitted = [e for e in hear(partials=True) if isinstance(e, Emitted)]
    first = [e for e in emitted if e.hypothesis.segment_id == emitted[0].hypothesis.segment_id]
    assert [e.hypothesis.final for e in first] == [False] * (len(first) - 1) + [True]
    assert len(first) >= 4
    assert first[0].at_s < TURNS[0].end_s


def test_transcribe_gives_the_same_every_time() -> None:
    def shown() -> list[tuple[str, float, float]]:
        return [
            (e.hypothesis.text, e.hypothesis.end_s, e.at_s)
            for e in hear(partials=True)
            if isinstance(e, Emitted)
        ]

    assert shown() == shown()


def test_transcribe_that_cannot_start_raises_with_the_way_out() -> None:
    with pytest.raises(RecognizerError, match="download it again"):
        hear(refuse="the model is damaged; download it again")


@pytest.mark.flite
def test_transcribe_writes_json_lines(
    spoken_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = run(["transcribe", str(spoken_file), "--json", "--engine", "sphinx"])
    out, err = capsys.readouterr()
    assert code == 0, err
    lines = [json.loads(line) for line in out.splitlines()]
    assert lines
    for line in lines:
        assert list(line) == ["text", "start", "end", "final", "emitted_at"]
        assert line["final"] is True
        assert 0 <= line["start"] < line["end"] <= line["emitted_at"]
    assert word_errors(SAID, " ".join(line["text"] for line in lines)).rate <= 0.3
    assert "pocketsphinx" in err


@pytest.mark.flite
def test_transcribe_in_real_time_emits_on_the_clock_of_the_words(
    spoken_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = run(
        ["transcribe", str(spoken_file), "--json", "--engine", "sphinx", "--realtime", "--partials"]
    )
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert code == 0
    finals = [line for line in lines if line["final"]]
    assert finals
    assert all(line["end"] <= line["emitted_at"] for line in lines)
    assert [line["emitted_at"] for line in lines] == sorted(line["emitted_at"] for line in lines)


@pytest.mark.flite
def test_transcribe_writes_readable_lines(
    spoken_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["transcribe", str(spoken_file), "--engine", "sphinx"]) == 0
    first = capsys.readouterr().out.splitlines()[0]
    assert first.startswith("0:0")
    assert " to 0:0" in first


def test_transcribe_silence_has_no_lines(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "silence.wav"
    soundfile.write(path, np.zeros(32_000, np.float32), 16_000)
    assert run(["transcribe", str(path), "--json", "--engine", "sphinx"]) == 0
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["missing.wav"], "missing.wav"),
        (["{silence}", "--language", "de", "--engine", "sphinx"], "English only"),
        (["{silence}", "--language", "Deutsch"], "--language 'Deutsch' is no language code"),
        (["{silence}", "--model", "no-such-model"], "no-such-model"),
        (["{silence}", "--engine", "other"], "--engine"),
    ],
)
def test_transcribe_bad_input_is_one_sentence(
    arguments: list[str], message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "silence.wav"
    soundfile.write(path, np.zeros(16_000, np.float32), 16_000)
    code = run(["transcribe", *(a.replace("{silence}", str(path)) for a in arguments)])
    out, err = capsys.readouterr()
    assert code == 2
    assert out == ""
    assert message in err
    assert "Traceback" not in err


@pytest.mark.parametrize(
    ("engine", "model", "expected"),
    [
        (None, None, ("auto", None)),
        ("sphinx", None, ("sphinx", None)),
        (None, "base.en", ("whisper", "base.en")),
        ("auto", "base.en", ("auto", "base.en")),
    ],
)
def test_transcribe_settings_of_the_command_line_come_first(
    engine: str | None, model: str | None, expected: tuple[str, str | None]
) -> None:
    settings = recognizer_settings(
        RecognizerSettings(beam=3), engine=engine, model=model, language=None, partials=False
    )
    assert (settings.engine, settings.model) == expected
    assert (settings.beam, settings.partials, settings.language) == (3, False, None)


def test_transcribe_refuses_what_is_no_language() -> None:
    with pytest.raises(InputError, match="such as en"):
        recognizer_settings(
            RecognizerSettings(), engine=None, model=None, language="x", partials=True
        )


@pytest.mark.parametrize(
    ("at_s", "text"),
    [
        (0.0, "0:00.0"),
        (9.94, "0:09.9"),
        (59.96, "1:00.0"),
        (83.25, "1:23.2"),
        (3723.4, "1:02:03.4"),
    ],
)
def test_transcribe_as_clock(at_s: float, text: str) -> None:
    assert as_clock(at_s) == text

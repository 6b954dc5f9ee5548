from __future__ import annotations

import itertools
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from companion.asr import whisper
from companion.asr.choose import choose
from companion.asr.guards import GuardLimits
from companion.asr.transcriber import ProcessTranscriber
from companion.asr.whisper import FULL_CONTEXT_FRAMES, WhisperRecognizer, create, load_model
from companion.audio.sound import (
    SAMPLE_RATE_HZ,
    EndReason,
    Samples,
    SegmentEnded,
    SegmentGrew,
    SegmentStarted,
)
from companion.errors import ModelError, RecognizerError
from companion.settings import RecognizerSettings
from tests.fakes.whisper_model import make_whisper_model

SENTENCE = "we could ask the night shift together"
ANYTHING_GOES = GuardLimits(min_avg_logprob=-1000.0, tokens_per_speech_s=1000.0)
"""Lets the nonsense of random weights pass."""


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("models")
    make_whisper_model(root / "says", says=SENTENCE)
    make_whisper_model(root / "loops", says="round and", loops=True)
    make_whisper_model(root / "long-sighted", says=SENTENCE, needs_full_context=True)
    make_whisper_model(root / "random")
    make_whisper_model(root / "multilingual", says="hola buenas tardes", multilingual=True)
    return root


class Spy:
    """Stands between the recognizer and CTranslate2's model, and notes what passes."""

    def __init__(self, model: Any) -> None:
        self._model = model
        self.frames: list[int] = []
        self.options: list[dict[str, Any]] = []
        self.prompts: list[list[int]] = []
        self.lengths: list[int] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._model, name)

    def encode(self, features: Any) -> Any:
        batch, bands, frames = features.shape
        assert (batch, bands) == (1, 80)
        self.frames.append(frames)
        return self._model.encode(features)

    def generate(self, encoded: Any, prompts: list[list[int]], **options: Any) -> Any:
        self.options.append(options)
        self.prompts.append(prompts[0])
        results = self._model.generate(encoded, prompts, **options)
        self.lengths.append(len(results[0].sequences_ids[0]))
        return results


Listen = Callable[..., tuple[WhisperRecognizer, Spy]]


@pytest.fixture
def listen(folders: Path) -> Listen:
    def start(
        name: str,
        *,
        language: str = "en",
        beam: int = 2,
        full_context: bool = False,
        limits: GuardLimits | None = None,
    ) -> tuple[WhisperRecognizer, Spy]:
        model = load_model(folders / name, threads=1)
        spy = Spy(model.model)
        model.model = spy
        recognizer = WhisperRecognizer(
            model,
            name=name,
            language=language,
            beam=beam,
            full_context=full_context,
            limits=limits or GuardLimits(),
        )
        return recognizer, spy

    return start


def sound(duration_s: float) -> Samples:
    n = round(duration_s * SAMPLE_RATE_HZ)
    return np.random.default_rng(1).normal(0.0, 0.1, n).astype(np.float32)


def test_whisper_returns_the_words_of_a_segment_fed_in_chunks(folders: Path) -> None:
    recognizer = create(str(folders / "says"), label="whisper says", threads=1)
    recognizer.begin()
    for chunk in np.array_split(sound(3.0), 50):
        recognizer.feed(chunk)
    decoded = recognizer.final(speech_s=2.5, economy=False)
    assert decoded.text == SENTENCE
    assert decoded.withheld is None
    assert decoded.confidence == pytest.approx(1.0, abs=0.05)
    assert recognizer.name == "whisper says"


def test_whisper_final_changes_nothing_so_that_it_can_be_called_at_a_pause(listen: Listen) -> None:
    recognizer, spy = listen("says")
    assert recognizer.decodes_ahead
    recognizer.feed(sound(2.0))
    guess = recognizer.final(2.0, economy=False)
    recognizer.feed(sound(6.0))
    assert recognizer.final(7.0, economy=False) == guess
    assert spy.frames[1] - spy.frames[0] == pytest.approx(900 - 500, abs=4)


def test_whisper_begin_forgets_the_last_segment(listen: Listen) -> None:
    recognizer, spy = listen("says")
    recognizer.feed(sound(20.0))
    recognizer.begin()
    recognizer.feed(sound(1.0))
    recognizer.final(1.0, economy=False)
    assert spy.frames == [500]


@pytest.mark.parametrize(
    ("duration_s", "frames"), [(0.3, 500), (3.9, 500), (5.0, 600), (12.0, 1300), (20.0, 2100)]
)
def test_whisper_gives_the_encoder_no_more_context_than_the_sound_needs(
    listen: Listen, duration_s: float, frames: int
) -> None:
    recognizer, spy = listen("says")
    recognizer.feed(sound(duration_s))
    recognizer.final(duration_s, economy=False)
    assert spy.frames == [pytest.approx(frames, abs=2)]
    assert spy.frames[0] % 2 == 0


def test_whisper_full_context_is_a_setting(listen: Listen) -> None:
    recognizer, spy = listen("says", full_context=True)
    recognizer.feed(sound(2.0))
    assert recognizer.final(2.0, economy=False).text == SENTENCE
    assert spy.frames == [FULL_CONTEXT_FRAMES]


def test_whisper_decodes_a_doubted_text_again_with_full_context(listen: Listen) -> None:
    recognizer, spy = listen("long-sighted")
    recognizer.feed(sound(2.0))
    decoded = recognizer.final(2.0, economy=False)
    assert spy.frames == [500, FULL_CONTEXT_FRAMES]
    assert decoded.text == SENTENCE
    assert decoded.withheld is None


@pytest.mark.parametrize(
    ("name", "reason"), [("loops", "loop"), ("random", "more words than time")]
)
def test_whisper_withholds_what_full_context_does_not_mend(
    listen: Listen, name: str, reason: str
) -> None:
    recognizer, spy = listen(name)
    recognizer.feed(sound(2.0))
    decoded = recognizer.final(2.0, economy=False)
    assert decoded.text == ""
    assert decoded.withheld == reason
    assert spy.frames == [500, FULL_CONTEXT_FRAMES]


def test_whisper_withholds_unlikely_words(listen: Listen) -> None:
    roomy = GuardLimits(tokens_per_speech_s=1000.0)
    recognizer, _ = listen("random", limits=roomy)
    recognizer.feed(sound(2.0))
    assert recognizer.final(2.0, economy=False).withheld == "unlikely"


@pytest.mark.parametrize("speech_s", [0.0, 0.24])
def test_whisper_decodes_nothing_under_a_quarter_second_of_speech(
    listen: Listen, speech_s: float
) -> None:
    recognizer, spy = listen("says")
    recognizer.feed(sound(1.0))
    decoded = recognizer.final(speech_s, economy=False)
    assert (decoded.text, decoded.withheld) == ("", "too short")
    assert spy.frames == []


def test_whisper_survives_a_segment_without_sound(listen: Listen) -> None:
    recognizer, _ = listen("says")
    assert recognizer.final(0.0, economy=False).withheld == "too short"
    assert recognizer.final(3.0, economy=False).withheld == "too short"
    assert recognizer.partial().text == ""


def test_whisper_bounds_an_endless_loop_by_the_time_there_was(listen: Listen) -> None:
    recognizer, spy = listen("loops")
    for duration_s, most in ((0.5, 14), (2.0, 29), (25.0, 224)):
        recognizer.begin()
        recognizer.feed(sound(duration_s))
        recognizer.final(duration_s, economy=False)
        assert spy.lengths[-1] == most


def test_whisper_uses_the_beam_of_the_settings_and_one_in_economy(listen: Listen) -> None:
    recognizer, spy = listen("says", beam=4)
    recognizer.feed(sound(2.0))
    recognizer.final(2.0, economy=False)
    recognizer.final(2.0, economy=True)
    recognizer.partial()
    assert [options["beam_size"] for options in spy.options] == [4, 1, 1]


def test_whisper_decodes_without_earlier_text_timestamps_or_chance(listen: Listen) -> None:
    recognizer, spy = listen("says")
    for _ in range(2):
        recognizer.begin()
        recognizer.feed(sound(2.0))
        recognizer.final(2.0, economy=False)
    start, no_timestamps = 400, 400 + 105
    assert spy.prompts == [[start, no_timestamps]] * 2
    assert "sampling_temperature" not in spy.options[0]
    assert len(spy.options[0]["suppress_tokens"]) > 6


def test_whisper_asks_a_multilingual_model_for_its_language(listen: Listen) -> None:
    recognizer, spy = listen("multilingual", language="es")
    recognizer.feed(sound(2.0))
    assert recognizer.final(2.0, economy=False).text == "hola buenas tardes"
    # start, <|es|> (the fourth language), transcribe, no timestamps
    assert spy.prompts == [[401, 401 + 4, 401 + 101, 401 + 105]]


@pytest.mark.parametrize(
    ("model", "language", "fragment"),
    [
        ("says", "es", "English only"),
        ("multilingual", "xx", "does not know the language 'xx'"),
    ],
)
def test_whisper_refuses_a_language_the_model_cannot_hear(
    folders: Path, model: str, language: str, fragment: str
) -> None:
    with pytest.raises(RecognizerError, match=fragment):
        create(str(folders / model), language=language)


def test_whisper_partial_is_cheap_and_never_tries_full_context(listen: Listen) -> None:
    recognizer, spy = listen("loops")
    recognizer.feed(sound(3.0))
    decoded = recognizer.partial()
    assert (decoded.text, decoded.withheld) == ("", "loop")
    assert spy.frames == [500]


def test_whisper_partials_of_a_long_segment_keep_a_bounded_window(listen: Listen) -> None:
    recognizer, spy = listen("says")
    texts = []
    for _ in range(18):
        recognizer.feed(sound(1.0))
        texts.append(recognizer.partial().text)
    most = whisper.short_context(int((whisper.PARTIAL_WINDOW_S + 1) * 100) + 2)
    assert max(spy.frames) <= most
    # What left the window keeps its words: each partial starts with all of an earlier one.
    assert texts[0] == SENTENCE
    assert texts[-1] == " ".join([SENTENCE] * 3)
    assert all(later.startswith(earlier) for earlier, later in itertools.pairwise(texts))
    # The final hears the whole segment at once.
    recognizer.final(18.0, economy=False)
    assert spy.frames[-1] == pytest.approx(1900, abs=2)


def test_whisper_loses_nothing_of_a_sound_longer_than_its_context(listen: Listen) -> None:
    recognizer, spy = listen("says")
    loud = sound(40.0)
    loud[27 * SAMPLE_RATE_HZ : 27 * SAMPLE_RATE_HZ + 3200] = 0.0
    recognizer.feed(loud)
    assert recognizer.final(40.0, economy=False).text == f"{SENTENCE} {SENTENCE}"
    # Cut inside the silence at 27.0 to 27.2 s, the rest with its padding.
    assert spy.frames[0] == pytest.approx(2810, abs=12)
    assert spy.frames[1] == pytest.approx(1390, abs=12)


def test_whisper_close_gives_the_model_back(listen: Listen) -> None:
    recognizer, spy = listen("says")
    recognizer.close()
    assert not spy.model_is_loaded


def test_whisper_keeps_speech_out_of_repr(folders: Path) -> None:
    recognizer = create(str(folders / "says"))
    recognizer.feed(sound(2.0))
    assert "night" not in repr(recognizer.final(2.0, economy=False)) + repr(vars(recognizer))


def _damage(path: Path, keep: int) -> None:
    path.write_bytes(path.read_bytes()[:keep])


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")


@pytest.mark.parametrize(
    ("harm", "fragment"),
    [
        (lambda d: (d / "model.bin").unlink(), r"not complete: model.bin is missing"),
        (lambda d: (d / "tokenizer.json").unlink(), "tokenizer.json is missing"),
        (
            lambda d: (d / "vocabulary.json").unlink(),
            "vocabulary.json or vocabulary.txt is missing",
        ),
        (lambda d: _damage(d / "model.bin", 0), "model.bin is empty"),
        (lambda d: _damage(d / "model.bin", 500_000), "damaged"),
        (lambda d: _damage(d / "model.bin", 5), "damaged"),
        (
            lambda d: _write(d / "model.bin", "<html>not found</html>" * 9),
            "not a CTranslate2 model",
        ),
        (lambda d: _write(d / "vocabulary.json", '["<|en|>", '), "vocabulary.json cannot be read"),
        (lambda d: _write(d / "tokenizer.json", "{}"), "damaged"),
        (lambda d: _write(d / "config.json", "{"), "damaged"),
        (
            lambda d: _write(d / "preprocessor_config.json", '{"feature_size": 128}'),
            "says 128 mel bands where the model has 80",
        ),
    ],
)
def test_whisper_says_what_is_wrong_with_a_folder(
    tmp_path: Path, harm: Callable[[Path], object], fragment: str
) -> None:
    folder = make_whisper_model(tmp_path / "model", says=SENTENCE)
    harm(folder)
    with pytest.raises(ModelError, match=fragment) as caught:
        create(str(folder))
    assert "companion models download base.en" in str(caught.value)


def test_whisper_names_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"there is no model folder .*nowhere"):
        create(str(tmp_path / "nowhere"))


def test_whisper_names_the_model_to_download_again(tmp_path: Path) -> None:
    folder = make_whisper_model(tmp_path / "tiny.en", says=SENTENCE)
    (folder / "download.json").write_text("{}", encoding="utf-8")
    (folder / "model.bin").unlink()
    with pytest.raises(ModelError, match=r"companion models download tiny\.en"):
        create(str(folder))


def test_whisper_refuses_a_model_of_another_kind(tmp_path: Path) -> None:
    folder = make_whisper_model(tmp_path / "model", says=SENTENCE)
    model_file = folder / "model.bin"
    model_file.write_bytes(model_file.read_bytes().replace(b"WhisperSpec", b"Wav2VecSpec", 1))
    with pytest.raises(ModelError, match=r"another kind \(Wav2VecSpec\)"):
        create(str(folder))


def test_whisper_says_when_memory_runs_out(folders: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_memory(*_: object, **__: object) -> None:
        raise MemoryError

    monkeypatch.setattr(whisper, "WhisperModel", no_memory)
    with pytest.raises(ModelError, match=r"not enough memory.*tiny\.en"):
        create(str(folders / "says"))


def test_whisper_serves_in_the_recognizers_own_process(folders: Path) -> None:
    settings = RecognizerSettings(engine="whisper", model=str(folders / "says"), threads=1)
    speech = sound(3.0)
    with ProcessTranscriber(choose(settings).spec, settings) as transcriber:
        transcriber.push(SegmentStarted(7, 1.0, speech[:16000]))
        transcriber.push(SegmentGrew(7, speech[16000:]))
        transcriber.push(SegmentEnded(7, 1.0, 4.0, 2.8, EndReason.SILENCE))
        assert transcriber.drain(60.0)
        finals = [h for h in transcriber.poll() if h.final]
        assert transcriber.status().engine == "whisper says"
    assert [(h.segment_id, h.text) for h in finals] == [(7, SENTENCE)]


OFFLINE = """
import socket, sys

def forbidden(*args, **kwargs):
    raise SystemExit("tried to reach the network")

for name in ("connect", "connect_ex", "sendto", "bind"):
    setattr(socket.socket, name, forbidden)
socket.getaddrinfo = socket.create_connection = forbidden

import numpy as np
from companion.asr.spec import RecognizerSpec

options = {"model_dir": sys.argv[1], "threads": 1}
recognizer = RecognizerSpec("whisper", "whisper", "companion.asr.whisper:create", options).build()
recognizer.feed(np.ones(32000, np.float32) * 0.1)
print(len(recognizer.final(2.0, False).text.split()))

from huggingface_hub import constants
assert constants.HF_HUB_OFFLINE
"""


def test_whisper_loads_and_decodes_in_a_fresh_process_with_the_network_forbidden(
    folders: Path, tmp_path: Path
) -> None:
    environment = {k: v for k, v in os.environ.items() if not k.startswith("HF_HUB")}
    done = subprocess.run(
        [sys.executable, "-c", OFFLINE, str(folders / "says")],
        capture_output=True,
        text=True,
        env=environment,
        cwd=tmp_path,
        timeout=60,
        check=False,
    )
    assert done.stdout.strip() == "7", done.stderr
    assert done.returncode == 0

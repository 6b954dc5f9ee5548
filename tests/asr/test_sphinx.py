"""pocketsphinx itself, on a synthesized voice and, where it lies nearby, on a human one."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import wave
from pathlib import Path

import numpy as np
import pytest

from companion.asr.inline import InlineTranscriber
from companion.asr.spec import RecognizerSpec
from companion.asr.sphinx import SphinxRecognizer, create, spoken_words
from companion.asr.transcriber import ProcessTranscriber
from companion.audio.sound import (
    SAMPLE_RATE_HZ,
    EndReason,
    Samples,
    SegmentEnded,
    SegmentGrew,
    SegmentStarted,
    seconds,
)
from companion.domain.metrics import total_word_errors, word_errors
from companion.errors import RecognizerError
from companion.settings import RecognizerSettings

CLIPS = Path(__file__).parents[3] / "shared" / "audio"
SAID = "we have to talk about the schedule before the meeting on tuesday"


@pytest.fixture(scope="module")
def recognizer() -> SphinxRecognizer:
    return create()


@pytest.fixture
def voice(tmp_path: Path) -> Samples:
    """A synthesized voice that says `SAID`."""
    if shutil.which("flite") is None:
        if os.environ.get("CI") == "true":
            pytest.fail("flite is not installed; CI must have it")
        pytest.skip("flite is not installed")
    path = tmp_path / "voice.wav"
    subprocess.run(["flite", "-voice", "rms", "-t", SAID, "-o", str(path)], check=True, timeout=60)
    return read_wav(path)


def read_wav(path: Path) -> Samples:
    with wave.open(str(path)) as file:
        assert (file.getframerate(), file.getnchannels()) == (SAMPLE_RATE_HZ, 1)
        raw = file.readframes(file.getnframes())
    samples: Samples = np.frombuffer(raw, "<i2").astype(np.float32) / np.float32(32768)
    return samples


def decode(recognizer: SphinxRecognizer, samples: Samples) -> str:
    recognizer.begin()
    recognizer.feed(samples)
    return recognizer.final(seconds(len(samples)), economy=False).text


@pytest.mark.flite
def test_sphinx_hears_a_synthesized_voice(recognizer: SphinxRecognizer, voice: Samples) -> None:
    errors = word_errors(SAID, decode(recognizer, voice))
    assert errors.rate <= 0.25, errors


@pytest.mark.flite
def test_sphinx_in_its_process_hears_what_it_hears_here(voice: Samples) -> None:
    spec = RecognizerSpec("sphinx", "pocketsphinx", "companion.asr.sphinx:create")
    settings = RecognizerSettings(partials=False)
    length_s = seconds(len(voice))
    texts = []
    with ProcessTranscriber(spec, settings) as there, InlineTranscriber(spec, settings) as here:
        for transcriber in (there, here):
            transcriber.push(SegmentStarted(1, 0.0, voice[:1600]))
            for i in range(1600, len(voice), 1600):
                transcriber.push(SegmentGrew(1, voice[i : i + 1600]))
            transcriber.push(SegmentEnded(1, 0.0, length_s, length_s, EndReason.SILENCE))
            assert transcriber.drain(60.0)
            texts += [h.text for h in transcriber.poll()]
    assert word_errors(SAID, texts[0]).rate <= 0.25
    # Not word for word: here all sound was at hand, there it came in other pieces.
    assert word_errors(texts[1], texts[0]).rate <= 0.25


@pytest.mark.flite
def test_sphinx_partial_grows_while_it_is_fed(recognizer: SphinxRecognizer, voice: Samples) -> None:
    recognizer.begin()
    half = len(voice) // 2
    recognizer.feed(voice[:half])
    early = recognizer.partial().text.split()
    recognizer.feed(voice[half:])
    late = recognizer.partial().text.split()
    recognizer.final(5.0, economy=False)
    assert 0 < len(early) < len(late)


@pytest.mark.skipif(
    not CLIPS.is_dir(), reason="the clips of human speech are not beside the project"
)
def test_sphinx_hears_a_human_voice() -> None:
    # A fresh one: what it learned of another voice's channel would carry over.
    recognizer = create()
    table = (CLIPS / "README.md").read_text(encoding="utf-8")
    said = dict(re.findall(r"\| (librivox\S+\.wav) \| (.*) \|", table))
    assert said
    errors = total_word_errors(
        (words, decode(recognizer, read_wav(CLIPS / name))) for name, words in sorted(said.items())
    )
    # Rough, as is said: the engine's own figure swings between a quarter and two fifths.
    assert errors.rate <= 0.40, errors


def test_sphinx_makes_no_words_of_too_little_speech(recognizer: SphinxRecognizer) -> None:
    recognizer.begin()
    recognizer.feed(np.zeros(8000, np.float32))
    decoded = recognizer.final(0.2, economy=False)
    assert (decoded.text, decoded.withheld) == ("", "too short")


def test_sphinx_silence_has_no_words(recognizer: SphinxRecognizer) -> None:
    assert decode(recognizer, np.zeros(2 * SAMPLE_RATE_HZ, np.float32)) == ""


def test_sphinx_segment_without_sound_has_no_words(recognizer: SphinxRecognizer) -> None:
    recognizer.begin()
    assert recognizer.partial().text == ""
    assert recognizer.final(1.0, economy=False).text == ""


def test_sphinx_begin_leaves_an_open_segment(recognizer: SphinxRecognizer) -> None:
    recognizer.begin()
    recognizer.feed(np.zeros(1600, np.float32))
    recognizer.begin()
    assert recognizer.final(1.0, economy=False).text == ""


def test_sphinx_damaged_model_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    def damaged(config: object) -> None:
        raise RuntimeError("mdef: no such file")

    monkeypatch.setattr("pocketsphinx.Decoder", damaged)
    with pytest.raises(RecognizerError, match="reinstall"):
        create()


@pytest.mark.parametrize(
    ("hypothesis", "words"),
    [
        ("we talk", "we talk"),
        ("<sil> we [NOISE] talk ++UM++", "we talk"),
        ("read(2) the(3) schedule", "read the schedule"),
        ("[SPEECH]", ""),
        ("it's o'clock", "it's o'clock"),
        ("", ""),
    ],
)
def test_sphinx_spoken_words_leaves_out_fillers(hypothesis: str, words: str) -> None:
    assert spoken_words(hypothesis) == words

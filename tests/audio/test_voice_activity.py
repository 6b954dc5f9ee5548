"""The real model: on what a synthesizer says, and on sounds without a word."""

from __future__ import annotations

import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import soundfile as sf

from companion import locations
from companion.audio.endpointing import Endpointer
from companion.audio.sound import SAMPLE_RATE_HZ, AudioChunk, EndReason, Samples, SegmentEnded
from companion.audio.voice_activity import FRAME_SAMPLES, VoiceActivity
from companion.errors import ModelError
from companion.settings import EndpointSettings
from tests.fakes.noise import digital_silence, mains_hum, typing_clicks, white_noise


def probabilities(voice: VoiceActivity, sound: Samples) -> list[float]:
    whole = len(sound) - len(sound) % FRAME_SAMPLES
    return [
        voice.probability(sound[at : at + FRAME_SAMPLES]) for at in range(0, whole, FRAME_SAMPLES)
    ]


def segments(sound: Samples) -> list[SegmentEnded]:
    endpointer = Endpointer(EndpointSettings(), VoiceActivity())
    events = endpointer.push(AudioChunk(sound, 0.0)) + endpointer.flush()
    return [e for e in events if isinstance(e, SegmentEnded)]


@pytest.fixture(scope="module")
def speech() -> Samples:
    """The first half minute of the shipped sample call."""
    path = locations.shipped("configs", "samples", "one-on-one.en.ogg")
    sound, rate = sf.read(path, dtype="float32", frames=30 * SAMPLE_RATE_HZ)
    assert rate == SAMPLE_RATE_HZ
    return np.asarray(sound)


def test_voice_activity_hears_speech_and_the_pauses_in_it(speech: Samples) -> None:
    judged = np.array(probabilities(VoiceActivity(), speech))
    assert judged.min() >= 0
    assert judged.max() <= 1
    assert 0.4 < np.mean(judged > 0.5) < 0.9
    assert np.mean((judged > 0.1) & (judged < 0.9)) < 0.2  # it mostly makes up its mind


def test_voice_activity_reset_begins_afresh(speech: Samples) -> None:
    voice = VoiceActivity()
    first = probabilities(voice, speech[:32_000])
    again = probabilities(voice, speech[:32_000])
    assert again != first  # context and state are carried
    voice.reset()
    assert probabilities(voice, speech[:32_000]) == first


def test_voice_activity_is_not_deafened_by_samples_that_are_not_numbers(speech: Samples) -> None:
    voice = VoiceActivity()
    voice.probability(np.full(FRAME_SAMPLES, np.nan, dtype=np.float32))
    troubled = np.array(probabilities(voice, speech[:96_000]))
    untroubled = np.array(probabilities(VoiceActivity(), speech[:96_000]))
    assert np.mean((troubled > 0.5) == (untroubled > 0.5)) > 0.95


def test_voice_activity_judges_as_the_batch_use_of_the_model_does(speech: Samples) -> None:
    from faster_whisper.vad import get_vad_model

    sound = speech[: 300 * FRAME_SAMPLES]
    batch = get_vad_model()(sound.copy())
    # The batch use blanks the end of its last frame, so that one may differ.
    ours = probabilities(VoiceActivity(), sound)
    assert ours[:-1] == pytest.approx(batch.tolist()[:-1], abs=1e-4)


def test_voice_activity_splits_speech_at_its_pauses(speech: Samples) -> None:
    found = segments(speech)
    assert len(found) >= 5
    assert all(s.reason is EndReason.SILENCE for s in found[:-1])
    assert all(s.speech_s >= 0.5 for s in found[:-1])
    assert all(later.start_s >= earlier.end_s for earlier, later in pairwise(found))


@pytest.mark.parametrize(
    "sound",
    [
        pytest.param(digital_silence(15), id="silence"),
        pytest.param(white_noise(15, -20), id="noise"),
        pytest.param(white_noise(15, -45), id="quiet noise"),
        pytest.param(mains_hum(15, 50), id="hum 50 Hz"),
        pytest.param(mains_hum(15, 60), id="hum 60 Hz"),
        pytest.param(typing_clicks(15), id="typing"),
        pytest.param(typing_clicks(15, keys_per_s=10, peak_dbfs=-3), id="loud typing"),
    ],
)
def test_voice_activity_opens_no_segment_without_speech(sound: Samples) -> None:
    assert segments(sound) == []


def test_voice_activity_missing_model_names_the_way_out(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="is missing; install companion again"):
        VoiceActivity(tmp_path / "none.onnx")


@pytest.mark.parametrize("share", [0.0, 0.5])
def test_voice_activity_damaged_model_names_the_way_out(tmp_path: Path, share: float) -> None:
    whole = locations.shipped("models", "silero_vad_v6.onnx").read_bytes()
    damaged = tmp_path / "damaged.onnx"
    damaged.write_bytes(whole[: int(len(whole) * share)])
    with pytest.raises(ModelError, match="is damaged; install companion again"):
        VoiceActivity(damaged)


def test_voice_activity_loads_onnxruntime_only_when_used() -> None:
    code = (
        "import sys, companion.audio.endpointing, companion.audio.voice_activity\n"
        "sys.exit('onnxruntime' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False, timeout=60).returncode == 0

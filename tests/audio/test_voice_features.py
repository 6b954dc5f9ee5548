from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from companion.audio.sound import SAMPLE_RATE_HZ, Samples
from companion.audio.voice_features import FRAME_SAMPLES, HOP_SAMPLES, frames_of, joined
from tests.fakes.voices import OWN, FormantVoice


def tone(hz: float, level: float = 0.1) -> Samples:
    t = np.arange(SAMPLE_RATE_HZ) / SAMPLE_RATE_HZ
    return (level * np.sin(2 * np.pi * hz * t)).astype(np.float32)


@pytest.mark.parametrize("pitch_hz", [85, 125, 170, 230, 320])
def test_voice_features_find_the_pitch_of_a_voice(pitch_hz: float) -> None:
    frames = frames_of(FormantVoice(pitch_hz, 1.0, 3).speak(2))
    assert frames.voiced.mean() > 0.9
    assert 2 ** np.median(frames.pitch[frames.voiced]) == pytest.approx(pitch_hz, rel=0.08)


@pytest.mark.parametrize(
    "sound",
    [
        np.zeros(SAMPLE_RATE_HZ, np.float32),
        np.random.default_rng(0).normal(0, 0.1, SAMPLE_RATE_HZ).astype(np.float32),
        tone(150, level=1e-4),
        tone(30),
    ],
    ids=["silence", "noise", "faint hum", "rumble"],
)
def test_voice_features_call_no_other_sound_voiced(sound: Samples) -> None:
    assert frames_of(sound).voiced.mean() < 0.05


def test_voice_features_tell_level_apart_from_timbre() -> None:
    sound = OWN.speak(1)
    loud, soft = frames_of(sound), frames_of((sound / 4).astype(np.float32))
    assert np.allclose(loud.level_db - soft.level_db, 12.04, atol=0.01)
    assert np.allclose(loud.timbre, soft.timbre, atol=0.5)


@given(st.integers(0, 5000))
def test_voice_features_have_a_frame_each_ten_milliseconds(n: int) -> None:
    frames = frames_of(np.ones(n, np.float32))
    assert len(frames) == max(0, (n - FRAME_SAMPLES) // HOP_SAMPLES + 1)
    assert np.isfinite(frames.timbre).all()


def test_voice_features_of_parts_are_those_of_the_whole() -> None:
    sound = OWN.speak(0.5)
    whole = frames_of(sound)
    cut = 20
    parts = [
        frames_of(sound[: (cut - 1) * HOP_SAMPLES + FRAME_SAMPLES]),
        frames_of(sound[cut * HOP_SAMPLES :]),
    ]
    again = joined(parts)
    assert np.allclose(again.timbre, whole.timbre, atol=1e-3)
    assert np.array_equal(again.voiced, whole.voiced)
    assert len(whole.part(3, 8)) == 5
    assert len(joined([])) == 0

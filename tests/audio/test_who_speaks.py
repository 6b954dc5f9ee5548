from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from companion.audio.own_voice import OwnVoice, learn_voice
from companion.audio.sound import Samples
from companion.audio.voice_features import VoiceFrames, frames_of
from companion.audio.who_speaks import (
    BLOCK_FRAMES,
    BLOCK_SAMPLES,
    LAG_BLOCKS,
    LOOK_AHEAD_SAMPLES,
    SpeakerTrack,
)
from tests.fakes.voices import OTHER, OWN, FormantVoice

LEVEL = 0.1
LIKE = FormantVoice(pitch_hz=105, throat=0.92, tilt_db=3)
"""So like the own voice that timbre and pitch alone would let it through."""


@cache
def own_voice() -> OwnVoice:
    return learn_voice(frames_of(OWN.speak(12, LEVEL, seed=1)))


def blocks(sound: Samples) -> list[VoiceFrames]:
    frames = frames_of(sound)
    return [frames.part(i, i + BLOCK_FRAMES) for i in range(0, len(frames), BLOCK_FRAMES)]


def judge(track: SpeakerTrack, sound: Samples) -> list[bool]:
    """Whether each block of a stretch is own speech."""
    track.begin()
    odds: list[float] = []
    for block in blocks(sound):
        track.push(block)
        odds += track.judged(all_of_them=False)
    odds += track.judged(all_of_them=True)
    return [o > 0 for o in odds]


def test_who_speaks_tells_the_own_voice_from_another() -> None:
    track = SpeakerTrack(own_voice())
    assert all(judge(track, OWN.speak(3, LEVEL, seed=2)))
    assert not any(judge(track, OTHER.speak(3, LEVEL, seed=2)))


def test_who_speaks_finds_where_another_voice_takes_over() -> None:
    sound = np.concatenate((OWN.speak(2, LEVEL, seed=3), OTHER.speak(2, LEVEL, seed=3)))
    own = judge(SpeakerTrack(own_voice()), sound)
    assert sum(own) == pytest.approx(20, abs=2)
    assert own == sorted(own, reverse=True)  # one change, not a flicker


@pytest.mark.parametrize("change_db", [-6, 6])
def test_who_speaks_bears_another_level_than_that_of_the_reading(change_db: float) -> None:
    sound = OWN.speak(4, LEVEL * 10 ** (change_db / 20), seed=4)
    assert all(judge(SpeakerTrack(own_voice()), sound))


def test_who_speaks_tells_a_like_voice_by_its_level() -> None:
    track = SpeakerTrack(own_voice())
    judge(track, OWN.speak(5, LEVEL, seed=5))
    assert all(judge(track, LIKE.speak(3, LEVEL, seed=6)))
    assert not any(judge(track, LIKE.speak(3, LEVEL / 10, seed=6)))
    assert all(judge(track, OWN.speak(3, LEVEL / 4, seed=6)))  # leaning back is no other voice


def test_who_speaks_says_nothing_without_voiced_frames() -> None:
    noise = np.random.default_rng(0).normal(0, 0.05, 16_000).astype(np.float32)
    track = SpeakerTrack(own_voice())
    for block in blocks(noise):
        track.push(block.part(0, 0))
    assert track.judged(all_of_them=True) == [0.0] * len(blocks(noise))


def test_who_speaks_judges_each_block_once_and_late_ones_at_a_pause() -> None:
    track = SpeakerTrack(own_voice())
    n = 0
    for i, block in enumerate(blocks(OWN.speak(2, LEVEL))):
        track.push(block)
        n += len(track.judged(all_of_them=False))
        assert n == max(0, i + 1 - LAG_BLOCKS)
    assert n + len(track.judged(all_of_them=True)) == i + 1
    assert track.judged(all_of_them=True) == []


def test_who_speaks_forgets_who_spoke_when_a_stretch_begins() -> None:
    used, fresh = SpeakerTrack(own_voice()), SpeakerTrack(own_voice())
    for block in blocks(OTHER.speak(1, LEVEL)):
        used.push(block)
    sound = OWN.speak(1, LEVEL, seed=7)
    assert judge(used, sound) == judge(fresh, sound)


def test_who_speaks_has_blocks_that_frames_fill() -> None:
    assert len(frames_of(np.zeros(BLOCK_SAMPLES + LOOK_AHEAD_SAMPLES, np.float32))) == BLOCK_FRAMES

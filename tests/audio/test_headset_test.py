"""The headset test in rooms of all kinds."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from companion.audio.headset_test import (
    AUDIBLE_DB,
    BEFORE_S,
    TAKES_S,
    HeadsetResult,
    Speaker,
    run_test,
    run_to_end,
)
from companion.audio.sound import Source
from companion.domain.hearing import Playback
from companion.errors import AudioDeviceError
from tests.fakes.room import Room


def _test(room: Room) -> HeadsetResult:
    source: Source = room
    speaker: Speaker = room.speaker
    return run_to_end(run_test(source, speaker))


@pytest.mark.parametrize(
    ("what", "room", "playback"),
    [
        ("a headset", Room(), Playback.HEADSET),
        ("a headset in a very silent room", Room(noise_db=-90), Playback.HEADSET),
        ("earphones that leak a little", Room(gain_db=-60, noise_db=-80), Playback.HEADSET),
        ("a laptop's speakers", Room(gain_db=-20), Playback.SPEAKERS),
        ("loud speakers", Room(gain_db=10), Playback.SPEAKERS),
        ("faint speakers", Room(gain_db=-35), Playback.SPEAKERS),
        ("speakers by Bluetooth, late", Room(gain_db=-20, delay_s=0.6), Playback.SPEAKERS),
        ("speakers in a noisy room", Room(gain_db=-15, noise_db=-40), Playback.SPEAKERS),
        ("a headset in a noisy room", Room(noise_db=-35), Playback.UNCLEAR),
        ("faint speakers in a noisy room", Room(gain_db=-40, noise_db=-35), Playback.UNCLEAR),
        ("a muted microphone", Room(noise_db=None), Playback.UNCLEAR),
    ],
)
def test_headset_test_tells(what: str, room: Room, playback: Playback) -> None:
    result = _test(room)
    assert result.playback is playback, what
    assert result.words.endswith(".")
    assert result.advice.endswith(".")
    assert result.needs_ears is (playback is Playback.HEADSET)
    assert len(room.speaker.played) == 1


@settings(max_examples=40, deadline=None)
@given(
    gain_db=st.floats(AUDIBLE_DB + 3, 10),
    delay_s=st.floats(0.0, 0.9),
    noise_db=st.floats(-90, 0),
    seed=st.integers(0, 1000),
)
def test_headset_test_never_takes_an_audible_echo_for_a_headset(
    gain_db: float, delay_s: float, noise_db: float, seed: int
) -> None:
    assert _test(Room(gain_db, delay_s, noise_db, seed)).playback is not Playback.HEADSET


def test_headset_test_measures_level_and_delay() -> None:
    echo = _test(Room(gain_db=-20, delay_s=0.25)).echo
    assert echo is not None
    assert echo.level_db == pytest.approx(-20, abs=3), "the room's reflections add a little"
    assert echo.delay_s == pytest.approx(0.25, abs=0.002)


def test_headset_test_hears_the_room_first_and_shows_how_far_it_is() -> None:
    room = Room()
    running = run_test(room, room.speaker)
    shares = []
    for share in running:
        shares.append(share)
        if share < BEFORE_S / TAKES_S:
            assert not room.speaker.played
    assert shares == sorted(shares)
    assert shares[-1] == 1.0


def test_headset_test_with_lost_sound_says_to_test_again() -> None:
    room = Room(gain_db=-20)
    room.lose_at_s = 1.0
    result = _test(room)
    assert result.playback is Playback.UNCLEAR
    assert "once more" in result.advice


def test_headset_test_gives_a_microphone_up_that_gives_nothing() -> None:
    room = Room()
    room.gives_nothing = True
    with pytest.raises(AudioDeviceError, match="sends no sound"):
        _test(room)
    assert room.reads <= 40
    assert not room.speaker.played

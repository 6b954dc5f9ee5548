"""The sweep, and its echo in what a room gives back."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from companion.audio.sound import SAMPLE_RATE_HZ, Samples
from companion.audio.sweep import MOST_DELAY_S, PEAK, STANDS_OUT_DB, SWEEP_S, find_echo, sweep
from tests.fakes.sound import speech_like, tone

PLAYED_AT_S = 0.5
N = round(3.0 * SAMPLE_RATE_HZ)


def _recorded(
    gain_db: float | None, delay_s: float = 0.2, noise_db: float = -70.0, seed: int = 0
) -> Samples:
    sound = 10 ** (noise_db / 20) * np.random.default_rng(seed).standard_normal(N)
    if gain_db is not None:
        begin = round((PLAYED_AT_S + delay_s) * SAMPLE_RATE_HZ)
        played = sweep()[: N - begin]
        sound[begin : begin + len(played)] += played * 10 ** (gain_db / 20)
    return sound.astype(np.float32)


@pytest.mark.parametrize("rate_hz", [16_000, 44_100, 48_000])
def test_sweep_is_quiet_begins_and_ends_in_silence_and_lasts_a_second(rate_hz: int) -> None:
    sound = sweep(rate_hz)
    assert len(sound) == round(SWEEP_S * rate_hz)
    assert np.abs(sound).max() <= PEAK + 1e-6
    assert 20 * np.log10(np.sqrt(np.mean(sound**2))) < -24, "softer than a voice in a call"
    assert abs(sound[0]) < 1e-6
    assert abs(sound[-1]) < 1e-4


def test_sweep_rises_from_low_to_high() -> None:
    sound = sweep()
    pitches = []
    for part in np.array_split(sound[800:-800], 8):
        spectrum = np.abs(np.fft.rfft(part * np.hanning(len(part))))
        pitches.append(int(spectrum.argmax()) * SAMPLE_RATE_HZ / len(part))
    assert pitches == sorted(pitches)
    assert pitches[0] < 500
    assert pitches[-1] > 4500


@settings(max_examples=30, deadline=None)
@given(
    gain_db=st.floats(-35, 20),
    delay_s=st.floats(0, MOST_DELAY_S - 0.05),
    noise_db=st.floats(-90, -60),
    seed=st.integers(0, 1000),
)
def test_sweep_echo_is_found_with_its_level_and_delay(
    gain_db: float, delay_s: float, noise_db: float, seed: int
) -> None:
    echo = find_echo(_recorded(gain_db, delay_s, noise_db, seed), PLAYED_AT_S)
    assert echo.found
    assert echo.level_db == pytest.approx(gain_db, abs=1.0)
    assert echo.delay_s == pytest.approx(delay_s, abs=0.001)


@pytest.mark.parametrize("talks_db", [-20, -10, 0])
def test_sweep_an_echo_beside_a_voice_is_not_taken_for_a_fainter_one(talks_db: float) -> None:
    voice = speech_like(3.0, seed=1)[:N] * 10 ** (talks_db / 20)
    echo = find_echo((_recorded(-10) + voice).astype(np.float32), PLAYED_AT_S)
    assert echo.delay_s == pytest.approx(0.2, abs=0.001)
    assert echo.level_db >= -11


@settings(max_examples=30, deadline=None)
@given(noise_db=st.floats(-90, -10), seed=st.integers(0, 1000))
def test_sweep_noise_alone_is_no_echo_and_says_what_it_would_hide(
    noise_db: float, seed: int
) -> None:
    echo = find_echo(_recorded(None, noise_db=noise_db, seed=seed), PLAYED_AT_S)
    assert not echo.found
    assert echo.limit_db == pytest.approx(noise_db + 6, abs=4), "an echo as faint is not ruled out"


@pytest.mark.parametrize("seed", range(4))
def test_sweep_a_voice_in_the_room_is_no_echo(seed: int) -> None:
    voice = speech_like(3.0, seed=seed)[:N] * 0.5
    echo = find_echo((_recorded(None) + voice).astype(np.float32), PLAYED_AT_S)
    assert echo.stands_out_db < STANDS_OUT_DB


@pytest.mark.parametrize("hz", [440.0, 1000.0, 3000.0])
def test_sweep_a_tone_in_the_room_is_no_echo(hz: float) -> None:
    hum = tone(3.0, hz=hz, peak=0.1)
    assert not find_echo((_recorded(None) + hum).astype(np.float32), PLAYED_AT_S).found


def test_sweep_from_before_it_was_played_is_no_echo() -> None:
    # Somebody else's sweep, heard too early.
    early = _recorded(-10, delay_s=-0.3)
    assert not find_echo(early, PLAYED_AT_S).found


def test_sweep_a_recording_that_ends_too_early_is_an_error() -> None:
    with pytest.raises(ValueError, match="before the sweep"):
        find_echo(np.zeros(SAMPLE_RATE_HZ, np.float32), 2.0)

"""Streaming resampling keeps pitch, place, length and range."""

from __future__ import annotations

import numpy as np
import pytest

from companion.audio.resampling import Resampler
from companion.audio.sound import SAMPLE_RATE_HZ, Samples
from tests.fakes.sound import tone

RATES_HZ = [8_000, 11_025, 16_000, 22_050, 32_000, 44_100, 48_000, 96_000, 192_000]


def _resampled(sound: Samples, rate_hz: int, block: int) -> Samples:
    resampler = Resampler(rate_hz)
    parts = [resampler.feed(sound[i : i + block]) for i in range(0, len(sound), block)]
    return np.concatenate([*parts, resampler.finish()])


@pytest.mark.parametrize("rate_hz", RATES_HZ)
def test_resampling_keeps_length_pitch_and_place(rate_hz: int) -> None:
    # A tone that begins half-way: both its pitch and its beginning must stay where they are.
    sound = np.concatenate([np.zeros(rate_hz, np.float32), tone(1.0, rate_hz, 440.0)])
    result = _resampled(sound, rate_hz, round(0.03 * rate_hz))
    assert abs(len(result) - 2 * SAMPLE_RATE_HZ) <= 1
    expected = tone(1.0, SAMPLE_RATE_HZ, 440.0)[1000:15000]
    assert result[17_000:31_000] == pytest.approx(expected, abs=2e-3)
    assert np.abs(result[:15_500]).max() < 1e-3


@pytest.mark.parametrize("block", [1, 7, 480, 5000])
def test_resampling_does_not_depend_on_the_block_size(block: int) -> None:
    sound = tone(0.5, 44_100)
    assert _resampled(sound, 44_100, block) == pytest.approx(
        _resampled(sound, 44_100, len(sound)), abs=1e-6
    )


def test_resampling_removes_what_16_khz_cannot_hold() -> None:
    assert np.abs(_resampled(tone(1.0, 48_000, 11_000.0), 48_000, 1440)[500:-500]).max() < 1e-3


def test_resampling_stays_in_range() -> None:
    square = np.sign(tone(1.0, 48_000, 300.0)).astype(np.float32)
    assert np.abs(_resampled(square, 48_000, 1440)).max() <= 1.0


def test_resampling_of_nothing_is_nothing() -> None:
    assert len(_resampled(np.zeros(0, np.float32), 48_000, 480)) == 0

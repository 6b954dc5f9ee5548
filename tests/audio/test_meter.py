"""The meter: level, digital silence and clipping."""

from __future__ import annotations

import numpy as np
import pytest

from companion.audio.meter import FLOOR_DBFS, Meter, Reading
from companion.audio.sound import Samples
from tests.fakes.sound import speech_like, tone

RATE_HZ = 16_000


def _heard(sound: Samples, block: int = 480) -> Reading:
    meter = Meter()
    for begin in range(0, len(sound), block):
        meter.hear(sound[begin : begin + block], RATE_HZ)
    return meter.reading


@pytest.mark.parametrize(
    ("peak", "dbfs"), [(1.0, -3.0), (0.1, -23.0), (0.001, -63.0), (0.0, -120.0)]
)
def test_meter_level_is_the_rms_of_the_last_tenth_of_a_second(peak: float, dbfs: float) -> None:
    loud_before = tone(1.0, peak=0.9)
    assert _heard(np.concatenate([loud_before, tone(0.2, peak=peak)])).level_dbfs == pytest.approx(
        dbfs, abs=0.3
    )


def _noise(peak: float) -> Samples:
    return (np.random.default_rng(0).uniform(-peak, peak, 3 * RATE_HZ)).astype(np.float32)


@pytest.mark.parametrize(
    ("what", "sound", "quiet"),
    [
        ("all zero", np.zeros(3 * RATE_HZ, np.float32), True),
        ("dither of one 16-bit step", _noise(1 / 32768), True),
        ("a very quiet room (-66 dBFS)", _noise(16 / 32768), False),
        ("speech", speech_like(3.0), False),
        ("a constant offset", np.full(3 * RATE_HZ, 0.01, np.float32), False),
    ],
)
def test_meter_tells_digital_silence_from_a_quiet_room(
    what: str, sound: Samples, quiet: bool
) -> None:
    assert (_heard(sound).quiet_s >= 2.5) is quiet, what


def test_meter_quiet_ends_with_the_first_sound() -> None:
    silence = np.zeros(3 * RATE_HZ, np.float32)
    assert _heard(silence).quiet_s == pytest.approx(3.0)
    assert _heard(np.concatenate([silence, tone(0.03)])).quiet_s == 0


@pytest.mark.parametrize(
    ("what", "gain", "clipping"),
    [("well set", 1.0, False), ("loud but whole", 1.9, False), ("overdriven", 20.0, True)],
)
def test_meter_tells_clipping_from_loud_speech(what: str, gain: float, clipping: bool) -> None:
    assert _heard(np.clip(speech_like(2.0) * gain, -1, 1)).clipping is clipping, what


def test_meter_ignores_a_single_knock() -> None:
    sound = speech_like(2.0)
    sound[16_000:16_010] = 1.0
    assert not _heard(sound).clipping


def test_meter_clipping_passes_after_two_good_seconds() -> None:
    bad = np.ones(RATE_HZ, np.float32)
    assert _heard(np.concatenate([bad, tone(1.5)])).clipping
    assert not _heard(np.concatenate([bad, tone(3.5)])).clipping


def test_meter_starts_silent_and_can_start_afresh() -> None:
    meter = Meter()
    assert meter.reading == Reading(FLOOR_DBFS, 0.0, False)
    meter.hear(np.ones(RATE_HZ, np.float32), RATE_HZ)
    meter.hear(np.zeros(0, np.float32), RATE_HZ)
    assert meter.reading.clipping
    meter.reset()
    assert meter.reading == Reading(FLOOR_DBFS, 0.0, False)

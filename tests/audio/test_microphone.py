"""The microphone as a source, on a fake input at block cadence."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import pytest

from companion.audio.devices import InputDevice
from companion.audio.microphone import MicrophoneSource
from companion.audio.ring import Block
from companion.audio.sound import SAMPLE_RATE_HZ, AudioChunk, Samples, Source, SourceState
from companion.audio.sound_server import SoundServer
from companion.errors import AudioDeviceError
from companion.settings import AudioSettings
from tests.fakes.sound import (
    FakeClock,
    FakeSystem,
    counting,
    microphone,
    speech_like,
    tone,
)

SERVER = SoundServer(lambda command: None, {})
DIRECT = microphone("Plain 16 kHz", rate_hz=SAMPLE_RATE_HZ)
USUAL = microphone("Usual 48 kHz", rate_hz=48_000)


@contextmanager
def _opened(
    device: InputDevice = DIRECT, settings: AudioSettings | None = None
) -> Iterator[tuple[MicrophoneSource, FakeSystem]]:
    clock = FakeClock()
    system = FakeSystem(clock, [device])
    with MicrophoneSource(
        settings, system=system, server=SERVER, clock=clock, tend_every_s=0.005
    ) as source:
        yield source, system


def _all(source: MicrophoneSource) -> list[AudioChunk]:
    """What can be read without waiting."""
    return list(iter(lambda: source.read(0), None))


def _given(system: FakeSystem, sound: Samples, source: MicrophoneSource) -> list[AudioChunk]:
    """What comes of sound on a device that was just reopened, once its blocks are let in."""
    for _ in range(1000):
        # Where time has passed without sound, the keeper may have opened it once more.
        system.opened[-1].give(sound)
        if chunks := _all(source):
            return chunks
        threading.Event().wait(0.01)
    raise AssertionError("the reopened device was never listened to")


def _sound(chunks: list[AudioChunk]) -> Samples:
    return np.concatenate([np.zeros(0, np.float32), *(c.samples for c in chunks)])


def test_microphone_is_a_source() -> None:
    source: Source = MicrophoneSource(system=FakeSystem(FakeClock()), server=SERVER)
    assert source.paced
    assert source.status().state is SourceState.ENDED
    assert source.read(0) is None
    source.discard()


def test_microphone_every_sample_arrives_in_order() -> None:
    with _opened() as (source, system):
        heard: list[AudioChunk] = []
        for second in range(20):
            system.opened[0].give(counting(SAMPLE_RATE_HZ, second * SAMPLE_RATE_HZ))
            heard += _all(source)
        assert np.array_equal(_sound(heard), counting(20 * SAMPLE_RATE_HZ))
        assert heard[0].start_s == 0
        assert heard[-1].end_s == pytest.approx(20)
        assert all(0.01 <= len(c.samples) / SAMPLE_RATE_HZ <= 0.2 for c in heard)
        assert source.status().dropped_s == 0


def test_microphone_callback_returns_while_the_reader_holds_everything_up() -> None:
    with _opened() as (source, system):
        finished = threading.Event()

        def callbacks() -> None:
            system.opened[0].give(tone(60, SAMPLE_RATE_HZ))
            finished.set()

        with source._reading:  # the reader is in the middle of its work, and stays there
            threading.Thread(target=callbacks, daemon=True).start()
            assert finished.wait(20)
        assert source.status().dropped_s == pytest.approx(60 - AudioSettings().ring_s, abs=0.05)


def test_microphone_sound_that_was_not_kept_is_a_jump_in_call_time() -> None:
    with _opened(settings=AudioSettings(ring_s=1.0)) as (source, system):
        system.opened[0].give(counting(3 * SAMPLE_RATE_HZ))
        before = _all(source)
        system.opened[0].give(counting(SAMPLE_RATE_HZ // 2, 3 * SAMPLE_RATE_HZ))
        after = _all(source)
        dropped_s = source.status().dropped_s
        assert dropped_s == pytest.approx(2.0, abs=0.05)
        assert after[0].start_s - before[-1].end_s == pytest.approx(dropped_s)
        place = round(after[0].start_s * SAMPLE_RATE_HZ)
        assert np.array_equal(_sound(after), counting(SAMPLE_RATE_HZ // 2, place))


def test_microphone_resamples_and_mixes_to_16_khz_mono() -> None:
    device = microphone("Stereo", rate_hz=44_100, channels=2)
    with _opened(device) as (source, system):
        left, right = tone(1.0, 44_100, 440), np.zeros(44_100, np.float32)
        system.opened[0].give(np.stack([left, right], axis=1))
        sound = _sound(_all(source))
        expected = tone(1.0, SAMPLE_RATE_HZ, 440, peak=0.15)[: len(sound)]
        assert len(sound) > 0.9 * SAMPLE_RATE_HZ
        assert sound[500:] == pytest.approx(expected[500:], abs=2e-3)


def test_microphone_lost_and_found_goes_on_in_call_time() -> None:
    with _opened(USUAL) as (source, system):
        system.opened[0].give(tone(1.0, 48_000))
        before = _all(source)
        system.opened[0].end()
        # The keeper's own thread notices, closes and opens again.
        system.wait_opened(2)
        system.clock.advance(30.0)
        after = _given(system, tone(1.0, 48_000), source)
        ends_s = max(c.end_s for c in [*before, *after] if c.end_s < 2)
        assert ends_s == pytest.approx(1.0), "the tail before the loss comes too"
        assert next(c.start_s for c in after if c.start_s > 2) == pytest.approx(31.0, abs=1e-3)
        assert source.status().state is SourceState.RUNNING


def test_microphone_reading_while_the_device_is_away_gives_none() -> None:
    with _opened() as (source, system):
        system.fail_with = "busy"
        system.opened[0].end()
        assert source.read(0) is None
        assert source.read(0.001) is None


@pytest.mark.parametrize(
    ("what", "sound", "state"),
    [
        ("speech", speech_like(3.0), SourceState.RUNNING),
        ("muted", np.zeros(3 * SAMPLE_RATE_HZ, np.float32), SourceState.QUIET),
        (
            "overdriven",
            np.clip(speech_like(3.0) * 20, -1, 1).astype(np.float32),
            SourceState.CLIPPING,
        ),
    ],
)
def test_microphone_status_tells_by_the_samples(
    what: str, sound: Samples, state: SourceState
) -> None:
    with _opened() as (source, system):
        system.opened[0].give(sound)
        _all(source)
        status = source.status()
        assert status.state is state, what
        assert status.name == DIRECT.name
        assert (status.detail == "") is (state is SourceState.RUNNING)


def test_microphone_status_shows_the_level() -> None:
    with _opened() as (source, system):
        system.opened[0].give(tone(0.3, peak=0.1))
        _all(source)
        assert source.status().level_dbfs == pytest.approx(-23, abs=0.5)


def test_microphone_stalled_within_three_seconds() -> None:
    with _opened() as (source, system):
        system.opened[0].give(tone(0.3))
        _all(source)
        system.clock.advance(2.6)
        status = source.status()
        assert status.state is SourceState.STALLED
        assert status.level_dbfs == -120


@pytest.mark.parametrize("device", [DIRECT, USUAL])
def test_microphone_discard_forgets_what_was_not_read_but_keeps_the_time(
    device: InputDevice,
) -> None:
    with _opened(device) as (source, system):
        system.opened[0].give(np.ones(device.default_rate_hz, np.float32))
        assert source.read(0) is not None
        source.discard()
        assert source.read(0) is None
        system.opened[0].give(np.zeros(device.default_rate_hz, np.float32))
        after = _all(source)
        assert not _sound(after).any()
        assert after[0].start_s == pytest.approx(1.0, abs=1e-3)


def test_microphone_discard_reaches_a_block_on_its_way_through_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with _opened() as (source, system):
        assert source._connection is not None
        ring = source._connection.ring
        take = ring.take

        def taken_when_all_is_to_be_forgotten(timeout_s: float) -> Block | None:
            block = take(timeout_s)
            system.clock.advance(0.001)
            source.discard()
            return block

        monkeypatch.setattr(ring, "take", taken_when_all_is_to_be_forgotten)
        system.opened[0].give(np.ones(480, np.float32))
        assert source.read(0) is None


def test_microphone_named_in_settings_or_by_argument() -> None:
    clock = FakeClock()
    devices = [DIRECT, microphone("Other", index=1, is_default=False, rate_hz=SAMPLE_RATE_HZ)]
    settings = AudioSettings(device="Other")
    for argument, name in ((None, "Other"), ("Plain 16 kHz", "Plain 16 kHz")):
        with MicrophoneSource(
            settings,
            device=argument,
            system=FakeSystem(clock, devices),
            server=SERVER,
            clock=clock,
        ) as source:
            assert source.status().name == name


def test_microphone_refuses_a_monitor_unless_allowed() -> None:
    clock = FakeClock()
    system = FakeSystem(clock, [microphone("Monitor of Built-in Audio")])
    with (
        pytest.raises(AudioDeviceError, match="refused"),
        MicrophoneSource(system=system, server=SERVER, clock=clock),
    ):
        pass
    assert not system.opened
    with MicrophoneSource(system=system, server=SERVER, clock=clock, allow_loopback=True) as source:
        assert source.status().state is SourceState.RUNNING


def test_microphone_that_cannot_be_opened_says_why_and_leaves_nothing_behind() -> None:
    system = FakeSystem(FakeClock())
    system.fail_with = "it is busy; close the other program"
    source = MicrophoneSource(system=system, server=SERVER)
    with pytest.raises(AudioDeviceError, match="it is busy"):
        source.__enter__()
    assert source._keeper is not None
    source._keeper.join(10)
    assert not source._keeper.is_alive()
    assert source.status().state is SourceState.ENDED


def test_microphone_closes_the_device_and_its_thread() -> None:
    with _opened() as (source, system):
        keeper = source._keeper
        system.opened[0].give(tone(1.0))
    assert system.opened[0].closed
    assert keeper is not None
    assert not keeper.is_alive()
    assert source.status().state is SourceState.ENDED
    assert source.read(0) is None

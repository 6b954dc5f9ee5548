"""Fake sound: signals, a clock, and a sound system whose inputs give blocks when told to."""

from __future__ import annotations

import threading
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from companion.audio.devices import InputDevice, TakeBlock
from companion.audio.sound import (
    SAMPLE_RATE_HZ,
    Samples,
)
from companion.errors import AudioDeviceError


class FakeClock:
    """A clock that moves only when told to."""

    def __init__(self, now_s: float = 1000.0) -> None:
        self.now_s = now_s

    def __call__(self) -> float:
        return self.now_s

    def advance(self, by_s: float) -> None:
        self.now_s += by_s

    def wait(self, for_s: float) -> bool:
        """Waits on virtual time; nobody wakes it."""
        self.now_s += max(0.0, for_s)
        return False


def speech_like(duration_s: float, rate_hz: int = SAMPLE_RATE_HZ, seed: int = 0) -> Samples:
    """A voice without words: harmonics of a moving pitch under formants, four syllables a second.

    f32[n], mono, peak 0.5. Not a recording of anybody.
    """
    n = round(duration_s * rate_hz)
    t = np.arange(n) / rate_hz
    rng = np.random.default_rng(seed)
    pitch_hz = 120 + 20 * np.sin(2 * np.pi * 0.7 * t + rng.uniform(0, 6))
    phase = 2 * np.pi * np.cumsum(pitch_hz) / rate_hz
    shift = 1 + 0.25 * np.sin(2 * np.pi * 2.1 * t + rng.uniform(0, 6))
    voice = np.zeros(n)
    for k in range(1, 30):
        at_hz = k * pitch_hz
        formants = sum(
            gain * np.exp(-(((at_hz - centre_hz * shift) / width_hz) ** 2))
            for centre_hz, width_hz, gain in ((600, 120, 1.0), (1200, 150, 0.6), (2500, 250, 0.3))
        )
        voice += formants * np.sin(k * phase)
    syllables = np.clip(np.sin(2 * np.pi * 4 * t) * 1.2 + 0.5, 0, 1)
    voice = voice * syllables + 0.01 * rng.standard_normal(n) * syllables
    return (0.5 * voice / max(1e-9, float(np.abs(voice).max()))).astype(np.float32)


def tone(
    duration_s: float, rate_hz: int = SAMPLE_RATE_HZ, hz: float = 440.0, peak: float = 0.3
) -> Samples:
    """A sine. f32[n], mono."""
    t = np.arange(round(duration_s * rate_hz)) / rate_hz
    return (peak * np.sin(2 * np.pi * hz * t)).astype(np.float32)


def counting(n: int, first: int = 0) -> Samples:
    """Samples that tell their own place: 0, 1, 2, … in steps of 2⁻²⁰ (exact in float32)."""
    return ((np.arange(first, first + n) % (1 << 19)) / (1 << 20)).astype(np.float32)


class FakeInput:
    """An opened input whose blocks come when the test says so."""

    def __init__(self, device: InputDevice, block_s: float, clock: FakeClock, rate_hz: int) -> None:
        self.device = device
        self.rate_hz = rate_hz
        self.block = round(block_s * rate_hz)
        self.closed = False
        self._clock = clock
        self._alive = True
        self._take: TakeBlock | None = None

    def start(self, take: TakeBlock) -> None:
        self._take = take

    def alive(self) -> bool:
        return self._alive

    def close(self) -> None:
        self.closed = True

    def end(self) -> None:
        """The system ends the stream: the device was unplugged."""
        self._alive = False

    def give(self, sound: NDArray[np.float32], *, sound_was_lost: bool = False) -> None:
        """Deliver f32[n] or f32[n, channels] block by block, the clock moving along.

        Once the stream is closed nothing arrives any more, only time passes.
        """
        assert self._take is not None
        frames = sound.reshape(len(sound), -1)
        for begin in range(0, len(frames), self.block):
            part = frames[begin : begin + self.block]
            self._clock.advance(len(part) / self.rate_hz)
            if not self.closed:
                self._take(part, sound_was_lost)
            sound_was_lost = False


class FakeSystem:
    """A sound system whose devices come and go as the test says."""

    def __init__(self, clock: FakeClock, devices: Sequence[InputDevice] = ()) -> None:
        self.clock = clock
        self.devices = list(devices) or [microphone()]
        self.after_refresh: list[InputDevice] | None = None
        """What a refresh will find; None: the same as before."""
        self.opened: list[FakeInput] = []
        self.refreshed = 0
        self.fail_with: str | None = None
        """Opening fails with this message, while it is set."""
        self._changed = threading.Condition()

    def inputs(self) -> tuple[InputDevice, ...]:
        return tuple(self.devices)

    def refresh(self) -> None:
        assert all(i.closed for i in self.opened), "refreshed under an open stream"
        self.refreshed += 1
        if self.after_refresh is not None:
            self.devices = self.after_refresh

    def open(self, device: InputDevice, block_s: float) -> FakeInput:
        if self.fail_with is not None:
            raise AudioDeviceError(self.fail_with)
        opened = FakeInput(device, block_s, self.clock, device.default_rate_hz)
        with self._changed:
            self.opened.append(opened)
            self._changed.notify_all()
        return opened

    def wait_opened(self, count: int, timeout_s: float = 10.0) -> FakeInput:
        """The newest input, once so many were opened in all."""
        with self._changed:
            assert self._changed.wait_for(lambda: len(self.opened) >= count, timeout_s)
            return self.opened[-1]


def microphone(
    name: str = "USB Headset: Audio (hw:1,0)",
    *,
    index: int = 0,
    host_api: str = "ALSA",
    channels: int = 1,
    rate_hz: int = 48_000,
    is_default: bool = True,
) -> InputDevice:
    """An input as a system lists it, unjudged."""
    return InputDevice(index, name, host_api, channels, rate_hz, is_default)

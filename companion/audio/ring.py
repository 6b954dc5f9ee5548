"""A bounded ring of device blocks between the audio callback and the reader.

Everything is allocated at the start. Slots travel between two queues (free and filled), so that
neither side ever waits for the other: the callback takes a free slot or, where there is none,
counts what it could not keep. `queue.SimpleQueue` is the one queue of the standard library whose
`put` and `get_nowait` hold no lock that another thread may be holding.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue

import numpy as np
from numpy.typing import NDArray

from companion.audio.sound import Samples

LEAST_RATE_HZ = 48_000
"""Slots are sized for at least this rate, so that a device that returns may bring another one."""


@dataclass(frozen=True, slots=True)
class Block:
    """What the reader takes out: a copy of its own, so that the slot is free again at once."""

    samples: Samples = field(repr=False)
    """f32[n], mono, at `rate_hz`, in [-1, 1]."""
    rate_hz: int
    position: int
    """Device samples offered before this block. A jump means that the ring was full, or emptied."""
    arrived_s: float
    """Clock reading of the callback."""
    broken: bool
    """Sound of unknown length was lost before this block: `position` does not tell, clocks do."""


class _Slot:
    """A preallocated place for one device block."""

    __slots__ = ("arrived_s", "broken", "n", "position", "rate_hz", "samples")

    def __init__(self, size: int) -> None:
        self.samples: Samples = np.zeros(size, np.float32)
        self.n = 0
        self.rate_hz = 0
        self.position = 0
        self.arrived_s = 0.0
        self.broken = False


class Ring:
    """One writer (the audio callback), one reader at a time."""

    def __init__(self, ring_s: float, block_s: float, rate_hz: int = LEAST_RATE_HZ) -> None:
        """Room for `ring_s` seconds in blocks of `block_s` at the higher of 48 kHz and `rate_hz`.

        A device with a higher rate still than the first one had is kept for a shorter time.
        """
        rate_hz = max(rate_hz, LEAST_RATE_HZ)
        self._slot_size = math.ceil(block_s * rate_hz)
        self._free: SimpleQueue[_Slot] = SimpleQueue()
        self._filled: SimpleQueue[_Slot] = SimpleQueue()
        for _ in range(math.ceil(ring_s / block_s)):
            self._free.put(_Slot(self._slot_size))
        self._offered = 0
        self._dropped_s = 0.0
        self._broken_before_next = False
        self._broken_before_taken = False

    @property
    def dropped_s(self) -> float:
        """Seconds that found the ring full."""
        return self._dropped_s

    def write(
        self, sound: NDArray[np.float32], rate_hz: int, arrived_s: float, broken: bool = False
    ) -> None:
        """Keep a device block, f32[n, channels]; channels are averaged. Never waits.

        For the audio callback. A block longer than a slot takes several slots.
        """
        self._broken_before_next = self._broken_before_next or broken
        for begin in range(0, len(sound), self._slot_size):
            part = sound[begin : begin + self._slot_size]
            self._write_slot(part, rate_hz, arrived_s)

    def _write_slot(self, part: NDArray[np.float32], rate_hz: int, arrived_s: float) -> None:
        n = len(part)
        position = self._offered
        self._offered += n
        try:
            slot = self._free.get_nowait()
        except Empty:
            self._dropped_s += n / rate_hz
            return
        if part.shape[1] == 1:
            slot.samples[:n] = part[:, 0]
        else:
            np.mean(part, axis=1, out=slot.samples[:n])
        slot.n, slot.rate_hz, slot.position, slot.arrived_s = n, rate_hz, position, arrived_s
        slot.broken, self._broken_before_next = self._broken_before_next, False
        self._filled.put(slot)

    def take(self, timeout_s: float) -> Block | None:
        """The oldest block, waiting for one at most `timeout_s`; None where none came."""
        try:
            slot = self._filled.get(timeout=timeout_s) if timeout_s > 0 else self._filled.get(False)
        except Empty:
            return None
        broken, self._broken_before_taken = slot.broken or self._broken_before_taken, False
        block = Block(
            slot.samples[: slot.n].copy(), slot.rate_hz, slot.position, slot.arrived_s, broken
        )
        self._release(slot)
        return block

    def clear(self) -> None:
        """Forget every block that waits, and overwrite it. From any thread."""
        while True:
            try:
                slot = self._filled.get_nowait()
            except Empty:
                return
            # The reader must still learn that the sound after this was not continuous.
            self._broken_before_taken = self._broken_before_taken or slot.broken
            self._release(slot)

    def _release(self, slot: _Slot) -> None:
        slot.samples[: slot.n] = 0.0
        self._free.put(slot)

"""Places device blocks in call time: counted from samples, with a jump where sound was lost."""

from __future__ import annotations

from companion.audio.resampling import Resampler
from companion.audio.ring import Block
from companion.audio.sound import SAMPLE_RATE_HZ, AudioChunk, Samples


class _Stretch:
    """Unbroken sound of one rate, and where it lies in the call."""

    def __init__(self, begins_at: int, position: int, rate_hz: int) -> None:
        self.begins_at = begins_at
        """Call time of the first sample, in 16 kHz samples."""
        self.position = position
        """The first sample's number in the device's own count."""
        self.rate_hz = rate_hz
        self.resampler = Resampler(rate_hz)
        self.produced = 0

    def call_sample(self, position: int) -> int:
        """Where a device sample lies in the call, in 16 kHz samples."""
        return self.begins_at + round((position - self.position) * SAMPLE_RATE_HZ / self.rate_hz)

    def chunk(self, samples: Samples) -> AudioChunk | None:
        if len(samples) == 0:
            return None
        chunk = AudioChunk(samples, (self.begins_at + self.produced) / SAMPLE_RATE_HZ)
        self.produced += len(samples)
        return chunk


class Timeline:
    """Turns blocks of any rate into 16 kHz chunks. Call time begins with the first
    sample that is read.

    Two kinds of loss are told apart. Where the ring was full or was emptied, the blocks'
    positions say exactly how much is missing. Where the device itself stopped (unplugged,
    stalled, overrun), only clocks can tell: what is missing is the time between the arrivals of
    the blocks before and after, less the later block's own length, right to within the device's
    own buffer.
    """

    def __init__(self) -> None:
        self._stretch: _Stretch | None = None
        self._next_position = 0
        self._last_arrived_s = 0.0

    def place(self, block: Block) -> list[AudioChunk]:
        """The chunks that are complete with this block; at a loss, the tail before it comes too."""
        chunks: list[AudioChunk | None] = []
        stretch = self._stretch
        if stretch is None:
            stretch = _Stretch(0, block.position, block.rate_hz)
        elif block.broken or block.position != self._next_position:
            chunks.append(stretch.chunk(stretch.resampler.finish()))
            stretch = self._after_missing(stretch, block)
        self._stretch = stretch
        chunks.append(stretch.chunk(stretch.resampler.feed(block.samples)))
        self._next_position = block.position + len(block.samples)
        self._last_arrived_s = block.arrived_s
        return [chunk for chunk in chunks if chunk is not None]

    def forget(self) -> None:
        """Drop the few milliseconds that the resampler holds; call time goes on."""
        if self._stretch is not None:
            begins_at = self._stretch.call_sample(self._next_position)
            self._stretch = _Stretch(begins_at, self._next_position, self._stretch.rate_hz)

    def _after_missing(self, stretch: _Stretch, block: Block) -> _Stretch:
        if not block.broken:
            return _Stretch(stretch.call_sample(block.position), block.position, block.rate_hz)
        duration_s = len(block.samples) / block.rate_hz
        missing_s = max(0.0, block.arrived_s - self._last_arrived_s - duration_s)
        begins_at = stretch.call_sample(self._next_position) + round(missing_s * SAMPLE_RATE_HZ)
        return _Stretch(begins_at, block.position, block.rate_hz)

"""A room with a speaker and a microphone in it, without either: for the headset test."""

from __future__ import annotations

from types import TracebackType

import numpy as np
from numpy.typing import NDArray
from typing_extensions import Self

from companion.audio.sound import (
    SAMPLE_RATE_HZ,
    AudioChunk,
    Samples,
    SourceState,
    SourceStatus,
    seconds,
)

CHUNK = 1600


class Room:
    """Hears what is played into it (`speaker`) after a while, fainter, in noise. A `Source`."""

    def __init__(
        self,
        gain_db: float | None = None,
        delay_s: float = 0.2,
        noise_db: float | None = -70.0,
        seed: int = 0,
    ) -> None:
        """`gain_db`: of what comes back, None: nothing; `noise_db`: RMS, None: a muted one."""
        self.gain_db = gain_db
        self.delay_s = delay_s
        self.noise_db = noise_db
        self.speaker = RoomSpeaker(self)
        self.lose_at_s: float | None = None
        """Half a second is missing from there."""
        self.gives_nothing = False
        self.reads = 0
        self._rng = np.random.default_rng(seed)
        self._at = 0
        self._coming = np.zeros(10 * SAMPLE_RATE_HZ, dtype=np.float64)

    @property
    def paced(self) -> bool:
        return True

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        pass

    def read(self, timeout_s: float) -> AudioChunk | None:
        self.reads += 1
        if self.gives_nothing:
            return None
        begin = self._at
        if self.lose_at_s is not None and seconds(begin) >= self.lose_at_s:
            self.lose_at_s = None
            self._at = begin = begin + SAMPLE_RATE_HZ // 2
        self._at += CHUNK
        return AudioChunk(self._hear(begin, self._at), seconds(begin))

    def status(self) -> SourceStatus:
        return SourceStatus(SourceState.RUNNING, "a microphone in a room")

    def discard(self) -> None:
        pass

    def look_again(self) -> None:
        pass

    def play(self, sound: NDArray[np.float32]) -> None:
        """At 16 kHz, from now on."""
        if self.gain_db is None:
            return
        begin = self._at + round(self.delay_s * SAMPLE_RATE_HZ)
        # The direct sound, and reflections that fade within a tenth of a second.
        n = SAMPLE_RATE_HZ // 5
        way = 0.05 * self._rng.standard_normal(n) * np.exp(-np.arange(n) / (0.04 * SAMPLE_RATE_HZ))
        way[0] = 1.0
        echo = np.convolve(sound, way) * 10 ** (self.gain_db / 20)
        self._coming[begin : begin + len(echo)] += echo

    def _hear(self, begin: int, end: int) -> Samples:
        heard = self._coming[begin:end].copy()
        if self.noise_db is not None:
            heard += 10 ** (self.noise_db / 20) * self._rng.standard_normal(end - begin)
        sound: Samples = np.clip(heard, -1.0, 1.0).astype(np.float32)
        return sound


class RoomSpeaker:
    """What plays into a room."""

    def __init__(self, room: Room) -> None:
        self.rate_hz = SAMPLE_RATE_HZ
        self.played: list[NDArray[np.float32]] = []
        self.closed = False
        self._room = room

    def play(self, sound: NDArray[np.float32]) -> None:
        self.played.append(sound)
        self._room.play(sound)

    def close(self) -> None:
        self.closed = True

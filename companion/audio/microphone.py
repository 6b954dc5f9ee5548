"""The microphone as a source of sound: read in call time, watched, and found again when lost."""

from __future__ import annotations

import math
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from types import TracebackType

from typing_extensions import Self

from companion.audio.connection import Connection
from companion.audio.devices import SoundSystem
from companion.audio.meter import FLOOR_DBFS, Meter
from companion.audio.sound import AudioChunk, SourceState, SourceStatus
from companion.audio.sound_server import SoundServer
from companion.audio.timeline import Timeline
from companion.clocks import through_sleep_s
from companion.settings import AudioSettings

TEND_EVERY_S = 0.25
CLOSE_TIMEOUT_S = 3.0
"""Longer than any healthy driver takes to close; one that hangs must not hold the program up."""


class MicrophoneSource:
    """The organizer's own microphone (implements `companion.audio.sound.Source`).

    Three parties touch it. The audio callback writes into the ring. The reader (one thread)
    takes blocks out, resamples and places them in call time. A keeper thread makes every call
    to PortAudio: opening a lost device again can take seconds, while `read` promises to come
    back in time, and on Windows a device is best closed by the thread that opened it.
    """

    def __init__(
        self,
        settings: AudioSettings | None = None,
        *,
        device: str | None = None,
        allow_loopback: bool = False,
        system: SoundSystem | None = None,
        server: SoundServer | None = None,
        clock: Callable[[], float] = through_sleep_s,
        tend_every_s: float = TEND_EVERY_S,
    ) -> None:
        """`device` goes before the settings' own; `allow_loopback` is for tests and demos only.

        Nothing is opened before the source is entered as a context.
        """
        self._settings = settings or AudioSettings()
        self._wanted = device or self._settings.device
        self._allow_loopback = allow_loopback
        self._system = system
        self._server = server or SoundServer()
        self._clock = clock
        self._tend_every_s = tend_every_s
        self._meter = Meter()
        self._timeline = Timeline()
        self._ready: deque[AudioChunk] = deque()
        self._reading = threading.Lock()
        self._discarded_s = -math.inf
        self._closing = threading.Event()
        self._connection: Connection | None = None
        self._keeper: threading.Thread | None = None

    @property
    def paced(self) -> bool:
        """Always true: a microphone cannot be hurried."""
        return True

    def __enter__(self) -> Self:
        """Open the device.

        Raises: AudioDeviceError: PortAudio missing, no such input, refused, busy, not allowed.
        """
        opened: Future[Connection] = Future()
        self._keeper = threading.Thread(
            target=self._keep, args=(opened,), name="microphone keeper", daemon=True
        )
        self._keeper.start()
        try:
            self._connection = opened.result()
        except BaseException:
            # Ctrl-C while the device is being opened: the keeper closes it again.
            self._closing.set()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._closing.set()
        if self._keeper is not None:
            self._keeper.join(CLOSE_TIMEOUT_S)
        self.discard()

    def read(self, timeout_s: float) -> AudioChunk | None:
        """The next chunk, or None where none came in time. Never raises for a lost device.

        Chunks are about one device block long; the last one before a loss may be shorter.
        """
        connection = self._connection
        if connection is None:
            return None
        deadline_s = self._clock() + timeout_s
        while True:
            with self._reading:
                if self._ready:
                    return self._ready.popleft()
            block = connection.ring.take(max(0.0, deadline_s - self._clock()))
            if block is None:
                return None
            with self._reading:
                if block.broken:
                    self._meter.reset()
                self._meter.hear(block.samples, block.rate_hz)
                chunks = self._timeline.place(block)
                if block.arrived_s < self._discarded_s:
                    # It was on its way here when everything was to be forgotten.
                    self._timeline.forget()
                else:
                    self._ready.extend(chunks)

    def status(self) -> SourceStatus:
        """How the microphone is doing; cheap, from any thread."""
        connection = self._connection
        if connection is None:
            return SourceStatus(SourceState.ENDED, self._wanted or "microphone")
        line = connection.status()
        dropped_s = connection.ring.dropped_s
        if line.state not in (SourceState.RUNNING, SourceState.ELSEWHERE):
            return SourceStatus(
                line.state, line.name, FLOOR_DBFS, dropped_s, line.detail, connection.cut
            )
        reading = self._meter.reading
        state: SourceState = line.state
        detail = line.detail
        if reading.quiet_s >= self._settings.trouble_after_s:
            state = SourceState.QUIET
            detail = (
                f"no sound at all comes from {line.name!r}; see that it is not muted and that the "
                "system's privacy settings allow it"
            )
            if line.detail:
                detail = f"{detail}; {line.detail}"
        elif reading.clipping:
            state = SourceState.CLIPPING
            detail = f"{line.name!r} is too loud; turn its level down in the sound settings"
        level_dbfs = reading.level_dbfs
        return SourceStatus(state, line.name, level_dbfs, dropped_s, detail, connection.cut)

    def discard(self) -> None:
        """Forget everything buffered and not yet read (off the record). From any thread."""
        if self._connection is not None:
            self._connection.ring.clear()
        with self._reading:
            self._discarded_s = self._clock()
            self._ready.clear()
            self._timeline.forget()

    def look_again(self) -> None:
        """Where sound comes from another device than at the start, look for that one once."""
        if self._connection is not None:
            self._connection.look_again()

    def _keep(self, opened: Future[Connection]) -> None:
        """The keeper's life: open, look after the line until the end, close."""
        try:
            connection = self._connect()
        except BaseException as error:  # noqa: BLE001 - raised again by whoever waits for it
            opened.set_exception(error)
            return
        opened.set_result(connection)
        try:
            while not self._closing.wait(self._tend_every_s):
                connection.tend()
        finally:
            connection.close()

    def _connect(self) -> Connection:
        system = self._system
        if system is None:
            from companion.audio.portaudio import PortAudio

            system = PortAudio()
        connection = Connection(
            self._wanted,
            self._settings,
            system,
            self._server,
            self._clock,
            allow_loopback=self._allow_loopback,
        )
        connection.open()
        return connection

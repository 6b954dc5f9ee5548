"""Sound files as a source: WAV, FLAC, OGG and MP3, any rate and channels, read as a stream.

A file of ten hours takes no more memory than one of ten seconds: one block is held at a time.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
from typing_extensions import Self

from companion.audio.headers import ends_early
from companion.audio.meter import FLOOR_DBFS, Meter
from companion.audio.resampling import Resampler
from companion.audio.sound import (
    SAMPLE_RATE_HZ,
    AudioChunk,
    Samples,
    SourceState,
    SourceStatus,
    seconds,
)
from companion.errors import SoundFileError

PACED_CHUNK_S = 0.03
"""The size of a usual microphone's block, so that a paced file behaves like one."""
FAST_CHUNK_S = 0.1
LEAST_RATE_HZ = 4_000
MOST_RATE_HZ = 384_000
MOST_CHANNELS = 64
LOUDEST = 8.0
"""Beyond full scale by 18 dB; files of floats may be louder, and are clipped at 1 all the same."""
_LENGTH_UNKNOWN = 1 << 62
"""libsndfile announces more samples than this where it cannot tell."""

KINDS = "WAV, FLAC, OGG or MP3"
CUT_OFF = "the file is cut off; everything up to there is used"
NOT_NUMBERS = "parts of the file are damaged and were left silent; save it again to mend that"
_AGAIN = "record or export it again"


class FileSource:
    """A sound file in place of the microphone (implements `companion.audio.sound.Source`).

    `paced`: at the speed of speech, on the given clock; otherwise as fast as it is read.
    """

    def __init__(
        self,
        path: Path,
        *,
        paced: bool = False,
        clock: Callable[[], float] = time.monotonic,
        wait: Callable[[float], bool] | None = None,
    ) -> None:
        """`wait` waits for so many seconds and returns true when it was woken to stop.

        Raises: SoundFileError: missing, a folder, not allowed, empty, not sound, …
        """
        self._path = path
        self._paced = paced
        self._clock = clock
        self._closing = threading.Event()
        self._wait = wait or self._closing.wait
        self._file = _opened(path)
        self._rate_hz = int(self._file.samplerate)
        announced = int(self._file.frames)
        self._frames = announced if announced < _LENGTH_UNKNOWN else 0
        self._chunk_size = round((PACED_CHUNK_S if paced else FAST_CHUNK_S) * SAMPLE_RATE_HZ)
        self._resampler = Resampler(self._rate_hz)
        self._meter = Meter()
        self._held: Samples = np.zeros(0, np.float32)
        self._read_to_the_end = False
        self._frames_read = 0
        self._given = 0
        self._began_s: float | None = None
        self._closed = False
        self._damage = CUT_OFF if ends_early(path) else ""
        self._reading = threading.Lock()
        if not self._fill():
            self._file.close()
            raise SoundFileError(_not_sound(path))

    @property
    def paced(self) -> bool:
        """True where waiting lets time pass."""
        return self._paced

    @property
    def duration_s(self) -> float:
        """Length as the file's header has it; a damaged file may give less.

        0 where the header does not tell, as in a FLAC file that was written to a pipe.
        """
        return self._frames / self._rate_hz

    @property
    def position_s(self) -> float:
        """Call time up to which sound was given out."""
        return seconds(self._given)

    def __enter__(self) -> Self:
        self._began_s = self._clock()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._closing.set()
        with self._reading:
            self._closed = True
            self._held = np.zeros(0, np.float32)
            self._file.close()

    def read(self, timeout_s: float) -> AudioChunk | None:
        """The next chunk; None at the end, and where a paced file has none yet.

        Chunks are all of one length (paced 30 ms, otherwise 100 ms); the last may be shorter.
        """
        with self._reading:
            if not self._fill():
                return None
            due_s = self._due_s()
        if self._paced and not self._wait_until(due_s, timeout_s):
            return None
        with self._reading:
            return self._give() if self._fill() else None

    def chunks(self) -> Iterator[AudioChunk]:
        """Everything that is left, chunk by chunk, as fast as it is asked for."""
        while True:
            with self._reading:
                if not self._fill():
                    return
                chunk = self._give()
            yield chunk

    def status(self) -> SourceStatus:
        """Running or ended; the detail says where the file is damaged."""
        ended = self._closed or (self._read_to_the_end and len(self._held) == 0)
        state = SourceState.ENDED if ended else SourceState.RUNNING
        level_dbfs = FLOOR_DBFS if ended else self._meter.reading.level_dbfs
        return SourceStatus(state, self._path.name, level_dbfs, detail=self._damage)

    def look_again(self) -> None:
        """A file stays what it is."""

    def discard(self) -> None:
        """Skip what has passed unread by now, as a microphone would have forgotten it.

        A file that is not paced holds nothing of the kind: what is unread was not yet said.
        """
        with self._reading:
            while self._paced and self._fill() and self._due_s() <= self._elapsed_s():
                self._give()

    def _elapsed_s(self) -> float:
        if self._began_s is None:
            self._began_s = self._clock()
        return self._clock() - self._began_s

    def _wait_until(self, due_s: float, timeout_s: float) -> bool:
        """True once a paced chunk is due; false where that is not within the timeout."""
        ahead_s = due_s - self._elapsed_s()
        if ahead_s <= 0:
            return not self._closing.is_set()
        return not self._wait(min(ahead_s, timeout_s)) and ahead_s <= timeout_s

    def _due_s(self) -> float:
        """Call time at which the next chunk has been said in full."""
        return seconds(self._given + min(len(self._held), self._chunk_size))

    def _give(self) -> AudioChunk:
        samples, self._held = np.split(self._held, [self._chunk_size])
        chunk = AudioChunk(samples, seconds(self._given))
        self._given += len(samples)
        self._meter.hear(samples, SAMPLE_RATE_HZ)
        return chunk

    def _fill(self) -> bool:
        """Hold a whole chunk, or what is left at the end; false where nothing is left."""
        while len(self._held) < self._chunk_size and not self._read_to_the_end and not self._closed:
            block = self._next_block()
            if len(block):
                samples = self._resampler.feed(block)
            else:
                samples = self._resampler.finish()
                self._read_to_the_end = True
            self._held = np.concatenate((self._held, samples))
        return len(self._held) > 0

    def _next_block(self) -> Samples:
        """The next block at the file's own rate, in mono; empty at the end or where it breaks."""
        import soundfile

        frames = math.ceil(FAST_CHUNK_S * self._rate_hz)
        try:
            block = self._file.read(frames, dtype="float32", always_2d=True)
        except soundfile.LibsndfileError:
            self._damage = CUT_OFF
            return np.zeros(0, np.float32)
        self._frames_read += len(block)
        if len(block) == 0 and self._frames_read < self._frames:
            self._damage = CUT_OFF
        if not np.isfinite(block).all():
            self._damage = NOT_NUMBERS
            block = np.nan_to_num(block, nan=0.0, posinf=0.0, neginf=0.0)
        # Floats of a damaged file may be so large that sums of them overflow.
        mono: Samples = block.clip(-LOUDEST, LOUDEST).mean(axis=1, dtype=np.float32)
        return mono


def _opened(path: Path) -> Any:
    """The file as libsndfile opens it. Raises SoundFileError with the way out."""
    _check_readable(path)
    try:
        import soundfile
    except (OSError, ImportError):
        raise SoundFileError(
            "the library libsndfile is missing, so that no sound file can be read; install the "
            "package libsndfile1 (Debian, Ubuntu) or libsndfile (Fedora, Arch)"
        ) from None

    class ForwardOnly(soundfile.SoundFile):  # type: ignore[misc]  # soundfile has no types
        """Reads on without seeking.

        soundfile seeks to where it is after every block, and at each seek libsndfile's MP3
        decoder starts anew and garbles the sound.
        """

        def seekable(self) -> bool:
            return False

    try:
        file = ForwardOnly(path)
    except (soundfile.SoundFileError, RuntimeError, TypeError, ValueError) as error:
        if "channel count is zero" in str(error).lower():
            raise SoundFileError(f"{path} has no channels; {_AGAIN}") from None
        raise SoundFileError(_not_sound(path)) from None
    try:
        _check_form(path, file.frames, file.samplerate, file.channels)
    except SoundFileError:
        file.close()
        raise
    return file


def _check_readable(path: Path) -> None:
    if path.is_dir():
        raise SoundFileError(f"{path} is a folder; name a sound file in it ({KINDS})")
    try:
        if path.exists() and not path.is_file():
            raise SoundFileError(f"{path} is not a file; name a sound file ({KINDS})")
        with path.open("rb") as file:
            empty = not file.read(1)
    except FileNotFoundError:
        raise SoundFileError(f"there is no file {path}; check its name and folder") from None
    except OSError as error:
        raise SoundFileError(
            f"{path} cannot be opened ({error.strerror}); see that you may read it"
        ) from None
    if empty:
        raise SoundFileError(f"{path} is empty (0 bytes); {_AGAIN}")


def _check_form(path: Path, frames: int, rate_hz: int, channels: int) -> None:
    if frames == 0:
        raise SoundFileError(f"{path} has no sound in it (0 samples); {_AGAIN}")
    if not LEAST_RATE_HZ <= rate_hz <= MOST_RATE_HZ:
        raise SoundFileError(
            f"{path} says that it has {rate_hz} samples a second, which no recording of speech "
            f"has ({LEAST_RATE_HZ} to {MOST_RATE_HZ}); {_AGAIN}"
        )
    if channels > MOST_CHANNELS:
        raise SoundFileError(
            f"{path} has {channels} channels, and at most {MOST_CHANNELS} can be mixed; {_AGAIN}"
        )


def _not_sound(path: Path) -> str:
    return f"{path} is not a sound file that can be read; convert it to {KINDS}"

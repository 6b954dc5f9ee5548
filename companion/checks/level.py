"""Whether a microphone hears somebody well, told in words. Keeps no sound."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from companion.audio.sound import Source

SILENCE_DBFS = -120.0
NOTHING_DBFS = -85.0
"""A muted input; a microphone in a silent room is above it."""
FAINT_DBFS = -50.0
"""Speech into a microphone of one's own is some 20 dB louder."""
POLL_S = 0.1


@dataclass(frozen=True, slots=True)
class Loudness:
    """How a microphone was heard, in words."""

    words: str
    well: bool


def hear(source: Source, for_s: float) -> Loudness:
    """Listen to an opened source for so many seconds and judge the level; keeps no sound.

    Comes back even where the source delivers nothing.
    """
    listening = levels(source, for_s)
    while True:
        try:
            next(listening)
        except StopIteration as end:  # noqa: PERF203 - it comes once, at the end
            heard: Loudness = end.value
            return heard


def levels(source: Source, for_s: float) -> Generator[float, None, Loudness]:
    """The same as `hear`, with the level of each moment on the way, in dB of full scale."""
    from companion.audio.sound import SourceState

    heard_s = waited_s = 0.0
    loudest_dbfs = SILENCE_DBFS
    too_loud = False
    while heard_s < for_s and waited_s < for_s:
        chunk = source.read(timeout_s=POLL_S)
        status = source.status()
        if chunk is None:
            if status.state is SourceState.ENDED:
                break
            waited_s += POLL_S
            continue
        heard_s += chunk.end_s - chunk.start_s
        loudest_dbfs = max(loudest_dbfs, status.level_dbfs)
        too_loud = too_loud or status.state is SourceState.CLIPPING
        yield status.level_dbfs
    return loudness(loudest_dbfs, too_loud)


def loudness(loudest_dbfs: float, too_loud: bool) -> Loudness:
    """The words for a level: RMS of the loudest tenth of a second, in dB of full scale."""
    if too_loud:
        return Loudness("You are too loud. Turn the microphone's level down a little.", False)
    if loudest_dbfs <= NOTHING_DBFS:
        return Loudness("I hear nothing at all. Is it muted, or is it another one?", False)
    if loudest_dbfs < FAINT_DBFS:
        return Loudness("I hear you only faintly. Come closer, or turn its level up.", False)
    return Loudness("I hear you well.", True)

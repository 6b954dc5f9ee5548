"""The headset test: plays a short quiet sweep, and listens whether it comes back.

With a headset or earphones the other person's voice does not reach the microphone; with speakers
it does. The test is for the minute before a call: it never runs by itself, and nothing of what
it hears is kept.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from companion.audio.meter import QUIET_PEAK
from companion.audio.sound import AudioChunk, Samples, Source, seconds
from companion.audio.sweep import MOST_DELAY_S, SWEEP_S, Echo, find_echo, sweep
from companion.domain.hearing import Playback
from companion.errors import AudioDeviceError
from companion.settings_reference import Value

BEFORE_S = 0.5
"""The room is heard for so long before the sweep."""
TAKES_S = BEFORE_S + SWEEP_S + MOST_DELAY_S + 0.3
AUDIBLE_DB = -42.0
"""An echo below this level is no danger: a voice as loud as one's own comes back so faint that
it is no speech to the recognizer. A test that could not have heard as much tells nothing."""
_READ_S = 0.1
_SILENT_FOR_S = 3.0
"""A microphone that gives nothing for so long is given up."""

BEFOREHAND = (
    "The headset test plays a quiet tone of one second that rises like a whistle, and listens for "
    "three seconds whether your microphone hears it."
)
ALONE = "Do this while you are alone, before you call; nothing of what is heard is kept."


class Speaker(Protocol):
    """The output that the organizer hears; opened already."""

    rate_hz: int

    def play(self, sound: NDArray[np.float32]) -> None:
        """Begin to play f32[n], mono, at `rate_hz`; returns at once. Raises AudioDeviceError."""

    def close(self) -> None:
        """Stop and release it; never raises."""


@dataclass(frozen=True, slots=True)
class HeadsetResult:
    """How the test ended, in words too."""

    playback: Playback
    """HEADSET, SPEAKERS or UNCLEAR."""
    words: str
    advice: str = ""
    echo: Echo | None = None
    """What was measured; None where the microphone gave nothing to measure."""

    @property
    def needs_ears(self) -> bool:
        """Nothing came back; that says something only if the tone was heard by the organizer."""
        return self.playback is Playback.HEADSET

    @property
    def sentence(self) -> str:
        """Words and advice."""
        return f"{self.words} {self.advice}".strip()


NOT_HEARD = HeadsetResult(
    Playback.UNCLEAR,
    "You did not hear the tone, so nothing could come back.",
    "Turn the volume up to where you have it in calls, see that the sound goes to your headset, "
    "and test again.",
)
NOBODY_TO_ASK = HeadsetResult(
    Playback.UNCLEAR,
    "Nothing of the tone comes back, but nobody is here to say whether it was heard.",
    "Test in a terminal, or in the app.",
)
HEARD_QUESTION = "Did you hear the tone, in your headset or earphones?"


def run_test(source: Source, speaker: Speaker) -> Generator[float, None, HeadsetResult]:
    """Listen, play, listen on; yields the share of the time that has passed, in [0, 1].

    Takes `TAKES_S` at the speed of sound. `source` is entered already.

    Raises: AudioDeviceError where the microphone or the output fails.
    """
    heard: list[Samples] = []
    heard_s = waited_s = 0.0
    played_at_s: float | None = None
    last: AudioChunk | None = None
    while heard_s < TAKES_S:
        if played_at_s is None and heard_s >= BEFORE_S:
            speaker.play(sweep(speaker.rate_hz))
            played_at_s = heard_s
        chunk = source.read(_READ_S)
        if chunk is None:
            waited_s += _READ_S
            if waited_s >= _SILENT_FOR_S:
                raise AudioDeviceError(_nothing_came(source))
            continue
        waited_s = 0.0
        if last is not None and chunk.start_s - last.end_s > 0.01:
            return HeadsetResult(
                Playback.UNCLEAR, "Some of the sound was lost.", "Please test once more."
            )
        last = chunk
        heard.append(chunk.samples)
        heard_s += seconds(len(chunk.samples))
        yield min(1.0, heard_s / TAKES_S)
    return judge(np.concatenate(heard), played_at_s or 0.0)


def run_to_end(test: Generator[float, None, HeadsetResult]) -> HeadsetResult:
    """Let a test run without looking at how far it is. Raises: AudioDeviceError."""
    while True:
        try:
            next(test)
        except StopIteration as end:  # noqa: PERF203 - it comes once, at the end
            result: HeadsetResult = end.value
            return result


def judge(recorded: Samples, played_at_s: float) -> HeadsetResult:
    """What a recording of the test says: f32[n], mono, 16 kHz, in [-1, 1]."""
    if float(np.abs(recorded).max(initial=0.0)) <= QUIET_PEAK:
        return HeadsetResult(
            Playback.UNCLEAR,
            "Your microphone sends no sound at all, so nothing can be told.",
            "See that it is not muted, and that the system's privacy settings allow it.",
        )
    echo = find_echo(recorded, played_at_s)
    if echo.found and echo.level_db >= AUDIBLE_DB:
        return HeadsetResult(
            Playback.SPEAKERS,
            "Your microphone hears what your speakers play, and so it would hear the other person "
            "too.",
            "Use a headset or earphones, or plug them in and choose them as the output.",
            echo,
        )
    if echo.found or echo.limit_db <= AUDIBLE_DB:
        return HeadsetResult(
            Playback.HEADSET,
            "Nothing of the tone comes back: your microphone hears only you.",
            "Choose the same output in the program that you call with.",
            echo,
        )
    return HeadsetResult(
        Playback.UNCLEAR,
        "It is too loud around you to tell.",
        "Be quiet for three seconds and test again, or find a quieter place.",
        echo,
    )


def settings_changes(result: HeadsetResult, today: str) -> dict[str, Value]:
    """What a result changes in the settings; nothing where it is unclear. `today`: ISO date."""
    if result.playback not in (Playback.HEADSET, Playback.SPEAKERS):
        return {}
    return {
        "audio.headset": result.playback is Playback.HEADSET,
        "audio.headset_measured": f"{result.playback.value} {today}",
    }


def _nothing_came(source: Source) -> str:
    status = source.status()
    return status.detail or (
        f"{status.name!r} sends no sound; check its cable, or choose another microphone with "
        "'companion devices'"
    )

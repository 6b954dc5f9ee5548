"""Learning the organizer's voice while they read a short passage aloud, with how far it is.

Of the sound nothing is kept; what comes of it are figures (`companion.audio.own_voice`).
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass

from companion.audio.enrolment import Enrolment
from companion.audio.own_voice import OwnVoice
from companion.audio.sound import Source, SourceState, seconds
from companion.errors import AudioDeviceError, InputError

PASSAGE = (
    "On most mornings the baker opens her shop before the street is awake. She sets warm loaves on "
    "the wooden shelves, writes the prices on a small black board, and puts a kettle on for tea.",
    "The first bus brings two nurses, a gardener with muddy boots, and a boy who always buys the "
    "same bun. They talk about the weather, the river, and whose turn it is to water the plants.",
    "By noon the bread is gone and the cups are washed. A thin cat sleeps in the yellow chair by "
    "the window, and somebody in the back room is humming a tune that nobody quite knows.",
)
"""About 40 seconds at an easy pace; of no meaning beyond that."""
WHAT_IT_IS = (
    "While you read, companion works out figures that tell your voice from others: averages of "
    "timbre, pitch and level. No sound is kept, and the figures cannot be played back; but they "
    "are about you, so they go when this run ends unless you say otherwise."
)
HOW_TO_READ = "Read this aloud, as you would talk in a call, and begin again where it ends:"
GIVE_UP_AFTER_S = 90.0
_READ_S = 0.1
_SILENT_FOR_S = 5.0


@dataclass(frozen=True, slots=True)
class Reading:
    """How far it is."""

    share: float
    """Of the speech that is needed, in [0, 1]."""
    level_dbfs: float
    problem: str | None
    """What is wrong with the sound so far, in one sentence with the way out."""


def learn_aloud(
    source: Source, enrolment: Enrolment | None = None
) -> Generator[Reading, None, OwnVoice]:
    """Listen until there is enough speech; yields after each chunk. `source` is entered already.

    Raises: AudioDeviceError where the microphone gives nothing; InputError where there is too
    little speech after `GIVE_UP_AFTER_S`, or something is wrong with it.
    """
    enrolment = enrolment or Enrolment()
    heard_s = waited_s = 0.0
    while enrolment.progress < 1.0:
        if heard_s >= GIVE_UP_AFTER_S:
            raise InputError(
                "there was too little speech to learn your voice from; read aloud without long "
                "pauses, and see that the right microphone is chosen"
            )
        chunk = source.read(_READ_S)
        status = source.status()
        if chunk is None:
            waited_s += _READ_S
            if waited_s >= _SILENT_FOR_S or status.state is SourceState.ENDED:
                raise AudioDeviceError(
                    status.detail
                    or f"{status.name!r} sends no sound; see that it is not muted, or choose "
                    "another microphone with 'companion devices'"
                )
            continue
        waited_s = 0.0
        heard_s += seconds(len(chunk.samples))
        enrolment.push(chunk.samples)
        yield Reading(enrolment.progress, status.level_dbfs, enrolment.problem)
    return enrolment.finish()

"""Whether the microphone of a call could hear the other person too, as far as that was known."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

LOOPBACK_ALLOWED = (
    "This run accepts inputs that can hear the other person (--allow-loopback). "
    "That is for tests; in a real call, end it and begin again without."
)
"""Said at the start and shown for the whole call."""


class Playback(str, Enum):
    """What the organizer hears the other person with."""

    HEADSET = "headset"
    """A headset or earphones: nothing comes back into the microphone."""
    SPEAKERS = "speakers"
    """What is played comes back into the microphone."""
    UNCLEAR = "unclear"
    """It was tested, and could not be told."""
    NOT_TESTED = "not_tested"


class Told(str, Enum):
    """How that was known."""

    MEASURED = "measured"
    """By the headset test right before the call."""
    EARLIER = "measured_earlier"
    """By the headset test on another day, or in another run."""
    SAID = "said"
    """By the organizer, in the settings."""


@dataclass(frozen=True, slots=True)
class Hearing:
    """How the sound of one call was set up; kept with the call."""

    playback: Playback = Playback.NOT_TESTED
    told: Told | None = None
    """None where it was not tested and not said."""
    loopback_allowed: bool = False
    """Inputs that can carry the other person were permitted in this run, as tests do."""


def hearing_of(
    measured: Playback | None,
    headset: bool | None,
    measured_earlier: str | None = None,
    *,
    loopback_allowed: bool = False,
) -> Hearing:
    """What is known before a call.

    Args:
        measured: what the headset test found in this run; None where it was not run.
        headset: what the settings say; None where they say nothing.
        measured_earlier: what the headset test found last, and the day ('headset 2026-11-22').
        loopback_allowed: inputs that can carry the other person are permitted in this run.
    """
    if measured is not None and measured is not Playback.NOT_TESTED:
        return Hearing(measured, Told.MEASURED, loopback_allowed)
    if headset is None:
        return Hearing(loopback_allowed=loopback_allowed)
    playback = Playback.HEADSET if headset else Playback.SPEAKERS
    known = measured_on(headset, measured_earlier) is not None
    return Hearing(playback, Told.EARLIER if known else Told.SAID, loopback_allowed)


def measured_on(headset: bool | None, measured_earlier: str | None) -> str | None:
    """The day on which the headset test found what the settings say; None where it did not.

    Whoever changes the answer by hand has said something new, and the old measurement is none of
    it any more.
    """
    if headset is None or measured_earlier is None:
        return None
    playback, _, day = measured_earlier.partition(" ")
    said = Playback.HEADSET if headset else Playback.SPEAKERS
    return day if playback == said.value else None


def hearing_words(hearing: Hearing) -> str:
    """One phrase for people: 'a headset (measured before the call)'."""
    words = {
        Playback.HEADSET: "a headset or earphones",
        Playback.SPEAKERS: "speakers, so your microphone could hear the other person too",
        Playback.UNCLEAR: "could not be told by the headset test",
        Playback.NOT_TESTED: "not tested",
    }[hearing.playback]
    told = {
        Told.MEASURED: " (measured before the call)",
        Told.EARLIER: " (measured on another day)",
        Told.SAID: " (as you said)",
        None: "",
    }[None if hearing.playback is Playback.UNCLEAR else hearing.told]
    allowed = "; a loopback input was permitted, for a test" if hearing.loopback_allowed else ""
    return f"{words}{told}{allowed}"


def hearing_lines(hearing: Hearing | None) -> tuple[str, ...]:
    """The same as a sentence of its own; nothing where nothing is known."""
    if hearing is None:
        return ()
    if hearing.playback in (Playback.HEADSET, Playback.SPEAKERS):
        return (f"You listened with {hearing_words(hearing)}.",)
    return (f"Headset or speakers: {hearing_words(hearing)}.",)

"""The headset test as people meet it on the command line: told beforehand, asked, played, kept."""

from __future__ import annotations

import sys
from contextlib import closing

import typer

from companion.audio.headset_test import (
    ALONE,
    BEFOREHAND,
    HEARD_QUESTION,
    NOBODY_TO_ASK,
    NOT_HEARD,
    HeadsetResult,
    Speaker,
    run_test,
    run_to_end,
    settings_changes,
)
from companion.audio.sound import Source
from companion.cli import clock
from companion.domain.hearing import LOOPBACK_ALLOWED, Playback
from companion.errors import CompanionError
from companion.live.one_call import check_no_other_call
from companion.settings import AudioSettings
from companion.settings_file import write_settings

_QUESTION = "Play the tone now?"
_NOT_TESTED = "Not tested; 'companion headset' does it at any other time."


def offer(
    audio: AudioSettings, *, asked_for: bool = False, allow_loopback: bool = False
) -> HeadsetResult | None:
    """Say what will be heard, ask, and test; None where the organizer would rather not, or where
    it could not be done. Everything goes to standard error.

    `asked_for`: it was asked for already, so that nothing is asked before the tone.
    """
    _tell(f"{BEFOREHAND} {ALONE}")
    if not (asked_for or typer.confirm(_QUESTION, default=False, err=True)):
        _tell(_NOT_TESTED)
        return None
    while True:
        try:
            result = settle(listen(audio, allow_loopback=allow_loopback))
        except CompanionError as error:
            _tell(f"That did not work: {error}.")
            return None
        _tell(result.sentence)
        if result.playback is Playback.HEADSET or not sys.stdin.isatty():
            return result
        if not typer.confirm("Test once more?", default=False, err=True):
            return result


def before_call(
    audio: AudioSettings, *, asked_for: bool, allow_loopback: bool
) -> HeadsetResult | None:
    """The same before a call; what is clear is kept for the next calls as well."""
    result = offer(audio, asked_for=asked_for, allow_loopback=allow_loopback)
    if result is not None and not allow_loopback:
        keep_in_settings(result)
    return result


def listen(audio: AudioSettings, *, allow_loopback: bool = False) -> HeadsetResult:
    """Play and listen, with a word on what happens.

    Raises: AudioDeviceError, also while a call is on in another window: a tone would startle.
    """
    check_no_other_call()
    _tell("Please be quiet for three seconds ...")
    with microphone(audio, allow_loopback) as source, closing(speaker()) as output:
        return run_to_end(run_test(source, output))


def settle(result: HeadsetResult) -> HeadsetResult:
    """Nothing that comes back of a tone that nobody heard says nothing: ask."""
    if not result.needs_ears:
        return result
    if not sys.stdin.isatty():
        return NOBODY_TO_ASK
    return result if typer.confirm(HEARD_QUESTION, default=True, err=True) else NOT_HEARD


def keep_in_settings(result: HeadsetResult) -> bool:
    """Keep a clear result, with its day, for the next calls and for `companion doctor`."""
    changes = settings_changes(result, clock.today().isoformat())
    if changes:
        write_settings(changes)
    return bool(changes)


def say_allowed() -> None:
    """That this run accepts inputs that are refused otherwise."""
    typer.echo(f"companion: {LOOPBACK_ALLOWED}", err=True)


def microphone(audio: AudioSettings, allow_loopback: bool) -> Source:
    """The microphone, not opened yet."""
    from companion.audio.microphone import MicrophoneSource

    return MicrophoneSource(audio, allow_loopback=allow_loopback)


def speaker() -> Speaker:
    """The system's default output, opened. Raises: AudioDeviceError."""
    from companion.audio.portaudio import PortAudioSpeaker

    return PortAudioSpeaker()


def _tell(sentence: str) -> None:
    typer.echo(sentence, err=True)

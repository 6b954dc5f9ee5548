"""Learning the organizer's voice as people meet it on the command line."""

from __future__ import annotations

import sys
import textwrap
from typing import TYPE_CHECKING

import typer

from companion.audio.own_voice import OwnVoice
from companion.audio.reading_aloud import HOW_TO_READ, PASSAGE, WHAT_IT_IS, Reading, learn_aloud
from companion.audio.sound import Source
from companion.cli import clock, keeping
from companion.cli.opening import open_store
from companion.errors import InputError
from companion.settings import AudioSettings, load_settings

if TYPE_CHECKING:
    from companion.store.store import Store

KEEP_QUESTION = "Keep these figures, encrypted in your store, for later calls?"
_COLUMNS = 76
_CELLS = 20
_SAID_EVERY = 0.25
"""Without a terminal a line is printed for each quarter."""


def learn_and_keep(keep: bool | None, device: str | None, passphrase_stdin: bool) -> None:
    """What `companion voice learn` does. Raises: CompanionError; nothing is kept then."""
    _tell(WHAT_IT_IS)
    if keep and not keeping.there_is_a_store():
        raise InputError(
            "there is no store to keep your voice in; 'companion store init' makes one"
        )
    if keep is None:
        keep = _agrees_to_keep()
    audio = load_settings().audio
    if device is not None:
        audio = audio.model_copy(update={"device": device})
    # The passphrase comes before the reading: nobody reads for half a minute in vain.
    store = open_store(passphrase_stdin) if keep else None
    try:
        voice = read_and_learn(audio)
        if store is not None:
            store.voices.keep(voice.to_bytes(), clock.now())
    finally:
        if store is not None:
            store.close()
    if keep:
        typer.echo("Your voice is learned and kept; calls use it whenever your store is open.")
    else:
        typer.echo(
            "Your voice can be learned well here. Nothing of it was kept: 'companion call "
            "--learn-voice' learns it right before a call."
        )


def before_call(audio: AudioSettings, *, allow_loopback: bool = False) -> OwnVoice:
    """Learn the voice for one call; it goes with the call. Raises: CompanionError."""
    _tell(WHAT_IT_IS)
    return read_and_learn(audio, allow_loopback=allow_loopback)


def read_and_learn(audio: AudioSettings, *, allow_loopback: bool = False) -> OwnVoice:
    """Show the passage, listen, and show how far it is, on standard error.

    Raises: AudioDeviceError; InputError where the voice could not be learned.
    """
    _tell(HOW_TO_READ)
    for paragraph in PASSAGE:
        _tell(paragraph, indent="    ")
    with microphone(audio, allow_loopback) as source:
        progress = _Progress()
        learning = learn_aloud(source)
        while True:
            try:
                progress.show(next(learning))
            except StopIteration as end:  # noqa: PERF203 - it comes once, at the end
                voice: OwnVoice = end.value
                progress.close()
                return voice
            except BaseException:
                progress.close()
                raise


def kept_voice(store: Store | None) -> OwnVoice | None:
    """The voice that an open store keeps; says in a sentence where it cannot be used."""
    kept = None if store is None else store.voices.kept()
    if kept is None:
        return None
    try:
        return OwnVoice.from_bytes(kept.figures)
    except InputError as error:
        typer.echo(f"companion: {error}", err=True)
        return None


def microphone(audio: AudioSettings, allow_loopback: bool) -> Source:
    """The microphone, not opened yet."""
    from companion.audio.microphone import MicrophoneSource

    return MicrophoneSource(audio, allow_loopback=allow_loopback)


class _Progress:
    """One line that is redrawn in a terminal; a line for each quarter elsewhere."""

    def __init__(self) -> None:
        self._redraws = sys.stderr.isatty()
        self._next = _SAID_EVERY
        self._problem: str | None = None
        self._drawn = False

    def show(self, reading: Reading) -> None:
        """How far it is, and what is wrong, once."""
        if reading.problem is not None and reading.problem != self._problem:
            self.close()
            _tell(reading.problem)
        self._problem = reading.problem
        if self._redraws:
            cells = "#" * round(reading.share * _CELLS)
            heard = max(0, min(8, round((reading.level_dbfs + 60) / 6)))
            line = f"\r  learned [{cells:<{_CELLS}}] {reading.share:4.0%}   you [{'=' * heard:<8}]"
            typer.echo(line, nl=False, err=True)
            self._drawn = True
        elif reading.share >= self._next:
            self._next += _SAID_EVERY
            _tell(f"{reading.share:.0%} is learned.")

    def close(self) -> None:
        """End the line that is redrawn."""
        if self._drawn:
            typer.echo("", err=True)
            self._drawn = False


def _agrees_to_keep() -> bool:
    """Asked where there is somebody and a store; otherwise nothing is kept."""
    if not sys.stdin.isatty():
        return False
    if not keeping.there_is_a_store():
        _tell("There is no store to keep them in ('companion store init' makes one).")
        return False
    return typer.confirm(KEEP_QUESTION, default=False, err=True)


def _tell(text: str, indent: str = "") -> None:
    lines = textwrap.wrap(text, _COLUMNS, initial_indent=indent, subsequent_indent=indent)
    typer.echo("\n".join(lines), err=True)

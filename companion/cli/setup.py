"""`companion setup`: a few questions by keyboard, line by line, or the same answers as options."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from companion.errors import CompanionError, InputError

if TYPE_CHECKING:
    from companion.settings_reference import Value


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("setup")(setup)


def setup(
    defaults: Annotated[
        bool, typer.Option("--defaults", help="Ask nothing; keep what is set, or the defaults.")
    ] = False,
    device: Annotated[
        str | None,
        typer.Option(
            "--device", metavar="NAME", help="The microphone; '' for the system's default."
        ),
    ] = None,
    headset: Annotated[
        bool | None, typer.Option("--headset/--speakers", help="What you hear the call with.")
    ] = None,
    engine: Annotated[
        str | None,
        typer.Option("--engine", metavar="auto|whisper|sphinx", help="The speech recognizer."),
    ] = None,
    model: Annotated[
        str | None,
        typer.Option("--model", metavar="NAME|DIR", help="A Whisper model; '' for any."),
    ] = None,
    language: Annotated[
        str | None, typer.Option("--language", metavar="CODE", help="Language of the call: en.")
    ] = None,
    transcript: Annotated[
        bool | None,
        typer.Option(
            "--show-transcript/--hide-transcript", help="Your words on screen during a call."
        ),
    ] = None,
) -> None:
    """Get ready for calls: a few questions, line by line.

    Microphone, headset, recognizer, language, and whether your words are shown. With any of the
    options nothing is asked.
    """
    given: dict[str, Value] = {
        key: value or None if key in ("audio.device", "recognizer.model") else value
        for key, value in (
            ("audio.device", device),
            ("audio.headset", headset),
            ("recognizer.engine", engine),
            ("recognizer.model", model),
            ("recognizer.language", language),
            ("call.show_transcript", transcript),
        )
        if value is not None
    }
    if given or defaults:
        _check_device(device)
        _save(given)
    elif sys.stdin.isatty():
        from companion.cli.setup_guide import ask_everything

        answers = ask_everything()
        if answers is None:
            typer.echo("Nothing was changed.")
            return
        _save(answers)
    else:
        raise InputError(
            "there is nobody here to ask; say what you want with options, such as "
            "'companion setup --device NAME --headset --engine auto', or take the defaults with "
            "'companion setup --defaults'"
        )
    typer.echo("\nNext: 'companion demo' plays a sample call, 'companion doctor' sees whether all")
    typer.echo("is well, and 'companion call' begins a real call.")


def _check_device(device: str | None) -> None:
    """A device named on the command line must be there and must not be a loopback."""
    if device:
        from companion.audio.devices import choose_input, list_inputs

        choose_input(list_inputs(), device)


def _save(changes: dict[str, Value]) -> None:
    from companion.settings import load_settings
    from companion.settings_file import write_settings

    try:
        load_settings()
    except CompanionError as error:
        typer.echo(f"Your settings file cannot be used as it is. {error}", err=True)
    written = write_settings(changes, replace_damaged=True)
    if written.kept_as:
        typer.echo(f"Your earlier file was kept as {written.kept_as}.")
    if written.path.exists():
        typer.echo(f"Your settings are in {written.path}.")
    else:
        typer.echo("Your settings are the defaults; no file is needed for them.")

"""`companion headset`: does the microphone hear what the computer plays?"""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from companion.errors import InputError

if TYPE_CHECKING:
    from companion.audio.headset_test import HeadsetResult


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("headset")(headset)


def headset(
    device: Annotated[
        str | None,
        typer.Option("--device", metavar="NAME", help="A microphone; see 'companion devices'."),
    ] = None,
    yes: Annotated[
        bool, typer.Option("--yes", help="Play the tone at once, without asking.")
    ] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="The result as one JSON line, for programs.")
    ] = False,
    allow_loopback: Annotated[
        bool,
        typer.Option("--allow-loopback", hidden=True, help="For tests: accept a monitor device."),
    ] = False,
) -> None:
    """Test whether your microphone hears what your computer plays.

    Plays a quiet rising tone of one second, and listens for three seconds. Do it before a call,
    while you are alone. What it finds is kept in your settings and shown by 'companion doctor'.

    Examples: 'companion headset', 'companion headset --device "USB Headset"'.
    """
    from companion.audio.headset_test import ALONE, BEFOREHAND
    from companion.cli.headset_testing import keep_in_settings, listen, say_allowed, settle
    from companion.settings import load_settings

    attended = sys.stdin.isatty()
    if not (attended or yes):
        raise InputError("a tone is never played unasked; add --yes where nobody can be asked")
    audio = load_settings().audio
    if device is not None:
        audio = audio.model_copy(update={"device": device})
    if allow_loopback:
        say_allowed()
    if not yes:
        typer.echo(f"{BEFOREHAND}\n{ALONE}", err=True)
        if not typer.confirm("Play it now?", default=True, err=True):
            typer.echo("Nothing was played.", err=True)
            return
    measured = listen(audio, allow_loopback=allow_loopback)
    result = settle(measured) if attended else measured
    sure = (attended or not result.needs_ears) and not allow_loopback
    kept = sure and keep_in_settings(result)
    if as_json:
        heard = attended and result is measured
        typer.echo(json_line(result, heard_by_organizer=heard, loopback_allowed=allow_loopback))
        return
    typer.echo(result.words)
    if result.advice:
        typer.echo(result.advice)
    if result.echo is not None and result.echo.found:
        typer.echo(
            f"The tone came back after {result.echo.delay_s:.2f} s, at {result.echo.level_db:.0f} "
            "dB of what was played."
        )
    if result.needs_ears and not attended:
        typer.echo("If you did not hear the tone, that says nothing: turn it up, and test again.")
    if kept:
        typer.echo("Kept in your settings; 'companion doctor' shows it.")


def json_line(
    result: HeadsetResult, *, heard_by_organizer: bool, loopback_allowed: bool = False
) -> str:
    """The machine form. `echo` is null where nothing could be measured."""
    echo = result.echo
    return json.dumps(
        {
            "playback": result.playback.value,
            "words": result.words,
            "advice": result.advice,
            "heard_by_organizer": heard_by_organizer if result.needs_ears else None,
            "loopback_allowed": loopback_allowed,
            "echo": None
            if echo is None
            else {
                "found": echo.found,
                "level_db": round(echo.level_db, 1),
                "delay_s": round(echo.delay_s, 4),
                "stands_out_db": round(echo.stands_out_db, 1),
                "limit_db": round(echo.limit_db, 1),
            },
        }
    )

"""`companion erase`: delete the call of somebody who brings the code of their receipt."""

from __future__ import annotations

from typing import Annotated

import typer

from companion.cli import clock
from companion.cli.call_options import Yes, asked_for, confirmed
from companion.cli.opening import PassphraseStdin, open_store
from companion.errors import InputError


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("erase")(erase)


def erase(
    code: Annotated[
        str | None,
        typer.Option("--code", metavar="CODE", help="From the receipt; asked for if left out."),
    ] = None,
    yes: Yes = False,
    json_lines: Annotated[
        bool, typer.Option("--json", help="One JSON object, for programs; needs --yes.")
    ] = False,
    passphrase_stdin: PassphraseStdin = False,
) -> None:
    """Erase the call of a deletion code for good, whether it is on hold or not.

    What stays is the code's fingerprint and the day, so that no backup brings the call back.
    A code on the command line may stay in your shell's history; leave it out to be asked.
    """
    if json_lines and not yes:
        raise InputError("--json does not ask; say --yes to erase")
    with open_store(passphrase_stdin) as store:
        given = asked_for("Code on the receipt", "--code", code)
        earlier = store.calls.erased_on(given)
        if earlier is not None:
            _say(json_lines, earlier.isoformat(), "The call of this code was erased already, on")
            return
        if not confirmed("Erase the call of this code for good?", yes):
            typer.echo("Nothing was erased.")
            return
        now = clock.now()
        erased = store.calls.erase(given, now)
    if erased is None:
        raise InputError("no call has this code; look at the receipt again")
    _say(json_lines, now.date().isoformat(), "The call of this code is erased for good, as of")
    if erased.was_shared:
        typer.echo("The team has a copy; 'companion team sync' deletes it there.", err=True)


def _say(json_lines: bool, day: str, sentence: str) -> None:
    from companion.notes.json_form import json_line

    if json_lines:
        typer.echo(json_line({"erased_on": day}))
    else:
        typer.echo(f"{sentence} {day}. Nothing of it is left but the code's fingerprint.")

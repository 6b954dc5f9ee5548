"""`companion doctor`: is all well on this computer, and how to mend what is not."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Annotated

import typer

_WORDS = {"ok": "ok", "warn": "note", "fail": "mend"}


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("doctor")(doctor)


def doctor(
    json_lines: Annotated[
        bool, typer.Option("--json", help="One JSON object a line, for programs.")
    ] = False,
) -> None:
    """See whether this computer is ready for a call.

    Says how to mend what is not. Opens no microphone, reaches no network, changes nothing. Exit
    code 1: something needs mending.
    """
    from companion.checks import Verdict, run_checks

    to_mend = notes = 0
    for check in run_checks():
        to_mend += check.verdict is Verdict.FAIL
        notes += check.verdict is Verdict.WARN
        if json_lines:
            typer.echo(json.dumps(asdict(check)))
            continue
        typer.echo(f"{_WORDS[check.verdict.value]:<4}  {check.name}: {check.finding}")
        if check.remedy:
            remedy = check.remedy.replace("\n", "\n      ")
            typer.echo(f"      What to do: {remedy}")
    if not json_lines:
        typer.echo(f"\n{_closing(to_mend, notes)}")
    if to_mend:
        raise typer.Exit(1)


def _closing(to_mend: int, notes: int) -> str:
    if to_mend:
        things = "One thing needs" if to_mend == 1 else f"{to_mend} things need"
        return f"{things} mending before a call; 'companion demo' may work all the same."
    if notes:
        return "Ready for a call; please read the notes above."
    return "All well. 'companion demo' shows a sample call, 'companion call' begins a real one."

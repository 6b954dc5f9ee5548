"""`companion audit`: the promises checked on this computer, with a receipt to hand on."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from companion.errors import InputError


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("audit")(audit)


def audit(
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", metavar="FOLDER", help="Also put the receipt there, as Markdown and JSON."
        ),
    ] = None,
    quick: Annotated[
        bool,
        typer.Option("--quick", help="Two calls and all controls: half a minute instead of three."),
    ] = False,
    ending: Annotated[
        list[str] | None,
        typer.Option("--ending", metavar="NAME", help="Only calls that end so; may be repeated."),
    ] = None,
    model: Annotated[
        str | None,
        typer.Option(
            "--model", metavar="NAME|DIR", help="The Whisper model to load; else the installed one."
        ),
    ] = None,
    json_form: Annotated[
        bool, typer.Option("--json", help="The receipt as JSON, for programs.")
    ] = False,
    table: Annotated[
        bool, typer.Option("--table", help="Only the figures, as rows of a Markdown table.")
    ] = False,
) -> None:
    """Check on this computer that nothing of a call is written and nothing is reached.

    Plays calls with 200 made-up names and numbers in them, ends them in ten ways (saved,
    discarded, Ctrl-C, crashes, kill, off the record, withdrawn), watches every system call, and
    looks for the words in all that was written. Programs that do what must not be show that the
    audit would have noticed. Prints a one-page receipt. Your own calls and settings are not
    touched, and nothing leaves this computer.

    Needs Linux and strace for all of it. Exit code 1: something was found.

    Examples: companion audit --quick; companion audit --out ~/receipts
    """
    if sys.platform == "win32":
        raise InputError(
            "the audit ends calls by means that Windows does not have; run it on Linux, or on "
            "macOS in part"
        )
    if json_form and table:
        raise InputError("--json and --table are two forms of the same; choose one")
    from companion.cli.auditing import Wanted, run_and_show

    code = run_and_show(
        Wanted(
            out=out,
            quick=quick,
            endings=tuple(ending or ()),
            model=model,
            form="json" if json_form else "table" if table else "markdown",
        )
    )
    if code:
        raise typer.Exit(code)

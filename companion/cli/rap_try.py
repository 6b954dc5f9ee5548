"""`companion rap try`: lines of a talk, and what the companion makes of them and why."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def register(group: typer.Typer) -> None:
    """Add the command."""
    group.command("try", short_help="Try lines: see what is heard, and what decided it.")(try_)


def try_(
    words: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[RAP] [LINE]...",
            help="A rap by name or file (else the usual one), and lines in quotes.",
        ),
    ] = None,
    file: Annotated[
        Path | None,
        typer.Option("--file", metavar="PATH", help="Lines from a text file, one a line."),
    ] = None,
    watch: Annotated[
        bool,
        typer.Option(
            "--watch", help="Go on: whenever the rap's file changes, hear the same lines again."
        ),
    ] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="One JSON object a line, for programs.")
    ] = False,
) -> None:
    """Try lines: see the step, how sure, what decided it, questions, cues, and the card.

    The lines are heard in order, as one call. Without any, type or paste them; an empty line
    looks whether the rap's file has changed, 'new' begins the call anew, 'quit' ends. Nothing
    of it is kept. Make lines up, and take none from a real call.

    Examples:

      companion rap try "What keeps you up at night?"

      companion rap try our-rap --file practice.txt --watch
    """
    from companion.cli.rap_trying import Request, try_lines

    try_lines(Request(tuple(words or ()), file, watch, as_json))

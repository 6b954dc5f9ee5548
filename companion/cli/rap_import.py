"""`companion rap import`: a rap from elsewhere, looked at before it is put away."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def register(group: typer.Typer) -> None:
    """Add the command."""
    group.command("import")(import_)


def import_(
    source: Annotated[
        Path, typer.Argument(metavar="FILE|FOLDER", help="A rap's file, or a folder with one.")
    ],
    name: Annotated[
        str | None, typer.Option("--name", help="What to call it; without: its own name.")
    ] = None,
) -> None:
    """Take in a rap from elsewhere. It is checked first, and used only when you say so.

    Links, oversized files, hidden characters, markup and everything that is no valid rap are
    refused; what lies beside the file is left there.

    Example: companion rap import their-rap.yaml
    """
    from companion.cli.terminal_text import visible
    from companion.trainer.importing import import_rap

    taken = import_rap(source, name)
    typer.echo(
        f"{visible(taken.rap.name)} {taken.rap.version} is yours as {taken.name}: "
        f"{taken.cards} cards, {taken.examples} examples ({taken.path})."
    )
    typer.echo(
        f"Read its cards before you use it. 'companion rap try {taken.name}' shows what it hears, "
        f"and 'companion rap use {taken.name}' puts it to use."
    )

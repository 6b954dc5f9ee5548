"""`companion rap validate`: every problem of a rap at once, with its line and the remedy."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def register(group: typer.Typer) -> None:
    """Add the command."""
    group.command("validate")(validate)


def validate(
    path: Annotated[Path, typer.Argument(metavar="RAP", help="The rap's file.")],
) -> None:
    """Check a rap, and tell every problem with its line and the way to mend it."""
    from companion.understanding.rap import load_rap

    rap = load_rap(path)
    typer.echo(f"{path}: {rap.name} {rap.version}, no problems found.")

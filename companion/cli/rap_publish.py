"""`companion rap publish`: a version of a rap that never changes."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def register(group: typer.Typer) -> None:
    """Add the command."""
    group.command(
        "publish", short_help="Keep a rap as it is now, as a version that never changes."
    )(publish)


def publish(
    rap: Annotated[str, typer.Argument(help="A rap of yours, by name or file.")],
    version: Annotated[
        str | None,
        typer.Option("--version", help="Such as 1.2.0; without: the one in the file."),
    ] = None,
    note: Annotated[str, typer.Option("--note", help="What is new, in a sentence.")] = "",
    signed_by: Annotated[
        str, typer.Option("--signed-by", metavar="NAME", help="Who stands for it, as you like.")
    ] = "",
    figures: Annotated[
        Path | None,
        typer.Option("--figures", metavar="REPORT", help="JSON of its last test or gate."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object, for programs.")] = False,
) -> None:
    """Keep a rap as it is now, as a version that never changes, with its changelog.

    The version has to follow the latest one: the first number is raised where goals or fixed
    lists lost an entry, the second where something else is heard or shown, the third for wording.
    Calls use it after 'companion rap use'.

    Example: companion rap publish our-rap --version 1.0.0 --note "Cards in our own words"
    """
    from datetime import datetime

    from companion.cli.rap_shelf import published_lines
    from companion.trainer.publishing import Publication
    from companion.trainer.publishing import publish as published
    from companion.understanding import rap_library

    wanted = Publication(rap_library.given_rap(rap), version, note, signed_by, figures)
    record = published(wanted, datetime.now().astimezone())
    typer.echo(record.as_json().rstrip() if as_json else published_lines(record))

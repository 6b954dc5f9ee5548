"""`companion rap new`: a rap of one's own to begin with."""

from __future__ import annotations

from typing import Annotated

import typer


def register(group: typer.Typer) -> None:
    """Add the command."""
    group.command("new", short_help="Make a rap of your own: a copy with all its comments.")(new)


def new(
    name: Annotated[str, typer.Argument(help="Of the new rap, such as our-rap.")],
    origin: Annotated[
        str | None,
        typer.Option("--from", metavar="RAP", help="Copy this rap, by name or file."),
    ] = None,
    language: Annotated[
        str | None, typer.Option("--language", metavar="LETTERS", help="Such as es.")
    ] = None,
) -> None:
    """Make a rap of your own: a copy with all comments, in your folder of raps.

    Its first lines say what to change first. Editors that know YAML schemas complete its keys
    and explain them, without the network.

    Example: companion rap new our-rap
    """
    from companion.trainer.new_rap import make_rap

    made = make_rap(name, origin, language)
    typer.echo(f"{made.path} is a copy of {made.origin}; its first lines say what to change.")
    if made.needs_translating:
        typer.echo("Its texts need translating before it can be used in a call.")
    typer.echo(f"Check it with 'companion rap validate {name}'.")

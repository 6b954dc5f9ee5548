"""`companion rap list`, `use` and `rollback`: which raps there are, and which one calls use."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from companion.trainer.using import Used


def register(group: typer.Typer) -> None:
    """Add the commands."""
    group.command("list", short_help="List the raps, their versions, and the one in use.")(list_)
    group.command("use")(use)
    group.command("rollback")(rollback)


def list_(
    name: Annotated[
        str | None, typer.Argument(help="A rap: its published versions with all that is known.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object, for programs.")] = False,
) -> None:
    """List the raps: those that ship, yours, their published versions, and the one in use."""
    from companion.cli.rap_shelf import shelf, shelf_object, shelf_text, versions_text

    found = shelf(name)
    if as_json:
        typer.echo(shelf_object(found))
    else:
        typer.echo(shelf_text(found) if name is None else versions_text(found, name))


def use(
    rap: Annotated[
        str, typer.Argument(metavar="NAME[@VERSION]", help="Without a version: the latest.")
    ],
) -> None:
    """Use a rap in calls, and wherever else none is named.

    A name alone takes its latest published version, or its file where none is published;
    NAME@draft takes the file.

    Example: companion rap use our-rap@1.0.0
    """
    from companion.trainer.using import use_rap

    _tell(use_rap(rap))


def rollback() -> None:
    """Go back to the rap that was used before."""
    from companion.trainer.using import roll_back

    _tell(roll_back())


def _tell(used: Used) -> None:
    from companion.cli.terminal_text import visible

    for name in used.skipped:
        typer.echo(f"{visible(name)} cannot be used any more, and was passed over.", err=True)
    typer.echo(f"Calls use {visible(used.name)} now ({visible(used.rap.name)} {used.rap.version}).")
    if not used.is_published and not used.ships:
        typer.echo("It is a file and no published version: an edit shows in the next call.")
    if used.before != used.name:
        typer.echo(f"Until now it was {visible(used.before)}; 'companion rap rollback' goes back.")

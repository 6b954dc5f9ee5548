"""`companion rap validate`: every problem of a rap at once, with its line and the remedy."""

from __future__ import annotations

from typing import Annotated

import typer


def register(group: typer.Typer) -> None:
    """Add the command."""
    group.command("validate", short_help="Check a rap: every problem at once, with its remedy.")(
        validate
    )


def validate(
    rap: Annotated[
        str | None,
        typer.Argument(metavar="[RAP]", help="A rap by name or file; without: the usual one."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object, for programs.")] = False,
) -> None:
    """Check a rap: every problem at once, with its line, the reason and the remedy.

    Advice follows: what works, and would work better otherwise. It ends with 0 where the rap
    can be used, advice or not, and with 2 where it cannot.

    Example: companion rap validate our-rap
    """
    from companion.cli.rap_findings import as_object, as_text
    from companion.settings import load_settings
    from companion.understanding import rap_library
    from companion.understanding.rap_review import Level, review_rap

    if rap is None:
        path = rap_library.rap_path(load_settings().call.rap)
    else:
        path = rap_library.given_rap(rap)
    review = review_rap(path)
    typer.echo(as_object(review) if as_json else as_text(review))
    if review.of(Level.PROBLEM):
        raise typer.Exit(2)

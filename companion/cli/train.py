"""`companion train`: learn anew for a rap, from its examples and from practice calls."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("train", epilog=_EXAMPLES)(train)


_EXAMPLES = (
    "Examples:\n\n"
    "companion train --rap our-rap\n\n"
    "companion train --rap our-rap --corpus role-plays --and-shipped --origin 'our own; CC0'\n\n"
    "companion train --status"
)


def train(
    rap: Annotated[
        str | None,
        typer.Option("--rap", metavar="RAP", help="A rap of yours; the one of your settings."),
    ] = None,
    corpus: Annotated[
        list[Path] | None,
        typer.Option(
            "--corpus",
            metavar="FOLDER",
            help="Labelled practice calls; without it those that come with companion. "
            "May be given again.",
        ),
    ] = None,
    and_shipped: Annotated[
        bool,
        typer.Option("--and-shipped", help="Add the practice calls that come with companion."),
    ] = False,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", metavar="FOLDER", help="Write there instead of where calls look for it."
        ),
    ] = None,
    origin: Annotated[
        str | None,
        typer.Option(
            "--origin", metavar="TEXT", help="For the card: whose the calls are, and the license."
        ),
    ] = None,
    status: Annotated[
        bool, typer.Option("--status", help="Show what was learned for which rap, and stop.")
    ] = False,
    remove: Annotated[
        bool, typer.Option("--remove", help="Take away what was learned for the rap, and stop.")
    ] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="The card, or the status, for programs.")
    ] = False,
) -> None:
    """Learn steps, cues, questions and answers anew for a rap of yours.

    Learns from the rap's examples and from labelled practice calls, in about two minutes with
    those that come with companion. Calls with this rap then use what was learned. A card beside
    it says from what it was learned and how well it does on hands that it has not read. The same
    rap and calls give the same files. Nothing is kept before everything is done; Ctrl-C leaves
    what there was.
    """
    from companion.cli.training import removed, shown_status, trained

    if status:
        shown_status(as_json)
    elif remove:
        removed(rap)
    else:
        trained(rap, corpus or [], and_shipped, out, origin, as_json)

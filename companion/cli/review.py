"""`companion review`: approve, change or discard what would be kept of a call."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from companion.cli.opening import PassphraseStdin, open_store


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("review")(review)


def review(
    code: Annotated[
        str | None,
        typer.Argument(metavar="CODE", help="A stored call, to review it again."),
    ] = None,
    plain: Annotated[
        bool,
        typer.Option("--plain", help="Plain lines instead of the full view: for screen readers."),
    ] = False,
    rap: Annotated[
        Path | None,
        typer.Option("--rap", metavar="NAME|PATH", help="Your own rap, if the call had one."),
    ] = None,
    passphrase_stdin: PassphraseStdin = False,
) -> None:
    """See exactly what would be saved of a call; change it, approve it, or discard it.

    Opens the draft that a call left without a decision, or after a crash. Nothing is saved
    unless you approve it, and a draft that nobody decides on goes after 24 hours.
    """
    from companion.cli.reviewing import desk_here, review_drafts, review_stored
    from companion.understanding.rap import given_rap

    outline = None if rap is None else given_rap(str(rap)).outline()
    with open_store(passphrase_stdin) as store:
        desk = desk_here(store, plain, outline)
        if code is None:
            review_drafts(desk)
        else:
            review_stored(desk, code)

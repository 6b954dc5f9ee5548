"""`companion app`: everything in the browser, on this computer only."""

from __future__ import annotations

import sys
import threading
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from companion.web.server import AppServer


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("app")(open_app)


def open_app(
    port: Annotated[
        int, typer.Option("--port", min=0, max=65535, help="Where to listen; 0: a free port.")
    ] = 0,
    no_browser: Annotated[
        bool, typer.Option("--no-browser", help="Only print the address; open it yourself.")
    ] = False,
    idle_min: Annotated[
        float,
        typer.Option("--idle", min=0, metavar="MINUTES", help="Stop after so long unused; 0: no."),
    ] = 60.0,
) -> None:
    """Open the companion as a page in your browser.

    Set-up, calls, review, notes and next steps in one place. The page comes from this computer
    and can be reached from this computer only; the address is good once, for one browser.
    """
    from companion import locations
    from companion.settings import load_settings
    from companion.store.vault import Vault
    from companion.web.server import AppServer
    from companion.web.workspace import Workspace

    workspace = Workspace(Vault(locations.store_folder(), load_settings().store))
    server = AppServer(workspace, port, idle_min * 60)

    def opened() -> None:
        _show(server, no_browser)
        if sys.stdin is not None and sys.stdin.isatty():
            threading.Thread(target=_renew, args=(server,), daemon=True).start()

    server.run(opened)
    typer.echo("companion: stopped. Nothing is heard, and the notes are closed.", err=True)


def _show(server: AppServer, no_browser: bool) -> None:
    opened = not no_browser and server.open_browser()
    word = "Your browser shows the companion. If it does not, open" if opened else "Open"
    typer.echo(f"companion: {word} this address (good once, on this computer):", err=True)
    typer.echo(server.way_in)
    typer.echo("companion: Enter gives a new address, Ctrl-C stops.", err=True)


def _renew(server: AppServer) -> None:
    """A line from the terminal: a new way in, for another browser."""
    for _ in sys.stdin:
        server.keys.renew()
        typer.echo(server.way_in)

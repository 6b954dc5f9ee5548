"""`companion purge`: delete the calls that are older than they need to be."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from companion.cli import clock
from companion.cli.call_options import Json, Yes, confirmed
from companion.cli.opening import PassphraseStdin, open_store
from companion.errors import InputError

if TYPE_CHECKING:
    from companion.store.stored_call import StoredCall


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("purge")(purge)


def purge(
    days: Annotated[
        int | None,
        typer.Option(
            "--days", min=1, max=3650, help="Older than so many days; else as the settings say."
        ),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only show what would be deleted.")
    ] = False,
    yes: Yes = False,
    json_lines: Json = False,
    passphrase_stdin: PassphraseStdin = False,
) -> None:
    """Delete old calls for good; shows them and asks first.

    Calls on hold stay ('companion calls hold').
    """
    from companion.settings import load_settings
    from companion.store.stored_call import CallFilter

    if json_lines and not (dry_run or yes):
        raise InputError("--json does not ask; say --dry-run to look, or --yes to delete")
    kept_days = load_settings().store.keep_days if days is None else days
    older_than = clock.today() - timedelta(days=kept_days)
    with open_store(passphrase_stdin) as store:
        going = store.calls.purge(older_than, dry_run=True)
        held = store.calls.list(CallFilter(until=older_than - timedelta(days=1), held=True))
        if not json_lines:
            _show(going, held, kept_days)
        if going and not dry_run:
            if not confirmed(f"Delete {_calls(going)} for good?", yes):
                typer.echo("Nothing was deleted.")
                return
            going = store.calls.purge(older_than, dry_run=False)
    if json_lines:
        _print_json(going, held, deleted=not dry_run)
    elif going and dry_run:
        typer.echo("Nothing was deleted; 'companion purge' without --dry-run asks, then deletes.")
    elif going:
        typer.echo(f"{_calls(going)} deleted for good. Backups made before still have them.")
        if any(call.shared_at is not None for call in going):
            typer.echo("The team has copies; 'companion team sync' deletes them there.")


def _show(going: list[StoredCall], held: list[StoredCall], kept_days: int) -> None:
    from companion.cli.calls_table import calls_table
    from companion.cli.terminal_text import output_width, wrapped
    from companion.notes.wording import how_many

    if going:
        typer.echo(f"Older than {how_many(kept_days, 'day')}:")
        for line in calls_table(going, output_width()):
            typer.echo(line)
    else:
        days = how_many(kept_days, "day")
        typer.echo(f"No call is older than {days}, so there is nothing to delete.")
    if held:
        typer.echo("\nAs old, but on hold, and they stay:")
        width = max(len(call.code) for call in held) + 2
        for call in held:
            reason = "" if call.hold is None else call.hold.reason
            for line in wrapped(call.code, reason, output_width(), width):
                typer.echo(line)
    if going:
        typer.echo()


def _print_json(going: list[StoredCall], held: list[StoredCall], *, deleted: bool) -> None:
    from companion.notes.json_form import json_line

    fate = "deleted" if deleted else "would be deleted"
    for calls, what in ((going, fate), (held, "held")):
        for call in calls:
            typer.echo(
                json_line(
                    {
                        "code": call.code,
                        "call_date": call.summary.call_date.isoformat(),
                        "fate": what,
                        "reason": None if call.hold is None else call.hold.reason,
                    }
                )
            )


def _calls(calls: list[StoredCall]) -> str:
    from companion.notes.wording import how_many

    return how_many(len(calls), "call")

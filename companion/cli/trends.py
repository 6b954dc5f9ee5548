"""`companion trends`: how your calls went, week by week."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer

from companion.cli import clock
from companion.cli.call_options import Json
from companion.cli.opening import PassphraseStdin, open_store

if TYPE_CHECKING:
    from companion.store.trends import Week


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("trends")(trends)


def trends(
    weeks: Annotated[
        int, typer.Option("--weeks", min=1, max=520, help="How many weeks to look back.")
    ] = 12,
    bars: Annotated[
        bool, typer.Option("--bars/--no-bars", help="With or without bars at the end.")
    ] = True,
    json_lines: Json = False,
    passphrase_stdin: PassphraseStdin = False,
) -> None:
    """See how your calls went, week by week: listening, questions, steps, next steps.

    For you alone, as a direction and not as a grade. Weeks begin on Monday.
    """
    from companion.cli.terminal_text import output_width
    from companion.cli.trends_table import trend_lines
    from companion.notes.json_form import json_line
    from companion.notes.wording import how_many
    from companion.store.stored_call import CallFilter
    from companion.store.trends import weekly

    today = clock.today()
    since = today - timedelta(days=today.weekday() + 7 * (weeks - 1))
    with open_store(passphrase_stdin) as store:
        found = weekly(store.calls.list(CallFilter(since=since)))
    if json_lines:
        for week in found:
            typer.echo(json_line(_values(week)))
        return
    if not found:
        typer.echo(
            f"No call is kept of the last {how_many(weeks, 'week')}. 'companion call' begins one; "
            "--weeks looks further back."
        )
        return
    for line in trend_lines(found, output_width(), bars):
        typer.echo(line)


def _values(week: Week) -> dict[str, Any]:
    """The machine form. Names are stable; docs/keeping.md explains them."""
    return {
        "monday": week.monday.isoformat(),
        "calls": week.calls,
        "listening_share": _rounded(week.listening_share),
        "open_share": _rounded(week.open_share),
        "reached": list(week.reached),
        "agreed": week.agreed,
        "done": week.done,
        "commitments": dict(week.commitments),
    }


def _rounded(share: float | None) -> float | None:
    return None if share is None else round(share, 2)

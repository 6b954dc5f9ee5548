"""What `companion team status` and `companion team leave` do."""

from __future__ import annotations

import sys

import typer

from companion.cli.call_options import confirmed
from companion.cli.team_going import going_to, said_when_slow
from companion.cli.team_member import open_team
from companion.cli.team_sheets import waiting_values
from companion.errors import InputError
from companion.notes.json_form import json_line
from companion.notes.team_words import printed_waiting
from companion.notes.wording import how_many
from companion.store import team_calls
from companion.store.team_connection import TeamAccount
from companion.store.team_membership import check_member
from companion.store.team_roles import Kind


def show_status(json_lines: bool, passphrase_stdin: bool) -> None:
    """Show the team, what waits, and what the server says. Raises: StoreError, TeamError."""
    with open_team(passphrase_stdin) as team:
        account = team.membership.find()
        waiting = team.waiting()
    if account is None:
        if json_lines:
            typer.echo(json_line({"team": None, "waiting": [waiting_values(w) for w in waiting]}))
        else:
            typer.echo("You are in no team; 'companion team join ADDRESS' joins one.")
        return
    if not json_lines:
        typer.echo(f"Your team is at {account.address}")
        typer.echo(_way(account))
        for line in printed_waiting(waiting):
            typer.echo(line)
    with going_to(account) as link, said_when_slow("Asking what the team has ..."):
        kind = check_member(link)
        own = len(team_calls.own(link))
        readable = team_calls.count(link)
    if json_lines:
        typer.echo(
            json_line(
                {
                    "team": str(account.address),
                    "verified_tls": account.address.verified,
                    "kind": kind.value,
                    "own": own,
                    "readable": readable,
                    "waiting": [waiting_values(w) for w in waiting],
                }
            )
        )
        return
    typer.echo(f"The server lets you in as {kind.value}. It has {how_many(own, 'call')} of yours.")
    if kind is Kind.COORDINATOR:
        typer.echo(f"You may read {how_many(readable, 'call')}.")


def leave_team(keep_shared: bool | None, passphrase_stdin: bool) -> None:
    """Leave; what was shared is deleted at the server, or stays. Raises: StoreError, TeamError."""
    with open_team(passphrase_stdin) as team:
        if keep_shared:
            for line in printed_waiting(team.waiting()):
                typer.echo(f"{line} That will not be done now.", err=True)
            team.forget()
            typer.echo("This computer forgot the team. What you shared stays there;")
            typer.echo("to take it back you would have to join again.")
            return
        account = team.membership.account()
        if keep_shared is None and not _asked():
            typer.echo("Nothing was changed. --keep-shared leaves what you shared with the team.")
            return
        with going_to(account) as link, said_when_slow("Taking everything back ..."):
            check_member(link)
            deleted = team.leave(link)
    typer.echo(f"You left the team; {how_many(deleted, 'call')} of yours were deleted there.")


def _asked() -> bool:
    if not sys.stdin.isatty():
        raise InputError(
            "there is nobody here to ask; say --take-back or --keep-shared for what you shared"
        )
    return confirmed("Delete everything that you shared with the team, and leave it?", False)


def _way(account: TeamAccount) -> str:
    if account.address.verified:
        return "The way there is encrypted, and the server has to prove who it is."
    return "The server does not prove who it is: it is this computer, or you said --without-tls."

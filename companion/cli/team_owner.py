"""What the commands of `companion team` do for whoever owns the team's database."""

from __future__ import annotations

import typer

from companion.cli.call_options import confirmed
from companion.cli.team_going import going_to, server_password
from companion.errors import InputError
from companion.notes.json_form import json_line
from companion.notes.wording import how_many
from companion.store import team_members
from companion.store.team_address import TeamAddress
from companion.store.team_connection import TeamAccount
from companion.store.team_roles import Kind
from companion.store.team_setup import set_up


def set_up_team(address: TeamAddress, password_stdin: bool) -> None:
    """Make the schema, or bring it up to date. Raises: TeamError."""
    with going_to(_account(address, password_stdin)) as link:
        changed = set_up(link)
    if changed:
        typer.echo(f"The database {address.database} at {address.server} is ready for your team.")
    else:
        typer.echo(f"The database {address.database} at {address.server} was ready already.")
    typer.echo(f"Let somebody in: companion team invite {address}")


def invite_member(
    address: TeamAddress, alias: str | None, coordinator: bool, again: bool, password_stdin: bool
) -> None:
    """Let somebody in, or give a member a new password. Raises: InputError, TeamError."""
    if again and alias is None:
        raise InputError("--again renews the password of a member; say whose with --alias")
    kind = Kind.COORDINATOR if coordinator else Kind.ORGANIZER
    with going_to(_account(address, password_stdin)) as link:
        if again and alias is not None:
            invitation = team_members.renew(link, alias)
        else:
            invitation = team_members.invite(link, kind, alias)
    member = invitation.member
    typer.echo(f"Give this to the new {member.kind.value}, by a way that you trust:\n")
    typer.echo(f"  companion team join {address.for_user(member.alias)}")
    typer.echo(f"  password: {invitation.password}\n")
    typer.echo("It is shown this once. Who has it is let in as this member.")


def list_members(address: TeamAddress, json_lines: bool, password_stdin: bool) -> None:
    """List the members. Raises: TeamError."""
    with going_to(_account(address, password_stdin)) as link:
        members = team_members.members(link)
    for member in members:
        if json_lines:
            typer.echo(json_line({"alias": member.alias, "kind": member.kind.value}))
        else:
            typer.echo(f"{member.alias:<24}  {member.kind.value}")
    if not members and not json_lines:
        typer.echo(f"Nobody is in yet; 'companion team invite {address}' lets somebody in.")


def remove_member(
    address: TeamAddress, alias: str, keep_shared: bool | None, yes: bool, password_stdin: bool
) -> None:
    """End a membership. Raises: InputError, TeamError."""
    if keep_shared is None:
        raise InputError(
            "say what becomes of the calls they shared: --keep-shared, --delete-shared"
        )
    with going_to(_account(address, password_stdin)) as link:
        what = "keep what they shared" if keep_shared else "delete what they shared"
        if not confirmed(f"End the membership of {alias} and {what}?", yes):
            typer.echo("Nothing was changed.")
            return
        deleted = team_members.remove(link, alias, with_calls=not keep_shared)
    typer.echo(f"{alias} is no member any more.")
    if not keep_shared:
        typer.echo(f"{how_many(deleted, 'call')} of theirs were deleted.")


def _account(address: TeamAddress, password_stdin: bool) -> TeamAccount:
    return TeamAccount(address, server_password(address, password_stdin))

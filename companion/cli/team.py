"""`companion team`: share single calls with a team's server, and take them back.

These commands are the only ones that go to a server, and only while they run.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from companion.cli.call_options import (
    PAGE_CALLS,
    Agreed,
    Code,
    Issue,
    Json,
    Limit,
    Outcome,
    Page,
    Since,
    Until,
    Wanted,
    Yes,
)
from companion.cli.opening import PassphraseStdin

Address = Annotated[
    str,
    typer.Argument(metavar="ADDRESS", help="Such as postgresql://heron-42@db.example.org/team."),
]
Alias = Annotated[str, typer.Argument(metavar="ALIAS", help="A member's alias, such as heron-42.")]
Ca = Annotated[
    Path | None,
    typer.Option("--ca", metavar="FILE", help="The certificate that vouches for the server."),
]
WithoutTls = Annotated[
    bool,
    typer.Option(
        "--without-tls",
        help="Do not insist on TLS: only where a tunnel or VPN encrypts the whole way.",
    ),
]
PasswordStdin = Annotated[
    bool,
    typer.Option(
        "--password-stdin",
        help="Read the server's password from the next line of standard input, for programs.",
    ),
]
From = Annotated[
    str | None, typer.Option("--from", metavar="ALIAS", help="Only from this organizer.")
]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    group = typer.Typer(
        help="Share single calls with your team, and take them back.", no_args_is_help=True
    )
    for name, command in (
        ("join", join),
        ("share", share),
        ("unshare", unshare),
        ("list", list_calls),
        ("show", show),
        ("sync", sync),
        ("status", status),
        ("leave", leave),
        ("setup", setup),
        ("invite", invite),
        ("members", members),
        ("remove", remove),
    ):
        group.command(name)(command)
    app.add_typer(group, name="team")


def join(
    address: Address,
    ca: Ca = None,
    without_tls: WithoutTls = False,
    password_stdin: PasswordStdin = False,
    passphrase_stdin: PassphraseStdin = False,
) -> None:
    """Join a team with the address and the password of your invitation.

    Both are kept in your encrypted store. Joining shares nothing. With a new password, join again.
    """
    from companion.cli.team_member import join_team
    from companion.store.team_address import TeamAddress

    where = TeamAddress.parse(address, ca_file=ca, without_tls=without_tls)
    join_team(where, password_stdin, passphrase_stdin)


def share(
    code: Code,
    yes: Yes = False,
    with_kept_words: Annotated[
        bool,
        typer.Option(
            "--with-kept-words", help="With --yes: also where you kept a masked word on purpose."
        ),
    ] = False,
    json_lines: Json = False,
    passphrase_stdin: PassphraseStdin = False,
) -> None:
    """Share one call with your team, after a look at exactly what it would get.

    Without a connection the call waits in your store until the next team command.
    """
    from companion.cli.team_member import share_call

    share_call(code, yes, with_kept_words, json_lines, passphrase_stdin)


def unshare(
    code: Code, json_lines: Json = False, passphrase_stdin: PassphraseStdin = False
) -> None:
    """Take one call back: it is deleted at the team's server for good."""
    from companion.cli.team_member import unshare_call

    unshare_call(code, json_lines, passphrase_stdin)


def list_calls(
    issue: Issue = None,
    outcome: Outcome = None,
    since: Since = None,
    until: Until = None,
    agreed: Agreed = None,
    organizer: From = None,
    limit: Limit = PAGE_CALLS,
    page: Page = 1,
    json_lines: Json = False,
    passphrase_stdin: PassphraseStdin = False,
) -> None:
    """List the team's calls that you may read: your own, or as a coordinator everybody's."""
    from companion.cli.team_member import list_team

    wanted = Wanted(issue, None, outcome, since, until, agreed)
    list_team(wanted, organizer, limit, page, json_lines, passphrase_stdin)


def show(
    code: Code,
    organizer: From = None,
    json_lines: Json = False,
    passphrase_stdin: PassphraseStdin = False,
) -> None:
    """Show everything that the team has of one call."""
    from companion.cli.team_member import show_call

    show_call(code, organizer, json_lines, passphrase_stdin)


def sync(json_lines: Json = False, passphrase_stdin: PassphraseStdin = False) -> None:
    """Share and take back what waits for a connection."""
    from companion.cli.team_member import sync_calls

    sync_calls(json_lines, passphrase_stdin)


def status(json_lines: Json = False, passphrase_stdin: PassphraseStdin = False) -> None:
    """Show your team, what waits, and whether the server can be reached."""
    from companion.cli.team_status import show_status

    show_status(json_lines, passphrase_stdin)


def leave(
    keep_shared: Annotated[
        bool | None,
        typer.Option(
            "--keep-shared/--take-back",
            help="Leave what you shared with the team, or delete it there.",
        ),
    ] = None,
    passphrase_stdin: PassphraseStdin = False,
) -> None:
    """Leave the team: this computer forgets its address and password."""
    from companion.cli.team_status import leave_team

    leave_team(keep_shared, passphrase_stdin)


def setup(
    address: Address,
    ca: Ca = None,
    without_tls: WithoutTls = False,
    password_stdin: PasswordStdin = False,
) -> None:
    """For whoever owns the team's database: make it ready, or bring it up to date.

    The address names the role that owns it. See docs/team.md.
    """
    from companion.cli.team_owner import set_up_team
    from companion.store.team_address import TeamAddress

    where = TeamAddress.parse(address, ca_file=ca, without_tls=without_tls)
    set_up_team(where, password_stdin)


def invite(
    address: Address,
    alias: Annotated[
        str | None,
        typer.Option("--alias", metavar="ALIAS", help="Not a name; left out: one by chance."),
    ] = None,
    coordinator: Annotated[
        bool, typer.Option("--coordinator", help="They read what everybody shared.")
    ] = False,
    again: Annotated[
        bool, typer.Option("--again", help="A new password for --alias; the old one ends.")
    ] = False,
    ca: Ca = None,
    without_tls: WithoutTls = False,
    password_stdin: PasswordStdin = False,
) -> None:
    """For the owner: let somebody in; prints what they need to join, this once."""
    from companion.cli.team_owner import invite_member
    from companion.store.team_address import TeamAddress

    where = TeamAddress.parse(address, ca_file=ca, without_tls=without_tls)
    invite_member(where, alias, coordinator, again, password_stdin)


def members(
    address: Address,
    json_lines: Json = False,
    ca: Ca = None,
    without_tls: WithoutTls = False,
    password_stdin: PasswordStdin = False,
) -> None:
    """For the owner: list the members by alias."""
    from companion.cli.team_owner import list_members
    from companion.store.team_address import TeamAddress

    where = TeamAddress.parse(address, ca_file=ca, without_tls=without_tls)
    list_members(where, json_lines, password_stdin)


def remove(
    address: Address,
    alias: Alias,
    keep_shared: Annotated[
        bool | None,
        typer.Option(
            "--keep-shared/--delete-shared", help="What becomes of the calls that they shared."
        ),
    ] = None,
    yes: Yes = False,
    ca: Ca = None,
    without_tls: WithoutTls = False,
    password_stdin: PasswordStdin = False,
) -> None:
    """For the owner: end a membership, for instance after a laptop was lost."""
    from companion.cli.team_owner import remove_member
    from companion.store.team_address import TeamAddress

    where = TeamAddress.parse(address, ca_file=ca, without_tls=without_tls)
    remove_member(where, alias, keep_shared, yes, password_stdin)

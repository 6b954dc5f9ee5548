"""What the commands of `companion team` do for a member: join, share, take back, list."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager

import typer

from companion.cli import clock
from companion.cli.call_options import Wanted, confirmed
from companion.cli.opening import open_store
from companion.cli.team_going import going_to, said_when_slow, server_password
from companion.cli.team_sheets import (
    settled_values,
    shared_call_values,
    team_table,
    waiting_words,
)
from companion.cli.terminal_text import output_width, wrapped
from companion.domain.call_code import check_code
from companion.errors import InputError, TeamError
from companion.notes.json_form import json_line
from companion.notes.team_words import printed_settled
from companion.notes.wording import how_many, outline_for_reading
from companion.store import team_calls
from companion.store.team import Outcome, Preview, Settled, Team
from companion.store.team_address import TeamAddress
from companion.store.team_calls import SharedCall, TeamFilter
from companion.store.team_connection import TeamAccount, TeamLink
from companion.store.team_membership import check_member
from companion.store.team_roles import Kind

_NAME_WIDTH = 16


@contextmanager
def open_team(passphrase_stdin: bool) -> Iterator[Team]:
    """The team of this computer's store; goes to no server. Raises: StoreError, LockedError."""
    with open_store(passphrase_stdin) as store:
        yield Team(store, clock.now)


def join_team(address: TeamAddress, password_stdin: bool, passphrase_stdin: bool) -> None:
    """Join, once the server let this alias in. Raises: StoreError, TeamError."""
    with open_team(passphrase_stdin) as team:
        team.membership.check_free(address)
        account = TeamAccount(address, server_password(address, password_stdin))
        with going_to(account) as link:
            kind = check_member(link)
        team.membership.keep(account)
    typer.echo(f"You are in the team at {address.server} as {address.user}.")
    typer.echo(_reads(kind))
    typer.echo("Nothing is shared by itself; 'companion team share CODE' shares one call.")


def share_call(
    code: str, yes: bool, with_kept_words: bool, json_lines: bool, passphrase_stdin: bool
) -> None:
    """Show a call as it would go out, ask, and share it. Raises: StoreError, TeamError."""
    if json_lines and not yes:
        raise InputError("--json does not ask; say --yes to share")
    with open_team(passphrase_stdin) as team:
        account = team.membership.account()
        preview = team.preview(code)
        if not json_lines:
            _show(preview, account)
        if not _agreed_to(preview, yes, with_kept_words):
            typer.echo("Nothing was shared.")
            return
        team.share_later(preview)
        settled = _settle_or_wait(team, account, preview.outgoing.code, "shared")
        _report(settled, json_lines, about=[preview.outgoing.deletion_digest])


def unshare_call(code: str, json_lines: bool, passphrase_stdin: bool) -> None:
    """Take a call back. Raises: StoreError, TeamError."""
    plain = _checked(code)
    with open_team(passphrase_stdin) as team:
        account = team.membership.account()
        if plain in team.codes():
            about = [team.unshare_later(plain)]
            settled = _settle_or_wait(team, account, plain, "taken back")
        else:
            with going_to(account) as link, said_when_slow("Taking it back ..."):
                check_member(link)
                about = team.unshare_there(link, plain)
                settled = team.settle(link) if about else []
        if not about:
            raise TeamError(
                f"neither this computer nor the team has a call {plain} of yours; "
                "'companion team list' shows what the team has"
            )
        _report(settled, json_lines, about)


def sync_calls(json_lines: bool, passphrase_stdin: bool) -> None:
    """Do what waits. Raises: StoreError, TeamError."""
    with open_team(passphrase_stdin) as team:
        settled = settle_now(team, team.membership.account())
        _report(settled, json_lines)
    if not settled and not json_lines:
        typer.echo("Nothing waits; the team has what you shared, and nothing else of yours.")


def list_team(
    wanted: Wanted,
    organizer: str | None,
    limit: int,
    page: int,
    json_lines: bool,
    passphrase_stdin: bool,
) -> None:
    """List what the team has. Raises: InputError, StoreError, TeamError."""
    which = _team_filter(wanted, organizer)
    offset = (page - 1) * limit
    calls: list[SharedCall] = []
    unreadable = 0
    with open_team(passphrase_stdin) as team:
        account = team.membership.account()
        with going_to(account) as link, said_when_slow("Fetching the team's calls ..."):
            check_member(link)
            settled = team.settle(link)
            found = team_calls.count(link, which)
            for part in team_calls.pages(link, which, limit, offset):
                calls += part.calls
                unreadable += part.unreadable
    for line in printed_settled(settled):
        typer.echo(line, err=True)
    if unreadable:
        typer.echo(
            f"{how_many(unreadable, 'call')} cannot be read by this version and were left out; "
            "update companion.",
            err=True,
        )
    if json_lines:
        for call in calls:
            typer.echo(json_line(shared_call_values(call)))
        return
    if not calls:
        typer.echo(_none_found(found, which == team_calls.EVERY_SHARED_CALL))
        return
    for line in team_table(calls, output_width()):
        typer.echo(line)
    if found > len(calls):
        first = offset + 1
        typer.echo(f"\n{first} to {offset + len(calls)} of {found}; --page and --limit show more.")


def show_call(code: str, organizer: str | None, json_lines: bool, passphrase_stdin: bool) -> None:
    """Show one call as the team has it. Raises: InputError, StoreError, TeamError."""
    from companion.cli.call_sheet import printed

    plain = _checked(code)
    with open_team(passphrase_stdin) as team:
        account = team.membership.account()
        with going_to(account) as link, said_when_slow("Fetching the call ..."):
            check_member(link)
            which = TeamFilter(organizer=organizer, code=plain)
            calls = [call for part in team_calls.pages(link, which, 100) for call in part.calls]
    if not calls:
        raise TeamError(
            f"the team has no call {plain} that you may read; 'companion team list' shows what "
            "there is"
        )
    for call in calls:
        if json_lines:
            typer.echo(json_line(shared_call_values(call)))
            continue
        typer.echo(f"Shared by {call.organizer}")
        for line in printed(call.as_stored(), outline_for_reading(), output_width()):
            typer.echo(line)


def settle_now(team: Team, account: TeamAccount) -> list[Settled]:
    """Go to the server and do what waits. Raises: StoreError, TeamError."""
    with going_to(account) as link, said_when_slow("Telling the team's server what waits ..."):
        return _settle(team, link)


def _settle(team: Team, link: TeamLink) -> list[Settled]:
    check_member(link)
    return team.settle(link)


def _settle_or_wait(team: Team, account: TeamAccount, code: str, done: str) -> list[Settled]:
    """The same; where the server cannot be asked, say that nothing is lost."""
    try:
        return settle_now(team, account)
    except TeamError as error:
        # Whether the server still heard it is not known; doing it again changes nothing.
        raise TeamError(f"{error}. {waiting_words(code, done)}") from None


def _show(preview: Preview, account: TeamAccount) -> None:
    outgoing, width = preview.outgoing, output_width()
    typer.echo(f"What the team at {account.address.server} would get, and nothing else:\n")
    edited = "-" if outgoing.edited_at is None else outgoing.edited_at.isoformat()
    for name, value in (
        ("code", outgoing.code),
        ("your alias", account.address.user),
        ("approved", outgoing.approved_at.isoformat()),
        ("edited", edited),
        ("receipt", f"{outgoing.deletion_digest} (the fingerprint of its code)"),
    ):
        for line in wrapped(name, value, width, _NAME_WIDTH):
            typer.echo(line)
    typer.echo(f"\n{preview.record}\n")
    if preview.is_shared:
        typer.echo("It takes the place of the copy that the team has.")


def _agreed_to(preview: Preview, yes: bool, with_kept_words: bool) -> bool:
    if preview.kept_words:
        words = ", ".join(f"'{word}'" for word in preview.kept_words)
        if yes and not with_kept_words:
            raise InputError(
                "you kept words in this call that would be masked; look at them without --yes, "
                "or say --with-kept-words as well"
            )
        typer.echo(
            f"You kept {words} on purpose. Everybody who coordinates would read it.", err=yes
        )
        if not confirmed("Share it with these words?", yes):
            return False
    return confirmed(f"Share {preview.outgoing.code} with the team?", yes)


def _report(settled: list[Settled], json_lines: bool, about: Collection[str] | None = None) -> None:
    """Print what became of the tasks. Raises: TeamError where one that it is `about` (deletion
    digests; None: any) was refused."""
    refused = [
        one
        for one in settled
        if one.outcome is Outcome.REFUSED and (about is None or one.task.deletion_digest in about)
    ]
    if json_lines:
        for one in settled:
            typer.echo(json_line(settled_values(one)))
    else:
        for line in printed_settled(one for one in settled if one not in refused):
            typer.echo(line)
    if refused:
        raise TeamError(" ".join(printed_settled(refused)).rstrip("."))


def _team_filter(wanted: Wanted, organizer: str | None) -> TeamFilter:
    which = wanted.as_filter(clock.today())
    return TeamFilter(
        since=which.since,
        until=which.until,
        issue=which.issue,
        commitment=which.commitment,
        agreed=which.agreed,
        organizer=organizer,
    )


def _checked(code: str) -> str:
    try:
        return check_code(code)
    except ValueError as error:
        raise InputError(str(error)) from None


def _none_found(found: int, everything: bool) -> str:
    if found:
        return "This page is empty; a lower --page has calls."
    if everything:
        return "The team has no call that you may read. 'companion team share CODE' shares one."
    return "The team has no such call that you may read. Fewer conditions find more."


def _reads(kind: Kind) -> str:
    if kind is Kind.COORDINATOR:
        return "You read what everybody shares, and change only what you share yourself."
    return "You and the coordinators read what you share; the other organizers do not."

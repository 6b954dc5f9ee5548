"""Letting members in, and letting them go."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from companion.errors import TeamError
from companion.store import team_members
from companion.store.team_connection import TeamLink, connected
from companion.store.team_membership import check_member
from companion.store.team_roles import Kind
from tests.fakes.postgres import ADMIN, OWNER
from tests.fakes.team import COORDINATOR, ORGANIZER, FakeTeam, clean_team


@pytest.fixture
def team() -> FakeTeam:
    return clean_team()


@pytest.fixture
def owner(team: FakeTeam) -> Iterator[TeamLink]:
    with connected(team.owner) as link:
        yield link


def test_team_members_an_invitation_lets_somebody_in(team: FakeTeam, owner: TeamLink) -> None:
    invitation = team_members.invite(owner, Kind.COORDINATOR)
    try:
        assert invitation.member in team_members.members(owner)
        account = team.account(invitation.member.alias, invitation.password)
        with connected(account) as link:
            assert check_member(link) is Kind.COORDINATOR
        assert invitation.password not in repr(invitation)
        assert invitation.password not in repr(account)
    finally:
        team_members.remove(owner, invitation.member.alias, with_calls=True)


def test_team_members_the_server_never_gets_the_password_of_an_invitation(
    team: FakeTeam, owner: TeamLink
) -> None:
    with team.admin() as admin:
        row = admin.execute(
            "SELECT rolpassword FROM pg_authid WHERE rolname = %s", (team.alias(ORGANIZER),)
        ).fetchone()
    assert row is not None
    assert row[0].startswith("SCRAM-SHA-256$")


def test_team_members_a_renewed_password_ends_the_old_one(team: FakeTeam, owner: TeamLink) -> None:
    invited = team_members.invite(owner, Kind.ORGANIZER, f"renewed-{team.database}")
    alias = invited.member.alias
    try:
        renewed = team_members.renew(owner, alias)
        assert renewed.member == invited.member
        with connected(team.account(alias, renewed.password)):
            pass
        with (
            pytest.raises(TeamError, match="does not let"),
            connected(team.account(alias, invited.password)),
        ):
            pass
    finally:
        team_members.remove(owner, alias, with_calls=True)


@pytest.mark.parametrize("alias", ["x", "Zoltan B.", "pg_monitor", "1-heron", "a--b", "x" * 25])
def test_team_members_refuses_what_is_no_alias(owner: TeamLink, alias: str) -> None:
    with pytest.raises(TeamError, match="an alias has"):
        team_members.invite(owner, Kind.ORGANIZER, alias)


def test_team_members_refuses_an_alias_that_is_taken(team: FakeTeam, owner: TeamLink) -> None:
    before = team_members.members(owner)
    with pytest.raises(TeamError, match="taken"):
        team_members.invite(owner, Kind.ORGANIZER, team.alias(COORDINATOR))
    assert team_members.members(owner) == before


def test_team_members_a_new_member_never_gets_the_calls_of_a_former_one(
    team: FakeTeam, owner: TeamLink
) -> None:
    alias = f"former-{team.database}"
    team_members.invite(owner, Kind.ORGANIZER, alias)
    team.plant(alias, "maple-9")
    assert team_members.remove(owner, alias, with_calls=False) == 0
    assert team.codes() == ["maple-9"]
    with pytest.raises(TeamError, match="former"):
        team_members.invite(owner, Kind.ORGANIZER, alias)
    with team.admin() as admin:
        forced = admin.execute(
            "SELECT relforcerowsecurity FROM pg_class WHERE oid = 'companion.shared_call'::regclass"
        ).fetchone()
    assert forced == (True,)


def test_team_members_nobody_unknown_can_be_removed(team: FakeTeam, owner: TeamLink) -> None:
    for alias in ("nobody-1", OWNER, ADMIN):
        with pytest.raises(TeamError, match="no member"):
            team_members.remove(owner, alias, with_calls=True)

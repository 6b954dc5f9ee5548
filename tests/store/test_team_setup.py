"""Setting a team up, and who may."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from psycopg import sql

from companion.errors import TeamError
from companion.store import team_members, team_setup
from companion.store.team_connection import TeamAccount, TeamLink, connected
from companion.store.team_membership import check_member
from companion.store.team_migrations import HEAD
from companion.store.team_roles import Kind
from companion.store.team_tables import SCHEMA, AtTheTeam
from tests.fakes.postgres import ADMIN, ADMIN_PASSWORD, OWNER, OWNER_PASSWORD, PostgresServer
from tests.fakes.team import COORDINATOR, ORGANIZER, FakeTeam, clean_team, fresh_server, owner_of


@pytest.fixture
def team() -> FakeTeam:
    return clean_team()


@pytest.fixture
def owner(team: FakeTeam) -> Iterator[TeamLink]:
    with connected(team.owner) as link:
        yield link


def tables(server: PostgresServer, database: str) -> list[str]:
    with server.connect(database) as admin:
        rows = admin.execute("SELECT nspname FROM pg_namespace WHERE nspname = 'companion'")
        return [row[0] for row in rows.fetchall()]


def test_team_setup_tables_are_those_of_the_program(owner: TeamLink) -> None:
    with owner.transaction() as session:
        context = MigrationContext.configure(
            session.connection(),
            opts={
                "include_schemas": True,
                "include_name": lambda name, kind, _: kind != "schema" or name == SCHEMA,
                "version_table_schema": SCHEMA,
            },
        )
        assert compare_metadata(context, AtTheTeam.metadata) == []


def test_team_setup_again_changes_nothing(owner: TeamLink) -> None:
    assert team_setup.set_up(owner) is False


def test_team_setup_leaves_a_newer_schema_as_it_is(team: FakeTeam, owner: TeamLink) -> None:
    with team.admin() as admin:
        admin.execute("UPDATE companion.alembic_version SET version_num = '9999'")
    try:
        with pytest.raises(TeamError, match="newer companion and was left"):
            team_setup.set_up(owner)
        with (
            connected(team.member(ORGANIZER)) as link,
            pytest.raises(TeamError, match="newer companion; update companion"),
        ):
            check_member(link)
    finally:
        with team.admin() as admin:
            admin.execute("UPDATE companion.alembic_version SET version_num = %s", (HEAD,))


def test_team_setup_members_are_told_of_an_older_schema(
    team: FakeTeam, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("companion.store.team_membership.HEAD", "0002")
    with connected(team.member(ORGANIZER)) as link, pytest.raises(TeamError, match="older"):
        check_member(link)


def test_team_setup_interrupted_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    server = fresh_server()
    database = server.new_database()

    def fails(*_: object) -> None:
        raise psycopg.OperationalError("the connection is lost")

    with connected(owner_of(server, database)) as link:
        with monkeypatch.context() as patch:
            patch.setattr("alembic.runtime.migration.HeadMaintainer.update_to_step", fails)
            with pytest.raises(TeamError):
                team_setup.set_up(link)
        assert tables(server, database) == []
        assert team_setup.set_up(link) is True


def test_team_setup_refuses_the_role_that_stands_above_the_rules() -> None:
    server = fresh_server()
    account = TeamAccount(owner_of(server, "postgres").address.for_user(ADMIN), ADMIN_PASSWORD)
    with connected(account) as link, pytest.raises(TeamError, match="above the rules"):
        team_setup.set_up(link)


def test_team_setup_refuses_a_role_that_does_not_own_the_database() -> None:
    server = fresh_server()
    with connected(owner_of(server, "postgres")) as link, pytest.raises(TeamError, match="own the"):
        team_setup.set_up(link)
    assert tables(server, "postgres") == []


def test_team_setup_refuses_groups_that_an_earlier_team_left() -> None:
    """They belong to the whole server and would let the earlier team's members in."""
    server = fresh_server()
    database = server.new_database()
    with server.connect(database, OWNER, OWNER_PASSWORD) as connection:
        connection.execute(
            sql.SQL("CREATE ROLE {}").format(sql.Identifier(f"{database}_coordinator"))
        )
    with (
        connected(owner_of(server, database)) as link,
        pytest.raises(TeamError, match="earlier team"),
    ):
        team_setup.set_up(link)
    assert tables(server, database) == []


def test_team_setup_refuses_a_schema_that_is_not_companions() -> None:
    server = fresh_server()
    database = server.new_database()
    with server.connect(database, OWNER, OWNER_PASSWORD) as connection:
        connection.execute("CREATE SCHEMA companion")
    with (
        connected(owner_of(server, database)) as link,
        pytest.raises(TeamError, match="did not make"),
    ):
        team_setup.set_up(link)


def test_team_setup_is_for_the_owner_alone(team: FakeTeam) -> None:
    with connected(team.member(COORDINATOR)) as link:
        for attempt in (
            lambda: team_setup.set_up(link),
            lambda: team_members.invite(link, Kind.COORDINATOR),
            lambda: team_members.members(link),
        ):
            with pytest.raises(TeamError, match="does not own"):
                attempt()


def test_team_setup_the_owner_is_no_member(owner: TeamLink) -> None:
    with pytest.raises(TeamError, match="no member"):
        check_member(owner)

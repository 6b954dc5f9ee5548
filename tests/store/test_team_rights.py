"""What a member may do at the server, tried as that member with plain SQL: the rules have to hold
against any client, not only against companion."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest
from psycopg import errors, sql

from companion.records import to_json
from companion.store import team_members
from companion.store.team_connection import connected
from companion.store.team_roles import Kind
from tests.fakes.postgres import ADMIN
from tests.fakes.store import summary_of
from tests.fakes.team import COORDINATOR, ORGANIZER, OTHER, FakeTeam, clean_team

RECORD = to_json(summary_of())
MINE, THEIRS = "a" * 64, "b" * 64
INSERT = (
    "INSERT INTO companion.shared_call "
    "(deletion_digest, code, record, approved_at, call_date, commitment, issues, agreed) "
    "VALUES (%s, %s, %s, '2026-04-14T18:30:00.000000+00:00', '2026-04-14', 'yes', "
    "'|hours/scheduling|safety|', true)"
)


FORBIDDEN = (
    # For somebody else, or at another time than now.
    "INSERT INTO companion.shared_call (deletion_digest, organizer) VALUES ('c', '{other}')",
    "INSERT INTO companion.shared_call (deletion_digest, shared_at) VALUES ('c', now())",
    "UPDATE companion.shared_call SET organizer = '{other}'",
    "UPDATE companion.shared_call SET shared_at = now() - interval '1 year'",
    "UPDATE companion.shared_call SET deletion_digest = 'c'",
    # Around the policies.
    "SET row_security = off; SELECT * FROM companion.shared_call",
    "ALTER TABLE companion.shared_call DISABLE ROW LEVEL SECURITY",
    "ALTER TABLE companion.shared_call NO FORCE ROW LEVEL SECURITY",
    "ALTER TABLE companion.shared_call OWNER TO CURRENT_USER",
    "DROP POLICY own_read ON companion.shared_call",
    "CREATE POLICY mine ON companion.shared_call USING (true)",
    "TRUNCATE companion.shared_call",
    "DROP TABLE companion.shared_call",
    # As somebody else.
    "SET ROLE {owner}",
    "SET ROLE {admin}",
    "SET ROLE {other}",
    "SET SESSION AUTHORIZATION {other}",
    "ALTER ROLE CURRENT_USER BYPASSRLS",
    "ALTER ROLE CURRENT_USER SUPERUSER",
    "ALTER ROLE {other} PASSWORD 'mine now'",
    "GRANT {owner} TO CURRENT_USER",
    "GRANT {other} TO CURRENT_USER",
    "CREATE ROLE intruder LOGIN",
    # Code of one's own that others would run, and files of the server.
    "CREATE FUNCTION companion.spy() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "CREATE FUNCTION public.spy() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "CREATE OR REPLACE FUNCTION companion.is_agreed(record jsonb) RETURNS boolean "
    "LANGUAGE sql AS 'SELECT true'",
    "CREATE TABLE companion.more (words text)",
    "CREATE TABLE public.more (words text)",
    "CREATE TEMPORARY TABLE more (words text)",
    "CREATE SCHEMA mine",
    "CREATE TRIGGER spy BEFORE INSERT ON companion.shared_call FOR EACH ROW "
    "EXECUTE FUNCTION suppress_redundant_updates_trigger()",
    "CREATE RULE spy AS ON INSERT TO companion.shared_call DO NOTHING",
    "COPY companion.shared_call FROM PROGRAM 'true'",
    "COPY companion.shared_call TO PROGRAM 'cat'",
    "COPY companion.shared_call TO '/tmp/calls'",
    "SELECT pg_read_file('/etc/passwd')",
    "SELECT rolpassword FROM pg_authid",
    "UPDATE companion.alembic_version SET version_num = '9999'",
    "COMMENT ON TABLE companion.shared_call IS 'words'",
)


@pytest.fixture
def team() -> FakeTeam:
    """Two organizers shared one call each."""
    found = clean_team()
    for name, digest, code in ((ORGANIZER, MINE, "maple-1"), (OTHER, THEIRS, "maple-2")):
        with found.raw(name) as member:
            member.execute(INSERT, (digest, code, RECORD))
    return found


def seen(connection: psycopg.Connection[Any]) -> list[str]:
    rows = connection.execute("SELECT code FROM companion.shared_call ORDER BY code").fetchall()
    return [row[0] for row in rows]


def test_team_rights_organizer_reads_own_calls_only(team: FakeTeam) -> None:
    with team.raw(ORGANIZER) as member:
        assert seen(member) == ["maple-1"]


def test_team_rights_coordinator_reads_everything_shared(team: FakeTeam) -> None:
    with team.raw(COORDINATOR) as member:
        assert seen(member) == ["maple-1", "maple-2"]


def test_team_rights_owner_of_the_database_sees_no_call(team: FakeTeam) -> None:
    owner = team.owner
    with team.server.connect(team.database, owner.address.user, owner.password) as connection:
        assert seen(connection) == []
        assert connection.execute("DELETE FROM companion.shared_call").rowcount == 0
    assert team.codes() == ["maple-1", "maple-2"]


@pytest.mark.parametrize("name", [ORGANIZER, COORDINATOR])
def test_team_rights_nobody_changes_the_calls_of_others(team: FakeTeam, name: str) -> None:
    with team.raw(name) as member:
        for statement in (
            "UPDATE companion.shared_call SET code = 'taken-1' WHERE deletion_digest = %s",
            "DELETE FROM companion.shared_call WHERE deletion_digest = %s",
        ):
            assert member.execute(statement, (THEIRS,)).rowcount == 0
    assert team.codes() == ["maple-1", "maple-2"]


@pytest.mark.parametrize("name", [ORGANIZER, COORDINATOR])
def test_team_rights_another_members_call_cannot_be_overwritten_by_sharing_it(
    team: FakeTeam, name: str
) -> None:
    upsert = INSERT + " ON CONFLICT (deletion_digest) DO UPDATE SET code = 'taken-1'"
    with team.raw(name) as member, pytest.raises(errors.InsufficientPrivilege):
        member.execute(upsert, (THEIRS, "taken-1", RECORD))
    assert team.codes() == ["maple-1", "maple-2"]


@pytest.mark.parametrize("name", [ORGANIZER, COORDINATOR])
def test_team_rights_members_are_refused_everything_else(team: FakeTeam, name: str) -> None:
    allowed = []
    with team.raw(name) as member:
        for statement in FORBIDDEN:
            plain = sql.SQL(statement).format(
                other=sql.Identifier(team.alias(OTHER)),
                owner=sql.Identifier(team.owner.address.user),
                admin=sql.Identifier(ADMIN),
            )
            try:
                member.execute(plain)
            except (errors.InsufficientPrivilege, errors.UndefinedObject):
                continue
            allowed.append(statement)
    assert allowed == []
    assert team.codes() == ["maple-1", "maple-2"]


def test_team_rights_members_cannot_pass_rights_on(team: FakeTeam) -> None:
    with team.raw(COORDINATOR) as member:
        member.execute("GRANT SELECT ON companion.shared_call TO PUBLIC")  # warns, and does nothing
        member.execute("GRANT USAGE ON SCHEMA companion TO PUBLIC")
    with team.admin() as admin:
        (public,) = admin.execute(
            "SELECT count(*) FROM information_schema.role_table_grants "
            "WHERE grantee = 'PUBLIC' AND table_schema = 'companion'"
        ).fetchone() or (None,)
    assert public == 0


def test_team_rights_an_organizer_cannot_become_a_coordinator(team: FakeTeam) -> None:
    group = sql.Identifier(f"{team.database}_coordinator")
    with team.raw(ORGANIZER) as member:
        for statement in ("GRANT {} TO CURRENT_USER", "SET ROLE {}"):
            with pytest.raises(errors.InsufficientPrivilege):
                member.execute(sql.SQL(statement).format(group))


def test_team_rights_acting_as_the_group_gives_nobody_elses_name(team: FakeTeam) -> None:
    with team.raw(ORGANIZER) as member:
        member.execute(sql.SQL("SET ROLE {}").format(sql.Identifier(f"{team.database}_organizer")))
        assert seen(member) == ["maple-1"]
        member.execute(INSERT, ("c" * 64, "maple-3", RECORD))
    assert [row[:2] for row in team.rows()] == [
        (team.alias(ORGANIZER), "maple-1"),
        (team.alias(OTHER), "maple-2"),
        (team.alias(ORGANIZER), "maple-3"),
    ]


def test_team_rights_copying_the_table_out_gives_own_calls_only(team: FakeTeam) -> None:
    with (
        team.raw(ORGANIZER) as member,
        member.cursor() as cursor,
        cursor.copy("COPY companion.shared_call TO STDOUT") as copy,
    ):
        text = b"".join(bytes(part) for part in copy)
    assert b"maple-1" in text
    assert b"maple-2" not in text


def test_team_rights_a_leaky_function_in_a_condition_sees_own_calls_only(team: FakeTeam) -> None:
    """A condition that fails with the value in its message must not meet rows of others."""
    with team.raw(ORGANIZER) as member, pytest.raises(errors.DataError) as refused:
        member.execute("SELECT 1 FROM companion.shared_call WHERE code::int > 0")
    assert "maple-1" in str(refused.value)


def test_team_rights_counts_and_statistics_tell_nothing_of_others(team: FakeTeam) -> None:
    with team.admin() as admin:
        admin.execute("ANALYZE companion.shared_call")
    with team.raw(ORGANIZER) as member:
        assert member.execute("SELECT count(*) FROM companion.shared_call").fetchone() == (1,)
        shown = member.execute(
            "SELECT count(*) FROM pg_stats WHERE tablename = 'shared_call'"
        ).fetchone()
        assert shown == (0,)


def test_team_rights_members_have_no_special_power(team: FakeTeam) -> None:
    with team.admin() as admin:
        rows = admin.execute(
            "SELECT rolname FROM pg_roles WHERE rolname = ANY(%s) AND (rolsuper OR rolbypassrls "
            "OR rolcreaterole OR rolcreatedb OR rolreplication)",
            ([team.alias(name) for name in (ORGANIZER, OTHER, COORDINATOR)],),
        ).fetchall()
        forced = admin.execute(
            "SELECT relrowsecurity, relforcerowsecurity FROM pg_class "
            "WHERE oid = 'companion.shared_call'::regclass"
        ).fetchone()
        loose = admin.execute(
            "SELECT proname FROM pg_proc WHERE pronamespace = 'companion'::regnamespace "
            "AND (prosecdef OR proconfig IS DISTINCT FROM ARRAY['search_path=pg_catalog'])"
        ).fetchall()
    assert rows == []
    assert forced == (True, True)
    assert loose == []


def test_team_rights_members_of_another_team_are_not_let_in(team: FakeTeam) -> None:
    other = FakeTeam(team.server)
    account = other.member(ORGANIZER)
    with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
        team.server.connect(team.database, account.address.user, account.password)


def test_team_rights_a_removed_member_is_not_let_in_and_leaves_nothing(team: FakeTeam) -> None:
    with connected(team.owner) as link:
        guest = team_members.invite(link, Kind.ORGANIZER, f"guest-{team.database}")
    alias, password = guest.member.alias, guest.password
    with team.server.connect(team.database, alias, password) as member:
        member.execute(INSERT, ("d" * 64, "maple-4", RECORD))
        member.execute("SELECT lo_from_bytea(0, 'something else')")
    with connected(team.owner) as link:
        assert team_members.remove(link, alias, with_calls=True) == 1
    assert team.codes() == ["maple-1", "maple-2"]
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        team.server.connect(team.database, alias, password)

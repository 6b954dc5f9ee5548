"""The owner's side of a team: making the schema, letting members in, and letting them go.

All of it is done by the role that owns the database. It is no superuser, so that the server's
rules hold for it too; what it can do beyond them is change the rules, as every owner can.
"""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import Any

from psycopg import sql
from sqlalchemy import text
from sqlmodel import Session

from companion.domain.call_code import new_code
from companion.errors import TeamError
from companion.store.team_connection import OLDEST_SERVER, TeamLink
from companion.store.team_migrations import HEAD, REVISIONS

_ALIAS = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
_MIN_ALIAS_CHARS, _MAX_ALIAS_CHARS = 3, 24
_DATABASE = re.compile(r"[a-z][a-z0-9_]{0,39}")
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
_GROUPS, _GROUP_CHARS = 5, 4
_CONNECTIONS_A_MEMBER = 5
_ONE_AT_A_TIME = 7_203_117
"""Of the server's advisory locks, for setting up and for members."""


class Kind(str, Enum):
    """What a member may do."""

    ORGANIZER = "organizer"
    """Shares own calls, and reads and takes back those alone."""
    COORDINATOR = "coordinator"
    """The same, and reads what everybody shared."""


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody of the team, by alias."""

    alias: str
    kind: Kind


@dataclass(frozen=True, slots=True)
class Invitation:
    """What a new member needs, besides the server's address."""

    member: Member
    password: str = field(repr=False)
    """Shown this once: the server keeps no more than a proof of it."""


def set_up(link: TeamLink) -> bool:
    """Make the team's schema, or bring it up to date; True where there was something to do.

    Raises: TeamError: an unfit role, database or server, or a schema of a newer companion. Nothing
    is then changed.
    """
    with link.transaction() as session:
        _check_owner(session)
        _one_at_a_time(session)
        revision = revision_of(session)
        if revision == HEAD:
            return False
        if revision is not None and revision not in REVISIONS:
            raise TeamError(
                "the team's server was set up by a newer companion and was left as it is; "
                "update companion, then do the same again"
            )
        if revision is None:
            _check_new(session)
            session.execute(text("CREATE SCHEMA companion"))
        _upgrade(session)
        return True


def revision_of(session: Session) -> str | None:
    """The revision of the team's schema; None where it is not set up.

    Raises: TeamError where a schema of this name is not companion's, or it may not be read.
    """
    readable = session.execute(
        text("SELECT has_schema_privilege(to_regnamespace('companion')::oid, 'USAGE')")
    ).scalar_one()
    if readable is None:
        return None
    if not readable:
        raise TeamError(
            "this alias is no member of the team; ask whoever set the team up for an invitation"
        )
    if session.execute(text("SELECT to_regclass('companion.alembic_version')")).scalar():
        found = session.execute(text("SELECT version_num FROM companion.alembic_version")).all()
        if len(found) == 1:
            return str(found[0][0])
    raise TeamError(
        "the database has a schema named companion that companion did not make; use another "
        "database for the team"
    )


def invite(link: TeamLink, kind: Kind, alias: str | None = None) -> Invitation:
    """Let somebody in, under an alias; None: one is chosen by chance, such as 'heron-42'.

    Raises: TeamError where the alias is taken or has no form of one. Nothing is then changed.
    """
    with link.transaction() as session:
        _check_ready(session)
        alias = new_code(()) if alias is None else check_alias(alias)
        if _exists(session, alias):
            raise TeamError(f"{alias} is taken on this server; choose another alias")
        if _shared_by(session, alias):
            raise TeamError(
                f"calls of a former {alias} are still with the team, and a new member must not "
                "get them; choose another alias"
            )
        password = _new_password()
        _execute(
            link,
            sql.SQL(
                "CREATE ROLE {} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION "
                "NOBYPASSRLS INHERIT CONNECTION LIMIT {} PASSWORD {}"
            ).format(
                sql.Identifier(alias),
                sql.Literal(_CONNECTIONS_A_MEMBER),
                sql.Literal(_proof_of(link, alias, password)),
            ),
        )
        database = _database(session)
        _execute(
            link,
            sql.SQL("ALTER ROLE {} IN DATABASE {} SET search_path = pg_catalog").format(
                sql.Identifier(alias), sql.Identifier(database)
            ),
        )
        groups = [Kind.ORGANIZER] if kind is Kind.ORGANIZER else list(Kind)
        for group in groups:
            _execute(
                link,
                sql.SQL("GRANT {} TO {}").format(
                    sql.Identifier(f"{database}_{group.value}"), sql.Identifier(alias)
                ),
            )
        return Invitation(Member(alias, kind), password)


def renew(link: TeamLink, alias: str) -> Invitation:
    """A new password for a member; the old one ends. Raises: TeamError: no such member."""
    with link.transaction() as session:
        _check_ready(session)
        member = _member(session, alias)
        password = _new_password()
        _execute(
            link,
            sql.SQL("ALTER ROLE {} PASSWORD {}").format(
                sql.Identifier(member.alias), sql.Literal(_proof_of(link, alias, password))
            ),
        )
        return Invitation(member, password)


def remove(link: TeamLink, alias: str, *, with_calls: bool) -> int:
    """End a membership; `with_calls`: what they shared is deleted too. Returns how many calls were.

    Raises: TeamError where there is no such member. Nothing is then changed.
    """
    with link.transaction() as session:
        _check_ready(session)
        member = _member(session, alias)
        deleted = _delete_shared(session, member.alias) if with_calls else 0
        role = sql.Identifier(member.alias)
        # Whatever else they left in the database, such as large objects, would hold their role.
        _execute(link, sql.SQL("GRANT {} TO CURRENT_USER").format(role))
        _execute(link, sql.SQL("DROP OWNED BY {}").format(role))
        _execute(link, sql.SQL("DROP ROLE {}").format(role))
        return deleted


def members(link: TeamLink) -> list[Member]:
    """Everybody of the team, by alias. Raises: TeamError."""
    with link.transaction() as session:
        _check_ready(session)
        return _members(session)


def check_alias(text_: str) -> str:
    """An alias as it is kept. Raises: TeamError that says what one looks like."""
    alias = text_.strip().lower()
    if not _MIN_ALIAS_CHARS <= len(alias) <= _MAX_ALIAS_CHARS or not _ALIAS.fullmatch(alias):
        raise TeamError(
            f"an alias has {_MIN_ALIAS_CHARS} to {_MAX_ALIAS_CHARS} letters a-z, digits and "
            "hyphens, such as heron-42; it need not be a name, and better is none"
        )
    return alias


def _check_owner(session: Session) -> None:
    """Raises: TeamError unless this role and this server are fit to keep a team's calls."""
    found = session.execute(
        text(
            "SELECT current_setting('server_version_num')::int / 10000 AS version, "
            "pg_encoding_to_char(d.encoding) AS encoding, d.datname AS name, "
            "d.datdba = r.oid AS owns, r.rolsuper OR r.rolbypassrls AS above, "
            "r.rolcreaterole AS makes_roles "
            "FROM pg_database AS d, pg_roles AS r "
            "WHERE d.datname = current_database() AND r.rolname = session_user"
        )
    ).one()
    problem = None
    if found.version < OLDEST_SERVER:
        problem = f"the server is PostgreSQL {found.version}; {OLDEST_SERVER} or newer is needed"
    elif found.above:
        problem = (
            "this role stands above the rules that guard the calls; use one that owns the "
            "database and is no superuser"
        )
    elif not found.owns:
        problem = "this role does not own the database; use the one that does"
    elif not found.makes_roles:
        problem = "this role cannot make members; whoever runs the server gives it CREATEROLE"
    elif found.encoding != "UTF8":
        problem = "the database is not in UTF8; make a new one with that encoding"
    elif not _DATABASE.fullmatch(found.name):
        problem = "a team's database has a name of small letters, digits and _; make a new one"
    if problem is not None:
        raise TeamError(f"{problem} (docs/team.md has every step)")


def _check_new(session: Session) -> None:
    """Group roles belong to the whole server and outlive a dropped database, with their members."""
    database = _database(session)
    for kind in Kind:
        if _exists(session, f"{database}_{kind.value}"):
            raise TeamError(
                f"the server still has the role {database}_{kind.value} of an earlier team, with "
                "its members; drop it, or use a database with another name"
            )


def _check_ready(session: Session) -> None:
    _check_owner(session)
    _one_at_a_time(session)
    if revision_of(session) != HEAD:
        raise TeamError("the team's server is not up to date; run 'companion team setup' first")


def _one_at_a_time(session: Session) -> None:
    """Wait for another owner's command to end; the lock ends with the transaction."""
    session.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": _ONE_AT_A_TIME})


def _upgrade(session: Session) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "team_migrations"))
    config.attributes["connection"] = session.connection()
    command.upgrade(config, HEAD)


def _database(session: Session) -> str:
    return str(session.execute(text("SELECT current_database()")).scalar_one())


def _exists(session: Session, role: str) -> bool:
    query = text("SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = :role)")
    return bool(session.execute(query, {"role": role}).scalar_one())


def _members(session: Session) -> list[Member]:
    rows = session.execute(
        text(
            "SELECT m.rolname AS alias, bool_or(g.rolname = current_database() || '_coordinator') "
            "AS coordinates FROM pg_auth_members AS a "
            "JOIN pg_roles AS m ON m.oid = a.member JOIN pg_roles AS g ON g.oid = a.roleid "
            "WHERE g.rolname IN (current_database() || '_organizer', "
            "current_database() || '_coordinator') AND m.rolname <> session_user "
            "GROUP BY m.rolname ORDER BY m.rolname"
        )
    )
    return [
        Member(row.alias, Kind.COORDINATOR if row.coordinates else Kind.ORGANIZER) for row in rows
    ]


def _member(session: Session, alias: str) -> Member:
    for member in _members(session):
        if member.alias == alias:
            return member
    raise TeamError("the team has no member of this alias; 'companion team members' lists them")


def _shared_by(session: Session, alias: str) -> int:
    """How many calls came from an alias; see `_beside_the_policies`."""
    return int(
        _beside_the_policies(
            session, "SELECT count(*) FROM companion.shared_call WHERE organizer = :alias", alias
        ).scalar_one()
    )


def _delete_shared(session: Session, alias: str) -> int:
    deleted = _beside_the_policies(
        session, "DELETE FROM companion.shared_call WHERE organizer = :alias", alias
    )
    return int(deleted.rowcount)


def _beside_the_policies(session: Session, statement: str, alias: str) -> Any:
    """The policies hold for the owner too, who sees no call. To count or delete those of one
    alias they are lifted for the owner, inside this one transaction, and set again."""
    session.execute(text("ALTER TABLE companion.shared_call NO FORCE ROW LEVEL SECURITY"))
    result = session.execute(text(statement), {"alias": alias})
    session.execute(text("ALTER TABLE companion.shared_call FORCE ROW LEVEL SECURITY"))
    return result


def _new_password() -> str:
    """About a hundred bits of chance, in groups that can be read aloud."""
    groups = (
        "".join(secrets.choice(_LETTERS) for _ in range(_GROUP_CHARS)) for _ in range(_GROUPS)
    )
    return "-".join(groups)


def _proof_of(link: TeamLink, alias: str, password: str) -> str:
    """What the server needs to know the password again (SCRAM). Made here, so that the password
    itself is in no statement, and so in no log of the server."""
    proof = link.driver_connection.pgconn.encrypt_password(
        password.encode(), alias.encode(), b"scram-sha-256"
    )
    return proof.decode("ascii")


def _execute(link: TeamLink, statement: sql.Composed) -> None:
    """Statements about roles take no parameters; names are quoted by the driver."""
    link.driver_connection.execute(statement)

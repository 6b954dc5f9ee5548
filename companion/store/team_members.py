"""Letting members into a team, and letting them go. For the role that owns the database."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass, field
from typing import Any

from psycopg import sql
from sqlalchemy import text
from sqlmodel import Session

from companion.domain.call_code import new_code
from companion.errors import TeamError
from companion.store.team_connection import TeamLink
from companion.store.team_roles import Kind, database_name, group_of, role_exists
from companion.store.team_setup import check_ready

_ALIAS = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
_MIN_ALIAS_CHARS, _MAX_ALIAS_CHARS = 3, 24
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
_GROUPS, _GROUP_CHARS = 5, 4
_CONNECTIONS_A_MEMBER = 5


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


def invite(link: TeamLink, kind: Kind, alias: str | None = None) -> Invitation:
    """Let somebody in, under an alias; None: one is chosen by chance, such as 'heron-42'.

    Raises: TeamError where the alias is taken or has no form of one. Nothing is then changed.
    """
    with link.transaction() as session:
        check_ready(session)
        alias = new_code(()) if alias is None else check_alias(alias)
        if role_exists(session, alias):
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
        database = database_name(session)
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
                    sql.Identifier(group_of(database, group)), sql.Identifier(alias)
                ),
            )
        return Invitation(Member(alias, kind), password)


def renew(link: TeamLink, alias: str) -> Invitation:
    """A new password for a member; the old one ends. Raises: TeamError: no such member."""
    with link.transaction() as session:
        check_ready(session)
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
        check_ready(session)
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
        check_ready(session)
        return _members(session)


def check_alias(given: str) -> str:
    """An alias as it is kept. Raises: TeamError that says what one looks like."""
    alias = given.strip().lower()
    if not _MIN_ALIAS_CHARS <= len(alias) <= _MAX_ALIAS_CHARS or not _ALIAS.fullmatch(alias):
        raise TeamError(
            f"an alias has {_MIN_ALIAS_CHARS} to {_MAX_ALIAS_CHARS} letters a-z, digits and "
            "hyphens, such as heron-42; it need not be a name, and better is none"
        )
    return alias


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

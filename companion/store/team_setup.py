"""Setting a team's database up, and bringing its schema up to date.

All of it is done by the role that owns the database. It is no superuser, so that the server's
rules hold for it too; what it can do beyond them is change the rules, as every owner can.
"""

from __future__ import annotations

import re
from pathlib import Path

from sqlalchemy import text
from sqlmodel import Session

from companion.errors import TeamError
from companion.store.team_connection import OLDEST_SERVER, TeamLink
from companion.store.team_migrations import HEAD, REVISIONS
from companion.store.team_roles import Kind, database_name, group_of, role_exists

_DATABASE = re.compile(r"[a-z][a-z0-9_]{0,39}")
_ONE_AT_A_TIME = 7_203_117
"""Of the server's advisory locks, for setting up and for members."""


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


def check_ready(session: Session) -> None:
    """Raises: TeamError unless this role owns the database and its schema is up to date. Until the
    transaction ends no other owner's command runs."""
    _check_owner(session)
    _one_at_a_time(session)
    if revision_of(session) != HEAD:
        raise TeamError("the team's server is not up to date; run 'companion team setup' first")


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
    database = database_name(session)
    for group in (group_of(database, kind) for kind in Kind):
        if role_exists(session, group):
            raise TeamError(
                f"the server still has the role {group} of an earlier team, with its members; "
                "drop it, or use a database with another name"
            )


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

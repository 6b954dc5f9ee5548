"""The roles of a team at its server. A role belongs to the whole server, so that the groups of
members carry the database's name."""

from __future__ import annotations

from enum import Enum

from sqlalchemy import text
from sqlmodel import Session


class Kind(str, Enum):
    """What a member may do."""

    ORGANIZER = "organizer"
    """Shares own calls, and reads and takes back those alone."""
    COORDINATOR = "coordinator"
    """The same, and reads what everybody shared."""


def database_name(session: Session) -> str:
    """The database that was connected to."""
    return str(session.execute(text("SELECT current_database()")).scalar_one())


def group_of(database: str, kind: Kind) -> str:
    """The role that every member of a kind belongs to; revision 0001 makes it."""
    return f"{database}_{kind.value}"


def role_exists(session: Session, role: str) -> bool:
    """True where the server knows a role of this name."""
    query = text("SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = :role)")
    return bool(session.execute(query, {"role": role}).scalar_one())

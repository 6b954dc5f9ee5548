"""The table of the team's server: what the local store keeps of a call, and whose it is.

The rows are guarded at the server; see `companion.store.team_migrations`.
"""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from sqlalchemy import DateTime, Index, MetaData, String, text
from sqlmodel import Field, SQLModel

from companion.store.tables import NAMES, CallFields

SCHEMA = "companion"


class AtTheTeam(SQLModel):
    """The tables of the team's server."""

    metadata: ClassVar[MetaData] = MetaData(naming_convention=NAMES, schema=SCHEMA)


class SharedCallRow(CallFields, AtTheTeam, table=True):
    """A call that an organizer shared with the team."""

    __tablename__ = "shared_call"
    __table_args__ = (
        Index("ix_shared_call_call_date", "call_date", "deletion_digest"),
        Index("ix_shared_call_organizer", "organizer"),
    )

    deletion_digest: str = Field(primary_key=True, sa_type=String(64))
    """One call, one row, however often it is sent."""
    organizer: str | None = Field(
        default=None,
        sa_type=String(63),
        nullable=False,
        sa_column_kwargs={"server_default": text("SESSION_USER")},
    )
    """The alias that it came from; set by the server, and nobody can set another."""
    shared_at: datetime | None = Field(
        default=None,
        sa_type=DateTime(timezone=True),
        nullable=False,
        sa_column_kwargs={"server_default": text("date_trunc('minute', now())")},
    )
    """When it first came, to the minute; set by the server."""

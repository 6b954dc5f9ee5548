"""The tables of the store, the same for one laptop (SQLite) and for a team (PostgreSQL).

A call is kept as the one line of JSON that the organizer approved (`record`), and beside it the
few values that lists, filters and follow-ups look at. Nothing here is special to one database:
full-text search and encryption live elsewhere (`companion.store.search`, `…engine`).
"""

from __future__ import annotations

from datetime import date, datetime, timezone
from typing import Any, ClassVar

from sqlalchemy import (
    CheckConstraint,
    Date,
    Dialect,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Text,
    TypeDecorator,
)
from sqlmodel import Field, SQLModel

# Named constraints, so that a later migration can find each of them in every database.
NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_name)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcTime(TypeDecorator[datetime]):
    """A moment with its time zone, kept as ISO text in UTC: sorts as text, reads the same
    everywhere."""

    impl = String(32)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:
        """To text. Raises: ValueError for a time without a zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a stored time needs its time zone")
        return value.astimezone(timezone.utc).isoformat(timespec="microseconds")

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """From text."""
        return None if value is None else datetime.fromisoformat(value)


class CallFields(SQLModel):
    """What any store keeps of an approved call; a table adds its key and what else it needs."""

    code: str = Field(sa_type=String(24))
    deletion_digest: str = Field(sa_type=String(64))
    """SHA-256 (hex) of the other person's deletion code."""
    record: str = Field(sa_type=Text, repr=False)
    """The summary, exactly as approved: `companion.records`."""
    approved_at: datetime = Field(sa_type=UtcTime)
    edited_at: datetime | None = Field(default=None, sa_type=UtcTime)
    call_date: date = Field(sa_type=Date)
    commitment: str | None = Field(default=None, sa_type=String(40))
    issues: str = Field(default="", sa_type=Text)
    """Ids between bars, '|hours/scheduling|safety|', so that one can be looked for."""
    agreed: bool = False
    """True where the organizer confirmed who, what and when."""


class Local(SQLModel):
    """The tables of the organizer's own store."""

    metadata: ClassVar[MetaData] = MetaData(naming_convention=NAMES)


class CallRow(CallFields, Local, table=True):
    """A call on this computer."""

    __tablename__ = "call"
    __table_args__ = (
        Index("uq_call_code", "code", unique=True),
        Index("uq_call_deletion_digest", "deletion_digest", unique=True),
        Index("ix_call_call_date", "call_date", "id"),
        Index("ix_call_due", "done_at", "due_on", "snoozed_to"),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=Integer)
    due_on: date | None = Field(default=None, sa_type=Date)
    """The day of the agreed next step, or the day that it was put off to."""
    promised: bool = False
    """The organizer promised a follow-up."""
    done_at: datetime | None = Field(default=None, sa_type=UtcTime)
    snoozed_to: date | None = Field(default=None, sa_type=Date)
    hold_reason: str | None = Field(default=None, sa_type=Text, repr=False)
    hold_since: datetime | None = Field(default=None, sa_type=UtcTime)
    shared_at: datetime | None = Field(default=None, sa_type=UtcTime)


class DraftRow(Local, table=True):
    """What is known of a call that has not been reviewed; goes after 24 hours."""

    __tablename__ = "draft"

    draft_id: str = Field(primary_key=True, sa_type=String(64))
    record: str = Field(sa_type=Text, repr=False)
    saved_at: datetime = Field(sa_type=UtcTime)


class TombstoneRow(Local, table=True):
    """A call that was erased with its deletion code: nothing of it but this, so that a restored
    backup or a team's copy does not bring it back."""

    __tablename__ = "tombstone"

    deletion_digest: str = Field(primary_key=True, sa_type=String(64))
    erased_on: date = Field(sa_type=Date)


class NoteRow(Local, table=True):
    """A small fact that the program keeps for itself, such as when the store was last used."""

    __tablename__ = "note"

    name: str = Field(primary_key=True, sa_type=String(64))
    value: str = Field(sa_type=Text, repr=False)


class VoiceRow(Local, table=True):
    """The organizer's voice as figures; at most one row, and only with their consent."""

    __tablename__ = "voice"

    owner: str = Field(primary_key=True, sa_type=String(16))
    figures: bytes = Field(sa_type=LargeBinary, repr=False)
    learned_at: datetime = Field(sa_type=UtcTime)


class TeamTaskRow(Local, table=True):
    """What the team's server still has to be told; it outlives a lost connection."""

    __tablename__ = "team_task"
    __table_args__ = (CheckConstraint("action IN ('share', 'unshare')", name="action"),)

    deletion_digest: str = Field(primary_key=True, sa_type=String(64))
    action: str = Field(sa_type=String(16))
    since: datetime = Field(sa_type=UtcTime)
    attempts: int = Field(default=0, sa_type=Integer)
    record_sha256: str | None = Field(default=None, sa_type=String(64))
    """Of the record that the organizer saw before sharing; no other record is sent for them."""

"""The organizer's own voice, as figures: kept only where they agreed, and out of every backup.

The figures tell one voice from another. They are no sound and hold no words, but they are
personal, and so they are kept encrypted like the calls, they never leave this store, and forgetting
them overwrites them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import delete
from sqlmodel import Session

from companion.errors import StoreError
from companion.store.engine import Database
from companion.store.tables import VoiceRow

_OWNER = "organizer"
_MOST_BYTES = 1_000_000


@dataclass(frozen=True, slots=True)
class KeptVoice:
    """What is kept of the organizer's voice."""

    figures: bytes = field(repr=False)
    """See `companion.audio.own_voice`; the store does not look into them."""
    learned_at: datetime


class Voices:
    """The one voice of an open store."""

    def __init__(self, database: Database) -> None:
        """Reads nothing yet."""
        self._database = database

    def kept(self) -> KeptVoice | None:
        """The voice that is kept; None where there is none. Raises: StoreError."""
        with self._database.reading() as session:
            row = session.get(VoiceRow, _OWNER)
            return None if row is None else KeptVoice(row.figures, row.learned_at)

    def keep(self, figures: bytes, now: datetime) -> None:
        """Keep a voice in place of the one before. Raises: StoreError."""
        if not 0 < len(figures) <= _MOST_BYTES:
            raise StoreError("this is no voice that was learned; nothing was stored. Learn it anew")
        with self._database.writing() as session:
            # Not in place: what was there is deleted, and so overwritten, whatever its length.
            forget_voice(session)
            session.add(VoiceRow(owner=_OWNER, figures=figures, learned_at=now))

    def forget(self) -> bool:
        """Delete it for good; True where there was one. Raises: StoreError."""
        with self._database.writing() as session:
            there = session.get(VoiceRow, _OWNER) is not None
            forget_voice(session)
            return there


def forget_voice(session: Session) -> None:
    """Delete the voice within a transaction."""
    session.execute(delete(VoiceRow))

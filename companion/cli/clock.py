"""The time that commands go by, in one place, so that tests can set it."""

from __future__ import annotations

from datetime import date, datetime


def now() -> datetime:
    """With the computer's time zone."""
    return datetime.now().astimezone()


def today() -> date:
    """The organizer's local day."""
    return now().date()

"""An open store: calls, follow-ups and drafts of one organizer, and perhaps their voice."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from types import TracebackType

from typing_extensions import Self

from companion.errors import StoreError
from companion.store.calls import Calls
from companion.store.drafts import Drafts
from companion.store.engine import Database
from companion.store.follow_ups import FollowUps
from companion.store.guard import Guard
from companion.store.in_use import InUse
from companion.store.last_use import LastUse
from companion.store.voices import Voices

Clock = Callable[[], datetime]


class Store:
    """What `Vault.open` and `Vault.create` give. A context manager; thread-safe."""

    def __init__(self, database: Database, guard: Guard, in_use: InUse, clock: Clock) -> None:
        """`clock`: the time now, with its zone. Only a `Vault` makes one."""
        self.database = database
        """For the team's store, which works on the same rows."""
        self.last_use = LastUse(database)
        self.calls = Calls(database, guard, self.last_use, clock)
        self.follow_ups = FollowUps(database, self.calls, clock)
        self.drafts = Drafts(database, guard)
        self.voices = Voices(database)
        self._in_use = in_use
        self._clock = clock
        # In a folder that cannot be written there is nothing to remember; reading goes on.
        with suppress(StoreError):
            self.last_use.note(clock())

    @property
    def path(self) -> Path:
        """The encrypted database."""
        return self.database.path

    def accept_clock(self) -> None:
        """The organizer says that the computer's clock is right. Raises: StoreError."""
        self.last_use.accept(self._clock())

    def close(self) -> None:
        """Close the store; the key goes from this object. May be called twice."""
        self.database.close()
        self._in_use.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

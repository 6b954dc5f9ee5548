"""A database in which several computers share one search for better values of a rap.

It may be the team's server or any other. The search keeps its tables in a schema of its own, and
puts values and counts into them: no call, and no word of one.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg import sql

from companion.store.team_connection import USUAL_PATIENCE, TeamAccount, connection_values
from companion.store.team_failures import in_team_words

SCHEMA = "companion_tuning"
_LOCK = 0x636F6D70746E
"""A number of our own among the server's advisory locks."""


class StudyDatabase:
    """Where the search is kept. The password stays in memory, and stands in no address."""

    def __init__(self, account: TeamAccount) -> None:
        self._account = account

    def connect(self) -> psycopg.Connection[Any]:
        """A new connection, for Optuna's storage; its schema is the only one in sight."""
        values = connection_values(self._account, USUAL_PATIENCE)
        values["options"] = str(values["options"]).replace(
            "search_path=pg_catalog", f"search_path={SCHEMA}"
        )
        connection: psycopg.Connection[Any] = psycopg.connect(**values)  # type: ignore[arg-type]
        return connection

    @contextmanager
    def alone(self) -> Generator[None, None, None]:
        """Nobody else sets the study up within the block: tables are made once.

        Raises: TeamError: unreachable, not let in, or not allowed to make the schema.
        """
        with in_team_words(self._account.address), self.connect() as connection:
            connection.execute("SELECT pg_advisory_lock(%s)", (_LOCK,))
            name = sql.Identifier(SCHEMA)
            connection.execute(sql.SQL("CREATE SCHEMA IF NOT EXISTS {}").format(name))
            connection.commit()  # the lock is the connection's own and stays
            yield

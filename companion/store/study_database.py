"""A database in which several computers share one search for better values of a rap.

It may be the team's server or any other. The search keeps its tables in a schema of its own, and
puts values and counts into them: no call, and no word of one.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import psycopg
from psycopg import sql

from companion.store.team_connection import USUAL_PATIENCE, TeamAccount, connection_values
from companion.store.team_failures import in_team_words

SCHEMA = "companion_tuning"


def study_connector(account: TeamAccount) -> Callable[[], psycopg.Connection[Any]]:
    """What opens connections to the database of a shared search.

    The schema is made here where it is missing. The password stays in memory, and stands in no
    address.

    Raises: TeamError: unreachable, not let in, or not allowed to make the schema.
    """
    with in_team_words(account.address), _connect(account) as connection:
        connection.execute(sql.SQL("CREATE SCHEMA IF NOT EXISTS {}").format(sql.Identifier(SCHEMA)))
    return lambda: _connect(account)


def _connect(account: TeamAccount) -> psycopg.Connection[Any]:
    values = connection_values(account, USUAL_PATIENCE)
    values["options"] = str(values["options"]).replace(
        "search_path=pg_catalog", f"search_path={SCHEMA}"
    )
    connection: psycopg.Connection[Any] = psycopg.connect(**values)  # type: ignore[arg-type]
    return connection

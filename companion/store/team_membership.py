"""This computer's membership in a team: kept in the encrypted store, password and all."""

from __future__ import annotations

import json
from pathlib import Path

from sqlalchemy import delete, text
from sqlmodel import col

from companion.errors import TeamError
from companion.store.engine import Database
from companion.store.store import Store
from companion.store.tables import NoteRow
from companion.store.team_address import TeamAddress
from companion.store.team_connection import TeamAccount, TeamLink
from companion.store.team_migrations import HEAD, REVISIONS
from companion.store.team_roles import Kind
from companion.store.team_setup import revision_of

_NOTE = "team"
_FORM = 1


class Membership:
    """The one team that the organizer of this store belongs to, or none."""

    def __init__(self, database: Database) -> None:
        """Reads nothing yet."""
        self._database = database

    def find(self) -> TeamAccount | None:
        """The account; None where there is no team. Raises: StoreError; TeamError: unreadable."""
        with self._database.reading() as session:
            row = session.get(NoteRow, _NOTE)
            return None if row is None else _read(row.value)

    def account(self) -> TeamAccount:
        """The account. Raises: StoreError; TeamError where there is no team."""
        found = self.find()
        if found is None:
            raise TeamError(
                "this computer belongs to no team; 'companion team join ADDRESS' joins one"
            )
        return found

    def keep(self, account: TeamAccount) -> None:
        """Keep an account, in place of the former one of the same team.

        Raises: StoreError; TeamError while this computer belongs to another team.
        """
        self.check_free(account.address)
        with self._database.writing() as session:
            session.merge(NoteRow(name=_NOTE, value=_written(account)))

    def check_free(self, address: TeamAddress) -> None:
        """Raises: StoreError; TeamError while this computer belongs to another team."""
        present = self.find()
        if present is not None and _place(present.address) != _place(address):
            raise TeamError(
                "this computer belongs to a team already; 'companion team leave' ends that first"
            )

    def forget(self) -> None:
        """Belong to no team any more. Raises: StoreError."""
        with self._database.writing() as session:
            session.execute(delete(NoteRow).where(col(NoteRow.name) == _NOTE))


def check_member(link: TeamLink) -> Kind:
    """What this alias may do at the server that was reached.

    Raises: TeamError where the schema is older or newer than this program's, or the role is no
    plain member.
    """
    with link.transaction() as session:
        revision = revision_of(session)
        if revision is None:
            raise TeamError(
                "this database is not set up for a team; whoever owns it runs "
                "'companion team setup'"
            )
        if revision not in REVISIONS:
            raise TeamError(
                "the team's server was set up by a newer companion; update companion on this "
                "computer"
            )
        if revision != HEAD:
            raise TeamError(
                "the team's server has the form of an older companion; whoever set it up runs "
                "'companion team setup' with this version"
            )
        found = session.execute(
            text(
                "SELECT rolsuper OR rolbypassrls OR rolcreaterole AS above, "
                "EXISTS (SELECT FROM pg_roles AS g WHERE g.rolname = current_database() || "
                "'_organizer' AND pg_has_role(session_user, g.oid, 'USAGE')) AS organizes, "
                "EXISTS (SELECT FROM pg_roles AS g WHERE g.rolname = current_database() || "
                "'_coordinator' AND pg_has_role(session_user, g.oid, 'USAGE')) AS coordinates "
                "FROM pg_roles WHERE rolname = session_user"
            )
        ).one()
        if found.above or not found.organizes:
            raise TeamError(
                "this role is no member of the team; join with an alias that "
                "'companion team invite' made"
            )
        return Kind.COORDINATOR if found.coordinates else Kind.ORGANIZER


def _place(address: TeamAddress) -> tuple[str, int, str, str]:
    return address.host, address.port, address.database, address.user


def _written(account: TeamAccount) -> str:
    address = account.address
    return json.dumps(
        {
            "form": _FORM,
            "host": address.host,
            "port": address.port,
            "database": address.database,
            "user": address.user,
            "verified": address.verified,
            "ca_file": None if address.ca_file is None else str(address.ca_file),
            "password": account.password,
        }
    )


def _read(value: str) -> TeamAccount:
    try:
        data = json.loads(value)
        if data["form"] != _FORM:
            raise ValueError
        ca_file = data["ca_file"]
        address = TeamAddress(
            host=data["host"],
            port=data["port"],
            database=data["database"],
            user=data["user"],
            verified=data["verified"],
            ca_file=None if ca_file is None else Path(ca_file),
        )
        return TeamAccount(address, data["password"])
    except (ValueError, KeyError, TypeError):
        raise TeamError(
            "what this computer knows of its team cannot be read; 'companion team leave "
            "--keep-shared' forgets it, then join again"
        ) from None


def is_in_team(store: Store) -> bool:
    """Whether this store belongs to a team; also where its account cannot be read.

    Raises: StoreError.
    """
    try:
        return Membership(store.database).find() is not None
    except TeamError:
        return True

"""A team on a real PostgreSQL: a database that its owner set up, and members with their stores."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

import psycopg
import pytest

from companion.records import to_json
from companion.store import team_members, team_setup
from companion.store.team_address import TeamAddress
from companion.store.team_connection import Patience, TeamAccount, connected
from companion.store.team_roles import Kind
from tests.fakes.postgres import (
    ADMIN,
    ADMIN_PASSWORD,
    HOST,
    OWNER,
    OWNER_PASSWORD,
    NoPostgresError,
    PostgresServer,
    running_postgres,
)
from tests.fakes.store import summary_of

ORGANIZER = "heron-42"
OTHER = "otter-17"
COORDINATOR = "walnut-33"
SSL_REQUEST = bytes.fromhex("0000000804d2162f")
"""The first bytes of a client that would like TLS."""
HURRIED = Patience(connect_s=2, statement_s=2, answer_s=0.5)


class FakeTeam:
    """A database that is set up for a team, with two organizers and a coordinator."""

    def __init__(self, server: PostgresServer) -> None:
        self.server = server
        self.database = server.new_database()
        self.owner = self.account(OWNER, OWNER_PASSWORD)
        self._passwords: dict[str, str] = {}
        self._suffix = self.database
        with connected(self.owner) as link:
            team_setup.set_up(link)
            for name, kind in (
                (ORGANIZER, Kind.ORGANIZER),
                (OTHER, Kind.ORGANIZER),
                (COORDINATOR, Kind.COORDINATOR),
            ):
                invitation = team_members.invite(link, kind, self.alias(name))
                self._passwords[name] = invitation.password

    def alias(self, name: str) -> str:
        """The alias of one of the three: aliases belong to the whole server, so each database of
        the tests has its own."""
        return f"{name}-{self._suffix}"

    def account(self, user: str, password: str) -> TeamAccount:
        """Somebody's account here."""
        text = f"postgresql://{user}@{HOST}:{self.server.port}/{self.database}"
        return TeamAccount(TeamAddress.parse(text), password)

    def member(self, name: str) -> TeamAccount:
        """The account of one of the three."""
        return self.account(self.alias(name), self._passwords[name])

    @contextmanager
    def raw(self, name: str) -> Iterator[psycopg.Connection[Any]]:
        """A plain connection of a member, to try what companion never would."""
        account = self.member(name)
        with self.server.connect(
            self.database, account.address.user, account.password
        ) as connection:
            yield connection

    @contextmanager
    def admin(self) -> Iterator[psycopg.Connection[Any]]:
        """A plain connection of the superuser, who sees everything."""
        with self.server.connect(self.database, ADMIN, ADMIN_PASSWORD) as connection:
            yield connection

    def rows(self) -> list[tuple[str, str, str]]:
        """Everything that is there: alias, code, record."""
        with self.admin() as admin:
            return admin.execute(
                "SELECT organizer, code, record FROM companion.shared_call ORDER BY code, organizer"
            ).fetchall()

    def codes(self) -> list[str]:
        """The codes of everything that is there."""
        return [row[1] for row in self.rows()]

    def plant(self, alias: str, code: str) -> None:
        """Put a call there that came from an alias."""
        with self.admin() as admin:
            admin.execute(
                "INSERT INTO companion.shared_call (organizer, deletion_digest, code, record, "
                "approved_at, call_date, commitment, issues, agreed) VALUES (%s, "
                "encode(sha256(%s::bytea), 'hex'), %s, %s, '2026-04-14T18:30:00.000000+00:00', "
                "'2026-04-14', 'yes', '|hours/scheduling|safety|', true)",
                (alias, code, code, to_json(summary_of())),
            )

    def clear(self) -> None:
        """Delete every call."""
        with self.admin() as admin:
            admin.execute("DELETE FROM companion.shared_call")


@lru_cache(maxsize=1)
def the_team() -> FakeTeam:
    """The one team of this run. Raises: NoPostgresError."""
    return FakeTeam(running_postgres())


def clean_team() -> FakeTeam:
    """The one team of this run of tests, without a call; skips where there is no PostgreSQL."""
    try:
        team = the_team()
    except NoPostgresError as error:
        pytest.skip(str(error))
    team.clear()
    return team


def fresh_server() -> PostgresServer:
    """The server; skips where there is no PostgreSQL."""
    try:
        return running_postgres()
    except NoPostgresError as error:
        pytest.skip(str(error))


def owner_of(server: PostgresServer, database: str) -> TeamAccount:
    """The account of whoever owns the tests' databases."""
    text = f"postgresql://{OWNER}@{HOST}:{server.port}/{database}"
    return TeamAccount(TeamAddress.parse(text), OWNER_PASSWORD)


class Way:
    """A loopback port in front of a server. It offers no TLS, so that it can read along, and can
    swallow the server's answers or break the connection at a given word of the client."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._listener = socket.create_server((HOST, 0))
        self.port: int = self._listener.getsockname()[1]
        self.silent = False
        """The server's answers are swallowed; the connection stays open."""
        self.cut_at: bytes | None = None
        """The connection breaks when the client sends these bytes."""
        self.cut_after_answer = False
        """The server still gets them and acts on them; the client does not hear of it."""
        self._answered = threading.Event()
        self._open: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self) -> Way:
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.close()
        for each in self._open:
            each.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                self._open.append(client)
                threading.Thread(target=self._begin, args=(client,), daemon=True).start()

    def _begin(self, client: socket.socket) -> None:
        with contextlib.suppress(OSError):
            first = client.recv(65536)
            if first == SSL_REQUEST:
                client.sendall(b"N")
                first = client.recv(65536)
            server = socket.create_connection((HOST, self._port))
            self._open.append(server)
            server.sendall(first)
            inward = threading.Thread(target=self._inward, args=(server, client), daemon=True)
            inward.start()
            self._outward(client, server)

    def _outward(self, client: socket.socket, server: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := client.recv(65536):
                if self.cut_at is not None and self.cut_at in data:
                    if self.cut_after_answer:
                        self._answered.clear()
                        self.silent = True
                        server.sendall(data)
                        self._answered.wait(10)
                    break
                server.sendall(data)
        _shut(client, server)

    def _inward(self, server: socket.socket, client: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := server.recv(65536):
                if self.silent:
                    self._answered.set()
                    continue
                client.sendall(data)
        _shut(client, server)


def _shut(*both: socket.socket) -> None:
    for each in both:
        with contextlib.suppress(OSError):
            each.shutdown(socket.SHUT_RDWR)

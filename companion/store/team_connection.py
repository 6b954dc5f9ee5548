"""A connection to the team's server: who it is is proved, and no answer is waited for forever.

- TLS with `verify-full`, unless the server is this computer or the person said otherwise.
- The password goes out only as SCRAM: a false server learns nothing from it.
- Names are looked up in `pg_catalog` alone, so that nobody can put a function in their place.
- Each wait has an end: at the server (`statement_timeout`), and here, where the socket is shut
  when nothing came in time.
"""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
from sqlalchemy import Connection, create_engine
from sqlalchemy.pool import NullPool
from sqlmodel import Session

from companion import __version__
from companion.store.team_address import TeamAddress
from companion.store.team_failures import in_team_words

OLDEST_SERVER = 15
"""PostgreSQL 15 is the first whose 'public' schema is closed, and that is tested here."""
_BUNDLES = (
    "/etc/ssl/certs/ca-certificates.crt",  # Debian, Arch
    "/etc/pki/tls/certs/ca-bundle.crt",  # Fedora
    "/etc/ssl/ca-bundle.pem",  # openSUSE
    "/etc/ssl/cert.pem",  # macOS, Alpine
)


@dataclass(frozen=True, slots=True)
class Patience:
    """How long the server is waited for."""

    connect_s: int = 10
    statement_s: int = 20
    """At the server; then it gives up and says so."""
    answer_s: float = 30.0
    """Here; then the connection is shut."""


USUAL_PATIENCE = Patience()


@dataclass(frozen=True, slots=True)
class TeamAccount:
    """An address, and the password for it."""

    address: TeamAddress
    password: str = field(repr=False)


class TeamLink:
    """One open connection; each `transaction` happens as a whole or not at all."""

    def __init__(self, connection: Connection, address: TeamAddress, answer_s: float) -> None:
        """Only `connected` makes one."""
        self.address = address
        self.answer_s = answer_s
        """How long a transaction may take; then the connection is shut."""
        self._connection = connection

    @contextmanager
    def transaction(self) -> Generator[Session, None, None]:
        """Committed when the block ends. Raises: TeamError."""
        with (
            in_team_words(self.address),
            _not_longer_than(self.driver_connection, self.answer_s),
            self._connection.begin(),
            Session(self._connection, expire_on_commit=False) as session,
        ):
            yield session
            session.flush()

    @property
    def driver_connection(self) -> psycopg.Connection[tuple[object, ...]]:
        """The driver's own connection, for what has no other way."""
        connection = self._connection.connection.driver_connection
        assert isinstance(connection, psycopg.Connection)
        return connection


@contextmanager
def connected(
    account: TeamAccount, patience: Patience = USUAL_PATIENCE
) -> Generator[TeamLink, None, None]:
    """Go to the team's server; the connection ends with the block.

    Raises: TeamError: unreachable, too slow, another server than it should be, not let in.
    """
    with in_team_words(account.address):
        driver_connection = _connect(account, patience)
        try:
            engine = create_engine(
                "postgresql+psycopg://",
                creator=lambda: driver_connection,
                poolclass=NullPool,
                hide_parameters=True,  # values never become part of an exception's text
            )
            with _not_longer_than(driver_connection, patience.answer_s):
                connection = engine.connect()
            with connection:
                yield TeamLink(connection, account.address, patience.answer_s)
        finally:
            driver_connection.close()


def connection_values(account: TeamAccount, patience: Patience) -> dict[str, str | int]:
    """What is told to the driver."""
    address = account.address
    values: dict[str, str | int] = {
        "host": address.host,
        "port": address.port,
        "dbname": address.database,
        "user": address.user,
        "password": account.password,
        "require_auth": "scram-sha-256",
        "gssencmode": "disable",
        "sslmode": "verify-full" if address.verified else "prefer",
        "connect_timeout": patience.connect_s,
        "keepalives_idle": 10,
        "keepalives_interval": 5,
        "keepalives_count": 3,
        "application_name": f"companion {__version__}",
        "client_encoding": "UTF8",
        "options": (
            f"-c search_path=pg_catalog -c statement_timeout={patience.statement_s * 1000} "
            f"-c lock_timeout={patience.statement_s * 500}"
        ),
    }
    if address.verified:
        values["sslrootcert"] = _certificates(address)
    return values


def _connect(account: TeamAccount, patience: Patience) -> psycopg.Connection[tuple[object, ...]]:
    values = connection_values(account, patience)
    return psycopg.Connection.connect(**values)  # type: ignore[arg-type]


def _certificates(address: TeamAddress) -> str:
    """The file of certificates to trust: the team's own, or those of the system.

    The driver brings an OpenSSL of its own, which looks for them where it was built.
    """
    if address.ca_file is not None:
        return str(address.ca_file)
    known = ssl.get_default_verify_paths().cafile
    if known is not None:
        return known
    return next((bundle for bundle in _BUNDLES if Path(bundle).is_file()), "system")


@contextmanager
def _not_longer_than(
    connection: psycopg.Connection[tuple[object, ...]], seconds: float
) -> Generator[None, None, None]:
    """Shut the connection's socket when the block takes too long: whoever waits for it then gets
    an error, as from a lost connection."""
    timer = threading.Timer(seconds, _shut, (connection,))
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _shut(connection: psycopg.Connection[tuple[object, ...]]) -> None:
    with contextlib.suppress(OSError, psycopg.Error):
        mine = socket.socket(fileno=socket.dup(connection.fileno()))
        with mine:
            mine.shutdown(socket.SHUT_RDWR)

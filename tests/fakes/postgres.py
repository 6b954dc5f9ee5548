"""A real PostgreSQL server for tests: started once, in a folder of its own, on a loopback port.

PostgreSQL refuses to run as root; where the tests do, the server runs as another user of the
system. It asks for passwords (SCRAM) and speaks TLS with a certificate for 'localhost' that is
made here, so that the tests meet what a team meets.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from functools import lru_cache
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from psycopg import sql

HOST = "127.0.0.1"
ADMIN = "admin"
ADMIN_PASSWORD = "admin-of-the-test-server"
OWNER = "team_owner"
OWNER_PASSWORD = "owner-of-the-team"
_USERS = ("postgres", "nobody")
_START_S = 30
_NUMBERS = count(1)


class NoPostgresError(RuntimeError):
    """There is no PostgreSQL on this machine, or it cannot be run here."""


@dataclass
class PostgresServer:
    """A running server."""

    port: int
    folder: Path
    process: subprocess.Popen[bytes] = field(repr=False)

    @property
    def ca_file(self) -> Path:
        """The certificate that vouches for 'localhost'."""
        return self.folder / "server.crt"

    def connect(
        self, database: str = "postgres", user: str = ADMIN, password: str = ADMIN_PASSWORD
    ) -> psycopg.Connection[tuple[Any, ...]]:
        """A plain connection in autocommit, around everything that companion does."""
        return psycopg.connect(
            host=HOST,
            port=self.port,
            dbname=database,
            user=user,
            password=password,
            sslmode="disable",
            autocommit=True,
        )

    def new_database(self) -> str:
        """An empty database of the role `OWNER`, as somebody who runs a server would give it."""
        name = f"team{next(_NUMBERS)}"
        with self.connect() as admin:
            admin.execute(
                sql.SQL("CREATE DATABASE {} OWNER {}").format(
                    sql.Identifier(name), sql.Identifier(OWNER)
                )
            )
        return name

    def stop(self) -> None:
        """Stop the server at once and remove its folder. May be called twice."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGQUIT)
            self.process.wait(_START_S)
        shutil.rmtree(self.folder, ignore_errors=True)


@lru_cache(maxsize=1)
def running_postgres() -> PostgresServer:
    """The server of this run of tests; the first call starts it, the end of the program stops it.

    Raises: NoPostgresError.
    """
    programs = _programs()
    user = _user()
    folder = Path(tempfile.mkdtemp(prefix="companion-postgres-"))
    try:
        if user is not None:
            shutil.chown(folder, user)
        server = _started(programs, folder, user)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    atexit.register(server.stop)
    with server.connect() as admin:
        admin.execute(
            sql.SQL("CREATE ROLE {} LOGIN CREATEROLE PASSWORD {}").format(
                sql.Identifier(OWNER), sql.Literal(OWNER_PASSWORD)
            )
        )
    return server


def free_port() -> int:
    """A loopback port that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def _programs() -> Path:
    if sys.platform == "win32":
        raise NoPostgresError("the tests start PostgreSQL on Linux and macOS only")
    found = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"),
        key=lambda path: int("".join(filter(str.isdigit, path.parts[-3])) or 0),
    )
    on_path = shutil.which("initdb")
    if not found and on_path is None:
        raise NoPostgresError("needs PostgreSQL's initdb and postgres (Debian: postgresql)")
    return (found[-1] if found else Path(str(on_path))).resolve().parent


def _user() -> str | None:
    """Whom the server runs as; None for the user who runs the tests."""
    if os.geteuid() != 0:
        return None
    import pwd

    for name in _USERS:
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name).pw_name
    raise NoPostgresError("PostgreSQL refuses to run as root, and there is no user to run it as")


def _started(programs: Path, folder: Path, user: str | None) -> PostgresServer:
    data = folder / "data"
    password_file = folder / "password"
    password_file.write_text(ADMIN_PASSWORD + "\n", encoding="utf-8")
    _make_certificate(folder)
    for name in ("password", "server.crt", "server.key"):
        (folder / name).chmod(0o600)
        if user is not None:
            shutil.chown(folder / name, user)
    # The certificate is what clients read; the folder stays closed but for passing through.
    (folder / "server.crt").chmod(0o644)
    folder.chmod(0o711)
    _run(
        [
            programs / "initdb",
            "-D",
            data,
            "-E",
            "UTF8",
            "--locale=C",
            "-U",
            ADMIN,
            "--auth=scram-sha-256",
            f"--pwfile={password_file}",
            "--no-sync",
        ],
        user,
    )
    for _ in range(3):  # somebody else may take the port between the look and the start
        port = free_port()
        process = _serve(programs, folder, port, user)
        server = PostgresServer(port, folder, process)
        if _answers(programs, server):
            return server
        server.process.kill()
        server.process.wait()
    raise NoPostgresError("PostgreSQL did not start; its log said nothing that a test could use")


def _serve(programs: Path, folder: Path, port: int, user: str | None) -> subprocess.Popen[bytes]:
    settings = {
        "listen_addresses": HOST,
        "port": str(port),
        "unix_socket_directories": "",
        "fsync": "off",
        "synchronous_commit": "off",
        "full_page_writes": "off",
        "shared_buffers": "16MB",
        "max_connections": "40",
        "autovacuum": "off",
        "ssl": "on",
        "ssl_cert_file": str(folder / "server.crt"),
        "ssl_key_file": str(folder / "server.key"),
        "password_encryption": "scram-sha-256",
        "log_min_messages": "fatal",
    }
    command = [str(programs / "postgres"), "-D", str(folder / "data")]
    for name, value in settings.items():
        command += ["-c", f"{name}={value}"]
    return subprocess.Popen(
        command,
        user=user,
        extra_groups=None if user is None else [],
        cwd=folder / "data" if user is None else "/",
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C"},
        start_new_session=True,  # Ctrl-C at the tests is not for the server
    )


def _answers(programs: Path, server: PostgresServer) -> bool:
    ready = [str(programs / "pg_isready"), "-q", "-h", HOST, "-p", str(server.port), "-t", "1"]
    limit = datetime.now(timezone.utc) + timedelta(seconds=_START_S)
    while datetime.now(timezone.utc) < limit and server.process.poll() is None:
        if subprocess.run(ready, check=False).returncode == 0:
            return True
        with contextlib.suppress(subprocess.TimeoutExpired):
            server.process.wait(0.05)
    return False


def _run(command: Sequence[str | Path], user: str | None) -> None:
    done = subprocess.run(
        [str(part) for part in command],
        user=user,
        cwd="/",
        capture_output=True,
        check=False,
        env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C"},
    )
    if done.returncode != 0:
        raise NoPostgresError(f"initdb failed: {done.stderr.decode(errors='replace')[-400:]}")


def _make_certificate(folder: Path) -> None:
    """A certificate for the name 'localhost' only: '127.0.0.1' is a name that it does not fit."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(timezone.utc)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=2))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / "server.crt").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (folder / "server.key").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )

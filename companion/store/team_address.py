"""Where a team's server is, and as whom one goes there."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit

from companion.errors import TeamError

USUAL_PORT = 5432
EXAMPLE = "postgresql://heron-42@db.example.org/team"
_HOST = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]{0,252}[A-Za-z0-9])?|[0-9A-Fa-f:]{2,39}")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,62}")


@dataclass(frozen=True, slots=True)
class TeamAddress:
    """A database on a server, and the name to go there with. Holds no password."""

    host: str
    port: int
    database: str
    user: str
    """The alias of a member, or the role that owns the database."""
    verified: bool
    """TLS, and the server has to prove that it is `host`. False on this very computer, or where
    the person said that something else protects the way."""
    ca_file: Path | None = None
    """The certificate that vouches for the server; None for those that the system trusts."""

    @classmethod
    def parse(
        cls, text: str, *, ca_file: Path | None = None, without_tls: bool = False
    ) -> TeamAddress:
        """Read an address such as 'postgresql://heron-42@db.example.org/team'.

        Args:
            text: the address; it names the user, and no password.
            ca_file: the certificate that vouches for the server; asks for TLS in any case.
            without_tls: something else protects the way, such as a tunnel.

        Raises: TeamError, which does not quote the address.
        """
        parts, port = _split(text)
        if parts.password is not None or ":" in parts.netloc.rpartition("@")[0]:
            raise TeamError(
                "an address with a password in it would stay in your shell's history; leave the "
                "password out, companion asks for it"
            )
        if parts.query or parts.fragment:
            raise TeamError(f"an address ends with the name of the database, as in {EXAMPLE}")
        host, user = parts.hostname or "", unquote(parts.username or "")
        database = unquote(parts.path).removeprefix("/")
        named = _HOST.fullmatch(host) and _NAME.fullmatch(user) and _NAME.fullmatch(database)
        if parts.scheme not in ("postgresql", "postgres") or not named:
            raise TeamError(f"an address names who, where and which database, as in {EXAMPLE}")
        if ca_file is not None:
            if without_tls:
                raise TeamError(
                    "--ca is for TLS, and --without-tls leaves it out; give one of them"
                )
            ca_file = _readable(ca_file)
        verified = ca_file is not None or not (without_tls or is_loopback(host))
        return cls(host, port or USUAL_PORT, database, user, verified, ca_file)

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        port = "" if self.port == USUAL_PORT else f":{self.port}"
        return f"postgresql://{self.user}@{host}{port}/{self.database}"

    @property
    def server(self) -> str:
        """The server as people name it: 'db.example.org', with its port where it is unusual."""
        return self.host if self.port == USUAL_PORT else f"{self.host}, port {self.port}"

    def for_user(self, user: str) -> TeamAddress:
        """The same database with another name."""
        return TeamAddress(self.host, self.port, self.database, user, self.verified, self.ca_file)


def is_loopback(host: str) -> bool:
    """True for this very computer: nothing goes over a network."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _split(text: str) -> tuple[SplitResult, int | None]:
    try:
        parts = urlsplit(text.strip())
        return parts, parts.port
    except ValueError:
        raise TeamError(f"this is no address of a team; one looks like {EXAMPLE}") from None


def _readable(path: Path) -> Path:
    try:
        with path.open("rb") as file:
            file.read(1)
    except OSError:
        raise TeamError(
            f"the certificate {path} cannot be read; give the file that your team's server came "
            "with"
        ) from None
    return path.absolute()

"""Reading a team's address, and what it means for the connection."""

from __future__ import annotations

from pathlib import Path

import pytest

from companion.errors import TeamError
from companion.store.team_address import TeamAddress, is_loopback
from companion.store.team_connection import Patience, TeamAccount, connection_values


@pytest.mark.parametrize(
    ("text", "host", "port", "database", "user"),
    [
        ("postgresql://heron-42@db.example.org/team", "db.example.org", 5432, "team", "heron-42"),
        ("postgres://owner@10.1.2.3:6000/team_2", "10.1.2.3", 6000, "team_2", "owner"),
        (" postgresql://a@[2001:db8::1]/t ", "2001:db8::1", 5432, "t", "a"),
    ],
)
def test_team_address_is_read(text: str, host: str, port: int, database: str, user: str) -> None:
    address = TeamAddress.parse(text)
    assert (address.host, address.port, address.database, address.user) == (
        host,
        port,
        database,
        user,
    )
    assert address.verified
    assert TeamAddress.parse(str(address)) == address


@pytest.mark.parametrize(
    "text",
    [
        "",
        "db.example.org",
        "https://a@db.example.org/team",
        "postgresql://db.example.org/team",
        "postgresql://a@/team",
        "postgresql://a@db.example.org",
        "postgresql://a@db.example.org/",
        "postgresql://a@db.example.org/team/more",
        "postgresql://a@db.example.org:port/team",
        "postgresql://a@db.example.org:99999/team",
        "postgresql://a@one,two/team",
        "postgresql://a@%2Fvar%2Frun/team",
        "postgresql://a@db.example.org/team?sslmode=disable",
        "postgresql://a@db.example.org/team#x",
        "postgresql://a@db.example.org/team%20options=-c",
        "postgresql://a'b@db.example.org/team",
        "postgresql://a@[::1/team",
    ],
)
def test_team_address_anything_else_is_refused(text: str) -> None:
    with pytest.raises(TeamError, match=r"postgresql://heron-42@db\.example\.org/team"):
        TeamAddress.parse(text)


@pytest.mark.parametrize("text", ["postgresql://a:s3cr3t@db.example.org/t", "postgresql://a:@h/t"])
def test_team_address_with_a_password_is_refused_and_not_quoted(text: str) -> None:
    with pytest.raises(TeamError, match="shell's history") as refused:
        TeamAddress.parse(text)
    assert "s3cr3t" not in str(refused.value)


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("localhost", True),
        ("127.0.0.1", True),
        ("127.3.2.1", True),
        ("::1", True),
        ("localhost.example.org", False),
        ("10.0.0.1", False),
        ("0.0.0.0", False),
    ],
)
def test_team_address_knows_this_computer(host: str, expected: bool) -> None:
    assert is_loopback(host) is expected


@pytest.mark.parametrize(
    ("text", "without_tls", "sslmode"),
    [
        ("postgresql://a@db.example.org/t", False, "verify-full"),
        ("postgresql://a@10.0.0.1/t", False, "verify-full"),
        ("postgresql://a@db.example.org/t", True, "prefer"),
        ("postgresql://a@127.0.0.1/t", False, "prefer"),
    ],
)
def test_team_address_asks_for_proof_unless_told_otherwise(
    text: str, without_tls: bool, sslmode: str
) -> None:
    address = TeamAddress.parse(text, without_tls=without_tls)
    values = connection_values(TeamAccount(address, "secret"), Patience())
    assert values["sslmode"] == sslmode
    assert values["require_auth"] == "scram-sha-256"
    assert ("sslrootcert" in values) is address.verified


def test_team_address_a_certificate_asks_for_proof_even_on_this_computer(tmp_path: Path) -> None:
    file = tmp_path / "team.crt"
    file.write_text("x", encoding="ascii")
    address = TeamAddress.parse("postgresql://a@localhost/t", ca_file=file)
    values = connection_values(TeamAccount(address, "secret"), Patience())
    assert (values["sslmode"], values["sslrootcert"]) == ("verify-full", str(file))
    with pytest.raises(TeamError, match="give one of them"):
        TeamAddress.parse("postgresql://a@localhost/t", ca_file=file, without_tls=True)


def test_team_address_a_certificate_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(TeamError, match=r"none\.crt cannot be read"):
        TeamAddress.parse("postgresql://a@localhost/t", ca_file=tmp_path / "none.crt")


def test_team_address_accounts_show_no_password() -> None:
    account = TeamAccount(TeamAddress.parse("postgresql://a@localhost/t"), "s3cr3t")
    assert "s3cr3t" not in repr(account)
    assert "s3cr3t" not in str(account)

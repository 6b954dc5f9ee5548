"""Going to the team's server when something is in the way."""

from __future__ import annotations

import socket
import threading
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text

from companion.errors import TeamError
from companion.store.team_connection import (
    USUAL_PATIENCE,
    Patience,
    TeamAccount,
    TeamLink,
    connected,
)
from companion.store.team_failures import UnreachableTeamError
from tests.fakes.postgres import HOST, free_port
from tests.fakes.team import HURRIED, ORGANIZER, FakeTeam, Way, clean_team


@pytest.fixture
def team() -> FakeTeam:
    return clean_team()


def go(account: TeamAccount, patience: Patience = USUAL_PATIENCE) -> object:
    with connected(account, patience) as link, link.transaction() as session:
        return session.execute(text("SELECT 1")).scalar()


def ask(link: TeamLink, statement: str) -> None:
    with link.transaction() as session:
        session.execute(text(statement))


def refused(account: TeamAccount, patience: Patience = USUAL_PATIENCE) -> TeamError:
    with pytest.raises(TeamError) as found:
        go(account, patience)
    message = str(found.value)
    assert account.password not in message
    assert message[0].islower()
    assert "\n" not in message
    assert found.value.__cause__ is None
    assert found.value.__suppress_context__
    return found.value


def by(account: TeamAccount, **changes: object) -> TeamAccount:
    return replace(account, address=replace(account.address, **changes))  # type: ignore[arg-type]


def test_team_connection_reaches_the_server(team: FakeTeam) -> None:
    assert go(team.member(ORGANIZER)) == 1


def test_team_connection_with_the_right_certificate(team: FakeTeam) -> None:
    account = by(
        team.member(ORGANIZER), host="localhost", verified=True, ca_file=team.server.ca_file
    )
    with connected(account) as link:
        assert link.driver_connection.pgconn.ssl_in_use


def test_team_connection_refuses_a_server_that_cannot_prove_its_name(team: FakeTeam) -> None:
    """The certificate is for 'localhost'; asked for by another name the server is another one."""
    account = by(team.member(ORGANIZER), verified=True, ca_file=team.server.ca_file)
    assert "could not prove" in str(refused(account))


def test_team_connection_refuses_a_certificate_that_nobody_vouches_for(team: FakeTeam) -> None:
    account = by(team.member(ORGANIZER), host="localhost", verified=True)
    assert "could not prove" in str(refused(account))


def test_team_connection_refuses_a_server_without_tls(team: FakeTeam) -> None:
    with Way(team.server.port) as way:
        account = by(
            team.member(ORGANIZER),
            host="localhost",
            port=way.port,
            verified=True,
            ca_file=team.server.ca_file,
        )
        assert "offers no encrypted connection" in str(refused(account))


def test_team_connection_a_certificate_file_that_is_none(team: FakeTeam, tmp_path: Path) -> None:
    file = tmp_path / "none.crt"
    file.write_text("this is no certificate", encoding="ascii")
    account = by(team.member(ORGANIZER), host="localhost", verified=True, ca_file=file)
    assert "could not prove" in str(refused(account))


def test_team_connection_nobody_listens(team: FakeTeam) -> None:
    account = by(team.member(ORGANIZER), port=free_port())
    assert isinstance(refused(account), UnreachableTeamError)


def test_team_connection_a_name_that_is_no_server(team: FakeTeam) -> None:
    account = by(team.member(ORGANIZER), host="team.invalid")
    assert "cannot be reached" in str(refused(account))


def test_team_connection_a_server_that_says_nothing(team: FakeTeam) -> None:
    with ExitStack() as stack:
        deaf = stack.enter_context(socket.create_server((HOST, 0)))
        account = by(team.member(ORGANIZER), port=deaf.getsockname()[1])
        error = refused(account, HURRIED)
    assert isinstance(error, UnreachableTeamError)
    assert "did not answer in time" in str(error)


def test_team_connection_a_server_that_stops_answering(team: FakeTeam) -> None:
    with Way(team.server.port) as way:
        account = by(team.member(ORGANIZER), port=way.port)
        with connected(account) as link:
            way.silent = True
            link.answer_s = HURRIED.answer_s
            with pytest.raises(UnreachableTeamError):
                ask(link, "SELECT 1")


def test_team_connection_a_statement_that_takes_too_long(team: FakeTeam) -> None:
    with connected(team.member(ORGANIZER)) as link:
        ask(link, "SET statement_timeout = '20ms'")
        with pytest.raises(UnreachableTeamError, match="in time"):
            ask(link, "SELECT pg_sleep(10)")


def test_team_connection_a_wrong_password(team: FakeTeam) -> None:
    account = replace(team.member(ORGANIZER), password="not the one of the invitation")
    error = refused(account)
    assert "does not let" in str(error)
    assert not isinstance(error, UnreachableTeamError)


def test_team_connection_a_database_that_is_not_there(team: FakeTeam) -> None:
    assert "no database nothing" in str(refused(by(team.member(ORGANIZER), database="nothing")))


def test_team_connection_a_database_that_is_not_for_this_alias(team: FakeTeam) -> None:
    other = FakeTeam(team.server)
    account = by(team.member(ORGANIZER), database=other.database)
    assert f"into the database {other.database}" in str(refused(account))


def test_team_connection_names_are_looked_up_in_the_catalog_alone(team: FakeTeam) -> None:
    with connected(team.member(ORGANIZER)) as link, link.transaction() as session:
        assert session.execute(text("SHOW search_path")).scalar() == "pg_catalog"


ASKS_FOR_THE_PASSWORD_ITSELF = b"R" + (8).to_bytes(4, "big") + (3).to_bytes(4, "big")


def test_team_connection_a_false_server_does_not_get_the_password(team: FakeTeam) -> None:
    heard: list[bytes] = []
    account = team.member(ORGANIZER)
    with socket.create_server((HOST, 0)) as listener:

        def ask() -> None:
            client, _ = listener.accept()
            with client:
                client.recv(8)  # would like TLS
                client.sendall(b"N")
                client.recv(65536)  # who it is
                client.sendall(ASKS_FOR_THE_PASSWORD_ITSELF)
                while data := client.recv(65536):
                    heard.append(data)

        asking = threading.Thread(target=ask)
        asking.start()
        error = refused(by(account, port=listener.getsockname()[1]))
        asking.join(10)
    assert "would give it away" in str(error)
    assert account.password.encode() not in b"".join(heard)

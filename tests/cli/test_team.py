"""The team's commands, as organizers, coordinators and owners type them, with a real server."""

from __future__ import annotations

import json
import threading
from contextlib import suppress
from dataclasses import replace

import pytest

from companion.cli import team_going
from companion.domain.call_code import deletion_digest
from companion.domain.record import SafeText
from companion.records import to_json
from companion.store.team import Team
from companion.store.team_migrations import HEAD
from tests.fakes.kept_calls import Answered, KeptCalls
from tests.fakes.postgres import HOST, OWNER, OWNER_PASSWORD, free_port
from tests.fakes.store import NOW, approved_of, deletion_code_of, summary_of
from tests.fakes.team import COORDINATOR, ORGANIZER, OTHER, FakeTeam, clean_team


@pytest.fixture
def server() -> FakeTeam:
    return clean_team()


def join(kept: KeptCalls, server: FakeTeam, name: str = ORGANIZER) -> Answered:
    account = server.member(name)
    return kept.run(
        "team",
        "join",
        str(account.address),
        "--password-stdin",
        typed=[account.password],
    )


@pytest.fixture
def joined(kept: KeptCalls, server: FakeTeam) -> KeptCalls:
    """A store with three calls whose organizer is in the team."""
    kept.keep(*(approved_of(number) for number in (1, 2, 3)))
    assert join(kept, server).code == 0
    return kept


def cut_off(kept: KeptCalls) -> None:
    """From now on the team's server is away."""
    with kept.store() as store:
        membership = Team(store, lambda: NOW).membership
        account = membership.account()
        away = replace(account, address=replace(account.address, port=free_port()))
        membership.forget()
        membership.keep(away)


def test_team_join_says_who_reads_what(kept: KeptCalls, server: FakeTeam) -> None:
    answered = join(kept, server)
    assert answered.code == 0
    assert server.alias(ORGANIZER) in answered.out
    assert "the other organizers do not" in answered.out
    assert server.member(ORGANIZER).password not in answered.out + answered.err


def test_team_join_with_a_certificate_of_the_team(kept: KeptCalls, server: FakeTeam) -> None:
    account = server.member(ORGANIZER)
    where = str(account.address).replace(HOST, "localhost")
    certificate = ["--ca", str(server.server.ca_file), "--password-stdin"]
    answered = kept.run("team", "join", where, *certificate, typed=[account.password])
    assert answered.code == 0, answered.err
    assert "has to prove who it is" in kept.run("team", "status").out
    other_name = str(account.address)
    answered = kept.run("team", "join", other_name, *certificate, typed=[account.password])
    assert answered.code == 2


def test_team_join_with_a_wrong_password_keeps_nothing(kept: KeptCalls, server: FakeTeam) -> None:
    where = str(server.member(ORGANIZER).address)
    answered = kept.run("team", "join", where, "--password-stdin", typed=["not this one"])
    assert answered.code == 2
    assert "does not let" in answered.err
    assert "not this one" not in answered.err
    assert "You are in no team" in kept.run("team", "status").out


def test_team_join_wants_a_password_from_somebody(kept: KeptCalls, server: FakeTeam) -> None:
    where = str(server.member(ORGANIZER).address)
    answered = kept.run("team", "join", where)
    assert answered.code == 2
    assert "--password-stdin" in answered.err
    assert "no line" in kept.run("team", "join", where, "--password-stdin").err


def test_team_join_a_password_in_the_address_is_refused(kept: KeptCalls) -> None:
    answered = kept.run("team", "join", "postgresql://heron-42:s3cr3t@db.example.org/team")
    assert answered.code == 2
    assert "s3cr3t" not in answered.err
    assert "shell's history" in answered.err


@pytest.mark.parametrize(
    "arguments", [("share", "maple-1"), ("unshare", "maple-1"), ("list",), ("sync",)]
)
def test_team_commands_without_a_team_say_how_to_join(
    kept: KeptCalls, arguments: tuple[str, ...]
) -> None:
    kept.keep(approved_of(1))
    answered = kept.run("team", *arguments)
    assert answered.code == 2
    assert "companion team join" in answered.err


def test_team_share_shows_the_bytes_and_asks(joined: KeptCalls, server: FakeTeam) -> None:
    answered = joined.run("team", "share", "maple-1", typed=["y"])
    assert answered.code == 0
    ((alias, code, record),) = server.rows()
    assert (alias, code) == (server.alias(ORGANIZER), "maple-1")
    assert record in answered.lines


@pytest.mark.parametrize("typed", ["", "n"])
def test_team_share_does_nothing_without_a_yes(
    joined: KeptCalls, server: FakeTeam, typed: str
) -> None:
    answered = joined.run("team", "share", "maple-1", typed=[typed])
    assert "Nothing was shared" in answered.out
    assert joined.run("team", "sync").out.startswith("Nothing waits")
    assert server.rows() == []


def test_team_share_asks_nobody_when_nobody_is_there(joined: KeptCalls, server: FakeTeam) -> None:
    assert joined.run("team", "share", "maple-1").code == 2
    assert server.rows() == []
    assert joined.run("team", "share", "maple-1", "--yes").code == 0
    assert server.codes() == ["maple-1"]


def test_team_share_asks_once_more_for_words_that_were_kept(
    joined: KeptCalls, server: FakeTeam
) -> None:
    joined.keep(approved_of(4, note=SafeText("ask Brunhilde", ("Brunhilde",))))
    answered = joined.run("team", "share", "maple-4", typed=["n", "y"])
    assert "'Brunhilde' on purpose" in answered.out
    assert "Nothing was shared" in answered.out
    assert joined.run("team", "share", "maple-4", "--yes").code == 2
    assert server.rows() == []
    assert joined.run("team", "share", "maple-4", typed=["y", "y"]).code == 0
    assert server.codes() == ["maple-4"]


def test_team_share_for_programs(joined: KeptCalls) -> None:
    assert joined.run("team", "share", "maple-1", "--json").code == 2
    answered = joined.run("team", "share", "maple-1", "--json", "--yes")
    assert json.loads(answered.out) == {
        "code": "maple-1",
        "action": "share",
        "outcome": "shared",
        "problem": None,
    }


def test_team_share_of_an_unknown_call(joined: KeptCalls) -> None:
    answered = joined.run("team", "share", "maple-99", "--yes")
    assert answered.code == 2
    assert "calls list" in answered.err


def test_team_share_without_a_connection_waits(joined: KeptCalls, server: FakeTeam) -> None:
    cut_off(joined)
    answered = joined.run("team", "share", "maple-1", "--yes")
    assert answered.code == 2
    assert "cannot be reached" in answered.err
    assert "maple-1 waits to be shared" in answered.err
    status = joined.run("team", "status")
    assert "maple-1 waits to be shared" in status.out
    assert status.code == 2
    with joined.store() as store:
        membership = Team(store, lambda: NOW).membership
        membership.forget()
        membership.keep(server.member(ORGANIZER))
    assert "maple-1 is shared" in joined.run("team", "list").err
    assert server.codes() == ["maple-1"]


def test_team_share_that_the_server_refuses_waits(joined: KeptCalls, server: FakeTeam) -> None:
    """Another member has this very call there."""
    digest = deletion_digest(deletion_code_of(1))
    with server.raw(OTHER) as other:
        other.execute(
            "INSERT INTO companion.shared_call (deletion_digest, code, record, approved_at, "
            "call_date, commitment, issues, agreed) VALUES (%s, 'walnut-9', %s, "
            "'2026-04-14T18:30:00.000000+00:00', '2026-04-14', 'yes', "
            "'|hours/scheduling|safety|', true)",
            (digest, to_json(summary_of())),
        )
    answered = joined.run("team", "share", "maple-1", "--yes")
    assert answered.code == 2
    assert "maple-1 waits: the team's server does not let" in answered.err
    assert server.codes() == ["walnut-9"]
    # Other calls are not held up by it, and the command says so.
    answered = joined.run("team", "share", "maple-2", "--yes")
    assert answered.code == 0
    assert "maple-2 is shared" in answered.out
    answered = joined.run("team", "unshare", "maple-2")
    assert answered.code == 0
    assert "maple-2 is taken back" in answered.out
    assert joined.run("team", "sync").code == 2
    answered = joined.run("team", "sync", "--json")
    assert json.loads(answered.out)["outcome"] == "refused"


def test_team_share_with_a_newer_server_waits(joined: KeptCalls, server: FakeTeam) -> None:
    with server.admin() as admin:
        admin.execute("UPDATE companion.alembic_version SET version_num = '9999'")
    try:
        answered = joined.run("team", "share", "maple-1", "--yes")
    finally:
        with server.admin() as admin:
            admin.execute("UPDATE companion.alembic_version SET version_num = %s", (HEAD,))
    assert answered.code == 2
    assert "update companion on this computer. maple-1 waits to be shared" in answered.err
    assert "maple-1 is shared" in joined.run("team", "sync").out


def test_team_unshare_deletes_at_the_server(joined: KeptCalls, server: FakeTeam) -> None:
    joined.run("team", "share", "maple-1", "--yes")
    answered = joined.run("team", "unshare", "maple-1")
    assert "deleted it" in answered.out
    assert server.rows() == []
    assert "not at the team's server" in joined.run("team", "unshare", "maple-1").out


def test_team_unshare_knows_calls_that_are_gone_here(joined: KeptCalls, server: FakeTeam) -> None:
    server.plant(server.alias(ORGANIZER), "walnut-9")
    assert joined.run("team", "unshare", "walnut-9").code == 0
    assert server.rows() == []
    answered = joined.run("team", "unshare", "walnut-9")
    assert answered.code == 2
    assert "team list" in answered.err


def test_team_an_erased_call_is_taken_back_with_the_next_command(
    joined: KeptCalls, server: FakeTeam
) -> None:
    joined.run("team", "share", "maple-1", "--yes")
    joined.run("erase", "--code", deletion_code_of(1), "--yes")
    assert server.codes() == ["maple-1"]
    answered = joined.run("team", "sync")
    assert "taken back" in answered.out
    assert server.rows() == []


def test_team_list_as_table_and_for_programs(joined: KeptCalls, server: FakeTeam) -> None:
    assert "team share CODE" in joined.run("team", "list").out
    joined.run("team", "share", "maple-1", "--yes")
    server.plant(server.alias(OTHER), "walnut-9")
    table = joined.run("team", "list")
    assert [line.split()[1] for line in table.lines] == ["code", "maple-1"]
    (line,) = joined.run("team", "list", "--json").lines
    values = json.loads(line)
    assert (values["organizer"], values["code"]) == (server.alias(ORGANIZER), "maple-1")
    assert values["summary"]["ask"]["value"] == "meeting"
    assert "Fewer conditions" in joined.run("team", "list", "--issue", "wages").out
    assert joined.run("team", "list", "--since", "someday").code == 2


def test_team_coordinators_list_and_show_everything(kept: KeptCalls, server: FakeTeam) -> None:
    join(kept, server, COORDINATOR)
    server.plant(server.alias(OTHER), "walnut-9")
    server.plant(server.alias(ORGANIZER), "maple-9")
    everything = kept.run("team", "list")
    assert "walnut-9" in everything.out
    assert "maple-9" in everything.out
    some = kept.run("team", "list", "--from", server.alias(OTHER), "--limit", "1")
    assert "maple-9" not in some.out
    assert "1 to 1 of 2" in kept.run("team", "list", "--limit", "1").out
    shown = kept.run("team", "show", "walnut-9")
    assert f"Shared by {server.alias(OTHER)}" in shown.out
    assert "wants quieter evenings" in shown.out
    assert kept.run("team", "show", "walnut-10").code == 2


def test_team_status_tells_what_waits_and_what_is_there(
    joined: KeptCalls, server: FakeTeam
) -> None:
    joined.run("team", "share", "maple-1", "--yes")
    answered = joined.run("team", "status", "--json")
    values = json.loads(answered.out)
    assert (values["kind"], values["own"], values["waiting"]) == ("organizer", 1, [])
    assert "1 call of yours" in joined.run("team", "status").out


def test_team_leave_asks_what_becomes_of_what_was_shared(
    joined: KeptCalls, server: FakeTeam
) -> None:
    joined.run("team", "share", "maple-1", "--yes")
    assert joined.run("team", "leave").code == 2
    assert "Nothing was changed" in joined.run("team", "leave", typed=["n"]).out
    assert "1 call of yours" in joined.run("team", "leave", "--take-back").out
    assert server.rows() == []
    assert "You are in no team" in joined.run("team", "status").out


def test_team_leave_works_where_the_server_is_gone(joined: KeptCalls, server: FakeTeam) -> None:
    joined.run("team", "share", "maple-1", "--yes")
    cut_off(joined)
    joined.run("team", "unshare", "maple-1")
    assert joined.run("team", "leave", "--take-back").code == 2
    answered = joined.run("team", "leave", "--keep-shared")
    assert answered.code == 0
    assert "maple-1 waits to be taken back. That will not be done now." in answered.err
    assert server.codes() == ["maple-1"]


def test_team_owner_sets_up_lets_in_and_lets_go(kept: KeptCalls, server: FakeTeam) -> None:
    database = server.server.new_database()
    where = f"postgresql://{OWNER}@{HOST}:{server.server.port}/{database}"

    def owner(*arguments: str) -> Answered:
        """Owners need no store; the first line is the password."""
        return kept.run_without_store("team", *arguments, typed=[OWNER_PASSWORD])

    assert "is ready" in owner("setup", where, "--password-stdin").out
    assert "ready already" in owner("setup", where, "--password-stdin").out
    assert "Nobody is in yet" in owner("members", where, "--password-stdin").out
    alias = f"pepper-{database}"
    invited = owner("invite", where, "--alias", alias, "--coordinator", "--password-stdin")
    password = invited.out.split("password: ")[1].split()[0]
    line = next(line for line in invited.lines if "companion team join" in line)
    kept.keep(approved_of(1))
    joined = kept.run(*line.split()[1:], "--password-stdin", typed=[password])
    assert "everybody shares" in joined.out
    kept.run("team", "share", "maple-1", "--yes")
    assert json.loads(owner("members", where, "--json", "--password-stdin").out) == {
        "alias": alias,
        "kind": "coordinator",
    }
    renewed = owner("invite", where, "--alias", alias, "--again", "--password-stdin")
    assert password not in renewed.out
    assert kept.run("team", "list").code == 2
    assert owner("remove", where, alias, "--password-stdin").code == 2
    removed = owner("remove", where, alias, "--delete-shared", "--yes", "--password-stdin")
    assert "1 call of theirs" in removed.out
    answered = kept.run("team", "list")
    assert answered.code == 2
    assert "does not let" in answered.err


def test_team_says_what_it_waits_for_when_that_takes_long(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    said = threading.Event()

    class AtOnce(threading.Timer):
        """A timer whose time has come."""

        def __init__(self, interval: float, function: object, *rest: object) -> None:
            assert interval == team_going.SLOW_S
            super().__init__(0, function, *rest)  # type: ignore[arg-type]

        def run(self) -> None:
            super().run()
            said.set()

    monkeypatch.setattr("companion.cli.team_going.threading.Timer", AtOnce)
    with suppress(ZeroDivisionError), team_going.said_when_slow("Asking ..."):
        assert said.wait(10)
        raise ZeroDivisionError
    assert capsys.readouterr().err == "Asking ...\n"

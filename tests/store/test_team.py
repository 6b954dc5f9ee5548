"""Sharing a call, taking it back, and what a lost connection or a change in between leads to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from companion.domain.hearing import Hearing, Playback, Told
from companion.domain.record import SafeText
from companion.errors import StoreError, TeamError
from companion.records import to_json
from companion.store import team_calls
from companion.store.store import Store
from companion.store.team import Outcome, Team
from companion.store.team_calls import Outgoing, TeamFilter
from companion.store.team_connection import TeamAccount, TeamLink, connected
from companion.store.team_failures import UnreachableTeamError
from companion.store.team_queue import Action
from tests.fakes.store import (
    PASSPHRASE,
    TODAY,
    FakeClock,
    FakeRedactor,
    approved_of,
    deletion_code_of,
    fake_vault,
    summary_of,
)
from tests.fakes.team import COORDINATOR, ORGANIZER, OTHER, FakeTeam, Way, clean_team


class Organizer:
    """An organizer with three calls and a membership."""

    def __init__(self, store: Store, clock: FakeClock, account: TeamAccount) -> None:
        self.store = store
        self.clock = clock
        self.account = account
        self.team = Team(store, clock, FakeRedactor())
        self.team.membership.keep(account)

    def share(self, code: str) -> None:
        """Look, agree, and settle."""
        self.agree(code)
        self.settle()

    def agree(self, code: str) -> None:
        self.clock.move(seconds=1)
        self.team.share_later(self.team.preview(code))

    def settle(self, account: TeamAccount | None = None) -> list[tuple[str | None, Outcome]]:
        self.clock.move(seconds=1)
        with connected(account or self.account) as link:
            return [(one.code, one.outcome) for one in self.team.settle(link)]

    def waiting(self) -> list[tuple[str | None, Action, int]]:
        return [(one.code, one.action, one.attempts) for one in self.team.waiting()]

    def is_shared(self, code: str) -> bool:
        return self.store.calls.get(code).shared_at is not None

    def through(self, way: Way) -> TeamAccount:
        """The account by way of a port that can break."""
        return replace(self.account, address=replace(self.account.address, port=way.port))


@pytest.fixture
def server() -> FakeTeam:
    return clean_team()


@pytest.fixture
def organizer(server: FakeTeam, tmp_path: Path) -> Iterator[Organizer]:
    clock = FakeClock()
    with fake_vault(tmp_path / "store", clock=clock).create(PASSPHRASE) as store:
        store.calls.save_all([approved_of(number) for number in (1, 2, 3)])
        yield Organizer(store, clock, server.member(ORGANIZER))


def test_team_gets_exactly_what_was_shown(server: FakeTeam, organizer: Organizer) -> None:
    shown = organizer.team.preview("maple-1").record
    organizer.share("maple-1")
    assert server.rows() == [(server.alias(ORGANIZER), "maple-1", shown)]
    assert shown == to_json(organizer.store.calls.get("maple-1").summary)
    assert organizer.is_shared("maple-1")
    assert not organizer.is_shared("maple-2")
    assert organizer.waiting() == []


def test_team_is_not_told_how_the_sound_was_set_up(server: FakeTeam, organizer: Organizer) -> None:
    measured = Hearing(Playback.SPEAKERS, Told.MEASURED)
    organizer.store.calls.save(approved_of(4, hearing=measured))
    shown = organizer.team.preview("maple-4").record
    organizer.share("maple-4")
    assert server.rows() == [(server.alias(ORGANIZER), "maple-4", shown)]
    own = organizer.store.calls.get("maple-4").summary
    assert own.hearing == measured
    assert shown == to_json(replace(own, hearing=None))
    assert "speakers" not in shown


def test_team_looking_at_a_call_shares_nothing(server: FakeTeam, organizer: Organizer) -> None:
    organizer.team.preview("maple-1")
    assert organizer.settle() == []
    assert server.rows() == []


def test_team_sharing_again_puts_the_new_copy_in_place_of_the_old(
    server: FakeTeam, organizer: Organizer
) -> None:
    organizer.share("maple-1")
    organizer.store.calls.replace("maple-1", approved_of(1, note=SafeText("likes mornings now")))
    assert organizer.settle() == []
    assert "quieter evenings" in server.rows()[0][2]
    assert organizer.team.preview("maple-1").is_shared
    organizer.share("maple-1")
    assert ["mornings" in row[2] for row in server.rows()] == [True]


def test_team_a_call_that_was_edited_while_it_waited_has_to_be_shown_again(
    server: FakeTeam, organizer: Organizer
) -> None:
    organizer.agree("maple-1")
    organizer.store.calls.replace("maple-1", approved_of(1, note=SafeText("likes mornings now")))
    assert organizer.settle() == [("maple-1", Outcome.CHANGED)]
    assert server.rows() == []
    organizer.share("maple-1")
    assert server.codes() == ["maple-1"]


def test_team_redaction_runs_before_anything_leaves(server: FakeTeam, organizer: Organizer) -> None:
    """Also where a record was stored before redaction knew a name."""
    kept = SafeText("ask Zoltan", ("Zoltan",))
    organizer.store.calls.save(approved_of(4, note=kept))
    assert organizer.team.preview("maple-4").kept_words == ("Zoltan",)
    with organizer.store.database.writing() as session:
        row = organizer.store.calls.row(session, "maple-4")
        row.record = row.record.replace('["Zoltan"]', "[]")
        session.add(row)
    preview = organizer.team.preview("maple-4")
    assert preview.kept_words == ()
    assert "[name]" in preview.record
    organizer.share("maple-4")
    assert "Zoltan" not in server.rows()[0][2]


def test_team_a_damaged_value_does_not_leave(server: FakeTeam, organizer: Organizer) -> None:
    with organizer.store.database.writing() as session:
        row = organizer.store.calls.row(session, "maple-1")
        row.record = row.record.replace('"site manager"', '"call 555 013 2277"')
        session.add(row)
    with pytest.raises(StoreError, match="not a value that may be kept"):
        organizer.team.preview("maple-1")
    assert organizer.waiting() == []


def test_team_taking_back_deletes_at_the_server(server: FakeTeam, organizer: Organizer) -> None:
    organizer.share("maple-1")
    organizer.team.unshare_later("maple-1")
    assert organizer.settle() == [("maple-1", Outcome.UNSHARED)]
    assert server.rows() == []
    assert not organizer.is_shared("maple-1")
    organizer.team.unshare_later("maple-1")
    assert organizer.settle() == [("maple-1", Outcome.NOT_THERE)]
    assert organizer.waiting() == []


@pytest.mark.parametrize("how", ["delete", "erase", "purge"])
def test_team_a_call_that_is_deleted_here_is_taken_back(
    server: FakeTeam, organizer: Organizer, how: str
) -> None:
    organizer.share("maple-1")
    if how == "delete":
        organizer.store.calls.delete("maple-1")
    elif how == "erase":
        organizer.store.calls.erase(deletion_code_of(1), organizer.clock())
    else:
        organizer.store.calls.purge(TODAY.replace(year=2027), dry_run=False)
    assert organizer.waiting() == [(None, Action.UNSHARE, 0)]
    assert organizer.settle() == [(None, Outcome.UNSHARED)]
    assert server.rows() == []


def test_team_a_call_that_is_deleted_while_it_waits_is_never_shared(
    server: FakeTeam, organizer: Organizer
) -> None:
    organizer.agree("maple-1")
    organizer.store.calls.delete("maple-1")
    assert organizer.settle() == [(None, Outcome.NOT_THERE)]
    assert server.rows() == []
    assert organizer.waiting() == []


def test_team_taking_back_while_sharing_waits_wins(server: FakeTeam, organizer: Organizer) -> None:
    organizer.agree("maple-1")
    organizer.clock.move(seconds=1)
    organizer.team.unshare_later("maple-1")
    assert organizer.settle() == [("maple-1", Outcome.NOT_THERE)]
    assert server.rows() == []


def test_team_without_a_server_the_call_waits(server: FakeTeam, organizer: Organizer) -> None:
    away = replace(
        organizer.account, address=replace(organizer.account.address, host="team.invalid")
    )
    organizer.agree("maple-1")
    with pytest.raises(UnreachableTeamError):
        organizer.settle(away)
    assert organizer.waiting() == [("maple-1", Action.SHARE, 0)]
    assert not organizer.is_shared("maple-1")
    assert organizer.settle() == [("maple-1", Outcome.SHARED)]
    assert server.codes() == ["maple-1"]


@pytest.mark.parametrize("heard", [True, False], ids=["server heard it", "server did not hear it"])
@pytest.mark.parametrize("word", [b"INSERT INTO", b"COMMIT"])
def test_team_a_connection_lost_while_sharing_neither_loses_nor_doubles(
    server: FakeTeam, organizer: Organizer, word: bytes, heard: bool
) -> None:
    organizer.agree("maple-1")
    organizer.agree("maple-2")
    with Way(server.server.port) as way:
        account = organizer.through(way)
        with connected(account) as link:
            way.cut_at, way.cut_after_answer = word, heard
            with pytest.raises(UnreachableTeamError):
                organizer.team.settle(link)
    assert server.codes() == (["maple-1"] if word == b"COMMIT" and heard else [])
    assert organizer.waiting() == [("maple-1", Action.SHARE, 1), ("maple-2", Action.SHARE, 0)]
    assert organizer.settle() == [("maple-1", Outcome.SHARED), ("maple-2", Outcome.SHARED)]
    assert server.codes() == ["maple-1", "maple-2"]
    assert organizer.waiting() == []


@pytest.mark.parametrize("heard", [True, False], ids=["server heard it", "server did not hear it"])
def test_team_a_connection_lost_while_taking_back_is_made_up_for(
    server: FakeTeam, organizer: Organizer, heard: bool
) -> None:
    organizer.share("maple-1")
    organizer.team.unshare_later("maple-1")
    with Way(server.server.port) as way, connected(organizer.through(way)) as link:
        way.cut_at, way.cut_after_answer = b"COMMIT", heard
        with pytest.raises(UnreachableTeamError):
            organizer.team.settle(link)
    assert organizer.waiting() == [("maple-1", Action.UNSHARE, 1)]
    assert organizer.settle() == [("maple-1", Outcome.NOT_THERE if heard else Outcome.UNSHARED)]
    assert server.rows() == []
    assert not organizer.is_shared("maple-1")


def meanwhile(monkeypatch: pytest.MonkeyPatch, another_program: Callable[[], object]) -> None:
    """Another program does something at the moment in which a call is put to the server."""
    put = team_calls.put

    def put_after_the_other(link: TeamLink, outgoing: Outgoing) -> None:
        monkeypatch.setattr(team_calls, "put", put)
        another_program()
        put(link, outgoing)

    monkeypatch.setattr(team_calls, "put", put_after_the_other)


def test_team_two_programs_may_share_at_once(
    server: FakeTeam, organizer: Organizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    organizer.agree("maple-1")
    meanwhile(monkeypatch, organizer.settle)
    organizer.settle()
    assert server.codes() == ["maple-1"]
    assert organizer.is_shared("maple-1")
    assert organizer.waiting() == []


def test_team_a_call_that_another_program_takes_back_meanwhile_is_not_there(
    server: FakeTeam, organizer: Organizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def take_back() -> None:
        organizer.clock.move(seconds=1)
        organizer.team.unshare_later("maple-1")
        organizer.settle()

    organizer.agree("maple-1")
    meanwhile(monkeypatch, take_back)
    assert organizer.settle() == [("maple-1", Outcome.UNSHARED)]
    assert server.rows() == []
    assert not organizer.is_shared("maple-1")


@pytest.mark.parametrize("how", ["delete", "ask back"])
def test_team_a_call_that_is_deleted_or_asked_back_meanwhile_is_not_there(
    server: FakeTeam, organizer: Organizer, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    def decide() -> None:
        organizer.clock.move(seconds=1)
        if how == "delete":
            organizer.store.calls.delete("maple-1")
        else:
            organizer.team.unshare_later("maple-1")

    organizer.agree("maple-1")
    meanwhile(monkeypatch, decide)
    outcomes = [outcome for _, outcome in organizer.settle()]
    assert outcomes == [Outcome.SHARED, Outcome.UNSHARED]
    assert server.rows() == []
    assert organizer.waiting() == []


def test_team_what_the_server_refuses_waits_and_holds_nothing_else_up(
    server: FakeTeam, organizer: Organizer
) -> None:
    with server.admin() as admin:
        admin.execute(
            "ALTER TABLE companion.shared_call ADD CONSTRAINT no_maple_1 CHECK (code <> 'maple-1')"
        )
    try:
        organizer.agree("maple-1")
        organizer.agree("maple-2")
        with connected(organizer.account) as link:
            first, second = organizer.team.settle(link)
    finally:
        with server.admin() as admin:
            admin.execute("ALTER TABLE companion.shared_call DROP CONSTRAINT no_maple_1")
    assert (first.outcome, second.outcome) == (Outcome.REFUSED, Outcome.SHARED)
    assert first.problem is not None
    assert "does not take this call" in first.problem
    assert organizer.waiting() == [("maple-1", Action.SHARE, 1)]
    assert organizer.settle() == [("maple-1", Outcome.SHARED)]


def test_team_another_member_with_the_same_call_is_told_apart(
    server: FakeTeam, organizer: Organizer, tmp_path: Path
) -> None:
    """Two organizers with a copy of one store: the call stays whose it was."""
    organizer.share("maple-1")
    before = server.rows()
    clock = FakeClock()
    with fake_vault(tmp_path / "other", clock=clock).create(PASSPHRASE) as store:
        store.calls.save(approved_of(1, note=SafeText("another text")))
        other = Organizer(store, clock, server.member(OTHER))
        other.agree("maple-1")
        assert other.settle() == [("maple-1", Outcome.REFUSED)]
        assert not other.is_shared("maple-1")
    assert server.rows() == before


def test_team_marks_follow_the_server_after_a_restored_backup(
    server: FakeTeam, organizer: Organizer
) -> None:
    organizer.share("maple-1")
    organizer.share("maple-2")
    organizer.store.calls.mark_shared("maple-1", None)
    with server.admin() as admin:
        admin.execute("DELETE FROM companion.shared_call WHERE code = 'maple-2'")
    assert organizer.settle() == []
    assert organizer.is_shared("maple-1")
    assert not organizer.is_shared("maple-2")


def test_team_what_was_erased_here_does_not_stay_at_the_server(
    server: FakeTeam, organizer: Organizer
) -> None:
    """Also where the task was lost, as with a backup restored afterwards."""
    organizer.share("maple-1")
    organizer.store.calls.mark_shared("maple-1", None)
    organizer.store.calls.erase(deletion_code_of(1), organizer.clock())
    assert organizer.waiting() == []
    assert organizer.settle() == [(None, Outcome.UNSHARED)]
    assert server.rows() == []


def test_team_a_call_from_another_computer_can_be_taken_back_by_its_code(
    server: FakeTeam, organizer: Organizer
) -> None:
    server.plant(server.alias(ORGANIZER), "walnut-9")
    server.plant(server.alias(OTHER), "walnut-9x")
    with connected(organizer.account) as link:
        assert organizer.team.unshare_there(link, "walnut-9x") == []
        assert len(organizer.team.unshare_there(link, "walnut-9")) == 1
    assert organizer.settle() == [(None, Outcome.UNSHARED)]
    assert server.codes() == ["walnut-9x"]


def test_team_leaving_takes_everything_of_ones_own_back(
    server: FakeTeam, organizer: Organizer
) -> None:
    organizer.share("maple-1")
    organizer.agree("maple-2")
    server.plant(server.alias(OTHER), "walnut-9")
    with connected(organizer.account) as link:
        assert organizer.team.leave(link) == 1
    assert server.codes() == ["walnut-9"]
    assert organizer.waiting() == []
    assert not organizer.is_shared("maple-1")
    with pytest.raises(TeamError, match="belongs to no team"):
        organizer.team.membership.account()


def test_team_what_waits_for_one_team_never_goes_to_another(
    server: FakeTeam, organizer: Organizer
) -> None:
    elsewhere = replace(
        organizer.account, address=replace(organizer.account.address, host="team.invalid")
    )
    organizer.agree("maple-1")
    with pytest.raises(TeamError, match="belongs to a team already"):
        organizer.team.membership.keep(elsewhere)
    organizer.team.forget()
    organizer.team.membership.keep(elsewhere)
    assert organizer.waiting() == []
    assert organizer.team.membership.account() == elsewhere


def test_team_membership_is_renewed_by_joining_again(organizer: Organizer) -> None:
    renewed = replace(organizer.account, password="another one")
    organizer.team.membership.keep(renewed)
    assert organizer.team.membership.account() == renewed


def test_team_password_is_in_no_file_in_the_clear(organizer: Organizer) -> None:
    folder = organizer.store.path.parent
    password = organizer.account.password.encode()
    assert all(password not in file.read_bytes() for file in folder.rglob("*") if file.is_file())


def test_team_list_gives_what_the_alias_may_read(server: FakeTeam, organizer: Organizer) -> None:
    organizer.share("maple-1")
    server.plant(server.alias(OTHER), "walnut-9")
    for name, codes in ((ORGANIZER, {"maple-1"}), (COORDINATOR, {"maple-1", "walnut-9"})):
        with connected(server.member(name)) as link:
            pages = list(team_calls.pages(link))
            assert {call.code for page in pages for call in page.calls} == codes
            assert team_calls.count(link) == len(codes)
    with connected(server.member(COORDINATOR)) as link:
        which = TeamFilter(organizer=server.alias(ORGANIZER))
        ((call,),) = (page.calls for page in team_calls.pages(link, which))
    assert call.summary == summary_of()
    assert call.organizer == server.alias(ORGANIZER)


@pytest.mark.parametrize(
    ("which", "expected"),
    [
        (TeamFilter(), 1),
        (TeamFilter(since=TODAY, until=TODAY), 1),
        (TeamFilter(since=TODAY.replace(day=15)), 0),
        (TeamFilter(until=TODAY.replace(day=13)), 0),
        (TeamFilter(issue="safety"), 1),
        (TeamFilter(issue="saf"), 0),
        (TeamFilter(issue="%"), 0),
        (TeamFilter(commitment="yes", agreed=True), 1),
        (TeamFilter(commitment="no"), 0),
        (TeamFilter(agreed=False), 0),
        (TeamFilter(code="maple-1"), 1),
        (TeamFilter(code="maple-1' OR true --"), 0),
        (TeamFilter(organizer="somebody"), 0),
    ],
)
def test_team_list_filters(
    server: FakeTeam, organizer: Organizer, which: TeamFilter, expected: int
) -> None:
    server.plant(server.alias(ORGANIZER), "maple-1")
    with connected(organizer.account) as link:
        assert team_calls.count(link, which) == expected
        assert sum(len(page.calls) for page in team_calls.pages(link, which)) == expected


def test_team_list_goes_on_page_by_page(
    server: FakeTeam, organizer: Organizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(team_calls, "PAGE", 2)
    for number in range(5):
        server.plant(server.alias(ORGANIZER), f"maple-{number}")
    with connected(organizer.account) as link:
        everything = [[c.code for c in page.calls] for page in team_calls.pages(link)]
        some = [c.code for page in team_calls.pages(link, limit=3, offset=1) for c in page.calls]
    codes = [code for page in everything for code in page]
    assert [len(page) for page in everything] == [2, 2, 1]
    assert sorted(codes) == [f"maple-{number}" for number in range(5)]
    assert some == codes[1:4]


def test_team_list_leaves_out_what_cannot_be_read(server: FakeTeam, organizer: Organizer) -> None:
    """A row that no member could have put there: the server, or somebody in its place, did."""
    server.plant(server.alias(ORGANIZER), "maple-1")
    server.plant(server.alias(ORGANIZER), "maple-2")
    with server.admin() as admin:
        admin.execute(
            "ALTER TABLE companion.shared_call DROP CONSTRAINT ck_shared_call_record; "
            "UPDATE companion.shared_call SET record = 'words' WHERE code = 'maple-1'"
        )
    try:
        with connected(organizer.account) as link:
            (page,) = team_calls.pages(link)
    finally:
        server.clear()
        with server.admin() as admin:
            admin.execute(
                "ALTER TABLE companion.shared_call ADD CONSTRAINT ck_shared_call_record "
                "CHECK (companion.fits(record, call_date, commitment, issues, agreed))"
            )
    assert [call.code for call in page.calls] == ["maple-2"]
    assert page.unreadable == 1

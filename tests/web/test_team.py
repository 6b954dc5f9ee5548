"""The team in the browser, with a real PostgreSQL: looking, sharing after a look, taking back."""

from __future__ import annotations

import re

import pytest

from companion.domain.record import SafeText
from companion.store.team import Team
from companion.store.team_address import TeamAddress
from companion.store.team_connection import TeamAccount
from companion.store.vault import utc_now
from companion.web.workspace import Workspace
from tests.fakes.store import approved_of
from tests.fakes.team import COORDINATOR, ORGANIZER, OTHER, FakeTeam, clean_team
from tests.fakes.web import Pages

_SEEN = re.compile(r'name="seen" value="([0-9a-f]{64})"')


@pytest.fixture
def team() -> FakeTeam:
    return clean_team()


def join(pages: Pages, account: TeamAccount) -> None:
    Team(pages.store, utc_now).membership.keep(account)


def seen(pages: Pages, code: str) -> str:
    found = _SEEN.search(pages.raw(f"/team/share/{code}"))
    assert found is not None
    return found.group(1)


def test_team_without_one_says_how_to_join(pages: Pages) -> None:
    pages.keep(approved_of(17))
    assert "companion team join ADDRESS" in pages.get("/team")
    assert "Share with the team" not in pages.get("/calls/maple-17")
    assert "belongs to no team" in pages.post("/team/calls", status=409)


def test_team_a_call_is_shared_after_a_look_and_taken_back(pages: Pages, team: FakeTeam) -> None:
    join(pages, team.member(ORGANIZER))
    pages.keep(approved_of(17), approved_of(18))
    assert "Share with the team" in pages.get("/calls/maple-17")
    look = pages.get("/team/share/maple-17")
    assert team.codes() == []

    told = pages.post("/team/share/maple-17", seen=seen(pages, "maple-17"))

    assert "maple-17 is shared with the team" in told
    [(alias, code, record)] = team.rows()
    assert (alias, code) == (team.alias(ORGANIZER), "maple-17")
    assert record in look
    assert "taken back" in pages.post("/team/unshare/maple-17")
    assert team.codes() == []


def test_team_what_was_edited_after_the_look_is_not_sent(pages: Pages, team: FakeTeam) -> None:
    join(pages, team.member(ORGANIZER))
    pages.keep(approved_of(17))
    before = seen(pages, "maple-17")
    pages.store.calls.replace("maple-17", approved_of(17, note=SafeText("another note")))

    assert "look at it once more" in pages.post("/team/share/maple-17", 409, seen=before)
    assert team.codes() == []


def test_team_words_kept_on_purpose_are_asked_about(pages: Pages, team: FakeTeam) -> None:
    join(pages, team.member(ORGANIZER))
    pages.keep(approved_of(17, note=SafeText("ask Zoltan", ("Zoltan",))))
    assert "Zoltan" in pages.get("/team/share/maple-17")

    assert "tick" in pages.post("/team/share/maple-17", 409, seen=seen(pages, "maple-17"))
    assert team.codes() == []
    pages.post("/team/share/maple-17", seen=seen(pages, "maple-17"), kept="yes")
    assert team.codes() == ["maple-17"]


def test_team_a_coordinator_sees_everybodys_and_an_organizer_their_own(
    pages: Pages, team: FakeTeam
) -> None:
    team.plant(team.alias(ORGANIZER), "walnut-11")
    team.plant(team.alias(OTHER), "walnut-12")
    join(pages, team.member(COORDINATOR))
    both = pages.post("/team/calls")
    assert "walnut-11" in both
    assert "walnut-12" in both


def test_team_the_server_is_asked_by_the_button_alone(
    pages: Pages, team: FakeTeam, monkeypatch: pytest.MonkeyPatch
) -> None:
    away = TeamAddress.parse("postgresql://heron-42@127.0.0.1:1/nowhere")
    join(pages, TeamAccount(away, "secret-of-heron"))
    pages.keep(approved_of(17))
    page = pages.get("/team")
    assert "as heron-42" in page
    assert "secret-of-heron" not in pages.raw("/team")

    told = pages.post("/team/share/maple-17", seen=seen(pages, "maple-17"))

    assert "Not done yet" in told
    assert "maple-17 waits to be shared" in told
    monkeypatch.setattr(Workspace, "in_call", property(lambda workspace: True))
    assert "during a call" in pages.post("/team/calls", status=409)
    assert "during a call" in pages.post("/team/unshare/maple-17", status=409)

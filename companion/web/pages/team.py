"""The team: what it has, sharing one call after a look at it, and taking it back.

Only the buttons here go to the team's server, and never during a call; opening a page does not.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import Response

from companion.domain.outline import text_of
from companion.errors import InputError, TeamError
from companion.notes.sheet import day_words
from companion.notes.team_words import printed_settled, printed_waiting
from companion.notes.wording import answer
from companion.store.team import Preview, Settled, Team
from companion.store.team_calls import SharedCall, count, pages
from companion.store.team_connection import connected
from companion.store.team_membership import check_member
from companion.web.templating import Templates
from companion.web.workspace import Workspace

MOST_SHOWN = 200


@dataclass(frozen=True, slots=True)
class Row:
    """One of the team's calls."""

    organizer: str
    code: str
    day: str
    issues: str
    answer: str
    outcome: str


@dataclass(frozen=True, slots=True)
class Fetched:
    """What the team's server answered."""

    rows: tuple[Row, ...]
    found: int
    settled: tuple[str, ...]


def routes(workspace: Workspace, templates: Templates) -> APIRouter:
    """`/team` and below."""
    router = APIRouter()

    @router.get("/team")
    def team(request: Request) -> Response:
        return _show(request)

    def _show(
        request: Request, fetched: Fetched | None = None, told: Sequence[str] = ()
    ) -> Response:
        here = _team(workspace)
        account = here.membership.find()
        calls = workspace.open_store().calls.list()
        values = {
            "shared": [(c.code, day_words(c.shared_at.date())) for c in calls if c.shared_at],
            "server": None if account is None else account.address.server,
            "alias": None if account is None else account.address.user,
            "waiting": tuple(printed_waiting(here.waiting())),
            "fetched": fetched,
            "told": told,
        }
        return templates.page(request, "team.html", values)

    @router.post("/team/calls")
    def fetch(request: Request) -> Response:
        _not_in_call(workspace)
        here = _team(workspace)
        with connected(here.membership.account()) as link:
            check_member(link)
            settled = here.settle(link)
            found = count(link)
            calls = [call for part in pages(link, limit=MOST_SHOWN) for call in part.calls]
        rows = tuple(_row(call, workspace) for call in calls)
        return _show(request, Fetched(rows, found, tuple(printed_settled(settled))))

    @router.get("/team/share/{code}")
    def look(request: Request, code: str) -> Response:
        here = _team(workspace)
        account = here.membership.account()
        preview = here.preview(code)
        values = {
            "preview": preview,
            "seen": _seen(preview),
            "server": account.address.server,
            "alias": account.address.user,
        }
        return templates.page(request, "team_share.html", values)

    @router.post("/team/share/{code}")
    def share(
        request: Request,
        code: str,
        seen: Annotated[str, Form(max_length=64)],
        kept: Annotated[str, Form(max_length=3)] = "",
    ) -> Response:
        _not_in_call(workspace)
        here = _team(workspace)
        preview = here.preview(code)
        if _seen(preview) != seen:
            raise InputError("this call was edited since you looked; look at it once more")
        if preview.kept_words and kept != "yes":
            raise InputError(
                "you kept words in this call on purpose; tick that the team may read them, "
                "or edit the call"
            )
        here.share_later(preview)
        return _show(request, told=_settled_or_waiting(here))

    @router.post("/team/unshare/{code}")
    def unshare(request: Request, code: str) -> Response:
        _not_in_call(workspace)
        here = _team(workspace)
        here.membership.account()
        here.unshare_later(code)
        return _show(request, told=_settled_or_waiting(here))

    return router


def _team(workspace: Workspace) -> Team:
    return Team(workspace.open_store(), lambda: datetime.now(timezone.utc))


def _not_in_call(workspace: Workspace) -> None:
    if workspace.in_call:
        raise TeamError("nothing goes over the network during a call; end it first")


def _settled_or_waiting(here: Team) -> tuple[str, ...]:
    """Do what waits; where the server cannot be asked, say that nothing is lost."""
    settled: list[Settled] = []
    try:
        with connected(here.membership.account()) as link:
            check_member(link)
            settled = here.settle(link)
    except TeamError as error:
        # Whether the server still heard it is not known; doing it again changes nothing.
        return (f"Not done yet: {error}.", *printed_waiting(here.waiting()))
    return tuple(printed_settled(settled))


def _seen(preview: Preview) -> str:
    """The fingerprint of what was shown, so that nothing else is sent."""
    return hashlib.sha256(preview.record.encode("ascii")).hexdigest()


def _row(call: SharedCall, workspace: Workspace) -> Row:
    summary = call.summary
    issues = ", ".join(text_of(f.value, workspace.outline.issues) for f in summary.issues)
    return Row(
        organizer=call.organizer,
        code=call.code,
        day=day_words(summary.call_date),
        issues=issues or "none noted",
        answer=answer(summary.commitment),
        outcome="agreed" if summary.agreed else "no agreement",
    )

"""The team: which calls of this computer are shared, and how sharing is done.

Going to the team's server is the terminal's: no page of the app opens a connection for it.
"""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from companion.notes.sheet import day_words
from companion.web.templating import Templates
from companion.web.workspace import Workspace


def routes(workspace: Workspace, templates: Templates) -> APIRouter:
    """`/team`."""
    router = APIRouter()

    @router.get("/team")
    def team(request: Request) -> Response:
        calls = workspace.open_store().calls.list()
        shared = [(call.code, day_words(call.shared_at.date())) for call in calls if call.shared_at]
        return templates.page(request, "team.html", {"shared": shared})

    return router

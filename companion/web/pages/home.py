"""The first page: what to do next."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from companion.web.pages.setup import something_is_missing
from companion.web.reviewing import draft_waits, ended_call
from companion.web.templating import Templates
from companion.web.workspace import Workspace


def routes(workspace: Workspace, templates: Templates) -> APIRouter:
    """`/`."""
    router = APIRouter()

    @router.get("/")
    def home(request: Request) -> Response:
        store = workspace.store
        due = store.follow_ups.due(workspace.today()) if store is not None else []
        recent = store.calls.list(limit=5) if store is not None else []
        values = {
            "due": due,
            "recent": recent,
            "undecided": ended_call(workspace) is not None,
            "draft": draft_waits(workspace),
            "set_up": not something_is_missing(workspace),
        }
        return templates.page(request, "home.html", values)

    return router

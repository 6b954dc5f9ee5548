"""The first page: what to do next."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

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
        return templates.page(request, "home.html", {"due": due, "recent": recent})

    return router

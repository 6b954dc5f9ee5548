"""The sample call: a made-up talk, played as if it were heard, to see what it is like."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from companion.errors import CompanionError
from companion.web.calling import start_sample
from companion.web.templating import Templates, see
from companion.web.workspace import Workspace


def routes(workspace: Workspace, templates: Templates) -> APIRouter:
    """`/sample`."""
    router = APIRouter()

    def page(request: Request, problem: str = "", status: int = 200) -> Response:
        return templates.page(request, "sample.html", {"problem": problem}, status)

    @router.get("/sample")
    def show(request: Request) -> Response:
        return see("/live") if workspace.in_call else page(request)

    @router.post("/sample")
    def begin(request: Request) -> Response:
        if not workspace.in_call:
            try:
                start_sample(workspace)
            except CompanionError as error:
                return page(request, f"{error}", 409)
        return see("/live")

    return router

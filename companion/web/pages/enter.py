"""The way in and the way out: the one-time token becomes the session, and the app can stop."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import Response

from companion.web.guard import COOKIE, Keys
from companion.web.templating import Templates, see


def routes(keys: Keys, templates: Templates, stop: Callable[[], None]) -> APIRouter:
    """`/enter` and `/stop`."""
    router = APIRouter()

    @router.get("/enter")
    def show(request: Request) -> Response:
        return templates.page(request, "enter.html", {"wrong": False})

    @router.post("/enter")
    def enter(request: Request, token: Annotated[str, Form(max_length=200)]) -> Response:
        session = keys.enter(token.strip())
        if session is None:
            return templates.page(request, "enter.html", {"wrong": True}, 401)
        answer = see("/")
        answer.set_cookie(COOKIE, session, httponly=True, samesite="strict", path="/")
        return answer

    @router.post("/stop")
    def leave(request: Request) -> Response:
        stop()
        return templates.page(request, "stopped.html")

    return router

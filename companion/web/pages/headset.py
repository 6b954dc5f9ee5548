"""The headset test: a button plays the tone, and another one says whether it was heard."""

from __future__ import annotations

import json
from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import JSONResponse, Response, StreamingResponse

from companion.settings_file import write_settings
from companion.settings_reference import Value
from companion.web.calling import microphone, with_device
from companion.web.templating import Templates, see
from companion.web.workspace import Workspace

_BACK = {"start": "/call/consent#headset-test", "setup": "/setup#headset"}

Back = Annotated[str, Form(max_length=20)]
Word = Annotated[str, Form(max_length=20)]
Device = Annotated[str, Form(max_length=300)]


def routes(workspace: Workspace, templates: Templates) -> APIRouter:
    """`/headset`, `/headset/heard`: for the pages that show the test."""
    del templates  # it has no page of its own
    router = APIRouter()

    def keep(changes: dict[str, Value]) -> None:
        if changes:
            write_settings(changes, workspace.settings_path)

    def by_script(request: Request, form: str) -> bool:
        return request.headers.get("accept", "").startswith(form)

    @router.post("/headset")
    def test(request: Request, back: Back = "", device: Device = "") -> Response:
        if workspace.in_call:
            return see("/live")  # a tone would startle somebody
        settings = with_device(workspace.settings, device.strip() or None)
        told = workspace.headset.told(
            lambda: microphone(settings), workspace.today().isoformat(), keep
        )
        if by_script(request, "application/x-ndjson"):
            lines = (json.dumps(line) + "\n" for line in told)
            return StreamingResponse(lines, media_type="application/x-ndjson")
        for _ in told:
            pass
        return see(_BACK.get(back, _BACK["start"]))

    @router.post("/headset/heard")
    def heard(request: Request, back: Back = "", heard: Word = "") -> Response:
        workspace.headset.answer(heard == "yes", workspace.today().isoformat(), keep)
        if by_script(request, "application/json"):
            return JSONResponse({"words": workspace.headset.words})
        return see(_BACK.get(back, _BACK["start"]))

    return router

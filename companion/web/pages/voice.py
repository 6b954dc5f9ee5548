"""The organizer's own voice: read aloud, have it learned, keep it or not, forget it."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import Response, StreamingResponse

from companion.audio.reading_aloud import HOW_TO_READ, PASSAGE, WHAT_IT_IS
from companion.web.calling import microphone
from companion.web.templating import Templates, see
from companion.web.workspace import Workspace


def routes(workspace: Workspace, templates: Templates) -> APIRouter:
    """`/voice`, `/voice/learn`, `/voice/forget`."""
    router = APIRouter()

    def keep(figures: bytes) -> None:
        workspace.open_store().voices.keep(figures, datetime.now(timezone.utc))

    @router.get("/voice")
    def show(request: Request) -> Response:
        store = workspace.store
        kept = None if store is None else store.voices.kept()
        values = {
            "known": workspace.voice.known(store) is not None,
            "kept_on": None if kept is None else kept.learned_at.astimezone().date().isoformat(),
            "words": workspace.voice.words,
            "passage": PASSAGE,
            "how_to_read": HOW_TO_READ,
            "what_it_is": WHAT_IT_IS,
        }
        return templates.page(request, "voice.html", values)

    @router.post("/voice/learn")
    def learn(request: Request, kept: Annotated[str, Form(max_length=5)] = "") -> Response:
        if workspace.in_call:
            return see("/live")
        told = workspace.voice.told(
            lambda: microphone(workspace.settings), keep if kept == "yes" else None
        )
        if request.headers.get("accept", "").startswith("application/x-ndjson"):
            lines = (json.dumps(line) + "\n" for line in told)
            return StreamingResponse(lines, media_type="application/x-ndjson")
        for _ in told:
            pass
        return see("/voice#learned")

    @router.post("/voice/forget")
    def forget() -> Response:
        workspace.voice.let_go()
        # What is kept in locked notes cannot be deleted, and is not said to be.
        workspace.voice.forget(workspace.open_store() if workspace.vault.exists else None)
        return see("/voice#learned")

    return router

"""Before a call: preparation, consent, and whether you are heard. Nothing here listens by itself;
the microphone opens for three seconds when that is asked for, and for the call once it begins.
"""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import Response, StreamingResponse

from companion.asr.choose import choose, in_language
from companion.domain.call import Consent, ConsentHow, ConsentScope
from companion.errors import CompanionError
from companion.live.gate import (
    HOW_TEXTS,
    PROMPTS_ONLY_TEXT,
    SCOPE_QUESTION,
    SCOPE_TEXTS,
    consent_now,
)
from companion.web.calling import BrowserCall, ShownCall, start_call
from companion.web.hearing import microphones, told_levels
from companion.web.templating import Templates, see, sentence
from companion.web.workspace import Workspace

NO_CONSENT = "none"
_UNDECIDED = (
    "The call before was not decided on, and another one would drop it; decide on it first."
)

Word = Annotated[str, Form(max_length=20)]
Device = Annotated[str, Form(max_length=300)]


@dataclass(frozen=True, slots=True)
class Chosen:
    """What stands in the form; empty: not chosen yet."""

    how: str = ""
    scope: str = ""
    device: str = ""


@dataclass(frozen=True, slots=True)
class Problems:
    """What keeps the call from beginning, said next to its field."""

    how: str = ""
    scope: str = ""
    call: str = ""

    def __bool__(self) -> bool:
        return bool(self.how or self.scope or self.call)


@dataclass(frozen=True, slots=True)
class Heard:
    """How the check of the microphone ended."""

    words: str
    well: bool


def routes(workspace: Workspace, templates: Templates) -> APIRouter:
    """`/call`, `/call/consent`, `/call/level`."""
    router = APIRouter()
    starting = threading.Lock()

    def form(
        request: Request,
        chosen: Chosen,
        problems: Problems | None = None,
        heard: Heard | None = None,
    ) -> Response:
        settings = workspace.settings
        names, cannot_list = microphones(settings.audio.device)
        recognizer, cannot_hear = _recognizer(workspace)
        values = {
            "outline": workspace.outline,
            "how": [(how.value, text) for how, text in HOW_TEXTS]
            + [(NO_CONSENT, PROMPTS_ONLY_TEXT)],
            "scope_question": SCOPE_QUESTION,
            "scopes": [(scope.value, text) for scope, text in SCOPE_TEXTS],
            "ask_scope": workspace.vault.exists,
            "locked": workspace.vault.exists and workspace.store is None,
            "names": names,
            "cannot_list": cannot_list,
            "recognizer": recognizer,
            "cannot_hear": cannot_hear,
            "draft": _waiting(workspace),
            "headset": settings.audio.headset,
            "headset_test": workspace.headset,
            "voice_known": workspace.voice.known(workspace.store) is not None,
            "chosen": chosen,
            "problems": problems or Problems(),
            "heard": heard,
        }
        return templates.page(request, "start.html", values, 422 if problems else 200)

    @router.get("/call")
    def prepare(request: Request) -> Response:
        if workspace.in_call:
            return see("/live")
        if workspace.settings.call.skip_preparation:
            return see("/call/consent")
        values = {"lines": workspace.outline.preparation, "draft": _waiting(workspace)}
        return templates.page(request, "start_prepare.html", values)

    @router.get("/call/consent")
    def ask(request: Request) -> Response:
        if workspace.in_call:
            return see("/live")
        device = workspace.settings.audio.device or ""
        return form(request, Chosen(device=device))

    @router.post("/call")
    def begin(request: Request, how: Word = "", scope: Word = "", device: Device = "") -> Response:
        chosen = Chosen(how, scope, device.strip())
        problems = _problems(chosen, workspace.vault.exists)
        if problems:
            return form(request, chosen, problems)
        with starting:
            if _would_be_lost(workspace):
                return form(request, chosen, Problems(call=_UNDECIDED))
            if not workspace.in_call:
                try:
                    start_call(workspace, _consent(chosen), chosen.device or None)
                except CompanionError as error:
                    return form(request, chosen, Problems(call=sentence(error)))
        return see("/live")

    @router.post("/call/level")
    def level(request: Request, how: Word = "", scope: Word = "", device: Device = "") -> Response:
        chosen = Chosen(how, scope, device.strip())
        if workspace.in_call:
            return see("/live")
        told = told_levels(workspace, chosen.device or None)
        if request.headers.get("accept", "").startswith("application/x-ndjson"):
            lines = (json.dumps(line) + "\n" for line in told)
            return StreamingResponse(lines, media_type="application/x-ndjson")
        *_, last = told
        return form(request, chosen, heard=Heard(str(last["words"]), bool(last["well"])))

    return router


def _problems(chosen: Chosen, ask_scope: bool) -> Problems:
    known = {how.value for how in ConsentHow}
    how = scope = ""
    if chosen.how not in known | {NO_CONSENT}:
        how = "Say how they agreed, or go on by hand; the microphone stays closed until then."
    elif chosen.how in known and ask_scope and chosen.scope not in {s.value for s in ConsentScope}:
        scope = "Say what they agreed to; nothing is kept beyond it."
    return Problems(how, scope)


def _consent(chosen: Chosen) -> Consent | None:
    if chosen.how == NO_CONSENT:
        return None
    scope = ConsentScope(chosen.scope) if chosen.scope else ConsentScope.SUMMARY
    return consent_now(ConsentHow(chosen.how), scope)


def _recognizer(workspace: Workspace) -> tuple[str, str | None]:
    try:
        settings = in_language(workspace.settings.recognizer, workspace.rap.language)
        return choose(settings).sentence, None
    except CompanionError as error:
        return "", sentence(error)


def _waiting(workspace: Workspace) -> str:
    """The page of a call that nobody decided on yet: the one before, or a draft; '' for none."""
    call = workspace.call
    if isinstance(call, ShownCall) and call.ending is not None and call.ending.record is not None:
        return "/review"
    store = workspace.store
    drafts = store.drafts.pending(datetime.now(timezone.utc)) if store is not None else ()
    return "/review/draft" if drafts else ""


def _would_be_lost(workspace: Workspace) -> bool:
    """The call before was not decided on, and no draft of it is kept."""
    call = workspace.call
    return isinstance(call, BrowserCall) and call.draft_id is None and _waiting(workspace) != ""

"""The call while it is on: the page, the small page that stays on top, and the stream of both."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable

from fastapi import APIRouter, Request
from starlette.responses import Response, StreamingResponse

from companion.domain.call import CallPhase
from companion.live.draft_lines import draft_lines
from companion.web.call_keys import help_of, keys_of
from companion.web.calling import ShownCall
from companion.web.live_values import ANSWERS, WHO, values_of
from companion.web.templating import Templates, see
from companion.web.workspace import Workspace

BEAT_S = 1.0
"""A stream says at least this often that it is there; a page without a beat says so in words."""
CONFIRM = {
    "withdraw": (
        "Was consent withdrawn?",
        "Yes closes the microphone and drops everything of this call, at once.",
    ),
    "end": ("End the call?", "What would be kept comes next. Nothing is stored by itself."),
}


def shown_call(workspace: Workspace) -> ShownCall | None:
    """The call that is on, or that is over and not decided on; None where there is none."""
    call = workspace.call
    return call if isinstance(call, ShownCall) else None


def routes(workspace: Workspace, templates: Templates) -> APIRouter:
    """`/live`, `/live/pop`, `/live/sure/WHAT`, `/live/events`, `/live/over`."""
    router = APIRouter()

    def page(request: Request, name: str) -> Response:
        call = shown_call(workspace)
        if call is None:
            return see("/call")
        if call.is_over:
            return see(_after(call))
        settings = workspace.settings
        values = {
            "v": values_of(call.view.shown, call.outline),
            "outline": call.outline,
            "who": WHO,
            "answers": ANSWERS,
            "confirm": CONFIRM,
            "keys": keys_of(settings.keys),
            "key_help": help_of(settings.keys),
            "sample": call.sample,
        }
        return templates.page(request, name, values)

    @router.get("/live")
    def show(request: Request) -> Response:
        return page(request, "live.html")

    @router.get("/live/pop")
    def pop(request: Request) -> Response:
        return page(request, "pop.html")

    @router.get("/live/sure/{what}")
    def sure(request: Request, what: str) -> Response:
        if what not in CONFIRM or not workspace.in_call:
            return see("/live")
        title, text = CONFIRM[what]
        values = {"what": what, "title": title, "text": text}
        return templates.page(request, "sure.html", values)

    @router.get("/live/over")
    def over(request: Request) -> Response:
        call = shown_call(workspace)
        ending = call.ending if call is not None else None
        if call is None or ending is None:
            return see("/" if call is None else "/live")
        lines: tuple[str, ...] = ()
        if call.sample and ending.summary is not None:
            lines = tuple(draft_lines(ending.summary, call.outline))
        values = {
            "withdrawn": ending.phase is CallPhase.WITHDRAWN,
            "sample": call.sample,
            "kept": call.may_be_kept,
            "problem": ending.problem,
            "lines": lines,
            "afterwards": call.outline.afterwards,
        }
        return templates.page(request, "over.html", values)

    @router.post("/live/done")
    def done() -> Response:
        """Let go of a call that left nothing to decide on."""
        call = workspace.call
        if call is not None and call.is_over:
            workspace.begin_call(None)
        return see("/")

    @router.get("/live/events")
    async def events() -> Response:
        call = shown_call(workspace)
        if call is None:
            return Response(status_code=204)  # tells an EventSource not to come back
        lines = stream_of(call, workspace.stopping.is_set)
        return StreamingResponse(lines, media_type="text/event-stream")

    return router


async def stream_of(
    call: ShownCall, stopping: Callable[[], bool], beat_s: float = BEAT_S
) -> AsyncIterator[str]:
    """Server-sent events: the whole frame whenever it is new, and a beat where nothing is.

    Every frame is whole, so whoever comes (back) is up to date with the first one. Ends with the
    call, or when `stopping`.
    """
    loop = asyncio.get_running_loop()
    fresh = asyncio.Event()

    def wake() -> None:
        if not loop.is_closed():
            loop.call_soon_threadsafe(fresh.set)

    yield "retry: 1000\n\n"
    sent = -1
    with call.view.listening(wake):
        while not stopping():
            fresh.clear()
            shown = call.view.shown
            if shown.version != sent:
                sent = shown.version
                values = values_of(shown, call.outline)
                if shown.over:
                    values["next"] = _after(call)
                yield f"id: {sent}\nevent: frame\ndata: {json.dumps(values)}\n\n"
                if shown.over:
                    return
            try:
                await asyncio.wait_for(fresh.wait(), beat_s)
            except asyncio.TimeoutError:
                yield "event: beat\ndata: \n\n"


def _after(call: ShownCall) -> str:
    """Where a call that is over leads: to its review, where there is something to decide."""
    ending = call.ending
    return "/review" if ending is not None and ending.record is not None else "/live/over"

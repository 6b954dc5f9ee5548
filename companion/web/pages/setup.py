"""Set-up: a first call in five minutes. Each step says how it stands, and can be left for later."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import JSONResponse, Response, StreamingResponse

from companion.asr.choose import choose, suggestion
from companion.asr.model_files import installed_models, known_models
from companion.errors import CompanionError
from companion.web.downloads import Downloads
from companion.web.hearing import microphones, told_levels
from companion.web.pages.settings import write_given
from companion.web.templating import Templates, see, sentence
from companion.web.workspace import Workspace

SETTABLE = {
    "device": "audio.device",
    "headset": "audio.headset",
    "keep_days": "store.keep_days",
}
"""Forms of the page, and the settings that they write."""


@dataclass(frozen=True, slots=True)
class ModelRow:
    """A model that can be downloaded, for people."""

    name: str
    megabytes: int
    languages: str
    buys: str
    here: bool
    in_use: bool
    suggested: bool


@dataclass(slots=True)
class Heard:
    """How the microphone was heard last, since the app was started."""

    words: str = ""
    well: bool = False


def routes(workspace: Workspace, templates: Templates) -> APIRouter:
    """`/setup` and below; `/setup/notes` is the notes' own page."""
    router = APIRouter()
    downloads = Downloads(workspace)
    heard = Heard()

    def page(
        request: Request, problems: dict[str, str] | None = None, problem: str = ""
    ) -> Response:
        settings = workspace.settings
        names, cannot_list = microphones(settings.audio.device)
        models, recognizer = _models(workspace)
        values = {
            "device": settings.audio.device or "",
            "names": names,
            "cannot_list": cannot_list,
            "heard": heard,
            "headset": settings.audio.headset,
            "headset_test": workspace.headset,
            "models": models,
            "recognizer": recognizer,
            "download": downloads.last,
            "keep_days": settings.store.keep_days,
            "problems": dict.fromkeys(SETTABLE, "") | (problems or {}),
            "problem": problem,
        }
        return templates.page(request, "setup.html", values, 422 if problems or problem else 200)

    def listen(device: str) -> Iterator[dict[str, object]]:
        for told in told_levels(workspace, device or None):
            if "words" in told:
                heard.words, heard.well = str(told["words"]), bool(told["well"])
            yield told

    @router.get("/setup")
    def show(request: Request) -> Response:
        return page(request)

    @router.post("/setup/level")
    def level(request: Request, device: Annotated[str, Form(max_length=300)] = "") -> Response:
        if workspace.in_call:
            return see("/live")
        told = listen(device.strip())
        if request.headers.get("accept", "").startswith("application/x-ndjson"):
            lines = (json.dumps(line) + "\n" for line in told)
            return StreamingResponse(lines, media_type="application/x-ndjson")
        for _ in told:
            pass
        return see("/setup#microphone")

    @router.post("/setup/set/{what}")
    def set_one(
        request: Request, what: str, value: Annotated[str, Form(max_length=300)] = ""
    ) -> Response:
        if what not in SETTABLE:
            return see("/setup")
        problems = write_given(workspace, {SETTABLE[what]: value.strip()})
        if problems:
            return page(request, {what: next(iter(problems.values()))})
        return see(f"/setup#{what}")

    @router.post("/setup/models/{name}")
    def download(request: Request, name: str) -> Response:
        try:
            downloads.begin(name)
        except CompanionError as error:
            return page(request, problem=sentence(error))
        return see("/setup#model")

    @router.post("/setup/models")
    def cancel() -> Response:
        downloads.cancel()
        downloads.wait()
        return see("/setup#model")

    @router.get("/setup/models/progress")
    def progress() -> Response:
        last = downloads.last
        if last is None:
            return JSONResponse({"on": False, "words": "", "here": 0, "total": 0})
        return JSONResponse(
            {
                "on": last.is_on,
                "words": last.words,
                "here": last.here_bytes,
                "total": last.total_bytes,
            }
        )

    return router


def something_is_missing(workspace: Workspace) -> bool:
    """The home page then leads to the set-up."""
    return workspace.settings.audio.headset is None or not workspace.vault.exists


def _models(workspace: Workspace) -> tuple[tuple[ModelRow, ...], str]:
    """The models, and which recognizer a call would use now."""
    wanted = workspace.settings.recognizer
    here = {model.name for model in installed_models() if model.problem is None}
    try:
        chosen = choose(wanted)
        in_use = chosen.model.name if chosen.model is not None else None
        # What the sentence says of a command is a button on this page.
        words = f"A call would use {chosen.spec.label}."
    except CompanionError as error:
        in_use, words = None, f"As things are set, a call cannot listen: {sentence(error)}"
    try:
        suggested = suggestion(wanted).name
    except CompanionError:
        suggested = None
    rows = tuple(
        ModelRow(
            model.name,
            model.megabytes,
            "English" if model.english_only else "many languages",
            model.buys,
            model.name in here,
            model.name == in_use,
            model.name == suggested,
        )
        for model in known_models()
    )
    return rows, words

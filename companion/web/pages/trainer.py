"""For trainers: lines tried against a rap, and the report of an evaluation. Nothing is kept."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, File, Form, Request, UploadFile
from starlette.responses import Response

from companion.errors import CompanionError, RapError
from companion.trainer.trying import MAX_CHARS
from companion.understanding.rap import find_rap
from companion.understanding.rap_library import rap_names
from companion.web.report_sheet import MAX_CHARS as REPORT_CHARS
from companion.web.report_sheet import read_report
from companion.web.templating import Templates, sentence
from companion.web.trying import try_lines
from companion.web.workspace import Workspace


def routes(workspace: Workspace, templates: Templates) -> APIRouter:
    """`/try` and `/try/report`. Their forms change nothing, so that they answer at once."""
    router = APIRouter()

    @router.get("/try")
    def ask(request: Request) -> Response:
        return templates.page(
            request, "try.html", _values(workspace, rap=workspace.settings.call.rap)
        )

    @router.post("/try")
    def try_them(
        request: Request,
        lines: Annotated[str, Form(max_length=MAX_CHARS * 2)] = "",
        rap: Annotated[str, Form(max_length=100)] = "",
    ) -> Response:
        values = _values(workspace, rap=rap, lines=lines)
        try:
            if rap not in _known(workspace):
                raise RapError("there is no rap of that name here; choose one of the list")
            used = find_rap(rap)
            settings = workspace.settings.call
            values["tried"] = try_lines(lines, used, workspace.today(), settings)
        except CompanionError as error:
            first, *more = sentence(error).splitlines()
            values |= {"problem": first, "problems": [line.strip() for line in more]}
        return templates.page(request, "try.html", values, 422 if values["problem"] else 200)

    @router.get("/try/report")
    def ask_for_report(request: Request) -> Response:
        return templates.page(request, "report.html", {"report": None, "problem": ""})

    @router.post("/try/report")
    def report(
        request: Request,
        text: Annotated[str, Form(max_length=REPORT_CHARS * 2)] = "",
        file: Annotated[UploadFile | None, File()] = None,
    ) -> Response:
        values: dict[str, object] = {"report": None, "problem": ""}
        given = text
        if file is not None and file.size:
            given = file.file.read().decode("utf-8", "replace")
        try:
            values["report"] = read_report(given)
        except CompanionError as error:
            values["problem"] = sentence(error)
        return templates.page(request, "report.html", values, 422 if values["problem"] else 200)

    return router


def _known(workspace: Workspace) -> tuple[str, ...]:
    """Every rap by name, and the published version in use, if it is one."""
    return tuple(dict.fromkeys((*rap_names(), workspace.settings.call.rap)))


def _values(workspace: Workspace, rap: str, lines: str = "") -> dict[str, object]:
    return {
        "raps": _known(workspace),
        "rap": rap,
        "lines": lines,
        "tried": (),
        "problem": "",
        "problems": [],
    }

"""Next steps: what is due, done, put off, and the calendar file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import Response

from companion.after.papers import step_words
from companion.domain.dates import read_when
from companion.domain.outline import WHO_WORDS
from companion.errors import InputError
from companion.notes.due import FARTHEST_DAYS, agreed_step, calendar_of, promise_words
from companion.notes.sheet import day_words, due_words
from companion.store.follow_ups import FollowUp
from companion.web.templating import Templates, see
from companion.web.workspace import Workspace

SOON_DAYS = 7


def routes(workspace: Workspace, templates: Templates) -> APIRouter:
    """`/next` and below."""
    router = APIRouter()

    @router.get("/next")
    def due(request: Request) -> Response:
        return _show(request)

    def _show(request: Request, problem: str | None = None) -> Response:
        store = workspace.open_store()
        today = workspace.today()
        found = store.follow_ups.due(today, FARTHEST_DAYS)
        groups = {
            "Overdue": [item for item in found if item.overdue],
            "Within a week": [i for i in found if not i.overdue and _is_soon(i, today)],
            "Later": [i for i in found if not i.overdue and not _is_soon(i, today)],
            "Promised, without a day": store.follow_ups.undated(),
        }
        values = {
            "groups": [
                (title, [_line(item, workspace) for item in items])
                for title, items in groups.items()
                if items
            ],
            "problem": problem,
        }
        return templates.page(request, "next.html", values, 422 if problem else 200)

    @router.post("/next/{code}/done")
    def done(code: str) -> Response:
        workspace.open_store().follow_ups.done(code)
        return see(f"/next?said=done&code={code}")

    @router.post("/next/{code}/reopen")
    def reopen(code: str) -> Response:
        workspace.open_store().follow_ups.reopen(code)
        return see("/next")

    @router.post("/next/{code}/snooze")
    def snooze(
        request: Request, code: str, until: Annotated[str, Form(max_length=40)] = ""
    ) -> Response:
        day = read_when(until, workspace.today())
        if day is None:
            return _show(request, "Put off to which day? Such as tomorrow, Tuesday, or April 14.")
        workspace.open_store().follow_ups.snooze(code, date.fromisoformat(day[:10]))
        return see("/next")

    @router.post("/next/calendar")
    def calendar_file() -> Response:
        found = workspace.open_store().follow_ups.due(workspace.today(), FARTHEST_DAYS)
        if not found:
            raise InputError("nothing to do has a day yet, so there is nothing for a calendar")
        return Response(
            calendar_of(found, workspace.outline),
            media_type="text/calendar; charset=utf-8",
            headers={"Content-Disposition": 'attachment; filename="companion-next-steps.ics"'},
        )

    return router


def _is_soon(item: FollowUp, today: date) -> bool:
    return item.due_on is not None and (item.due_on - today).days <= SOON_DAYS


@dataclass(frozen=True, slots=True)
class Line:
    """One thing to do, in words."""

    code: str
    who: str
    what: str
    when: str
    put_off: str
    overdue: bool


def _line(item: FollowUp, workspace: Workspace) -> Line:
    step = agreed_step(item)
    outline = workspace.outline
    put_off = day_words(item.due_on) if item.snoozed and item.due_on else ""
    if step is None:
        promise = promise_words(item, outline)
        return Line(item.call.code, WHO_WORDS["organizer"], promise, "", put_off, item.overdue)
    when = due_words(step.when) if step.when else ""
    who, what = WHO_WORDS.get(step.who or "", ""), step_words(step, outline)
    return Line(item.call.code, who, what, when, put_off, item.overdue)

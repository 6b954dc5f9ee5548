"""Past calls: the list with its filters, one call, holding, deleting, and export."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from itertools import chain
from typing import Annotated, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Query, Request
from starlette.responses import Response, StreamingResponse

from companion.domain.outline import text_of
from companion.errors import CompanionError, InputError
from companion.notes.exporting import chunks_of
from companion.notes.sheet import day_words, sheet
from companion.notes.wording import ANSWERS, answer
from companion.store.store import Store
from companion.store.stored_call import CallFilter, StoredCall
from companion.store.team_membership import is_in_team
from companion.web.templating import Templates, see
from companion.web.workspace import Workspace

PAGE_OF = 25
EXPORTS = {
    "csv": ("text/csv", "csv"),
    "json": ("application/json", "json"),
    "markdown": ("text/markdown", "md"),
}
Code = Annotated[str, Form(max_length=40)]


@dataclass(frozen=True, slots=True)
class Row:
    """One call in the list."""

    code: str
    day: str
    issues: str
    steps: str
    answer: str
    outcome: str
    held: bool


def routes(workspace: Workspace, templates: Templates) -> APIRouter:
    """`/calls` and below."""
    router = APIRouter()

    @router.get("/calls")
    def calls(
        request: Request,
        q: Annotated[str, Query(max_length=200)] = "",
        issue: Annotated[str, Query(max_length=40)] = "",
        step: Annotated[str, Query(max_length=1)] = "",
        outcome: Annotated[str, Query(max_length=20)] = "",
        page: Annotated[int, Query(ge=1, le=10_000)] = 1,
    ) -> Response:
        store = workspace.open_store()
        which = _filter(issue, step, outcome)
        offset = (page - 1) * PAGE_OF
        if q.strip():
            found = store.calls.search(q, which, PAGE_OF + 1, offset)
        else:
            found = store.calls.list(which, PAGE_OF + 1, offset)
        chosen = {"q": q, "issue": issue, "step": step, "outcome": outcome}
        values = {
            "rows": [_row(call, workspace) for call in found[:PAGE_OF]],
            "chosen": chosen,
            "narrowed": any(chosen.values()),
            "issues": workspace.outline.issues,
            "steps": workspace.outline.steps,
            "outcomes": _OUTCOMES,
            "earlier": _link(chosen, page + 1) if len(found) > PAGE_OF else None,
            "later": _link(chosen, page - 1) if page > 1 else None,
            "any": bool(found) or store.calls.count() > 0,
        }
        return templates.page(request, "calls.html", values)

    @router.get("/calls/export")
    def export_page(request: Request) -> Response:
        count = workspace.open_store().calls.count()
        return templates.page(request, "export.html", {"count": count})

    @router.post("/calls/export")
    def export(form: Annotated[Literal["csv", "json", "markdown"], Form()]) -> Response:
        found = workspace.open_store().calls.list()
        kind, ending = EXPORTS[form]
        now = datetime.now(timezone.utc)
        name = f"companion-calls-{now:%Y-%m-%d}.{ending}"
        return StreamingResponse(
            chain(chunks_of(form, found, now, to_file=True)),
            media_type=f"{kind}; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )

    @router.get("/calls/purge")
    def look_at_old(request: Request) -> Response:
        store = workspace.open_store()
        before = _kept_since(workspace)
        which = CallFilter(until=before - timedelta(days=1), held=True)
        values = {
            "going": [_row(call, workspace) for call in store.calls.purge(before, dry_run=True)],
            "held": [(c.code, c.hold.reason) for c in store.calls.list(which) if c.hold],
            "before": before.isoformat(),
            "days": workspace.settings.store.keep_days,
        }
        return templates.page(request, "purge.html", values)

    @router.post("/calls/purge")
    def purge(before: Annotated[date, Form()]) -> Response:
        if before != _kept_since(workspace):
            return see("/calls/purge")  # another day, or another setting: look once more
        workspace.open_store().calls.purge(before, dry_run=False)
        return see("/calls?said=deleted")

    @router.get("/calls/{code}")
    def one(request: Request, code: str) -> Response:
        return _show(request, workspace.open_store(), code)

    def _show(request: Request, store: Store, code: str, problem: str | None = None) -> Response:
        call = store.calls.get(code)
        values = {
            "call": call,
            "parts": sheet(call, workspace.outline),
            "problem": problem,
            "has_step": call.summary.agreed or call.summary.follow_up is not None,
            "in_team": is_in_team(store),
        }
        return templates.page(request, "call.html", values, 422 if problem else 200)

    @router.get("/calls/{code}/delete")
    def ask_to_delete(request: Request, code: str) -> Response:
        call = workspace.open_store().calls.get(code)
        return templates.page(request, "delete.html", {"call": call})

    @router.post("/calls/{code}/delete")
    def delete(code: str) -> Response:
        calls = workspace.open_store().calls
        if calls.get(code).hold is not None:
            raise InputError(f"{code} is on hold and is not deleted; let it go first, on its page")
        calls.delete(code)
        return see("/calls?" + urlencode({"said": "deleted"}))

    @router.post("/calls/{code}/hold")
    def hold(
        request: Request, code: str, reason: Annotated[str, Form(max_length=200)] = ""
    ) -> Response:
        store = workspace.open_store()
        try:
            store.calls.hold(code, reason)
        except CompanionError as error:
            return _show(request, store, code, str(error))
        return see(f"/calls/{code}")

    @router.post("/calls/{code}/release")
    def release(code: str) -> Response:
        workspace.open_store().calls.release(code)
        return see(f"/calls/{code}")

    @router.post("/erase")
    def erase(request: Request, deletion_code: Code) -> Response:
        store = workspace.open_store()
        try:
            erased = store.calls.erase(deletion_code, datetime.now(timezone.utc))
        except ValueError as error:
            raise InputError(str(error)) from None
        return see("/calls?" + urlencode({"said": "erased" if erased else "no-such-code"}))

    return router


_OUTCOMES = (
    ("agreed", "A next step was agreed"),
    ("open", "No agreement"),
    *((value, f"Answer: {words}") for value, words in ANSWERS.items()),
)


def _kept_since(workspace: Workspace) -> date:
    """Calls from before this day are older than the settings keep them."""
    return workspace.today() - timedelta(days=workspace.settings.store.keep_days)


def _filter(issue: str, step: str, outcome: str) -> CallFilter:
    return CallFilter(
        issue=issue or None,
        step=int(step) if step in "12345" and step else None,
        commitment=outcome if outcome in ANSWERS else None,
        agreed={"agreed": True, "open": False}.get(outcome),
    )


def _row(call: StoredCall, workspace: Workspace) -> Row:
    summary = call.summary
    issues = ", ".join(text_of(f.value, workspace.outline.issues) for f in summary.issues)
    return Row(
        code=call.code,
        day=day_words(summary.call_date),
        issues=issues or "none noted",
        steps=", ".join(map(str, summary.steps_reached)) or "none",
        answer=answer(summary.commitment),
        outcome="agreed" if summary.agreed else "no agreement",
        held=call.hold is not None,
    )


def _link(chosen: dict[str, str], page: int) -> str:
    kept = {name: value for name, value in chosen.items() if value}
    return "/calls?" + urlencode({**kept, "page": page})

"""The review: exactly what would be saved of a call, and the decision about it.

Nothing is saved unless it is approved. One form changes one value; every change can be taken back.
"""

from __future__ import annotations

from typing import Annotated, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Request
from starlette.responses import Response

from companion.errors import CompanionError, InputError
from companion.live import review_rows
from companion.live.review_rows import Part
from companion.web.kept_papers import KEPT_PATH
from companion.web.review_changes import Change, edit
from companion.web.review_sheet import Given, entries, part_of
from companion.web.reviewing import CALL_PATH, OpenReview, Reviews, told
from companion.web.templating import Templates, see, sentence
from companion.web.workspace import Workspace


def routes(workspace: Workspace, templates: Templates) -> APIRouter:
    """`/review` and below, and `/kept`: the papers of the call that was approved last."""
    router = APIRouter()
    reviews = Reviews(workspace)

    def show(request: Request, review: OpenReview, given: Given | None = None) -> Response:
        asked = request.query_params.get("ask") == "discard" and given is None
        if asked and review.desk.stored_as is None:
            return templates.page(request, "review_discard.html", {"review": review})
        on_desk = review.desk.review
        values = {
            "review": review,
            "title": review_rows.title(on_desk),
            "facts": review_rows.facts_lines(on_desk),
            "entries": entries(review, given or Given()),
            "remarks": review_rows.remarks(on_desk),
            "record": on_desk.record,
            "stored_as": review.desk.stored_as,
            "code": given.code if given and given.code else review.desk.suggested_code,
            "problem": given.sentence if given and given.part is None else "",
        }
        return templates.page(request, "review.html", values, 422 if given else 200)

    def act(request: Request, review: OpenReview, change: Change) -> Response:
        part = part_of(change.part)
        with reviews.lock:
            try:
                if change.do == "approve":
                    return _approve(reviews, review, change)
                if change.do == "discard":
                    reviews.discard(review)
                    known = review.desk.stored_as
                    return see(f"/calls/{known.code}" if known else "/?said=discarded")
                edit(review, change, part, workspace.today())
            except CompanionError as error:
                return show(request, review, _given(change, part, error))
        return see(review.path + (f"#{change.part}" if part is not None else "#values"))

    @router.get("/review")
    def call(request: Request) -> Response:
        if workspace.in_call:
            return see("/live")
        review = reviews.of_call()
        if review is not None:
            return show(request, review)
        if workspace.call is not None:
            return see("/live/over")
        return see("/review/draft")

    @router.post("/review")
    def change_call(request: Request, change: Annotated[Change, Form()]) -> Response:
        review = reviews.of_call()
        return see(CALL_PATH) if review is None else act(request, review, change)

    @router.get("/review/draft")
    def drafts(request: Request) -> Response:
        found = [(draft.draft_id, told(draft)) for draft in reviews.drafts()]
        return templates.page(request, "review_drafts.html", {"drafts": found})

    @router.get("/review/draft/{draft_id}")
    def draft(request: Request, draft_id: str) -> Response:
        return show(request, reviews.of_draft(draft_id))

    @router.post("/review/draft/{draft_id}")
    def change_draft(
        request: Request, draft_id: str, change: Annotated[Change, Form()]
    ) -> Response:
        return act(request, reviews.of_draft(draft_id), change)

    @router.get("/review/{code}")
    def stored(request: Request, code: str) -> Response:
        return show(request, reviews.of_stored(code))

    @router.post("/review/{code}")
    def change_stored(request: Request, code: str, change: Annotated[Change, Form()]) -> Response:
        return act(request, reviews.of_stored(code), change)

    @router.get("/kept")
    def kept(request: Request) -> Response:
        papers = reviews.papers
        return (
            see("/calls")
            if papers is None
            else templates.page(request, "kept.html", {"papers": papers})
        )

    @router.get("/kept/{name}")
    def paper(name: Literal["receipt.txt", "thank-you.txt", "next-step.ics"]) -> Response:
        papers = reviews.papers
        if papers is None:
            raise InputError("there is nothing to hand on any more; the receipt is shown once")
        if name == "next-step.ics":
            content, kind = papers.calendar(), "text/calendar; charset=utf-8"
        else:
            text = papers.receipt if name == "receipt.txt" else papers.thank_you
            content, kind = text.encode(), "text/plain; charset=utf-8"
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        return Response(content, media_type=kind, headers=headers)

    @router.post("/kept/done")
    def done() -> Response:
        reviews.let_papers_go()
        return see("/")

    return router


def _approve(reviews: Reviews, review: OpenReview, change: Change) -> Response:
    approved = reviews.approve(review, change.code.strip() or review.desk.suggested_code)
    if approved.deletion_code is not None:
        return see(KEPT_PATH)
    return see(f"/calls/{approved.approved.code}?" + urlencode({"said": "saved"}))


def _given(change: Change, part: Part | None, error: CompanionError) -> Given:
    problem = f"Not saved: {error}." if change.do == "approve" else sentence(error)
    return Given(
        part, problem, change.text, change.who, change.what, change.when, change.code.strip()
    )

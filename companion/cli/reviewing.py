"""Composes a review: record, view, store. Shared by `companion review` and `companion call`."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Literal, TextIO

from companion.after.review import Review
from companion.after.shipped_redactor import ShippedRedactor
from companion.cli import clock
from companion.cli.handing_on import hand_on
from companion.domain.dates import minutes, time_of_day, when_words
from companion.domain.outline import RapOutline
from companion.domain.record import ApprovedSummary, RedactedSummary
from companion.errors import StoreError
from companion.live.review_desk import (
    Approved,
    Decision,
    Discarded,
    Place,
    ReviewDesk,
    StoredAs,
)
from companion.live.review_lines import EndOfLinesError, LineInput, Lines, review_in_lines
from companion.notes.wording import outline_for_reading
from companion.records import to_json

if TYPE_CHECKING:
    from companion.store.drafts import Draft
    from companion.store.store import Store

ReviewView = Literal["terminal", "plain"]
RUNNING_WITHIN = timedelta(seconds=5)
"""A draft that was written so lately may belong to a call that is going on."""
LOOK_AGAIN_AFTER_S = 3.0
"""The draft of a call that is going on is written anew within this time."""


@dataclass(frozen=True, slots=True)
class Desk:
    """What every review here needs: the open store, the rap's words, and the person."""

    store: Store
    outline: RapOutline
    view: ReviewView
    input: LineInput
    out: TextIO

    @property
    def lines(self) -> Lines:
        """To ask and say."""
        return Lines(self.input, self.out)


def review_call(desk: Desk, summary: RedactedSummary, draft_id: str | None) -> None:
    """Review a call that has ended. `draft_id`: its draft in the store; None where none is kept.

    Raises: StoreError where a discarded draft cannot be removed.
    """
    store = desk.store

    def save(approved: ApprovedSummary) -> None:
        store.calls.save(approved, draft_id)

    def changed(review: Review) -> None:
        if draft_id is not None:
            # Where it cannot be written the former draft stays; approving will say what is wrong.
            with suppress(StoreError):
                store.drafts.put(draft_id, to_json(review.summary), clock.now())

    place = Place(save=save, taken=store.calls.codes(), changed=changed, now=clock.now)
    decision = _decide(desk, summary, place)
    if isinstance(decision, Approved):
        _say_saved(desk, decision)
    elif isinstance(decision, Discarded):
        if draft_id is not None:
            store.drafts.remove(draft_id)
        desk.lines.say("Discarded. Nothing of this call is left.")
    elif draft_id is None:
        desk.lines.say("Not saved, and no draft was kept: nothing of this call is left.")
    else:
        desk.lines.say(
            "Not saved. Its draft stays for 24 hours, encrypted; 'companion review' opens it."
        )


def review_stored(desk: Desk, code: str) -> None:
    """Review a stored call once more; its code and the receipt's deletion code stay good.

    Raises: StoreError where there is no such call.
    """
    call = desk.store.calls.get(code)

    def save(approved: ApprovedSummary) -> None:
        desk.store.calls.replace(call.code, approved)

    place = Place(save=save, stored_as=StoredAs(call.code, call.deletion_digest), now=clock.now)
    decision = _decide(desk, call.summary, place)
    if isinstance(decision, Approved):
        desk.lines.say(f"Saved: {call.code}. The receipt that you gave stays good.")
        hand_on(decision, desk.outline, desk.lines)
    else:
        desk.lines.say(f"{call.code} stays as it was stored.")


def desk_here(store: Store, plain: bool = False, outline: RapOutline | None = None) -> Desk:
    """A desk where this command runs: the full view where somebody sits before a terminal.

    `outline`: of a rap other than the usual one.
    """
    streams = (sys.stdin, sys.stdout, sys.stderr)
    full = not plain and all(stream.isatty() for stream in streams)
    words = outline if outline is not None else outline_for_reading()
    return Desk(store, words, "terminal" if full else "plain", sys.stdin, sys.stdout)


def review_drafts(desk: Desk) -> None:
    """Review the drafts that are left, the newest first; say so where there is none."""
    waiting = pending(desk.store)
    if not waiting:
        desk.lines.say(
            "No draft is waiting. After a call there is one; 'companion review CODE' opens a "
            "stored call, and 'companion calls list' shows them."
        )
    for number, draft in enumerate(waiting, 1):
        if len(waiting) > 1:
            desk.lines.say(f"Draft {number} of {len(waiting)}, {told(draft)}.")
        review_call(desk, draft.summary, draft.draft_id)


def offer_drafts(desk: Desk) -> None:
    """Before a call: ask what shall become of what a crash left. Nobody answers: it stays."""
    for draft in pending(desk.store):
        desk.lines.say(f"A draft is left, {told(draft)}.")
        answer = _answer(desk)
        if answer == "r":
            review_call(desk, draft.summary, draft.draft_id)
        elif answer == "d":
            desk.store.drafts.remove(draft.draft_id)
            desk.lines.say("Discarded. Nothing of that call is left.")
        else:
            desk.lines.say("It stays for 24 hours; 'companion review' opens it.")


def pending(store: Store, wait: Callable[[float], None] = time.sleep) -> list[Draft]:
    """The drafts of calls that are over, the newest first. Raises: StoreError.

    A draft that was written this very moment is watched for a little: if it is written again,
    its call is going on, in another window.
    """
    at = clock.now()
    drafts = store.drafts.pending(at)
    fresh = {d.draft_id: d.saved_at for d in drafts if at - d.saved_at < RUNNING_WITHIN}
    if not fresh:
        return drafts
    wait(LOOK_AGAIN_AFTER_S)
    again = store.drafts.pending(clock.now())
    return [d for d in again if fresh.get(d.draft_id, d.saved_at) == d.saved_at]


def told(draft: Draft) -> str:
    """'of a call from 2:05 pm on Tuesday, April 14, 42 minutes long'."""
    summary = draft.summary
    lasted = timedelta(seconds=summary.duration_s)
    began = summary.consent.at if summary.consent else draft.saved_at - lasted
    day, at = when_words(summary.call_date.isoformat()), time_of_day(began.astimezone())
    return f"of a call from {at} on {day}, {minutes(summary.duration_s)} long"


def _answer(desk: Desk) -> str:
    try:
        while True:
            answer = desk.lines.ask("r review it now, d discard it, Enter keep it for later")
            if answer.lower() in ("", "r", "review", "d", "discard", "k", "keep"):
                return answer.lower()[:1]
    except EndOfLinesError:
        desk.lines.say("")
        return ""


def _decide(desk: Desk, summary: RedactedSummary, place: Place) -> Decision:
    outline = desk.outline
    review = Review(summary, outline, ShippedRedactor(outline.language))
    on_desk = ReviewDesk(review, place)
    if desk.view == "terminal":
        from companion.live.terminal import ReviewApp

        return ReviewApp(on_desk).decide()
    return review_in_lines(on_desk, desk.input, desk.out)


def _say_saved(desk: Desk, decision: Approved) -> None:
    desk.lines.say(f"Saved as {decision.approved.code}, encrypted, in {desk.store.path}.")
    hand_on(decision, desk.outline, desk.lines)

"""The reviews that are open in the browser, and what approving and discarding them means.

All of it lives in memory: an edit is in no page and in no address. A review of a stored call is not
shown while the notes are locked; the review of the call that just ended stays until it is
decided on, whether there are notes yet or not.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone

from companion.after.review import Review
from companion.after.shipped_redactor import ShippedRedactor
from companion.domain.dates import minutes, time_of_day, when_words
from companion.domain.outline import RapOutline
from companion.domain.record import ApprovedSummary, RedactedSummary
from companion.errors import InputError, StoreError
from companion.live.review_desk import Approved, Place, ReviewDesk, StoredAs, Typed
from companion.records import to_json
from companion.store.drafts import Draft
from companion.store.store import Store
from companion.web.calling import BrowserCall
from companion.web.kept_papers import Papers
from companion.web.workspace import Workspace

CALL_PATH = "/review"
RUNNING_WITHIN = timedelta(seconds=5)
"""A draft that was written so lately may belong to a call that is on in another window."""


@dataclass(slots=True)
class OpenReview:
    """One review that is being worked on. Change it only while holding `Reviews.lock`."""

    path: str
    """Of its page."""
    desk: ReviewDesk
    base: RedactedSummary = field(repr=False)
    """What it began with."""
    store: Store | None
    """The notes as they were opened; None for the call that just ended, which needs none."""
    discard: Callable[[], None]
    """Leaves nothing of it. Raises: StoreError."""
    typed: Typed | None = field(default=None, repr=False)
    """Words that wait until the organizer has seen what is masked in them."""

    @property
    def edited(self) -> bool:
        """Something differs from what it began with."""
        return self.desk.review.summary != self.base


class Reviews:
    """All open reviews of one workspace.

    Args:
        workspace: its notes, and the call that just ended.
        now: with its time zone.
    """

    def __init__(
        self,
        workspace: Workspace,
        now: Callable[[], datetime] = lambda: datetime.now().astimezone(),
    ) -> None:
        self.lock = threading.RLock()
        self._workspace = workspace
        self._now = now
        self._open: dict[str, OpenReview] = {}
        self._call: BrowserCall | None = None
        self._papers: Papers | None = None

    def of_call(self) -> OpenReview | None:
        """Of the call that just ended; None where none waits. Needs no notes."""
        with self.lock:
            call = ended_call(self._workspace)
            ending = None if call is None else call.ending
            if call is None or ending is None or ending.record is None:
                self._open.pop(CALL_PATH, None)
                self._call = None
                return None
            if call is not self._call or CALL_PATH not in self._open:
                self._call = call
                new = self._new(CALL_PATH, ending.record, call.outline, None, call.draft_id)
                self._open[CALL_PATH] = new
            return self._open[CALL_PATH]

    def drafts(self) -> list[Draft]:
        """What crashes left, the newest first; not the call that this app knows of.

        Raises: LockedError, StoreError.
        """
        return [
            draft
            for draft in _drafts(self._workspace)
            if _is_settled(draft) or _draft_path(draft) in self._open
        ]

    def of_draft(self, draft_id: str) -> OpenReview:
        """Raises: LockedError; InputError where it is gone."""
        with self.lock:
            draft = next((d for d in self.drafts() if d.draft_id == draft_id), None)
            if draft is None:
                raise InputError("this draft is gone; it was decided on, or its 24 hours are over")
            path = _draft_path(draft)
            store = self._workspace.open_store()
            held = self._open.get(path)
            if held is None or held.store is not store:
                outline = self._workspace.outline
                self._open[path] = held = self._new(path, draft.summary, outline, store, draft_id)
            return held

    def of_stored(self, code: str) -> OpenReview:
        """Raises: LockedError; StoreError where there is no such call."""
        with self.lock:
            store = self._workspace.open_store()
            call = store.calls.get(code)
            path = f"{CALL_PATH}/{call.code}"
            held = self._open.get(path)
            if held is None or held.store is not store or held.base != call.summary:
                place = Place(
                    save=lambda approved: self._save_again(call.code, approved),
                    stored_as=StoredAs(call.code, call.deletion_digest),
                    now=self._now,
                )
                desk = _desk(call.summary, self._workspace.outline, place)
                held = OpenReview(path, desk, call.summary, store, lambda: None)
                self._open[path] = held
            return held

    def approve(self, review: OpenReview, code: str) -> Approved:
        """Approve and save; the review is then done, and its papers can be handed on.

        Raises: CompanionError; nothing is saved then, and the review stays.
        """
        with self.lock:
            store = self._workspace.open_store()
            approved = review.desk.approve(code)
            if approved.deletion_code is not None:
                self._papers = Papers(
                    approved.approved.code,
                    approved.approved,
                    approved.deletion_code,
                    review.desk.review.outline,
                    store,
                )
            self._let_go(review)
            return approved

    def discard(self, review: OpenReview) -> None:
        """Leave nothing of it; a stored call stays as it was. Raises: StoreError."""
        with self.lock:
            review.discard()
            self._let_go(review)

    @property
    def papers(self) -> Papers | None:
        """Of the call that was approved last, until they are let go or the notes are locked."""
        with self.lock:
            if self._papers is not None and self._papers.store is not self._workspace.store:
                self._papers = None
            return self._papers

    def let_papers_go(self) -> None:
        """The organizer is done with them: the deletion code is not shown again."""
        with self.lock:
            self._papers = None

    def _new(
        self,
        path: str,
        summary: RedactedSummary,
        outline: RapOutline,
        store: Store | None,
        draft_id: str | None,
    ) -> OpenReview:
        """Of a call that is not stored yet."""
        place = Place(
            save=lambda approved: self._save_new(approved, draft_id),
            taken=_Taken(self._workspace),
            changed=lambda review: self._keep_draft(review, draft_id),
            now=self._now,
        )
        desk = _desk(summary, outline, place)
        return OpenReview(path, desk, summary, store, lambda: self._drop_draft(draft_id))

    def _save_new(self, approved: ApprovedSummary, draft_id: str | None) -> None:
        self._workspace.open_store().calls.save(approved, draft_id)

    def _save_again(self, code: str, approved: ApprovedSummary) -> None:
        self._workspace.open_store().calls.replace(code, approved)

    def _keep_draft(self, review: Review, draft_id: str | None) -> None:
        if draft_id is not None:
            # Where it cannot be written the former draft stays; approving will say what is wrong.
            with suppress(StoreError):
                now = datetime.now(timezone.utc)
                drafts = self._workspace.open_store().drafts
                drafts.put(draft_id, to_json(review.summary), now)

    def _drop_draft(self, draft_id: str | None) -> None:
        if draft_id is not None:
            self._workspace.open_store().drafts.remove(draft_id)

    def _let_go(self, review: OpenReview) -> None:
        self._open.pop(review.path, None)
        if review.path == CALL_PATH:
            self._call = None
            self._workspace.begin_call(None)


def ended_call(workspace: Workspace) -> BrowserCall | None:
    """The call that is over and waits for the organizer's decision."""
    call = workspace.call
    if not isinstance(call, BrowserCall) or call.ending is None or call.ending.record is None:
        return None
    return call


def draft_waits(workspace: Workspace) -> bool:
    """A call that a crash cut off waits for a decision; False while the notes are locked."""
    return workspace.store is not None and any(map(_is_settled, _drafts(workspace)))


def told(draft: Draft) -> str:
    """'a call from 2:05 pm on Tuesday, April 14, 42 minutes long'."""
    summary = draft.summary
    lasted = timedelta(seconds=summary.duration_s)
    began = summary.consent.at if summary.consent else draft.saved_at - lasted
    day, at = when_words(summary.call_date.isoformat()), time_of_day(began.astimezone())
    return f"a call from {at} on {day}, {minutes(summary.duration_s)} long"


class _Taken(Collection[str]):
    """The codes of stored calls, asked anew each time; none while the notes cannot be read."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def __contains__(self, code: object) -> bool:
        return code in self._codes()

    def __iter__(self) -> Iterator[str]:
        return iter(self._codes())

    def __len__(self) -> int:
        return len(self._codes())

    def _codes(self) -> Collection[str]:
        store = self._workspace.store
        return frozenset() if store is None else store.calls.codes()


def _drafts(workspace: Workspace) -> list[Draft]:
    """All but that of the call which this app knows of. Raises: LockedError, StoreError."""
    call = workspace.call
    own = call.draft_id if isinstance(call, BrowserCall) else None
    pending = workspace.open_store().drafts.pending(datetime.now(timezone.utc))
    return [draft for draft in pending if draft.draft_id != own]


def _is_settled(draft: Draft) -> bool:
    return datetime.now(timezone.utc) - draft.saved_at >= RUNNING_WITHIN


def _desk(summary: RedactedSummary, outline: RapOutline, place: Place) -> ReviewDesk:
    return ReviewDesk(Review(summary, outline, ShippedRedactor(outline.language)), place)


def _draft_path(draft: Draft) -> str:
    return f"{CALL_PATH}/draft/{draft.draft_id}"

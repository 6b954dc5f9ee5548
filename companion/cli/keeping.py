"""What of a call is kept: unlocking before it, the draft while it lasts, saving after it."""

from __future__ import annotations

import secrets
import sys
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING

from companion import locations
from companion.after.review import Review
from companion.after.shipped_redactor import ShippedRedactor
from companion.cli import clock, opening
from companion.cli.reviewing import Desk, review_call
from companion.domain.call import CallPhase, Consent, ConsentScope
from companion.domain.call_code import new_code
from companion.errors import CompanionError, LockedError, StoreError
from companion.live.call_record import CallRecord
from companion.live.draft_keeper import DraftKeeper
from companion.live.session import LiveSession
from companion.records import to_json

if TYPE_CHECKING:
    from companion.store.store import Store

_NO_STORE = (
    "nothing of this call can be kept, as there is no store yet; 'companion store init' makes an "
    "encrypted one for the summaries that you approve"
)
_NO_DRAFT = "without the passphrase no draft of this call is kept while it lasts"
_LET_GO = "nothing of this call is kept"
_DRAFT_STAYS = (
    "nothing was saved; the draft of this call stays for 24 hours, encrypted, and "
    "'companion review' opens it"
)
_HELP_ONLY = "they agreed to the helper only, so nothing of this call is kept"
_PASSPHRASE_TRIES = 3


@dataclass(frozen=True, slots=True)
class Saved:
    """A call that was saved by `--save`."""

    code: str
    deletion_code: str
    path: str


def there_is_a_store() -> bool:
    """Whether a store lies where stores lie; quick, as it loads nothing of the store."""
    folder = locations.store_folder()
    return folder.is_dir() and any(folder.iterdir())


def store_for_call() -> Store | None:
    """The open store, or None where the organizer goes on without; says in a sentence why."""
    if not there_is_a_store():
        _tell(_NO_STORE)
        return None
    return _unlocked("Passphrase of the store (Enter: go on without it): ", _NO_DRAFT)


def store_after_call() -> Store | None:
    """The same once more after a call that began without the passphrase."""
    return _unlocked("Passphrase, to review and save this call (Enter: let it go): ", _LET_GO)


def _unlocked(question: str, otherwise: str) -> Store | None:
    try:
        vault = opening.the_vault()
        opening.require_store(vault)
        if vault.is_unlocked:
            return vault.open()
        for _ in range(_PASSPHRASE_TRIES):
            passphrase = opening.ask(question)
            if not passphrase.strip():
                break
            try:
                return vault.open(passphrase)
            except LockedError as error:
                _tell(f"{error}")
    except StoreError as error:
        _tell(f"{error}")
    _tell(otherwise)
    return None


def keeping_draft(
    store: Store | None, session: LiveSession, record: CallRecord, consent: Consent | None
) -> AbstractContextManager[DraftKeeper | None]:
    """Keeps the draft of a running call where that is wanted and allowed."""
    if store is None or not may_be_kept(consent):
        return nullcontext()
    return DraftKeeper(
        session.board,
        store.drafts,
        secrets.token_hex(8),
        record.text_of,
        warn=session.warn,
        mended=session.mended,
    )


def may_be_kept(consent: Consent | None) -> bool:
    """They did not limit their consent to the helper during the call."""
    return consent is None or consent.scope is ConsentScope.SUMMARY


def review_after_call(
    desk: Desk, session: LiveSession, record: CallRecord, keeper: DraftKeeper | None
) -> None:
    """The review at the end of a call. Raises: StoreError as `review_call`."""
    if keeper is not None and keeper.problem is not None:
        _tell(keeper.problem)
    last = session.board.latest()
    if last.summary is None:
        if keeper is not None and last.phase is not CallPhase.WITHDRAWN:
            say_draft_stays()
        return
    summary = record.of(last)
    review_call(
        desk, summary, None if keeper is None else _in_store(desk, keeper, to_json(summary))
    )


def save_unattended(
    store: Store, session: LiveSession, record: CallRecord, keeper: DraftKeeper | None
) -> Saved | None:
    """Approve what needs nobody's confirmation; None where there is nothing to save.

    What was proposed about the other person, and a next step that nobody confirmed, fall away.
    Raises: StoreError; the draft that was kept then stays.
    """
    last = session.board.latest()
    if last.summary is None:
        return None
    outline = record.outline
    review = Review(record.of(last), outline, ShippedRedactor(outline.language))
    approval = review.approve(new_code(store.calls.codes()), clock.now())
    try:
        kept = store.calls.save(approval.approved, None if keeper is None else keeper.draft_id)
    except StoreError:
        if keeper is not None:
            say_draft_stays()
        raise
    return Saved(kept.code, approval.deletion_code, str(store.path))


def say_draft_stays() -> None:
    """After a call that was stopped at once."""
    _tell(_DRAFT_STAYS)


def say_help_only() -> None:
    """After a call with consent for the helper alone."""
    _tell(_HELP_ONLY)


def _in_store(desk: Desk, keeper: DraftKeeper, record_json: str) -> str | None:
    """The draft's id, once its last state is surely in the store."""
    try:
        desk.store.drafts.put(keeper.draft_id, record_json, clock.now())
    except CompanionError as error:
        _tell(f"no draft is kept while you review ({error})")
        return None
    return keeper.draft_id


def _tell(sentence: str) -> None:
    print(f"companion: {sentence}", file=sys.stderr)

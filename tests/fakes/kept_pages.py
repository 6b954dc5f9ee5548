"""Notes with something on every page between calls, and the addresses of those pages."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta, timezone

from companion.domain.dialogue import Origin
from companion.domain.record import Fact, RecordedStep
from companion.records import to_json
from companion.web.workspace import Workspace
from tests.fakes.store import PASSPHRASE, approved_of, summary_of

DRAFT_ID = "0123456789abcdef"
DRAFT = f"/review/draft/{DRAFT_ID}"
EMPTY_PAGES = (
    "/",
    "/enter",
    "/call",
    "/call/consent",
    "/sample",
    "/setup",
    "/setup/notes",
    "/settings",
    "/try",
    "/try/report",
    "/team",
    "/voice",
    "/no-such-page",
)
"""Before there are any notes."""
KEPT_PAGES = (
    "/",
    "/calls",
    "/calls?q=nothing+like+this",
    "/calls/maple-17",
    "/calls/maple-18",
    "/calls/maple-17/delete",
    "/calls/maple-99",
    "/calls/export",
    "/calls/purge",
    "/next",
    "/trends",
    "/review/maple-17",
    "/review/draft",
    DRAFT,
    f"{DRAFT}?ask=discard",
    "/settings",
    "/settings/passphrase",
    "/setup",
    "/team",
    "/voice",
)
"""With the notes of `keep_calls`, unlocked."""
LOCKED_PAGES = ("/", "/unlock", "/call/consent", "/settings", "/voice")
"""With notes, locked."""


def keep_calls(workspace: Workspace) -> None:
    """Notes with calls of three weeks, one of them on hold, and a draft that waits."""
    store = workspace.store or workspace.create_store(PASSPHRASE)
    for number, day, share in ((17, 14, 0.72), (18, 21, 0.64), (19, 28, 0.79)):
        call_date = date(2026, 4, day)
        step = RecordedStep(
            "them", "attend_meeting", f"2026-05-{day - 10:02d}T18:00", Origin.TAPPED, True
        )
        approved = approved_of(number, call_date=call_date, listening_share=share, next_step=step)
        store.calls.save(approved)
    store.calls.hold("maple-18", "a grievance is open")
    leave_draft(workspace)


def leave_draft(workspace: Workspace) -> None:
    """What a call left that broke off a minute ago: a next step that was heard, and no answer."""
    heard = RecordedStep("them", "attend_meeting", "2026-05-12T18:00", Origin.HEARD)
    ask = Fact("attend_meeting", Origin.HEARD)
    record = replace(summary_of(), ask=ask, commitment=Fact("yes", Origin.HEARD), next_step=heard)
    before = datetime.now(timezone.utc) - timedelta(minutes=1)
    workspace.open_store().drafts.put(DRAFT_ID, to_json(record), before)

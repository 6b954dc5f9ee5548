"""A stored call for programs. The names are stable; docs/keeping.md explains them."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from companion.records import to_json
from companion.store.follow_ups import FollowUp
from companion.store.stored_call import StoredCall


def call_values(call: StoredCall) -> dict[str, Any]:
    """Everything that is kept of a call. `summary` is the record exactly as it was approved."""
    hold = call.hold
    return {
        "code": call.code,
        "approved_at": _moment(call.approved_at),
        "edited_at": _moment(call.edited_at),
        "agreed": call.summary.agreed,
        "done_at": _moment(call.done_at),
        "snoozed_to": None if call.snoozed_to is None else call.snoozed_to.isoformat(),
        "shared_at": _moment(call.shared_at),
        "hold": None if hold is None else {"reason": hold.reason, "since": _moment(hold.since)},
        "summary": json.loads(to_json(call.summary)),
    }


def follow_up_values(follow_up: FollowUp) -> dict[str, Any]:
    """What is to do of a call, and when."""
    call, due_on = follow_up.call, follow_up.due_on
    step, promise = call.summary.next_step, call.summary.follow_up
    agreed = step if step is not None and step.agreed else None
    return {
        "code": call.code,
        "call_date": call.summary.call_date.isoformat(),
        "due_on": None if due_on is None else due_on.isoformat(),
        "overdue": follow_up.overdue,
        "snoozed": follow_up.snoozed,
        "who": None if agreed is None else agreed.who,
        "what": None if agreed is None else agreed.what,
        "detail": None if agreed is None or agreed.detail is None else agreed.detail.text,
        "when": None if agreed is None else agreed.when,
        "follow_up": None if promise is None else promise.value,
    }


def json_line(values: dict[str, Any]) -> str:
    """One line of plain ASCII: no console's encoding can break it."""
    return json.dumps(values, allow_nan=False)


def _moment(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat(timespec="seconds")

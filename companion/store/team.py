"""Sharing single calls with a team, and taking them back.

What goes out is shown first, to the byte, and nothing else goes out: a call that was edited after
it was shown has to be shown again. Nothing here runs in the background.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import Enum

from companion.domain.record import RedactedSummary
from companion.errors import TeamError
from companion.records import to_json
from companion.store import team_calls
from companion.store.guard import Guard, TextRedactor
from companion.store.store import Store
from companion.store.stored_call import StoredCall
from companion.store.team_calls import Outgoing
from companion.store.team_connection import TeamLink
from companion.store.team_failures import UnreachableTeamError
from companion.store.team_membership import Membership
from companion.store.team_queue import Action, Task, TeamQueue


@dataclass(frozen=True, slots=True)
class Preview:
    """A call as it would go to the team."""

    outgoing: Outgoing
    kept_words: tuple[str, ...] = field(repr=False)
    """Words that the organizer kept knowingly: the team would read them."""
    is_shared: bool
    """A copy is there already; sharing puts this in its place."""

    @property
    def record(self) -> str:
        """Exactly the bytes that the team would read."""
        return self.outgoing.record


class Outcome(str, Enum):
    """What became of a task."""

    SHARED = "shared"
    UNSHARED = "taken back"
    NOT_THERE = "not there"
    """It was to be taken back, and the server does not have it (any more)."""
    CHANGED = "changed since it was shown"
    """The call was edited, so it waits until it is shared, and shown, again."""
    REFUSED = "refused"
    """The server said no; the reason is in `Settled.problem`."""


@dataclass(frozen=True, slots=True)
class Settled:
    """A task, and what became of it."""

    task: Task
    code: str | None
    """None for a call that is no longer on this computer."""
    outcome: Outcome
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class Waiting:
    """A call that the server still has to be told about."""

    code: str | None
    """None for a call that is no longer on this computer."""
    action: Action
    since: datetime
    attempts: int


class Team:
    """The team of an open store."""

    def __init__(
        self,
        store: Store,
        clock: Callable[[], datetime],
        redactor: TextRedactor | None = None,
    ) -> None:
        """`clock`: the time now, with its zone. `redactor`: None for the shipped one."""
        self.membership = Membership(store.database)
        self._store = store
        self._queue = TeamQueue(store.database)
        self._guard = Guard(redactor)
        self._clock = clock

    def codes(self) -> frozenset[str]:
        """The codes of the calls on this computer. Raises: StoreError."""
        return self._store.calls.codes()

    def preview(self, code: str) -> Preview:
        """What sharing a call would send, after one more redaction. Sends nothing.

        Raises: StoreError where there is no such call, or a value of it may not leave.
        """
        call = self._store.calls.get(code)
        outgoing = self._outgoing(call)
        return Preview(outgoing, _kept_words(call.summary), call.shared_at is not None)

    def share_later(self, preview: Preview) -> None:
        """Write down that a call, as it was shown, is to be shared. Raises: StoreError."""
        outgoing = preview.outgoing
        digest = _sha256(outgoing.record)
        self._queue.put(Task(outgoing.deletion_digest, Action.SHARE, self._clock(), 0, digest))

    def unshare_later(self, code: str) -> str:
        """Write down that a call is to be taken back; returns its deletion digest.

        Raises: StoreError where there is no such call.
        """
        digest = self._store.calls.get(code).deletion_digest
        self._queue.put(Task(digest, Action.UNSHARE, self._clock()))
        return digest

    def unshare_there(self, link: TeamLink, code: str) -> list[str]:
        """Write down that what this alias has at the server under a code, and is not on this
        computer, is to be taken back; returns the deletion digests. Raises: StoreError, TeamError.
        """
        found = [digest for digest, known in team_calls.own(link).items() if known == code]
        for digest in found:
            self._queue.put(Task(digest, Action.UNSHARE, self._clock()))
        return found

    def waiting(self) -> list[Waiting]:
        """What still has to be told to the server, the oldest first. Raises: StoreError."""
        return [
            Waiting(self._code_of(task), task.action, task.since, task.attempts)
            for task in self._queue.tasks()
        ]

    def settle(self, link: TeamLink) -> list[Settled]:
        """Do what waits, one call at a time, then see that the marks on the calls are true.

        What the server refuses stays and is reported; a lost connection ends it, and what was not
        done waits. Raises: StoreError, TeamError.
        """
        tasks = self._queue.tasks()
        settled = [self._settle(link, task) for task in tasks]
        self._queue.compare(frozenset(team_calls.own(link)), self._clock())
        # What came up in the meantime, from the comparison or from another program.
        known = {(task.deletion_digest, task.action, task.since) for task in tasks}
        new = [
            task
            for task in self._queue.tasks()
            if (task.deletion_digest, task.action, task.since) not in known
        ]
        return settled + [self._settle(link, task) for task in new]

    def leave(self, link: TeamLink) -> int:
        """Take back everything that this alias shared, and forget the team; returns how many calls
        were deleted there. Raises: StoreError, TeamError."""
        deleted = team_calls.remove_own(link)
        self.forget()
        return deleted

    def forget(self) -> None:
        """Forget the team, and what waits: it was meant for this team alone. Raises: StoreError."""
        self._queue.forget_everything()
        self.membership.forget()

    def _settle(self, link: TeamLink, task: Task) -> Settled:
        call = self._queue.call(task.deletion_digest)
        code = None if call is None else call.code
        try:
            if task.action is Action.SHARE and call is not None:
                return self._share(link, task, call)
            # A call that was deleted while it waited is taken back: an attempt may have arrived.
            was_there = team_calls.remove(link, task.deletion_digest)
        except UnreachableTeamError:
            self._queue.failed(task)
            raise
        except TeamError as error:
            self._queue.failed(task)
            return Settled(task, code, Outcome.REFUSED, str(error))
        self._queue.done(task, None)
        return Settled(task, code, Outcome.UNSHARED if was_there else Outcome.NOT_THERE)

    def _share(self, link: TeamLink, task: Task, call: StoredCall) -> Settled:
        outgoing = self._outgoing(call)
        if _sha256(outgoing.record) != task.record_sha256:
            return Settled(task, call.code, Outcome.CHANGED)
        team_calls.put(link, outgoing)
        is_current = self._queue.done(task, self._clock())
        if not is_current and self._queue.is_settled(task.deletion_digest):
            # Another program took the call back while this one put it there.
            team_calls.remove(link, task.deletion_digest)
            return Settled(task, call.code, Outcome.UNSHARED)
        return Settled(task, call.code, Outcome.SHARED)

    def _outgoing(self, call: StoredCall) -> Outgoing:
        # How the sound was set up is the organizer's own matter; the server knows no such part.
        summary = replace(self._guard.summary(call.summary), hearing=None)
        return Outgoing(
            deletion_digest=call.deletion_digest,
            code=call.code,
            record=to_json(summary),
            approved_at=call.approved_at,
            edited_at=call.edited_at,
            call_date=summary.call_date,
            commitment=summary.commitment.value if summary.commitment else None,
            issues="".join(f"|{fact.value}" for fact in summary.issues) + "|",
            agreed=summary.agreed,
        )

    def _code_of(self, task: Task) -> str | None:
        call = self._queue.call(task.deletion_digest)
        return None if call is None else call.code


def _kept_words(summary: RedactedSummary) -> tuple[str, ...]:
    step = summary.next_step
    texts = (summary.note, summary.follow_up_detail, step.detail if step is not None else None)
    return tuple(dict.fromkeys(word for text in texts if text is not None for word in text.kept))


def _sha256(record: str) -> str:
    return hashlib.sha256(record.encode("ascii")).hexdigest()

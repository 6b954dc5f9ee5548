"""Keeps an encrypted draft of a running call up to date, so that a power cut loses seconds.

It watches the board from a thread of its own, as a view does: the call never waits for it. What
it keeps is the redacted, structured record, never a word of the transcript. What was forgotten
(off the record) is out of the draft at once, and with a withdrawn consent the draft goes.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import datetime, timezone
from types import TracebackType
from typing import Protocol

from typing_extensions import Self

from companion.domain.call import CallPhase
from companion.errors import CompanionError
from companion.live.board import Board, Forgotten, Snapshot
from companion.live.follow import BoardFollower, News

PUT_EVERY_S = 2.0
"""A change is in the draft after so long at the latest, and the draft is written no oftener."""
RENEW_EVERY_S = 60.0
"""So often it is written even where nothing changed, as in a long pause: its age, by a wall clock
that may jump, decides when it goes."""
JOIN_WITHIN_S = 10.0
_CANNOT_KEEP = (
    "The draft of this call cannot be kept ({reason}); the call goes on, and what is said from "
    "here on is lost if the computer stops."
)
_KEPT_AGAIN = "The draft of this call is kept again."
_CANNOT_REMOVE = (
    "The draft of this call could not be removed; 'companion review' discards it, and it goes "
    "by itself after 24 hours."
)


class DraftSink(Protocol):
    """Where a draft is kept; see `companion.store`."""

    def put(self, draft_id: str, record_json: str, now: datetime) -> None:
        """Keep a draft in place of the former one."""

    def remove(self, draft_id: str) -> None:
        """Delete it for good."""


class DraftKeeper:
    """A context manager around a call; on leaving, the last state of the call is in the draft.

    `problem` is a sentence for the organizer where something could not be kept or removed.
    """

    def __init__(
        self,
        board: Board,
        sink: DraftSink,
        draft_id: str,
        record_of: Callable[[Snapshot], str],
        *,
        warn: Callable[[str], None] = lambda sentence: None,
        mended: Callable[[str, str], None] = lambda warning, sentence: None,
        every_s: float = PUT_EVERY_S,
        clock_s: Callable[[], float] = time.monotonic,
        now: Callable[[], datetime] = lambda: datetime.now(timezone.utc),
    ) -> None:
        """
        Args:
            board: of the call.
            sink: where the draft goes.
            draft_id: of this call, random.
            record_of: the record of a moment, without a word of the transcript.
            warn: told once, in one sentence, when the draft cannot be kept.
            mended: told of that sentence, and in another one that it is kept again.
            every_s: see `PUT_EVERY_S`.
            clock_s: seconds that only go forward.
            now: the time, with its zone.
        """
        self._follower = BoardFollower(board)
        self._board = board
        self._sink = sink
        self._draft_id = draft_id
        self._record_of = record_of
        self._warn = warn
        self._every_s = every_s
        self._clock_s = clock_s
        self._now = now
        self._put_s = float("-inf")
        self._kept = ""
        self._kept_s = float("-inf")
        self._must_forget = False
        self._mended = mended
        self._told: str | None = None
        self._done = False
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._work, name="companion-draft", daemon=True)
        self.problem: str | None = None

    @property
    def draft_id(self) -> str:
        """Of this call."""
        return self._draft_id

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stop.set()
        self._thread.join(JOIN_WITHIN_S)

    def take(self, news: News) -> None:
        """What is new on the board; the thread hands it over, and a test may."""
        if self._done:
            return
        # What follows is about the newest state: an event can be newer than its news' snapshot,
        # and a draft of before "off the record" must not be written after it.
        latest = self._board.latest()
        if latest.phase is CallPhase.WITHDRAWN:
            self._remove()
            return
        if news.missed or any(isinstance(event, Forgotten) for event in news.events):
            self._must_forget = True
        due = self._clock_s() - self._put_s >= self._every_s
        if due or self._must_forget or news.over:
            self._keep(latest)

    def _work(self) -> None:
        while not (self._done or self._stop.is_set()):
            # Never longer than a write is due, and at once when something is forgotten.
            news = self._follower.look(min(self._every_s, 0.2))
            self.take(news)
            if news.over:
                break
        self._finish()

    def _finish(self) -> None:
        """The call is over, or was left: one last look, whatever is due."""
        last = self._board.latest()
        if last.phase is CallPhase.WITHDRAWN:
            self._remove()
        elif not self._done:
            self._keep(last)

    def _keep(self, snapshot: Snapshot) -> None:
        self._put_s = self._clock_s()
        try:
            record = self._record_of(snapshot)
            if record != self._kept or self._put_s - self._kept_s >= RENEW_EVERY_S:
                self._sink.put(self._draft_id, record, self._now())
                self._kept, self._kept_s = record, self._put_s
            self._must_forget = False
            if self._told is not None:
                self._mended(self._told, _KEPT_AGAIN)
            self.problem = self._told = None
        except Exception as error:  # noqa: BLE001 - a call never ends because of its draft
            self._kept = ""
            self._tell(_CANNOT_KEEP.format(reason=_reason(error)))
            if self._must_forget:
                # Better no draft than one that remembers what was to be forgotten.
                self._try_remove()

    def _remove(self) -> None:
        """Until it is gone: each look tries again."""
        if not self._done:
            self._done = self._try_remove()
            if not self._done:
                self._tell(_CANNOT_REMOVE)

    def _try_remove(self) -> bool:
        try:
            self._sink.remove(self._draft_id)
        except Exception:  # noqa: BLE001 - told by the caller, tried again
            return False
        self._must_forget = False
        return True

    def _tell(self, sentence: str) -> None:
        self.problem = sentence
        if self._told is None:
            self._told = sentence
            self._warn(sentence)


def _reason(error: Exception) -> str:
    """Our own errors are sentences for people; what any other one says could be anything."""
    return f"{error}" if isinstance(error, CompanionError) else type(error).__name__

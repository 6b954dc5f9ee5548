"""What every window of a call shows: one frame for all tabs and the card on top, so they agree.

One thread follows the board, holds everything still while the microphone is quiet (see
`companion.live.freeze`), and wakes those who listen only when something they may show is new.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date

from companion.domain.call import CallState
from companion.domain.dialogue import Field, NextStep
from companion.domain.outline import RapOutline
from companion.live.board import Board, CardShown, Forgotten
from companion.live.frame import Frame, Wishes, frame_of
from companion.live.freeze import ListeningFreeze

LOOK_EVERY_S = 0.2
"""How long one wait for the board lasts at most, so that stopping is noticed."""
JOIN_WITHIN_S = 10.0


@dataclass(frozen=True, slots=True)
class Noted:
    """What the organizer noted, and what of it was only heard from them. Ids of the rap's lists."""

    issues: tuple[str, ...]
    issues_heard: tuple[str, ...]
    realizations: tuple[str, ...]
    answer: str | None
    fear: bool
    next_step: NextStep | None


@dataclass(frozen=True, slots=True)
class Shown:
    """Everything a window shows. A new `version` means that something in it is new."""

    version: int
    frame: Frame
    noted: Noted
    pinned: bool
    quiet: bool
    transcript: bool
    blank: bool
    over: bool
    """The call has ended, and what it left behind can be read."""


class LiveView:
    """Follows one board. Methods may be called from any thread.

    Args:
        board: of the call.
        outline: the rap's words.
        transcript: show the organizer's words from the start.
        when_over: called before anybody is told that the call is over; may be called twice.
        clock_s: seconds that only go forward.
    """

    def __init__(
        self,
        board: Board,
        outline: RapOutline,
        *,
        transcript: bool = False,
        when_over: Callable[[], None] = lambda: None,
        clock_s: Callable[[], float] = time.monotonic,
    ) -> None:
        self._board = board
        self._outline = outline
        self._when_over = when_over
        self._lock = threading.Lock()
        self._freeze = ListeningFreeze(board.latest(), clock_s)
        self._wishes = Wishes(
            transcript=transcript, card_key="“Another card”", ready_key="“They are ready”"
        )
        self._blank = False
        self._next_event = 0
        self._settled = False
        self._listeners: set[Callable[[], None]] = set()
        self._stop = threading.Event()
        self._shown = self._make(0)
        self._thread = threading.Thread(target=self._work, name="companion-view", daemon=True)

    def start(self) -> None:
        """Begin to follow the board."""
        self._thread.start()

    def close(self) -> None:
        """Stop following; what was shown last stays, without a spoken word."""
        self._stop.set()
        if self._thread.is_alive() and self._thread is not threading.current_thread():
            self._thread.join(JOIN_WITHIN_S)

    @property
    def shown(self) -> Shown:
        """What windows show now."""
        with self._lock:
            return self._shown

    @property
    def call_date(self) -> date:
        """What 'tomorrow' counts from in this call."""
        return self._board.latest().state.call_date

    @contextmanager
    def listening(self, wake: Callable[[], None]) -> Iterator[None]:
        """`wake` is called, on the view's thread, whenever `shown` is new; it must not block."""
        with self._lock:
            self._listeners.add(wake)
        try:
            yield
        finally:
            with self._lock:
                self._listeners.discard(wake)

    def key_pressed(self) -> None:
        """The organizer asked for something: what comes of it may be shown at once."""
        with self._lock:
            self._freeze.key_pressed()

    def turn_quiet(self) -> bool:
        """Cards only when asked for, or as they come; returns whether it is quiet now."""
        with self._lock:
            self._freeze.key_pressed()
            self._wishes = replace(self._wishes, quiet=not self._wishes.quiet, asked_card=None)
            quiet = self._wishes.quiet
        self.look()
        return quiet

    def turn_blank(self) -> bool:
        """Hide all but the safety state, in every window; returns whether it is hidden now."""
        with self._lock:
            self._blank = not self._blank
            blank = self._blank
        self.look()
        return blank

    def turn_large(self) -> None:
        """Large or small letters on the card."""
        with self._lock:
            self._wishes = replace(self._wishes, large=not self._wishes.large)
        self.look()

    def turn_transcript(self) -> bool:
        """Show or hide the words; returns whether they are wanted now."""
        with self._lock:
            self._freeze.key_pressed()
            self._wishes = replace(self._wishes, transcript=not self._wishes.transcript)
            wanted = self._wishes.transcript
        self.look()
        return wanted

    def look(self) -> None:
        """Take the board's newest state; the thread does so, and a test may."""
        if not self._settled and self._board.latest().phase.is_over:
            self._let_go_of_words()
            self._when_over()
            self._settled = True
        with self._lock:
            made = self._make(self._shown.version)
            if made == self._shown:
                return
            self._shown = replace(made, version=made.version + 1)
            listeners = tuple(self._listeners)
        for wake in listeners:
            wake()

    def _make(self, version: int) -> Shown:
        newest = self._board.latest()
        for numbered in self._board.events_since(self._next_event):
            self._next_event = numbered.number + 1
            event = numbered.event
            if isinstance(event, CardShown) and event.source == "organizer":
                self._wishes = replace(self._wishes, asked_card=event.prompt)
            elif isinstance(event, Forgotten):
                # A card may be made of words that are to be forgotten.
                self._wishes = replace(self._wishes, asked_card=None)
        settled = self._freeze.settle(newest)
        frame = frame_of(settled, newest.state.now_s, self._outline, self._wishes)
        return Shown(
            version=version,
            frame=frame,
            noted=_noted(settled.state),
            pinned=settled.state.step.pinned,
            quiet=self._wishes.quiet,
            transcript=self._wishes.transcript,
            blank=self._blank,
            over=self._settled,
        )

    def _work(self) -> None:
        version = -1
        while not self._stop.is_set():
            snapshot = self._board.wait_beyond(version, LOOK_EVERY_S)
            version = snapshot.version
            self.look()
            if self.shown.over:
                return

    def _let_go_of_words(self) -> None:
        """After the call nothing here remembers what was said."""
        with self._lock:
            latest = self._board.latest()
            # A card may be made of the organizer's own words.
            state = replace(latest.state, card=None)
            self._board = Board(replace(latest, state=state, transcript=(), partial=None))
            self._next_event = 0
            self._wishes = replace(self._wishes, transcript=False, asked_card=None)


def _noted(state: CallState) -> Noted:
    by_hand = tuple(p.value for p in state.by_hand(Field.ISSUE))
    answers = state.by_hand(Field.COMMITMENT)
    return Noted(
        issues=by_hand,
        issues_heard=tuple(
            dict.fromkeys(p.value for p in state.values(Field.ISSUE) if p.value not in by_hand)
        ),
        realizations=state.realizations,
        answer=answers[-1].value if answers else None,
        fear=state.fear_open,
        next_step=state.next_step,
    )

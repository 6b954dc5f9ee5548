"""The board: the latest snapshot of the call, and the last events. Views read; they never hold up.

One worker publishes; any number of views read. A view that is slow misses snapshots, never the
latest one, and the worker does not wait for it.
"""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import dataclass, field
from enum import Enum
from typing import TypeAlias

from companion.asr.protocol import TranscriberStatus
from companion.audio.sound import SourceStatus
from companion.domain.call import CallPhase, CallState
from companion.domain.dialogue import Heard, StepEstimate
from companion.domain.prompt import Prompt
from companion.domain.speech import Gap, Hypothesis, Utterance
from companion.domain.summary import Summary

EVENTS_KEPT = 512


@dataclass(frozen=True, slots=True)
class UtteranceHeard:
    """A final utterance and what was understood of it."""

    utterance: Utterance
    heard: Heard
    lag_s: float
    """End of speech to this event, in call time."""


@dataclass(frozen=True, slots=True)
class CardShown:
    """The card changed (`prompt` is None: it was cleared)."""

    at_s: float
    prompt: Prompt | None
    source: str = "companion"
    """'companion' or 'organizer' (asked for by key)."""


@dataclass(frozen=True, slots=True)
class StepChanged:
    """The step estimate moved to another step, or became sure or unsure."""

    at_s: float
    step: StepEstimate


@dataclass(frozen=True, slots=True)
class PhaseChanged:
    """Listening, paused, off the record, ended …"""

    at_s: float
    phase: CallPhase


@dataclass(frozen=True, slots=True)
class GapMarked:
    """A stretch that could not be heard."""

    gap: Gap


class NoticeKind(str, Enum):
    """How much a notice matters."""

    INFO = "info"
    PROBLEM = "problem"
    MENDED = "mended"


@dataclass(frozen=True, slots=True)
class Notice:
    """One plain sentence for the organizer: a device problem, a slow machine, a restart."""

    at_s: float
    kind: NoticeKind
    text: str


@dataclass(frozen=True, slots=True)
class PartialHeard:
    """The latest partial hypothesis; only published where the transcript was asked for."""

    hypothesis: Hypothesis


@dataclass(frozen=True, slots=True)
class Forgotten:
    """Everything that told of call time `from_s` or later is gone: views drop it too."""

    at_s: float
    from_s: float


LiveEvent: TypeAlias = (
    UtteranceHeard
    | CardShown
    | StepChanged
    | PhaseChanged
    | GapMarked
    | Notice
    | PartialHeard
    | Forgotten
)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Everything a view may show at one moment."""

    version: int
    phase: CallPhase
    state: CallState
    speaking: bool
    """Voice activity: the organizer is speaking right now."""
    source: SourceStatus | None
    transcriber: TranscriberStatus | None
    notices: tuple[Notice, ...] = ()
    """Open problems, oldest first; gone once mended."""
    gaps: tuple[Gap, ...] = ()
    transcript: tuple[str, ...] = field(default=(), repr=False)
    """The last few utterances; empty unless the organizer asked to see it."""
    partial: Hypothesis | None = None
    """The words being spoken; None unless the organizer asked to see the transcript."""
    summary: Summary | None = None
    """The draft, once the call has ended."""


@dataclass(frozen=True, slots=True)
class NumberedEvent:
    """An event with its place in the call's order, from 0."""

    number: int
    event: LiveEvent


class Board:
    """Holds the latest snapshot and a bounded run of events, in memory only."""

    def __init__(self, first: Snapshot) -> None:
        self._changed = threading.Condition()
        self._snapshot = first
        self._events: deque[NumberedEvent] = deque(maxlen=EVENTS_KEPT)
        self._next_number = 0

    def publish(self, snapshot: Snapshot, events: tuple[LiveEvent, ...] = ()) -> None:
        """Replace the snapshot and add events; never waits for a view."""
        with self._changed:
            self._snapshot = snapshot
            for event in events:
                self._events.append(NumberedEvent(self._next_number, event))
                self._next_number += 1
            self._changed.notify_all()

    def latest(self) -> Snapshot:
        """The newest snapshot."""
        with self._changed:
            return self._snapshot

    def events_since(self, number: int) -> list[NumberedEvent]:
        """Events from `number` on. The first one's number tells how many were missed."""
        with self._changed:
            return [e for e in self._events if e.number >= number]

    def wait_beyond(self, version: int, timeout_s: float) -> Snapshot:
        """The newest snapshot, as soon as it is newer than `version` or the time is over."""
        with self._changed:
            self._changed.wait_for(lambda: self._snapshot.version > version, timeout_s)
            return self._snapshot

    def forget_events(self, from_s: float) -> None:
        """Drop every event that tells of call time `from_s` or later (off the record)."""
        with self._changed:
            kept = [e for e in self._events if not _tells_of(e.event, from_s)]
            self._events.clear()
            self._events.extend(kept)


def _tells_of(event: LiveEvent, from_s: float) -> bool:
    if isinstance(event, UtteranceHeard):
        return event.utterance.end_s >= from_s
    if isinstance(event, PartialHeard):
        return True
    if isinstance(event, CardShown | StepChanged):
        return event.at_s >= from_s
    return False

"""A scripted speaker: drives voice activity, recognizer and call together, on virtual time.

Speech is a constant tone and silence a row of zeros, so that a scripted voice activity can tell
them apart without a model; the transcriber knows the script and looks up what was said when.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from types import TracebackType

import numpy as np
from typing_extensions import Self

from companion.asr.protocol import TranscriberState, TranscriberStatus
from companion.audio.sound import (
    SAMPLE_RATE_HZ,
    AudioChunk,
    EndpointEvent,
    Samples,
    SegmentEnded,
    SegmentStarted,
    SourceState,
    SourceStatus,
    seconds,
)
from companion.domain.speech import Gap, Hypothesis

LOUD = 0.2
CHUNK = 480


@dataclass(frozen=True, slots=True)
class Turn:
    """One stretch of speech of the script."""

    start_s: float
    end_s: float
    text: str


@dataclass
class SpeakerSource:
    """Plays the script, chunk by chunk, as fast as it is read."""

    turns: Sequence[Turn]
    length_s: float
    paced: bool = True
    position: int = 0
    state: SourceState = SourceState.RUNNING
    discarded: int = 0
    looked_again: int = 0
    cut: int = 0
    opened: bool = False
    lose_at_s: float | None = None
    lose_for_s: float = 0.0

    def __enter__(self) -> Self:
        self.opened = True
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.opened = False

    def read(self, timeout_s: float) -> AudioChunk | None:
        start_s = seconds(self.position)
        if start_s >= self.length_s:
            self.state = SourceState.ENDED
            return None
        if self.lose_at_s is not None and start_s >= self.lose_at_s:
            self.lose_at_s = None
            self.state = SourceState.LOST
            self.position += round(self.lose_for_s * SAMPLE_RATE_HZ)
            return None
        self.state = SourceState.RUNNING
        samples: Samples = np.zeros(CHUNK, dtype=np.float32)
        times = (self.position + np.arange(CHUNK)) / SAMPLE_RATE_HZ
        for turn in self.turns:
            samples[(times >= turn.start_s) & (times < turn.end_s)] = LOUD
        self.position += CHUNK
        return AudioChunk(samples, start_s)

    def status(self) -> SourceStatus:
        return SourceStatus(self.state, "scripted speaker", level_dbfs=-20.0, cut=self.cut)

    def look_again(self) -> None:
        self.looked_again += 1

    def discard(self) -> None:
        self.discarded += 1


class LoudIsSpeech:
    """Voice activity for the scripted speaker: any sound is speech."""

    def probability(self, frame: Samples) -> float:
        return 0.95 if float(np.abs(frame).max(initial=0.0)) > LOUD / 2 else 0.02

    def reset(self) -> None:
        """Has no state."""


@dataclass
class ScriptTranscriber:
    """Knows the script; its finals come `delay_s` of call time after a segment ended."""

    turns: Sequence[Turn]
    source: SpeakerSource
    delay_s: float = 0.1
    lag_s: float = 0.0
    state: TranscriberState = TranscriberState.READY
    partials: bool = True
    forgotten: int = 0
    opened: bool = False
    ended: list[SegmentEnded] = field(default_factory=list)
    open_since: SegmentStarted | None = None
    waiting: list[tuple[float, Hypothesis]] = field(default_factory=list)
    draining: bool = False

    def __enter__(self) -> Self:
        self.opened = True
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.opened = False

    def push(self, event: EndpointEvent) -> None:
        if isinstance(event, SegmentStarted):
            self.open_since = event
        elif isinstance(event, SegmentEnded):
            self.open_since = None
            self.ended.append(event)
            final = Hypothesis(
                event.segment_id,
                event.start_s,
                event.end_s,
                final=True,
                committed=self._said(event.start_s, event.end_s),
            )
            self.waiting.append((seconds(self.source.position) + self.delay_s, final))

    def poll(self) -> list[Hypothesis]:
        now_s = seconds(self.source.position)
        due = [h for at_s, h in self.waiting if self.draining or at_s <= now_s]
        self.waiting = [(at_s, h) for at_s, h in self.waiting if h not in due]
        self.draining = False
        if self.open_since is not None:
            words = self._said(self.open_since.start_s, now_s)
            due.append(
                Hypothesis(
                    self.open_since.segment_id,
                    self.open_since.start_s,
                    now_s,
                    final=False,
                    committed="",
                    tentative=words,
                )
            )
        return due

    def gaps(self) -> list[Gap]:
        return []

    def drain(self, timeout_s: float) -> bool:
        self.draining = True
        return True

    def settle(self, timeout_s: float) -> bool:
        self.draining = True
        return True

    def forget(self) -> None:
        self.forgotten += 1
        self.waiting.clear()
        self.open_since = None

    def status(self) -> TranscriberStatus:
        return TranscriberStatus(self.state, "script", lag_s=self.lag_s, partials=self.partials)

    def _said(self, start_s: float, end_s: float) -> str:
        """The words whose share of their turn's time lies before `end_s`."""
        said: list[str] = []
        for turn in self.turns:
            if turn.end_s <= start_s or turn.start_s >= end_s:
                continue
            words = turn.text.split()
            share = min(1.0, (end_s - turn.start_s) / (turn.end_s - turn.start_s) + 0.05)
            said += words[: round(share * len(words))]
        return " ".join(said)

"""A written voice: microphone, endpointer and recognizer of a call that nobody speaks.

What a story says is 'heard' at its time, so that the live call itself, with its phases and its
forgetting, can be tested on written words. The sound is silence; the words never leave memory.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from types import TracebackType

import numpy as np
from typing_extensions import Self

from companion.asr.protocol import TranscriberState, TranscriberStatus
from companion.audio.sound import (
    SAMPLE_RATE_HZ,
    AudioChunk,
    EndpointEvent,
    EndReason,
    Samples,
    SegmentEnded,
    SegmentStarted,
    SourceState,
    SourceStatus,
    seconds,
)
from companion.domain.speech import Gap, Hypothesis
from companion.trainer.outcome import ENGINE
from companion.trainer.replay import WORDS_LAG_S

CHUNK = 3200
CHUNK_S = seconds(CHUNK)
_SILENCE: Samples = np.zeros(CHUNK, dtype=np.float32)


@dataclass(slots=True)
class _Said:
    segment_id: int
    start_s: float
    end_s: float
    text: str = field(repr=False)
    begun: bool = False


class WrittenVoice:
    """What is said next, on one clock of samples: the source of a written call."""

    paced = True

    def __init__(self) -> None:
        self._position = 0
        self._segments = 0
        self.said: _Said | None = None
        """What is being said, until its end was noticed."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """There is nothing to close."""

    @property
    def now_s(self) -> float:
        """Call time: the end of the last chunk."""
        return self._position / SAMPLE_RATE_HZ

    def say(self, text: str, start_s: float, end_s: float) -> None:
        """The next words, and when they are spoken in call time."""
        self.said = _Said(self._segments, start_s, end_s, text)
        self._segments += 1

    def read(self, timeout_s: float) -> AudioChunk | None:
        """See `Source`: the next 0.2 s."""
        chunk = AudioChunk(_SILENCE, self.now_s)
        self._position += CHUNK
        return chunk

    def status(self) -> SourceStatus:
        """See `Source`."""
        return SourceStatus(SourceState.RUNNING, ENGINE, level_dbfs=-30.0)

    def discard(self) -> None:
        """See `Source`: whatever was being said is lost."""
        self.said = None

    def look_again(self) -> None:
        """See `Source`: there is no device."""


class WrittenTurns:
    """Endpointing of a written voice: begins and ends exactly where the script says."""

    mid_phrase = False

    def __init__(self, voice: WrittenVoice) -> None:
        self._voice = voice

    @property
    def speaking(self) -> bool:
        """True while a segment is open."""
        said = self._voice.said
        return said is not None and said.begun

    def push(self, chunk: AudioChunk) -> list[EndpointEvent]:
        """See `EndpointerLike`. The end is noticed as late as a recognizer's words come."""
        said = self._voice.said
        events: list[EndpointEvent] = []
        if said is None:
            return events
        if not said.begun and chunk.end_s > said.start_s:
            said.begun = True
            events.append(SegmentStarted(said.segment_id, said.start_s, _SILENCE))
        if said.begun and chunk.end_s >= said.end_s + WORDS_LAG_S:
            events += self._end(said, EndReason.SILENCE)
        return events

    def flush(self) -> list[EndpointEvent]:
        """See `EndpointerLike`: what is being said ends now."""
        said = self._voice.said
        return self._end(said, EndReason.INTERRUPTED) if said is not None and said.begun else []

    def reset(self) -> None:
        """See `EndpointerLike`."""
        self._voice.said = None

    def _end(self, said: _Said, reason: EndReason) -> list[EndpointEvent]:
        said.begun = False
        return [
            SegmentEnded(
                said.segment_id, said.start_s, said.end_s, said.end_s - said.start_s, reason
            )
        ]


class WrittenWords:
    """Recognizer of a written voice: every segment's words are its text, and come at once."""

    def __init__(self, voice: WrittenVoice) -> None:
        self._voice = voice
        self._ready: list[Hypothesis] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._ready.clear()

    def push(self, event: EndpointEvent) -> None:
        """See `Transcriber`."""
        said = self._voice.said
        if isinstance(event, SegmentEnded) and said is not None:
            self._ready.append(
                Hypothesis(event.segment_id, event.start_s, event.end_s, True, said.text)
            )
            self._voice.said = None

    def poll(self) -> list[Hypothesis]:
        """See `Transcriber`."""
        ready, self._ready = self._ready, []
        return ready

    def gaps(self) -> list[Gap]:
        """See `Transcriber`: nothing is ever dropped."""
        return []

    def drain(self, timeout_s: float) -> bool:
        """See `Transcriber`: nothing waits."""
        return True

    def settle(self, timeout_s: float) -> bool:
        """See `Transcriber`: nothing waits."""
        return True

    def forget(self) -> None:
        """See `Transcriber`."""
        self._ready.clear()
        self._voice.said = None

    def status(self) -> TranscriberStatus:
        """See `Transcriber`."""
        return TranscriberStatus(TranscriberState.READY, ENGINE)

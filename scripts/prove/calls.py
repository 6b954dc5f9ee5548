"""Calls whose every word is known beforehand, for proofs that inject faults into them.

The sound carries its words (see `tests.fakes.recognizer`), voice activity is the loudness, and the
recognizer is a scripted one in a real child process; everything between them is the real thing.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from datetime import datetime, timezone
from types import TracebackType

import numpy as np
from typing_extensions import Self

from companion.asr.protocol import Transcriber
from companion.audio.endpointing import Endpointer
from companion.audio.sound import (
    SAMPLE_RATE_HZ,
    AudioChunk,
    Samples,
    Source,
    SourceState,
    SourceStatus,
    seconds,
)
from companion.clocks import SleepWatch
from companion.domain.call import CallState, Consent, ConsentHow
from companion.domain.speech import Gap
from companion.domain.summary import Summary
from companion.live.call import CallOptions, LiveCall
from companion.live.ears import Ears
from companion.live.memory import ConversationLike
from companion.settings import EndpointSettings
from tests.fakes.conversation import CountingConversation
from tests.fakes.recognizer import WORDS, spoken
from tests.fakes.speaker import LoudIsSpeech

CHUNK = 512
TURN = 128 * CHUNK
"""Samples from the beginning of one turn to that of the next: about four seconds."""
WORDS_A_TURN = 6
CONSENT = Consent(ConsentHow.SPOKEN, datetime(2026, 1, 1, tzinfo=timezone.utc))
_LOUD_WORDS = WORDS[2:]


def turns_of(count: int, rng: random.Random) -> list[str]:
    """What is said, a line a turn."""
    return [" ".join(rng.choices(_LOUD_WORDS, k=WORDS_A_TURN)) for _ in range(count)]


class SpokenSource:
    """Says the turns, at the speed of speech or at once."""

    def __init__(self, turns: Sequence[str], paced: bool) -> None:
        self.paced = paced
        self.started_s = 0.0
        sound = np.zeros(TURN * (len(turns) + 1), np.float32)
        for number, text in enumerate(turns):
            words = spoken(text)
            begin = number * TURN + CHUNK * 40
            sound[begin : begin + len(words)] = words
        self._sound: Samples = sound
        self._position = 0

    def __enter__(self) -> Self:
        self.started_s = time.monotonic()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Nothing to close."""

    @property
    def length_s(self) -> float:
        """Seconds of sound in all."""
        return seconds(len(self._sound))

    def read(self, timeout_s: float) -> AudioChunk | None:
        """The next chunk, no earlier than it would have been spoken."""
        start = self._position
        if start >= len(self._sound):
            return None
        if self.paced:
            wait_s = self.started_s + seconds(start + CHUNK) - time.monotonic()
            if wait_s > 0:
                time.sleep(min(wait_s, timeout_s))
            if wait_s > timeout_s:
                return None
        self._position += CHUNK
        return AudioChunk(self._sound[start : start + CHUNK], start / SAMPLE_RATE_HZ)

    def status(self) -> SourceStatus:
        """Running until everything was said."""
        ended = self._position >= len(self._sound)
        state = SourceState.ENDED if ended else SourceState.RUNNING
        return SourceStatus(state, "proof", level_dbfs=-20.0)

    def look_again(self) -> None:
        """There is no other."""

    def discard(self) -> None:
        """Keeps nothing."""


def listening(
    source: Source,
    transcriber: Transcriber,
    sleep: SleepWatch | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> tuple[LiveCall, CountingConversation]:
    """A call on such a source, and the conversation that notes what was heard."""
    conversation = CountingConversation()
    return live_call(source, transcriber, conversation, sleep, clock), conversation


def live_call(
    source: Source,
    transcriber: Transcriber,
    conversation: ConversationLike,
    sleep: SleepWatch | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> LiveCall:
    """A call whose voice activity is the loudness, with such parts."""
    ears = Ears(
        source,
        Endpointer(EndpointSettings(), LoudIsSpeech()),
        transcriber,
        ends_mid_phrase=lambda text: False,
        sleep=sleep,
    )
    return LiveCall(ears, lambda: conversation, _draft, CallOptions(CONSENT), clock)


def _draft(state: CallState, duration_s: float, gaps: tuple[Gap, ...]) -> Summary:
    return Summary(
        duration_s=duration_s,
        listening_share=state.listening_share,
        coverage=(),
        issues=(),
        decision_maker=None,
        ask=None,
        commitment=None,
        next_step=None,
        self_care=None,
        follow_up=None,
        open_count=0,
        closed_count=0,
        consent=CONSENT,
        gaps=gaps,
        engine="scripted",
        rap="proof",
    )

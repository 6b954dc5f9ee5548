"""How quickly a running call forgets: off the record, and consent withdrawn, measured.

The call runs at the speed of speech, with its recognizer in a process of its own. Planted words
are looked for in everything the call holds, before and after, and so is the sound.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from companion.asr.wire import pack_sound
from companion.audio.files import FileSource
from companion.audio.sample_call import shipped_sound
from companion.audio.sound import SAMPLE_RATE_HZ
from companion.audit.identifiers import Identifier, as_speech
from companion.audit.memory import Holding, caches, frames_of, holdings
from companion.audit.needles import Needles
from companion.audit.planted_recognizer import planted_spec
from companion.audit.words_line import WordsLine
from companion.domain.call import CallPhase, ConsentHow
from companion.live.board import PartialHeard, UtteranceHeard
from companion.live.gate import consent_now
from companion.live.session import CallPlan, LiveSession, compose
from companion.settings import Settings
from companion.understanding.rap import find_rap

WITHIN_S = 1.0
"""What was to be forgotten is gone within this."""
UTTERANCES = 2
"""One is heard, and one is being spoken, when the call is told to forget."""
_WAIT_S = 60.0
_GIVE_UP_S = 5.0
_LOOK_EVERY_S = 0.01
_INTO_SPEECH_S = 0.5
_STRETCH = 64
"""Samples: 4 ms of speech are like no other."""
_THREADS = ("companion-call", "transcriber")


@dataclass(frozen=True, slots=True)
class Forgot:
    """One way of forgetting, in figures."""

    how: CallPhase
    words_before: int
    """Objects that held planted words before: the search finds what is there."""
    sound_before: int
    """Objects that held sound of the turn that was being spoken."""
    held_after: int
    """Objects that still hold either."""
    took_s: float
    """From the key to: nothing held any more, and the recognizer's process gone."""
    recognizer_gone: bool
    paths: tuple[str, ...] = ()
    """How what is still held is reached; names of types only."""

    @property
    def well(self) -> bool:
        """Nothing held, in time, and the search had found the words before."""
        gone = self.held_after == 0 and self.recognizer_gone
        found_before = self.words_before > 0 and self.sound_before > 0
        return gone and found_before and self.took_s <= WITHIN_S


def measure_forgetting(
    how: CallPhase,
    planted: Sequence[Identifier],
    folder: Path,
    views: Callable[[LiveSession], AbstractContextManager[object]] = nullcontext,
) -> Forgot:
    """Run a call, let it hear planted words, tell it to forget. `how`: OFF_RECORD or WITHDRAWN.

    Takes about 10 s. `folder`: for the audit's line. `views`: opens what else looks at the call,
    such as a page; words must be gone from there, too. Raises: TimeoutError.
    """
    needles = Needles(planted)
    settings = Settings()
    with WordsLine(folder, as_speech(planted, UTTERANCES), {}, lambda number: True) as line:
        plan = CallPlan(
            settings=settings,
            rap=find_rap(settings.call.rap),
            call_date=date.today(),
            consent=consent_now(ConsentHow.SPOKEN),
            source=FileSource(shipped_sound(), paced=True),
            recognizer=planted_spec(line.address),
            show_transcript=True,
        )
        with LiveSession(compose(plan)) as session, views(session) as view:
            sound = _sound_after(_second_turn_s(session))

            def held() -> tuple[Holding, ...]:
                return holdings((session, view, *frames_of(_threads()), *caches()), needles, sound)

            return _forget(how, session, held, line.recognizers[-1])


def _second_turn_s(session: LiveSession) -> float:
    """Wait until an utterance was heard and the next one is being spoken; when that began."""
    next_number = 0
    heard = False
    give_up_s = time.monotonic() + _WAIT_S
    while time.monotonic() < give_up_s:
        for numbered in session.board.events_since(next_number):
            next_number = numbered.number + 1
            event = numbered.event
            heard = heard or isinstance(event, UtteranceHeard)
            if heard and isinstance(event, PartialHeard):
                return event.hypothesis.start_s
        time.sleep(_LOOK_EVERY_S)
    raise TimeoutError("the call heard too little")


def _sound_after(start_s: float) -> tuple[bytes, bytes]:
    """A stretch of the sample call's sound of shortly after, as floats and as 16-bit samples."""
    wanted = round((start_s + _INTO_SPEECH_S) * SAMPLE_RATE_HZ)
    with FileSource(shipped_sound()) as source:
        at = 0
        while (chunk := source.read(0.0)) is not None:
            if at + len(chunk.samples) - _STRETCH > wanted:
                first = max(0, wanted - at)
                stretch = chunk.samples[first : first + _STRETCH]
                return stretch.tobytes(), pack_sound(stretch)
            at += len(chunk.samples)
    raise TimeoutError("the sample call is too short")


def _forget(
    how: CallPhase,
    session: LiveSession,
    held: Callable[[], tuple[Holding, ...]],
    recognizer: int,
) -> Forgot:
    before = held()
    began_s = time.monotonic()
    session.off_record() if how is CallPhase.OFF_RECORD else session.withdraw()
    while True:
        gone = session.board.latest().phase is how and not _exists(recognizer)
        took_s = time.monotonic() - began_s
        after = held() if gone else before
        if not after or took_s > _GIVE_UP_S:
            break
        time.sleep(_LOOK_EVERY_S)
    return Forgot(
        how,
        sum(1 for holding in before if holding.numbers),
        sum(1 for holding in before if not holding.numbers),
        len(after),
        took_s,
        not _exists(recognizer),
        tuple(sorted({str(holding) for holding in after})),
    )


def _threads() -> tuple[threading.Thread, ...]:
    return tuple(t for t in threading.enumerate() if t.name in _THREADS)


def _exists(process_id: int) -> bool:
    try:
        os.kill(process_id, 0)
    except ProcessLookupError:
        return False
    return True

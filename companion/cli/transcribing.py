"""What `companion transcribe` does: a sound file through the ears of a call, words out."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from companion.asr.protocol import TranscriberState
from companion.asr.transcriber import ProcessTranscriber
from companion.domain.speech import Gap, Hypothesis
from companion.errors import RecognizerError
from companion.live.ears import Ears, Sounds

READ_WITHIN_S = 0.05
"""How long one read waits; words that are ready are looked for as often."""
SETTLE_WITHIN_S = 600.0
LAST_WORDS_WITHIN_S = 120.0


@dataclass(frozen=True, slots=True)
class Emitted:
    """A hypothesis, and the call time at which it came out."""

    hypothesis: Hypothesis
    at_s: float


def transcribe(
    ears: Ears,
    transcriber: ProcessTranscriber,
    *,
    paced: bool,
    clock: Callable[[], float] = time.monotonic,
) -> Iterator[Emitted | Gap]:
    """Hear everything the source has, and yield hypotheses and gaps as they come out.

    Where `paced`, `Emitted.at_s` is the clock's time since the source was opened, so that it can
    be compared with the times of the words; otherwise it is the call time up to which the file
    had been read.

    Raises: RecognizerError if no recognizer can be started, or the last words do not come.
    """
    with ears:
        opened_s = clock()
        while not ears.ended:
            sounds = ears.hear(READ_WITHIN_S)
            if not paced:
                # The file waits for the words; otherwise it would be over before the first.
                transcriber.settle(SETTLE_WITHIN_S)
            yield from _emitted(sounds, clock() - opened_s if paced else ears.now_s)
            status = transcriber.status()
            if status.state is TranscriberState.FAILED:
                raise RecognizerError(status.detail)
        sounds, complete = ears.finish(LAST_WORDS_WITHIN_S)
        yield from _emitted(sounds, clock() - opened_s if paced else ears.now_s)
        if not complete:
            raise RecognizerError(
                "the recognizer did not finish in time; close other programs and try again"
            )


def _emitted(sounds: Sounds, at_s: float) -> Iterator[Emitted | Gap]:
    yield from sounds.gaps
    for hypothesis in (*sounds.finals, sounds.partial):
        if hypothesis is not None and hypothesis.text:
            yield Emitted(hypothesis, at_s)


def as_clock(at_s: float) -> str:
    """Call time for people: '1:02:03.4' or '2:03.4'."""
    minutes, rest_s = divmod(round(at_s, 1), 60)
    hours, minutes = divmod(int(minutes), 60)
    if hours:
        return f"{hours}:{minutes:02d}:{rest_s:04.1f}"
    return f"{minutes}:{rest_s:04.1f}"

"""The listening freeze, as views keep it: while the microphone is quiet, nothing moves.

That is when the other person is speaking. The coach already changes the card only at the end
of the organizer's own turn; this holds everything else still too (step, goals, counts, share,
timers, words), so that no glance is drawn away from the voice on the line. What is about
safety or trouble is never held back: the phase, the microphone, notices and gaps.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from companion.asr.protocol import TranscriberStatus
from companion.domain.call import CallPhase
from companion.live.board import Snapshot

SETTLE_S = 2.0
"""After the organizer's own voice, so much call time is left for words and card to arrive."""
AFTER_KEY_S = 1.5
"""After a key was pressed, what came of it may be shown for so long (wall time)."""


class ListeningFreeze:
    """Turns the newest snapshot into the one a view may show. For one thread."""

    def __init__(self, first: Snapshot, clock_s: Callable[[], float]) -> None:
        self._shown = first
        self._clock_s = clock_s
        self._voice_until_s = 0.0
        self._key_until_s = float("-inf")

    def key_pressed(self) -> None:
        """The organizer asked for something: let its effect through."""
        self._key_until_s = self._clock_s() + AFTER_KEY_S

    def settle(self, newest: Snapshot) -> Snapshot:
        """The newest snapshot, but with what must hold still as it last was."""
        if newest.speaking:
            self._voice_until_s = newest.state.now_s + SETTLE_S
        if self._is_open(newest):
            self._shown = newest
        shown = self._shown
        return replace(
            newest,
            state=shown.state,
            transcript=shown.transcript,
            partial=shown.partial,
            transcriber=_calm(shown.transcriber, newest.transcriber),
        )

    def _is_open(self, newest: Snapshot) -> bool:
        return (
            newest.speaking
            # Here only the organizer's own keys change anything.
            or newest.phase is CallPhase.PROMPTS_ONLY
            or newest.phase.is_over
            or newest.phase is not self._shown.phase
            or newest.state.now_s <= self._voice_until_s
            or self._clock_s() <= self._key_until_s
        )


def _calm(
    shown: TranscriberStatus | None, newest: TranscriberStatus | None
) -> TranscriberStatus | None:
    """The recognizer's state at once, its figures only when the freeze is open."""
    if shown is None or newest is None or shown.state is not newest.state:
        return newest
    return shown

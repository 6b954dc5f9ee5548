"""What the organizer is told of trouble in a call, and what of it still stands."""

from __future__ import annotations

from companion.domain.speech import Gap, GapReason
from companion.live.board import Notice, NoticeKind
from companion.live.ears import Ears
from companion.live.health import HealthWatch, Silence, woken


class Notices:
    """Gathers them from within the call and from outside of it. Times are seconds of the call."""

    def __init__(self) -> None:
        self._health = HealthWatch()
        self._warnings: list[Notice] = []
        self._other_voices = 0
        self._hears_since_s = 0.0
        """When it was last resumed, or woke up."""

    @property
    def open(self) -> tuple[Notice, ...]:
        """What is wrong right now."""
        return (*self._health.open_notices, *self._warnings)

    def warn(self, now_s: float, sentence: str) -> Notice:
        """Trouble outside of the call; stands until it is taken back."""
        notice = Notice(now_s, NoticeKind.PROBLEM, sentence)
        self._warnings.append(notice)
        return notice

    def take_back(self, now_s: float, warning: str, sentence: str) -> Notice:
        """The trouble of that warning is mended; `sentence` says so."""
        self._warnings = [notice for notice in self._warnings if notice.text != warning]
        return Notice(now_s, NoticeKind.MENDED, sentence)

    def hears_from(self, now_s: float) -> None:
        """From now on a silence counts, as the call can hear again."""
        self._hears_since_s = now_s

    def of_gap(self, gap: Gap, now_s: float) -> list[Notice]:
        """What is to be said of a gap that has just been found."""
        if gap.reason is GapReason.ASLEEP:
            self.hears_from(gap.end_s)
            return [woken(gap)]
        if gap.reason is GapReason.OTHER_VOICE:
            self._other_voices += 1
            return self._health.other_voice(now_s, self._other_voices)
        return []

    def look(self, ears: Ears) -> list[Notice]:
        """How the microphone and the recognizer are doing: what is new, for ears that listen."""
        return self._health.look(
            ears.now_s, ears.source_status(), ears.transcriber_status(), self._silence(ears)
        )

    def _silence(self, ears: Ears) -> Silence | None:
        """How long nothing of the organizer was heard while it could have been."""
        since_s = ears.silent_since_s
        if since_s is None:
            return None
        return Silence(ears.now_s - max(since_s, self._hears_since_s), spoke_before=since_s > 0)

"""Watches the microphone and the recognizer, and words their trouble for the organizer once.

The worst failure is a meter that looks healthy while nobody is heard. So each state of the
source and of the recognizer opens a notice when it goes bad and closes it when it is mended.
"""

from __future__ import annotations

from dataclasses import dataclass

from companion.asr.protocol import TranscriberState, TranscriberStatus
from companion.audio.sound import SourceState, SourceStatus
from companion.domain.dates import minutes
from companion.domain.speech import Gap
from companion.live.board import Notice, NoticeKind

_SOURCE_TROUBLE = {
    SourceState.QUIET: "Your microphone sends no sound at all. Is it muted, or the wrong one?",
    SourceState.CLIPPING: "Your microphone is too loud to be understood. Turn its level down.",
    SourceState.ELSEWHERE: (
        "Your sound now comes from another microphone than at the start. "
        "If that is not right, choose yours in the system's sound settings."
    ),
    SourceState.STALLED: "Your microphone sends nothing. Check its cable or its connection.",
    SourceState.LOST: "Your microphone is gone. The call goes on, and uses it once it is back.",
}
_SOURCE_MENDED = "Your microphone works again."
_WOKEN = (
    "The computer was asleep for {slept}. What you said in that time was not heard; "
    "the call goes on."
)
_RECOGNIZER_MENDED = "The recognizer works again."


def woken(gap: Gap) -> Notice:
    """What to say after the computer slept in a call."""
    slept = minutes(gap.end_s - gap.start_s)
    return Notice(gap.end_s, NoticeKind.INFO, _WOKEN.format(slept=slept))


_OTHER_VOICE = (
    "Another voice came through your microphone and was left out{often}. A headset keeps it out; "
    "if it was yours, have your voice learned again."
)
TELL_EVERY_TIMES = 5
"""Told of the first time, then 5 times, 25 times, …: a call on speakers is full of them."""


LATE_FROM_S = 5.0
"""A recognizer that is at one request for so long is told of. Whisper on a slow computer takes
up to about 3 s."""


NEVER_HEARD_AFTER_S = 120.0
"""Nobody begins a call without a word: so early a silence says something about the microphone."""
UNHEARD_AFTER_S = 600.0
"""Who listens well is silent for minutes; not one word in ten is odd."""


@dataclass(frozen=True, slots=True)
class Silence:
    """Sound comes, and no speech of the organizer's is in it."""

    lasts_s: float
    """While the call could hear, up to now."""
    spoke_before: bool
    """They were heard earlier in the call."""


class HealthWatch:
    """Turns states into notices, each said once and taken back once."""

    def __init__(self) -> None:
        self._open: dict[str, Notice] = {}

    @property
    def open_notices(self) -> tuple[Notice, ...]:
        """What is wrong right now, oldest first."""
        return tuple(self._open.values())

    def look(
        self,
        now_s: float,
        source: SourceStatus,
        transcriber: TranscriberStatus,
        silence: Silence | None = None,
    ) -> list[Notice]:
        """Compare with what is known; return what is new. `silence`: None while they speak."""
        # A file that is read may have something to say too: that it is cut off.
        trouble = source.detail or _SOURCE_TROUBLE.get(source.state)
        found = self._set("source", now_s, trouble, _SOURCE_MENDED)
        found += self._set(
            "recognizer", now_s, _recognizer_trouble(transcriber), _RECOGNIZER_MENDED
        )
        found += self._set("pace", now_s, _pace_trouble(transcriber), "The words have caught up.")
        unheard = None if trouble else _unheard(silence, source.name)
        found += self._set("speech", now_s, unheard, "You are heard.")
        return found

    def other_voice(self, now_s: float, times: int) -> list[Notice]:
        """Another voice was left out for the so manyth time; return what is to be said now.

        Its notice stays open for the rest of the call.
        """
        told = 1
        while told < times:
            told *= TELL_EVERY_TIMES
        if told != times:
            return []
        often = "" if times == 1 else f" {times} times so far"
        notice = Notice(now_s, NoticeKind.INFO, _OTHER_VOICE.format(often=often))
        self._open["other voice"] = notice
        return [notice]

    def _set(self, what: str, now_s: float, trouble: str | None, mended: str) -> list[Notice]:
        before = self._open.get(what)
        trouble = _as_sentence(trouble) if trouble is not None else None
        if trouble is None:
            if before is None:
                return []
            del self._open[what]
            return [Notice(now_s, NoticeKind.MENDED, mended)]
        if before is not None and before.text == trouble:
            return []
        notice = Notice(now_s, NoticeKind.PROBLEM, trouble)
        self._open[what] = notice
        return [notice]


def _recognizer_trouble(status: TranscriberStatus) -> str | None:
    if status.state is TranscriberState.RESTARTING:
        return status.detail or "The recognizer stopped and is being started again."
    if status.state is TranscriberState.FAILED:
        return status.detail or (
            "The recognizer cannot run. The cards still work by hand; "
            "afterwards, 'companion doctor' says why."
        )
    # A recognizer that works and has something to say stands in for another one.
    return status.detail or None if status.state is TranscriberState.READY else None


def _as_sentence(text: str) -> str:
    """The details of a status are worded like errors; on screen they stand alone."""
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "?", "!")) else ".")


def _unheard(silence: Silence | None, name: str) -> str | None:
    """A gentle question, as they may just be listening."""
    if silence is None:
        return None
    if not silence.spoke_before and silence.lasts_s >= NEVER_HEARD_AFTER_S:
        so_far = "no words of yours have been heard yet"
    elif silence.spoke_before and silence.lasts_s >= UNHEARD_AFTER_S:
        so_far = f"no words of yours have been heard for {minutes(UNHEARD_AFTER_S)}"
    else:
        return None
    return (
        f"Sound comes from '{name}', but {so_far}. If you were listening, all is well; "
        "if you spoke, look whether it is near you and the right one."
    )


def _pace_trouble(status: TranscriberStatus) -> str | None:
    if status.state is TranscriberState.READY and status.unanswered_s >= LATE_FROM_S:
        return (
            "Your words come late: the recognizer does not answer. They are kept; if it stays so, "
            "it is started again by itself."
        )
    if status.state is TranscriberState.READY and not status.partials:
        return "This computer is behind with your words. They are kept; cards come later."
    return None

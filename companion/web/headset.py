"""The headset test of the app: runs when a button asks for it, and never in a call."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import closing

from companion.audio.headset_test import (
    ALONE,
    BEFOREHAND,
    HEARD_QUESTION,
    NOT_HEARD,
    HeadsetResult,
    Speaker,
    run_test,
    settings_changes,
)
from companion.audio.sound import Source
from companion.domain.hearing import Playback
from companion.errors import CompanionError
from companion.live.one_call import check_no_other_call
from companion.settings_reference import Value

Keep = Callable[[dict[str, Value]], object]
"""Writes settings."""
_BUSY = "A test is on already."


class HeadsetTest:
    """What was found last, and whether a test is on. From any thread."""

    def __init__(self) -> None:
        self._running = threading.Lock()
        self._stop = threading.Event()
        self._result: HeadsetResult | None = None
        self._problem = ""
        self._asks = False

    @property
    def asks(self) -> bool:
        """Nothing came back, and the organizer has still to say whether the tone was heard."""
        return self._asks

    beforehand, alone, question = BEFOREHAND, ALONE, HEARD_QUESTION

    @property
    def words(self) -> str:
        """What was found last, for people; '' before the first test."""
        return self._problem or (self._result.sentence if self._result else "")

    def told(
        self, microphone: Callable[[], Source], today: str, keep: Keep
    ) -> Iterator[dict[str, object]]:
        """How far it is (`share`, in [0, 1]), then the `words`, and whether it `asks`.

        Never raises. `today`: ISO date, kept with what is clear.
        """
        if not self._running.acquire(blocking=False):
            yield {"words": _BUSY, "asks": False}
            return
        try:
            self._stop.clear()
            self._result, self._problem, self._asks = None, "", False
            check_no_other_call()
            with microphone() as source, closing(speaker()) as output:
                test = run_test(source, output)
                while not self._stop.is_set():
                    try:
                        yield {"share": round(next(test), 3)}
                    except StopIteration as end:  # noqa: PERF203 - it comes once, at the end
                        self._result = end.value
                        self._asks = end.value.needs_ears
                        break
            if self._result is not None and not self._asks:
                keep(settings_changes(self._result, today))
        except CompanionError as error:
            self._problem = f"That did not work: {error}."
        finally:
            self._running.release()
        yield {"words": self.words, "asks": self._asks}

    def answer(self, heard: bool, today: str, keep: Keep) -> None:
        """The organizer says whether the tone was heard. Raises: CompanionError where what was
        found cannot be written to the settings."""
        if not self._asks or self._result is None:
            return
        self._asks = False
        if not heard:
            self._result = NOT_HEARD
        keep(settings_changes(self._result, today))

    def take(self) -> Playback | None:
        """What a call that begins now may go by, once. Ends a test that is still on."""
        self._stop.set()
        found = None if self._asks or self._result is None else self._result.playback
        self._result, self._problem, self._asks = None, "", False
        return found


def speaker() -> Speaker:
    """The system's default output, opened. Raises: AudioDeviceError."""
    from companion.audio.portaudio import PortAudioSpeaker

    return PortAudioSpeaker()

"""The organizer's voice in the app: learned when a button asks for it, used in calls from then on.

What is learned stays in memory while the app runs, and in the notes only with consent.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

from companion.audio.own_voice import OwnVoice
from companion.audio.reading_aloud import learn_aloud
from companion.audio.sound import Source
from companion.errors import CompanionError, InputError
from companion.store.store import Store

METER_CELLS = 8
_FLOOR_DBFS, _SPAN_DB = -60.0, 54.0
_BUSY = "Your voice is being learned already."
_LEARNED = "Your voice is learned. It goes when the app is closed."
_KEPT = "Your voice is learned, and kept encrypted in your notes."


class VoiceDesk:
    """The voice that calls of this app go by. From any thread."""

    def __init__(self) -> None:
        self._running = threading.Lock()
        self._stop = threading.Event()
        self._learned: OwnVoice | None = None
        self.words = ""
        """How the last learning ended, for people; '' before the first."""

    def known(self, store: Store | None) -> OwnVoice | None:
        """The voice learned in this run, or kept in the open notes; None where it is not known."""
        if self._learned is not None:
            return self._learned
        try:
            kept = None if store is None else store.voices.kept()
            return None if kept is None else OwnVoice.from_bytes(kept.figures)
        except InputError as error:
            self.words = _as_sentence(error)
            return None

    def told(
        self, microphone: Callable[[], Source], keep: Callable[[bytes], object] | None
    ) -> Iterator[dict[str, object]]:
        """How far it is: `share` in [0, 1], the level in cells of a `meter`, a `problem` or null;
        then the `words`, and whether it went `well`. Never raises.

        `keep`: writes the figures to the notes; None where they are not to be kept.
        """
        if not self._running.acquire(blocking=False):
            yield {"words": _BUSY, "well": False}
            return
        well = False
        try:
            self._stop.clear()
            with microphone() as source:
                learning = learn_aloud(source)
                while not self._stop.is_set():
                    try:
                        reading = next(learning)
                    except StopIteration as end:
                        self._learned, well = end.value, True
                        break
                    yield {
                        "share": round(reading.share, 3),
                        "meter": _cells(reading.level_dbfs),
                        "problem": reading.problem,
                    }
            if self._learned is not None and well:
                self.words = _LEARNED
                if keep is not None:
                    keep(self._learned.to_bytes())
                    self.words = _KEPT
        except CompanionError as error:
            self.words = f"That did not work: {_as_sentence(error)}"
        finally:
            self._running.release()
        yield {"words": self.words, "well": well}

    def forget(self, store: Store | None) -> None:
        """Forget it here and, for good, in the open notes. Raises: StoreError."""
        self.let_go()
        if store is not None:
            store.voices.forget()
        self.words = "Your voice is forgotten."

    def let_go(self) -> None:
        """Forget what is in memory only."""
        self._stop.set()
        self._learned, self.words = None, ""

    def stop(self) -> None:
        """A call begins: whatever is being learned ends."""
        self._stop.set()


def _cells(level_dbfs: float) -> int:
    part = (level_dbfs - _FLOOR_DBFS) / _SPAN_DB
    return round(min(1.0, max(0.0, part)) * METER_CELLS)


def _as_sentence(error: CompanionError) -> str:
    text = f"{error}"
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "?", "!")) else ".")

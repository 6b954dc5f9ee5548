"""A recognizer that hears planted words in whatever is said; for audits alone.

It runs where every recognizer runs, in the call's child process. No setting and no option of
`companion call` leads to it: only the audit starts a call with it.
"""

from __future__ import annotations

import os
from multiprocessing.connection import Client

from companion.asr.protocol import Decoded
from companion.asr.spec import RecognizerSpec
from companion.audio.sound import Samples
from companion.audit import words_line


def planted_spec(address: str) -> RecognizerSpec:
    """For a call whose words come over the audit's line."""
    return RecognizerSpec(
        "planted", "the audit's planted words", f"{__name__}:create", {"address": address}
    )


def create(*, address: str) -> PlantedRecognizer:
    """The factory of the spec; runs in the child process."""
    return PlantedRecognizer(address)


class PlantedRecognizer:
    """Asks for the words of each segment when the segment is over."""

    name = "the audit's planted words"
    decodes_ahead = False

    def __init__(self, address: str) -> None:
        self._line = Client(address, "AF_UNIX")
        self._line.send((words_line.RECOGNIZER, os.getpid()))

    def begin(self) -> None:
        """Nothing to prepare."""

    def feed(self, samples: Samples) -> None:
        """The sound is not listened to."""

    def partial(self) -> Decoded:
        """The first half of the segment's words."""
        return Decoded(self._ask(words_line.PARTIAL))

    def final(self, speech_s: float, economy: bool) -> Decoded:
        """All of them."""
        return Decoded(self._ask(words_line.FINAL), confidence=0.9)

    def close(self) -> None:
        """Hang up."""
        self._line.close()

    def _ask(self, what: str) -> str:
        self._line.send(what)
        return str(self._line.recv())

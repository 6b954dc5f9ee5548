"""What a recognizer is (inside the child process), and what a transcriber is (in front of it)."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from types import TracebackType
from typing import Protocol

from typing_extensions import Self

from companion.audio.sound import EndpointEvent, Samples
from companion.domain.speech import Gap, Hypothesis

MIN_SPEECH_S = 0.25
"""No recognizer makes words of less speech than this: `withheld="too short"`."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """What a recognizer returns for a segment. Text stays out of `repr`."""

    text: str = field(repr=False)
    confidence: float | None = None
    """In [0, 1], or None where the engine offers none."""
    withheld: str | None = None
    """Why there is no text although there was sound ('too short', 'loop', 'unlikely', …)."""


class Recognizer(Protocol):
    """One engine with its model loaded. Lives in the child process; one segment at a time.

    `begin`, then `feed` in order, `partial` at any time, and `final`. `begin` after anything
    starts afresh.

    An engine that works while it is fed (pocketsphinx) has `decodes_ahead = False`: its `final`
    ends the segment and is called once. An engine that decodes at the end (Whisper) has
    `decodes_ahead = True`: its `final` decodes everything fed since `begin` and changes nothing,
    so the transcriber may call it at a pause, on the guess that speech is over, and `feed` and
    call it again if it was not. The guess holds exactly where speech turned out to end within
    the sound that the call had; then no second `final` comes. On a guess `speech_s` is an upper
    bound (seconds of sound so far).
    """

    name: str
    """For people: 'pocketsphinx en-us', 'whisper base.en'."""
    decodes_ahead: bool
    """True where `final` may be called more than once in a segment, with `feed` in between."""

    def begin(self) -> None:
        """Start a segment."""

    def feed(self, samples: Samples) -> None:
        """More sound of the segment. f32[n], mono, 16 kHz, in [-1, 1]."""

    def partial(self) -> Decoded:
        """The words so far; may be revised."""

    def final(self, speech_s: float, economy: bool) -> Decoded:
        """The words of the whole segment; of everything fed so far where it `decodes_ahead`.

        `speech_s`: seconds of it that were speech, for the guard against invented text.
        `economy`: the machine cannot keep up; decode as cheaply as the engine can (beam 1).
        """

    def close(self) -> None:
        """Give the memory back."""


class TranscriberState(str, Enum):
    """How the recognizer's process is doing."""

    LOADING = "loading"
    READY = "ready"
    RESTARTING = "restarting"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class TranscriberStatus:
    """What a view needs to say about the recognizer."""

    state: TranscriberState
    engine: str
    lag_s: float = 0.0
    """Seconds of speech that wait to be decoded."""
    partials: bool = True
    """False while partials are stopped because the machine cannot keep up."""
    economy: bool = False
    """True while finals are decoded with beam 1."""
    unanswered_s: float = 0.0
    """Seconds that the recognizer's process has been at its present request."""
    restarts: int = 0
    detail: str = ""
    """One plain sentence with the way out, where something is wrong."""


class Transcriber(Protocol):
    """Turns endpoint events into hypotheses: finals in order and never dropped, one latest partial.

    `push` never blocks. All methods are called from one thread.
    """

    def __enter__(self) -> Self: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...

    def push(self, event: EndpointEvent) -> None:
        """Take the next endpoint event."""

    def poll(self) -> list[Hypothesis]:
        """What is new since the last poll: finals in segment order, then at most one partial."""

    def gaps(self) -> list[Gap]:
        """Stretches dropped since the last call because the backlog's bound was reached."""

    def drain(self, timeout_s: float) -> bool:
        """Wait until every ended segment has its final ready to be polled; False on timeout."""

    def settle(self, timeout_s: float) -> bool:
        """Wait until everything pushed was worked on, partials too; False on timeout.

        For files read faster than speech: words then meet the sound that they belong to.
        """

    def forget(self) -> None:
        """Drop every pending sound and hypothesis at once, in the child too (off the record)."""

    def status(self) -> TranscriberStatus:
        """How the recognizer is doing; cheap."""

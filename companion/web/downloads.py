"""One speech model being downloaded, on a thread of its own; the only pages that use the network.

What an interrupted download has brought stays, and the next one goes on from there.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace
from enum import Enum

from companion.asr.download import Offer, fetch
from companion.asr.hub import Hub
from companion.asr.model_files import known_model
from companion.errors import CompanionError, InputError
from companion.web.templating import sentence
from companion.web.workspace import Workspace

JOIN_WITHIN_S = 5.0


class Phase(str, Enum):
    """How far a download is."""

    ASKING = "asking"
    FETCHING = "fetching"
    DONE = "done"
    STOPPED = "stopped"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Download:
    """The download that was begun last, as it is now."""

    model: str
    phase: Phase
    here_bytes: int = 0
    total_bytes: int = 0
    problem: str = ""

    @property
    def is_on(self) -> bool:
        """It still asks or fetches."""
        return self.phase in (Phase.ASKING, Phase.FETCHING)

    @property
    def words(self) -> str:
        """How it stands, in a sentence."""
        if self.phase is Phase.ASKING:
            return f"Asking for {self.model} ..."
        if self.phase is Phase.FETCHING:
            return f"{self.model}: {_mb(self.here_bytes)} of {_mb(self.total_bytes)} are here."
        if self.phase is Phase.DONE:
            return f"{self.model} is ready: calls can use it."
        if self.phase is Phase.STOPPED:
            return f"Stopped. What has arrived of {self.model} is kept; download it to go on."
        return self.problem


class Downloads:
    """Downloads one model at a time, and none during a call. Methods may be called from any
    thread."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._last: Download | None = None

    @property
    def last(self) -> Download | None:
        """The one that is on, or that ended last; None where none was begun."""
        with self._lock:
            return self._last

    def begin(self, name: str) -> None:
        """Download a model. Raises: ModelError for an unknown one; InputError in a call, or while
        another download is on."""
        model = known_model(name)
        if self._workspace.in_call:
            raise InputError("a call is on, and nothing uses the network then; end it first")
        with self._lock:
            if self._last is not None and self._last.is_on:
                raise InputError("another model is being downloaded; stop that first, or wait")
            self._stop.clear()
            self._last = Download(model.name, Phase.ASKING)
            self._thread = threading.Thread(
                target=self._work, args=(model.name,), name="companion-download", daemon=True
            )
            self._thread.start()

    def cancel(self) -> None:
        """Stop what is on; what has arrived is kept."""
        self._stop.set()

    def wait(self, within_s: float = JOIN_WITHIN_S) -> None:
        """Until the download that is on has ended."""
        thread = self._thread
        if thread is not None:
            thread.join(within_s)

    def _work(self, name: str) -> None:
        try:
            self._fetch(name)
        except CompanionError as error:
            self._now(phase=Phase.FAILED, problem=_for_a_page(sentence(error), name))
        except Exception as error:  # noqa: BLE001 - a page must say that it ended, whatever it was
            problem = f"The download failed ({type(error).__name__}); try it once more."
            self._now(phase=Phase.FAILED, problem=problem)

    def _fetch(self, name: str) -> None:
        model = known_model(name)
        with Hub() as hub:
            offer = Offer(model, hub.listing(model))
            if not offer.is_installed():
                self._now(phase=Phase.FETCHING, total_bytes=offer.total_bytes)
                for progress in fetch(hub, offer):
                    self._now(here_bytes=progress.bytes)
                    if self._must_stop() and progress.bytes < progress.total_bytes:
                        self._now(phase=Phase.STOPPED)
                        return
        self._now(phase=Phase.DONE)

    def _must_stop(self) -> bool:
        """Asked to, or the app stops, or a call began: in a call nothing uses the network."""
        workspace = self._workspace
        return self._stop.is_set() or workspace.stopping.is_set() or workspace.in_call

    def _now(self, **changes: object) -> None:
        with self._lock:
            if self._last is not None:
                self._last = replace(self._last, **changes)  # type: ignore[arg-type]


def _for_a_page(words: str, name: str) -> str:
    """The way out of a problem that is a command in a terminal is a button here."""
    command = f"run 'companion models download {name}' again"
    return words.replace(command, "download it again").replace(
        "run the same command again", "download it again"
    )


def _mb(count: int) -> str:
    return f"{round(count / 1_000_000)} MB"

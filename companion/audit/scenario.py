"""Runs one call with planted words to one of its endings, and looks at what it left."""

from __future__ import annotations

import os
import pty
import shutil
import signal
import subprocess
import termios
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType

from typing_extensions import Self

from companion.audit.allowed import Allowed
from companion.audit.disk import DiskSearch, search_folders
from companion.audit.endings import Deed, Ending
from companion.audit.findings import Breach, Finding
from companion.audit.folders import Folders, python_command, with_package
from companion.audit.identifiers import as_speech
from companion.audit.judge import Judge, Seen
from companion.audit.needles import Needles
from companion.audit.planted_store import Planted, search_store
from companion.audit.tracing import Means, TracedProcess
from companion.audit.words_line import WordsLine

UTTERANCES = 24
"""The sample call's sound has some more stretches of speech than this."""
CRASH_AFTER = 12
"""Utterances after which the recognizer is made to crash."""
_WITHIN_S = 180.0
_SETTLE_S = 2.5
"""A draft is written no later than this after a change."""
_LAST_WORDS = 160
_TYPED_S = 1.0
"""A typed line is read well within this."""
_REVIEW_ASKS = b"Row, command, or ?"
_ENDING_SAID = b"Ending the call."
_OFF_RECORD_WORDS = "Please keep this off the record."


@dataclass(frozen=True, slots=True)
class EndingSeen:
    """What was seen of one call."""

    ending: Ending
    took_s: float
    heard: int
    """Planted identifiers that the call heard."""
    shown: int
    """Of these, how many stood on the terminal (in a card that rewrites a question)."""
    seen: Seen | None
    """None where system calls could not be watched."""
    disk: DiskSearch
    recognizers: int
    """Recognizer processes that were started."""
    findings: tuple[Finding, ...] = field(default=())
    """All of them: of the trace, of the disk, of the store, of the ending itself."""


def run_ending(
    ending: Ending, planted: Planted, means: Means, base: Path, store: Path, passphrase: str
) -> EndingSeen:
    """One whole call, watched. `store`: an empty one with that passphrase, to be copied."""
    folders = Folders(base)
    folders.store.parent.mkdir(parents=True)
    shutil.copytree(store, folders.store)
    began_s = time.monotonic()
    needles = Needles(planted.all)
    with Run(ending, planted, means, folders, needles, passphrase) as run:
        problems = run.play()
    seen = run.seen if means.strace is not None else None
    disk = search_folders([folders.base], 0.0, needles)
    findings = [
        *problems,
        *disk.findings,
        *search_store(ending, planted, folders.store, passphrase),
    ]
    if seen is not None:
        findings += seen.findings
    shown = {hit.number for hit in Needles(planted.spoken).find(run.output)}
    if ending.transcript and len(shown) < len(planted.spoken):
        where = f"{ending.name}: only {len(shown)} planted identifiers came through to the screen"
        findings.append(Finding(Breach.ENDED, where))
    return EndingSeen(
        ending,
        time.monotonic() - began_s,
        run.heard,
        len(shown),
        seen,
        disk,
        run.recognizers,
        tuple(findings),
    )


class Run:
    """A call that runs; a context manager that leaves no process behind."""

    def __init__(
        self,
        ending: Ending,
        planted: Planted,
        means: Means,
        folders: Folders,
        needles: Needles,
        passphrase: str,
    ) -> None:
        self._ending = ending
        self._planted = planted
        self._done = False
        self._changed = threading.Condition()
        self._output = bytearray()
        self._output_over = False
        words = as_speech(planted.spoken, UTTERANCES)
        if ending.deed is Deed.SAY_OFF_RECORD:
            words = (*words, _OFF_RECORD_WORDS)
        self._line = WordsLine(
            folders.base,
            words,
            {"passphrase": passphrase, "transcript": "yes" if ending.transcript else "no"},
            self._before,
        )
        ours, theirs = pty.openpty()
        _quiet(theirs)
        self._keys = ours
        allowed = Allowed((folders.store,), (self._line.address,))
        self._process = TracedProcess(
            means,
            python_command("-m", "companion.cli.audited_call", self._line.address),
            Judge(needles, allowed),
            environment=with_package(folders.environment()),
            folder=folders.cwd,
            stdin=theirs,
        )
        os.close(theirs)
        self._reader = threading.Thread(target=self._read, daemon=True)

    def __enter__(self) -> Self:
        self._line.__enter__()
        self._reader.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for process_id in (self._line.call, *self._line.recognizers):
            if kind is not None and process_id is not None:
                _send(process_id, signal.SIGKILL)
        self._process.__exit__(kind, error, trace)
        self._line.__exit__(kind, error, trace)
        os.close(self._keys)

    @property
    def seen(self) -> Seen:
        """What the trace showed."""
        return self._process.seen

    @property
    def output(self) -> bytes:
        """Everything that the call printed."""
        with self._changed:
            return bytes(self._output)

    @property
    def heard(self) -> int:
        """How many of the planted identifiers were given out."""
        given = min(self._line.given, UTTERANCES)
        return sum(1 for i in self._planted.spoken if i.number % UTTERANCES < given)

    @property
    def recognizers(self) -> int:
        """How many recognizer processes came."""
        return len(self._line.recognizers)

    def play(self) -> list[Finding]:
        """Take the call to its end; what did not end as it should."""
        problems = []
        if self._ending.review and self._wait_for(_REVIEW_ASKS):
            for line in self._ending.review:
                self._type(self._filled(line))
        try:
            code = self._process.wait(_WITHIN_S)
        except subprocess.TimeoutExpired:
            return [Finding(Breach.ENDED, f"{self._ending.name}: no end within {_WITHIN_S:.0f} s")]
        self._reader.join()
        if code not in self._ending.codes:
            last = self.output.decode("utf-8", "replace").strip().splitlines()[-1:]
            problems.append(f"exit code {code}: {''.join(last)[:_LAST_WORDS]}")
        if self.heard < len(self._planted.spoken):
            problems.append(f"only {self.heard} planted identifiers were heard")
        problems += [problem for problem in self._after_deed() if problem]
        return [Finding(Breach.ENDED, f"{self._ending.name}: {p}") for p in problems]

    def _after_deed(self) -> list[str]:
        deed, said = self._ending.deed, self.output
        alive = [p for p in self._line.recognizers if _is_alive(p)]
        problems = ["a recognizer's process is still there"] if alive else []
        if deed is Deed.CRASH_RECOGNIZER and self.recognizers != 2:
            problems.append("the recognizer was not started again")
        off_record = deed in (Deed.OFF_RECORD, Deed.SAY_OFF_RECORD)
        if off_record and b"Off the record." not in said:
            problems.append("it did not go off the record")
        if deed is Deed.WITHDRAW and b"Consent withdrawn." not in said:
            problems.append("the withdrawal was not taken")
        return problems

    # --- while it runs ------------------------------------------------------------------------

    def _before(self, number: int) -> bool:
        """Asked for each utterance, from the thread that serves the recognizer."""
        deed = self._ending.deed
        at = CRASH_AFTER if deed is Deed.CRASH_RECOGNIZER else UTTERANCES
        if self._done or number < at:
            return True
        self._done = True
        return self._do(deed)

    def _do(self, deed: Deed) -> bool:
        """Whether the words are still wanted afterwards."""
        call = self._line.call or 0
        if deed is Deed.CRASH_RECOGNIZER:
            _send(self._line.recognizers[-1], signal.SIGSEGV)
            return False
        if deed in (Deed.CRASH_CALL, Deed.KILL_CALL):
            time.sleep(_SETTLE_S)
            _send(call, signal.SIGSEGV if deed is Deed.CRASH_CALL else signal.SIGKILL)
            return False
        if deed in (Deed.INTERRUPT, Deed.INTERRUPT_TWICE):
            _send(call, signal.SIGINT)
            self._wait_for(_ENDING_SAID)
        if deed is Deed.INTERRUPT_TWICE:
            _send(call, signal.SIGINT)
        typed = {Deed.OFF_RECORD: ("o",), Deed.WITHDRAW: ("withdraw", "withdraw")}
        for line in typed.get(deed, ()):
            self._type(line)
        if deed in typed or deed is Deed.INTERRUPT_TWICE:
            time.sleep(_TYPED_S)
        return True

    def _type(self, line: str) -> None:
        os.write(self._keys, f"{line}\n".encode())

    def _filled(self, line: str) -> str:
        kept, masked = self._planted.typed_kept, self._planted.typed_masked
        return line.format(kept=kept.marks[0], masked=masked.marks[0])

    def _read(self) -> None:
        while piece := os.read(self._process.output.fileno(), 1 << 16):
            with self._changed:
                self._output += piece
                self._changed.notify_all()
        with self._changed:
            self._output_over = True
            self._changed.notify_all()

    def _wait_for(self, text: bytes) -> bool:
        with self._changed:
            self._changed.wait_for(
                lambda: text in self._output or self._output_over, timeout=_WITHIN_S
            )
            return text in self._output


def _quiet(terminal: int) -> None:
    """No echo: nobody reads it, and a full terminal would stop the call."""
    attributes = termios.tcgetattr(terminal)
    attributes[3] &= ~termios.ECHO
    termios.tcsetattr(terminal, termios.TCSANOW, attributes)


def _send(process_id: int, number: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(process_id, number)


def _is_alive(process_id: int) -> bool:
    try:
        os.kill(process_id, 0)
        state = Path(f"/proc/{process_id}/stat").read_text(encoding="utf-8").rpartition(")")[2]
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return not state.lstrip().startswith("Z")  # dead, and only not yet taken note of

"""Runs a program under strace, in a network of its own without a way out where that is permitted.

What strace prints goes through a pipe and is judged at once: the trace holds what is written, so
it must not lie on a disk itself. Both processes of a call refuse to be read by others (see
`companion.seclusion`); strace may read them only with rights over them, which root has, and
anybody has inside a user namespace of their own.
"""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO

from typing_extensions import Self

from companion.audit.judge import TRACED, Judge, Seen
from companion.audit.strace_lines import Unread, read_trace

_MOST_BYTES = 1 << 20
"""Of one string; far more than any write of ours, and a cut is told."""
_TRY_WITHIN_S = 20.0
_JOIN_S = 30.0


@dataclass(frozen=True, slots=True)
class Means:
    """What this computer lets an audit do."""

    strace: str | None
    """strace's path; None where tracing is not possible."""
    own_network: tuple[str, ...]
    """What to put before a command so that it runs in a network without a way out."""
    without_strace: str = ""
    """Why there is none, and how to get it."""
    without_network: str = ""
    """The same of the network."""


def find_means() -> Means:
    """Try what is permitted here; takes a moment."""
    if sys.platform != "linux":
        why = "system calls can be watched on Linux only"
        return Means(None, (), why, "only Linux has networks of a process's own")
    strace = shutil.which("strace")
    namespace = _namespace()
    without_network = (
        ""
        if namespace
        else "this system does not let programs have a network of their own (unshare -rn)"
    )
    if strace is None:
        why = "strace is not installed; 'apt install strace', or your system's like, brings it"
        return Means(None, namespace, why, without_network)
    if os.geteuid() != 0 and not namespace:
        why = (
            "a process that guards its memory can be watched by root only, as this system "
            "permits no user namespaces; run the audit as root on a computer of your own"
        )
        return Means(None, (), why, without_network)
    if not _works((*namespace, strace, "-f", "--seccomp-bpf", "-o", os.devnull, "true")):
        why = "strace may not watch programs here (a container without ptrace, for one)"
        return Means(None, namespace, why, without_network)
    return Means(strace, namespace, "", without_network)


def _namespace() -> tuple[str, ...]:
    unshare = shutil.which("unshare")
    if unshare is None:
        return ()
    command = (unshare, "--user", "--map-root-user", "--net", "--")
    return command if _works((*command, "true")) else ()


def _works(command: Sequence[str]) -> bool:
    try:
        done = subprocess.run(command, capture_output=True, timeout=_TRY_WITHIN_S, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


class TracedProcess:
    """A program that runs under watch; a context manager that ends it in any case.

    Its output and errors come through one pipe, `output`.
    """

    def __init__(
        self,
        means: Means,
        command: Sequence[str],
        judge: Judge,
        *,
        environment: Mapping[str, str],
        folder: Path,
        stdin: int | None = None,
    ) -> None:
        self._judge = judge
        self._reader: threading.Thread | None = None
        traced: tuple[str, ...] = ()
        passed: tuple[int, ...] = ()
        ours = theirs = -1
        if means.strace is not None:
            ours, theirs = os.pipe()
            passed = (theirs,)
            traced = _strace(means.strace, theirs)
        with _core_files_allowed():
            self._process = subprocess.Popen(
                [*means.own_network, *traced, *command],
                cwd=folder,
                env=dict(environment),
                stdin=subprocess.DEVNULL if stdin is None else stdin,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                pass_fds=passed,
            )
        assert self._process.stdout is not None
        self.output: IO[bytes] = self._process.stdout
        if means.strace is not None:
            os.close(theirs)
            self._reader = threading.Thread(target=self._read, args=(ours,), daemon=True)
            self._reader.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()
        self.output.close()
        if self._reader is not None:
            self._reader.join(_JOIN_S)

    def wait(self, timeout_s: float) -> int:
        """The exit code, once the whole trace was judged too; negative: ended by a signal.

        Raises: subprocess.TimeoutExpired.
        """
        code = self._process.wait(timeout_s)
        if self._reader is not None:
            self._reader.join(timeout_s)
        return code

    @property
    def seen(self) -> Seen:
        """What was seen so far."""
        return self._judge.seen

    def _read(self, descriptor: int) -> None:
        with open(descriptor, encoding="ascii", errors="backslashreplace") as lines:
            try:
                for traced in read_trace(lines):
                    self._judge.take(traced)
            except Exception as error:  # noqa: BLE001 - an audit must not pass what it did not read
                self._judge.take(Unread(f"the trace from here on ({type(error).__name__})"))
                for _ in lines:  # strace, and with it the call, must not wait for a reader
                    pass


@contextmanager
def _core_files_allowed() -> Iterator[None]:
    """What is started here may leave core files as far as the system lets it, so that it is seen
    whether the program itself forbids them."""
    soft, hard = resource.getrlimit(resource.RLIMIT_CORE)
    try:
        # Every command of ours forbids itself core files; only root may take that back.
        resource.setrlimit(resource.RLIMIT_CORE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    except (ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_CORE, (hard, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_CORE, (soft, hard))


def core_files_possible() -> bool:
    """Whether a program that is started here could leave a core file."""
    with _core_files_allowed():
        return resource.getrlimit(resource.RLIMIT_CORE)[0] != 0


def _strace(strace: str, descriptor: int) -> tuple[str, ...]:
    return (
        strace,
        *("--follow-forks", "--seccomp-bpf", "--quiet=attach,personality"),
        *("--decode-fds=all", "--strings-in-hex=all", f"--string-limit={_MOST_BYTES}"),
        f"--trace={','.join('?' + name for name in TRACED)}",
        f"--output=/dev/fd/{descriptor}",
        "--",
    )

"""The parent's hold on the recognizer's process: start it, ask it, end it."""

from __future__ import annotations

import threading
from multiprocessing import get_context

from companion.asr import child
from companion.asr.spec import RecognizerSpec
from companion.asr.wire import Reply, unpack_reply

_JOIN_S = 2.0
_LOOK_EVERY_S = 0.25


class ChildLostError(Exception):
    """The process died, or gave no answer within the limit. Holds no text."""


class RecognizerProcess:
    """One child process, started on construction. `ask` from one thread, `kill` from any."""

    def __init__(self, spec: RecognizerSpec, threads: int) -> None:
        """Start the process; its first reply (`Ready` or `Refused`) comes once it has loaded.

        Raises: ChildLostError if the system does not let a process start.
        """
        # spawn, not fork: threads and audio callbacks of this process must not be copied.
        context = get_context("spawn")
        self._connection, theirs = context.Pipe()
        self._ending = threading.Lock()
        self.heard = False
        """Whether sound may have reached the process."""
        self.killed = False
        """Whether it was ended on purpose."""
        self._process = context.Process(
            target=child.run,
            args=(theirs, spec.engine, spec.factory, dict(spec.options), threads),
            name="companion-recognizer",
            daemon=True,
        )
        try:
            self._process.start()
        except OSError:
            self._connection.close()
            raise ChildLostError("the process could not be started") from None
        finally:
            theirs.close()

    @property
    def pid(self) -> int | None:
        """The process id, for tests and for measuring memory."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Whether the process runs."""
        with self._ending:
            return self._process.is_alive()

    def ask(self, message: bytes, limit_s: float) -> Reply:
        """Send a request and wait for its reply.

        Raises: ChildLostError if the process dies or does not answer within `limit_s`.
        """
        try:
            self._connection.send_bytes(message)
        except OSError:
            raise ChildLostError("the process died") from None
        return self.receive(limit_s)

    def receive(self, limit_s: float) -> Reply:
        """Wait for a reply; see `ask`."""
        try:
            waited_s = 0.0
            while not self._connection.poll(_LOOK_EVERY_S):
                # Looks are counted, and not the time: what the computer slept is no waiting.
                waited_s += _LOOK_EVERY_S
                if waited_s >= limit_s:
                    raise ChildLostError("no answer in time")
            return unpack_reply(self._connection.recv_bytes())
        except (EOFError, OSError):
            raise ChildLostError("the process died") from None

    def kill(self) -> None:
        """End the process at once, from any thread; a pending `ask` raises ChildLostError."""
        with self._ending:
            self.killed = True
            if self._process.is_alive():
                self._process.kill()

    def close(self) -> None:
        """End the process and give everything back; from the thread that asks."""
        self.kill()
        self._process.join(_JOIN_S)
        self._connection.close()

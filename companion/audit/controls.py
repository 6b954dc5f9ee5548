"""Positive controls: small programs that do what must never be, each in another way.

An audit can be believed where it catches all of them. Run by the audit, each in a process of its
own, as `python -m companion.audit.controls NAME`; the word comes on standard input. Standard
library only, so that they start quickly.
"""

from __future__ import annotations

import base64
import gzip
import json
import logging
import mmap
import os
import socket
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from companion.audit.findings import Breach

ELSEWHERE = ("192.0.2.1", 9)
"""An address that is reserved for documentation: nobody is there."""
_ALLOWED = Path("allowed")
"""A folder in which files may be opened for writing, as the store's: there only the words tell."""
_IO_URING_SETUP = 425
_PLANTED = frozenset({Breach.PLANTED})


@dataclass(frozen=True, slots=True)
class Control:
    """One thing that must not be, and how an audit must notice it."""

    name: str
    title: str
    do: Callable[[str], None]
    """Does it with the word, in the working folder."""
    traced: frozenset[Breach] = _PLANTED
    """What the trace must show; empty where only the disk can."""
    on_disk: bool = True
    """Whether the word must be found on disk afterwards."""


def _file(word: str) -> None:
    Path("words.txt").write_text(word, encoding="utf-8")


def _bytes(data: bytes) -> None:
    (_ALLOWED / "data").write_bytes(data)


def _mapped(path: Path, word: str) -> None:
    data = word.encode()
    with path.open("w+b") as file:
        file.truncate(len(data))
        with mmap.mmap(file.fileno(), len(data)) as memory:
            memory[:] = data


def _temporary(word: str) -> None:
    with tempfile.TemporaryFile() as file:
        file.write(word.encode())


def _log(word: str) -> None:
    logging.basicConfig(filename=_ALLOWED / "program.log")
    logging.getLogger("control").error("could not understand %r", word)


def _datagram(word: str, address: tuple[str, int]) -> None:
    # Where there is no way out: that it was tried is what counts.
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line, suppress(OSError):
        line.sendto(word.encode(), address)


def _connection(word: str) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as line:
        line.setblocking(False)
        line.connect_ex(ELSEWHERE)


def _local_socket(word: str) -> None:
    with (
        socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as server,
        socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client,
    ):
        server.bind("socket")
        server.listen(1)
        client.connect("socket")
        client.sendall(word.encode())


def _in_child(word: str) -> None:
    child = os.fork()
    if child == 0:
        _bytes(word.encode())
        os._exit(0)
    os.waitpid(child, 0)


def _argument(word: str) -> None:
    subprocess.run(["true", word], check=False)


def _environment(word: str) -> None:
    program = "import os; open('allowed/data', 'w').write(os.environ['WORD'])"
    subprocess.run([sys.executable, "-c", program], env={**os.environ, "WORD": word}, check=True)


def _renamed(word: str) -> None:
    _bytes(b"")
    (_ALLOWED / "data").rename(_ALLOWED / word)


def _attribute(word: str) -> None:
    _bytes(b"")
    with suppress(OSError):  # not every file system has them
        os.setxattr(_ALLOWED / "data", "user.word", word.encode())


def _split(word: str) -> None:
    data = word.encode()
    with (_ALLOWED / "data").open("wb", buffering=0) as file:
        file.write(data[: len(data) // 2])
        file.write(data[len(data) // 2 :])


def _vectored(word: str) -> None:
    data = word.encode()
    with (_ALLOWED / "data").open("wb", buffering=0) as file:
        os.pwritev(file.fileno(), [data[:3], data[3:]], 0)


def _database(word: str) -> None:
    with sqlite3.connect(_ALLOWED / "plain.db") as database:
        database.execute("CREATE TABLE said (words TEXT)")
        database.execute("INSERT INTO said VALUES (?)", (word,))


def _copied(word: str) -> None:
    source = os.memfd_create("words")
    os.write(source, word.encode())
    with (_ALLOWED / "data").open("wb") as file:
        os.sendfile(file.fileno(), source, 0, len(word.encode()))


def _ring(word: str) -> None:
    import ctypes

    ctypes.CDLL(None).syscall(_IO_URING_SETUP, 1, None)


def _shared_memory(word: str) -> None:
    from multiprocessing.shared_memory import SharedMemory

    data = word.encode()
    memory = SharedMemory(create=True, size=len(data))
    try:
        assert memory.buf is not None
        memory.buf[: len(data)] = data
    finally:
        memory.close()
        memory.unlink()


def _core(word: str) -> None:
    os.abort()


CONTROLS: tuple[Control, ...] = (
    Control("file", "a file", _file, frozenset({Breach.OPENED, Breach.PLANTED})),
    Control(
        "mapping",
        "a mapped file",
        lambda word: _mapped(Path("words"), word),
        frozenset({Breach.OPENED, Breach.MAPPED}),
    ),
    Control(
        "mapping-allowed",
        "a mapped file where files are allowed",
        lambda word: _mapped(_ALLOWED / "words", word),
        frozenset({Breach.MAPPED}),
    ),
    Control(
        "temporary",
        "a temporary file without a name",
        _temporary,
        frozenset({Breach.OPENED, Breach.PLANTED}),
        on_disk=False,
    ),
    Control("log", "a log", _log),
    Control(
        "udp",
        "a datagram to this computer",
        lambda w: _datagram(w, ("127.0.0.1", 9)),
        on_disk=False,
    ),
    Control(
        "udp-away",
        "a datagram to another computer",
        lambda w: _datagram(w, ELSEWHERE),
        frozenset({Breach.PLANTED, Breach.CONNECTED}),
        on_disk=False,
    ),
    Control(
        "tcp",
        "a connection to another computer",
        _connection,
        frozenset({Breach.CONNECTED}),
        on_disk=False,
    ),
    Control("local-socket", "another program's local socket", _local_socket, on_disk=False),
    Control("child", "a child process", _in_child),
    Control("argument", "a program's argument", _argument, on_disk=False),
    Control("environment", "a program's environment, and its file", _environment),
    Control("name", "a file's name", lambda word: (_ALLOWED / word).touch()),
    Control("rename", "a file's new name", _renamed),
    Control("attribute", "a file's attribute", _attribute, on_disk=False),
    Control("utf-16", "UTF-16", lambda word: _bytes(word.encode("utf-16-be"))),
    Control("utf-32", "UTF-32", lambda word: _bytes(word.encode("utf-32"))),
    Control("base64", "base64", lambda word: _bytes(base64.b64encode(b"x" + word.encode()))),
    Control("hex", "hexadecimal digits", lambda word: _bytes(word.encode().hex().encode())),
    Control("url", "URL-escaped", lambda word: _bytes(quote(word).encode())),
    Control("json", "JSON-escaped", lambda word: _bytes(json.dumps({"said": word}).encode())),
    Control("capitals", "in capitals", lambda word: _bytes(word.upper().encode())),
    Control("split", "split across two writes", _split),
    Control("vectored", "one write in two pieces", _vectored),
    Control(
        "gzip",
        "compressed with gzip",
        lambda word: _bytes(gzip.compress(word.encode())),
        frozenset(),
    ),
    Control("database", "a plain database", _database),
    Control("copied", "copied by the system", _copied, frozenset({Breach.UNSEEN}), on_disk=False),
    Control("ring", "io_uring", _ring, frozenset({Breach.UNSEEN}), on_disk=False),
    Control(
        "shared-memory",
        "shared memory with a name",
        _shared_memory,
        frozenset({Breach.OPENED, Breach.MAPPED}),
        on_disk=False,
    ),
    Control("core", "a core file", _core, frozenset({Breach.CORE}), on_disk=False),
)


def main(name: str) -> None:
    """Do it, with the word on standard input."""
    word = sys.stdin.read()
    _ALLOWED.mkdir(exist_ok=True)
    next(control for control in CONTROLS if control.name == name).do(word)


if __name__ == "__main__":
    main(sys.argv[1])

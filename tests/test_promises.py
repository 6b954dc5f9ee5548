"""Nothing raw on disk, no network: a whole call is run, and everything it opens is watched.

An audit hook in every Python process of the call reports what is opened for writing, made, or
reached over the network. Native code is not seen by it; that is why the folders are looked at too.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from companion import locations

WATCH = """
import logging, os, sys
_log = os.open(os.environ["WATCH_LOG"], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_MADE = ("os.mkdir", "os.rename", "os.link", "os.symlink", "shutil.copyfile", "sqlite3.connect")
_SENT = ("socket.connect", "socket.sendto", "socket.sendmsg", "socket.getaddrinfo")

def _tell(what, about):
    os.write(_log, f"{os.getpid()} {what} {about!r}\\n".encode())

def _hook(event, args):
    if event == "open" and isinstance(args[0], int):
        return  # a descriptor that is open already: a pipe, or a file whose opening was told
    if event == "open" and isinstance(args[2], int) and args[2] & _WRITES:
        _tell("write", args[0])
    elif event in _MADE:
        _tell("make", args[0])
    elif event == "resource.setrlimit":
        _tell("limit", args)
    elif event in _SENT:
        _tell("network", args)

class _Told(logging.Handler):
    def emit(self, record):
        _tell("said", self.format(record))

# Everything that anything logs, with the arguments of its message and its traceback.
logging.basicConfig(level=1, handlers=[_Told()])
sys.addaudithook(_hook)
_tell("begin", sys.argv[:1])
"""


NO_CORE = "(4, (0, 0))"
"""RLIMIT_CORE, which is 4 on Linux and macOS, set to nothing."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What happened in all processes of a run."""

    code: int
    output: str
    processes: int
    written: list[str]
    network: list[str]
    without_core_dumps: int
    """Processes that told the system to write no core dump."""
    logged: list[str]
    """Every line that any library logged, at whatever level."""
    left_behind: list[Path]


def _run_watched(folder: Path, *arguments: str) -> Seen:
    """Run Python with every folder of the user's inside `folder`."""
    watch, home, cwd = folder / "watch", folder / "user", folder / "cwd"
    for made in (watch, home, cwd):
        made.mkdir()
    (watch / "sitecustomize.py").write_text(WATCH, encoding="utf-8")
    log = folder / "log"
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=cwd,
        env={
            **os.environ,
            **dict.fromkeys(("HOME", "USERPROFILE", "APPDATA", "LOCALAPPDATA"), str(home)),
            **dict.fromkeys(("TMPDIR", "TEMP", "TMP", "COMPANION_HOME", "HF_HOME"), str(home)),
            "PYTHONPATH": os.pathsep.join((str(watch), str(Path(__file__).parents[1]))),
            "PYTHONDONTWRITEBYTECODE": "1",
            "WATCH_LOG": str(log),
        },
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        check=False,
    )
    lines = log.read_text(encoding="utf-8").splitlines()
    told = [line.split(" ", 2) for line in lines]
    nowhere = {repr(os.devnull), repr(str(log))}
    return Seen(
        done.returncode,
        done.stdout,
        len({pid for pid, *_ in told}),
        [about for _, what, about in told if what in ("write", "make") and about not in nowhere],
        [about for _, what, about in told if what == "network"],
        len({pid for pid, what, about in told if what == "limit" and about == NO_CORE}),
        [about for _, what, about in told if what == "said"],
        [path for made in (home, cwd) for path in made.rglob("*")],
    )


def test_promises_the_watch_sees_what_must_not_be(tmp_path: Path) -> None:
    program = """
import logging, multiprocessing, pathlib, socket, tempfile
def child():
    logging.getLogger("some.library").debug("heard %s", "words")
    pathlib.Path("from-a-child").write_text("words")
if __name__ == "__main__":
    pathlib.Path("words.txt").write_text("words")
    tempfile.TemporaryFile().write(b"words")
    try:
        socket.create_connection(("127.0.0.1", 9), timeout=0.2)
    except OSError:
        pass
    process = multiprocessing.get_context("spawn").Process(target=child)
    process.start()
    process.join()
"""
    script = tmp_path / "bad.py"
    script.write_text(program, encoding="utf-8")
    seen = _run_watched(tmp_path, str(script))
    assert seen.code == 0, seen.output
    assert any("words.txt" in about for about in seen.written)
    assert any("from-a-child" in about for about in seen.written)
    assert any(str(tmp_path / "user") in about for about in seen.written), "the temporary file"
    assert any("127.0.0.1" in about for about in seen.network)
    assert any("heard words" in line for line in seen.logged)
    assert {path.name for path in seen.left_behind} == {"words.txt", "from-a-child"}


@pytest.mark.flite
@pytest.mark.timeout(180)
def test_promises_a_call_writes_nothing_and_reaches_nobody(tmp_path: Path) -> None:
    flite = shutil.which("flite")
    if flite is None:
        pytest.skip("needs flite to speak")
    talk = tmp_path / "talk.wav"
    words = "thank you for making time today. what is it like to work there in the summer?"
    subprocess.run([flite, "-voice", "rms", "-t", words, "-o", talk], check=True)
    seen = _run_watched(
        *(tmp_path, "-m", "companion", "call", "--input", str(talk)),
        *("--consent", "spoken", "--plain", "--transcript", "--engine", "sphinx"),
    )
    assert seen.code == 0, seen.output
    assert "time" in seen.output, "the recognizer heard nothing, so this would prove nothing"
    assert seen.processes >= 2, "the recognizer's process was not watched"
    assert seen.written == []
    assert seen.network == []
    assert not any(word in line for line in seen.logged for word in ("summer", "today", "thank"))
    if os.name != "nt":
        assert seen.without_core_dumps == 2, "the call's process and the recognizer's"
    assert seen.left_behind == []


def test_promises_a_library_that_would_report_to_its_makers_is_told_not_to(tmp_path: Path) -> None:
    model = locations.shipped("models", "silero_vad_v6.onnx")
    program = f"import onnxruntime; onnxruntime.InferenceSession({str(model)!r})"
    seen = _run_watched(tmp_path, "-c", f"import companion; {program}")
    assert seen.code == 0, seen.output
    assert (seen.written, seen.network, seen.left_behind) == ([], [], [])

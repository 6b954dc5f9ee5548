"""Python's own last words name a kind and a place, and never quote."""

from __future__ import annotations

import subprocess
import sys

import pytest

from companion.cli.unexpected import sentence_of

SPOKEN = "they cut my hours again"
MAIN = f"raise ValueError({SPOKEN!r})"
THREAD = f"""
import threading
def work():
    raise RuntimeError({SPOKEN!r})
thread = threading.Thread(target=work)
thread.start()
thread.join()
"""
CLEARING = f"""
class Left:
    def __del__(self):
        raise OSError({SPOKEN!r})
Left()
"""
LOGGED = f"""
import logging
try:
    raise ArithmeticError({SPOKEN!r})
except ArithmeticError:
    logging.getLogger("uvicorn.error").exception({SPOKEN!r})
"""
LOGGED_ALONE = f"import logging; logging.getLogger('asyncio').error({SPOKEN!r})"
PAGE = f"""
import asyncio, uvicorn
from fastapi import FastAPI
pages = FastAPI()
@pages.get("/")
def page():
    raise LookupError({SPOKEN!r})
async def run():
    server = uvicorn.Server(uvicorn.Config(pages, port=0, log_config=None, lifespan="off"))
    serving = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.001)
    port = server.servers[0].sockets[0].getsockname()[1]
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"GET / HTTP/1.1\\r\\nHost: x\\r\\nConnection: close\\r\\n\\r\\n")
    assert b" 500 " in await reader.read()
    server.should_exit = True
    await serving
asyncio.run(run())
"""


def _stderr_of(program: str, *, quiet: bool) -> str:
    hush = "from companion.cli.unexpected import quote_nothing; quote_nothing()\n" if quiet else ""
    done = subprocess.run(
        [sys.executable, "-c", hush + program], capture_output=True, text=True, check=False
    )
    return done.stderr


@pytest.mark.parametrize(
    ("program", "kind"),
    [
        (MAIN, "ValueError"),
        (THREAD, "RuntimeError"),
        (CLEARING, "OSError"),
        (LOGGED, "ArithmeticError"),
        (LOGGED_ALONE, "asyncio"),
        (PAGE, "LookupError"),
    ],
)
def test_unexpected_last_words_tell_the_kind_and_not_the_message(program: str, kind: str) -> None:
    assert SPOKEN in _stderr_of(program, quiet=False), "without it Python quotes the message"
    said = _stderr_of(program, quiet=True)
    assert kind in said
    assert "hours" not in said
    assert said.startswith("companion: ")
    assert len(said.splitlines()) == 1


def test_unexpected_a_thread_that_leaves_says_nothing() -> None:
    program = "import threading, sys; t = threading.Thread(target=sys.exit); t.start(); t.join()"
    assert _stderr_of(program, quiet=True) == ""


def test_unexpected_warnings_are_not_shown() -> None:
    program = f"import warnings; warnings.warn({SPOKEN!r}, stacklevel=1)"
    assert SPOKEN in _stderr_of(program, quiet=False)
    assert _stderr_of(program, quiet=True) == ""


def test_unexpected_an_error_that_was_never_raised_has_no_place() -> None:
    assert "KeyError at start" in sentence_of(KeyError(SPOKEN))
    assert "hours" not in sentence_of(KeyError(SPOKEN))

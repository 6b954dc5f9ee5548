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


def _stderr_of(program: str, *, quiet: bool) -> str:
    hush = "from companion.cli.unexpected import quote_nothing; quote_nothing()\n" if quiet else ""
    done = subprocess.run(
        [sys.executable, "-c", hush + program], capture_output=True, text=True, check=False
    )
    return done.stderr


@pytest.mark.parametrize(
    ("program", "kind"), [(MAIN, "ValueError"), (THREAD, "RuntimeError"), (CLEARING, "OSError")]
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


def test_unexpected_an_error_that_was_never_raised_has_no_place() -> None:
    assert "KeyError at start" in sentence_of(KeyError(SPOKEN))
    assert "hours" not in sentence_of(KeyError(SPOKEN))

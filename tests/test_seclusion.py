"""A process of ours keeps to itself: real processes, looked at from outside."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from companion import seclusion

NOBODY = 65534
# Root may look into everything; so both processes become somebody else once they have started.
# That takes what may be read of them away too, and it is given back, as to any other program.
AS_A_USER = f"""
import ctypes, os
if os.getuid() == 0:
    os.setgid({NOBODY})
    os.setuid({NOBODY})
    ctypes.CDLL(None).prctl(4, 1, 0, 0, 0)
"""
SECLUDED = """
import sys
from companion.seclusion import keep_files_private, look, seclude
if sys.argv[1] == "secluded":
    seclude()
    keep_files_private()
print(look(), flush=True)
sys.stdin.readline()
"""
LOOKS_IN = "import sys; open(f'/proc/{sys.argv[1]}/mem', 'rb').close()"
linux_only = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")


@contextmanager
def _running(program: str, how: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    process = subprocess.Popen(
        [sys.executable, "-c", program, how],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(seclusion.__file__).parents[1],
    )
    try:
        assert process.stdout is not None
        yield process, process.stdout.readline()
    finally:
        process.communicate("", timeout=20)


@linux_only
def test_seclusion_another_program_of_the_same_user_cannot_look_in() -> None:
    imports_first = "import companion.seclusion\n" + AS_A_USER + SECLUDED
    for how, allowed in (("open", True), ("secluded", False)):
        with _running(imports_first, how) as (process, _):
            looks = subprocess.run(
                [sys.executable, "-c", AS_A_USER + LOOKS_IN, str(process.pid)],
                capture_output=True,
                check=False,
            )
            assert (looks.returncode == 0) is allowed, looks.stderr.decode()
            assert allowed or b"PermissionError" in looks.stderr


@linux_only
def test_seclusion_says_what_holds() -> None:
    with _running(SECLUDED, "secluded") as (_, said):
        assert said == "Seclusion(core_dumps=False, traceable=False, private_files=True)\n"


@pytest.mark.skipif(os.name == "nt", reason="POSIX modes")
def test_seclusion_files_of_every_command_are_for_the_user_alone(tmp_path: Path) -> None:
    program = (
        "import sys, pathlib; from companion import __main__, seclusion\n"
        "from companion.cli import app\n"
        "app.run = lambda arguments: pathlib.Path(arguments[0]).write_text('x')\n"
        "sys.exit = lambda code: None\n"
        "__main__.main()\n"
    )
    made = tmp_path / "made"
    subprocess.run([sys.executable, "-c", program, made], check=True)
    assert stat.S_IMODE(made.stat().st_mode) == 0o600


def test_seclusion_looking_changes_nothing() -> None:
    before = os.umask(0o027)
    try:
        assert seclusion.look() == seclusion.look()
        assert os.umask(0o027) == 0o027
    finally:
        os.umask(before)


SCREEN = """
import asyncio, sys
from companion.__main__ import main
sys.argv = ["companion", "--version"]
try:
    main()
except SystemExit:
    pass
from textual.app import App
from textual.widgets import Input
class Asks(App):
    def compose(self):
        yield Input()
async def typed():
    async with Asks().run_test() as pilot:
        await pilot.press(*"spoken")
asyncio.run(typed())
"""


def test_seclusion_no_variable_makes_the_terminals_library_write_what_is_typed(
    tmp_path: Path,
) -> None:
    log = tmp_path / "log"
    tools = {
        "TEXTUAL_LOG": str(log),
        "TEXTUAL": "devtools,debug",
        "TEXTUAL_SCREENSHOT": "0",
        "TEXTUAL_SCREENSHOT_LOCATION": str(tmp_path),
    }
    environment = {**os.environ, **tools, "PYTHONPATH": str(Path(__file__).parents[1])}

    def run(program: str) -> None:
        command = [sys.executable, "-c", program]
        subprocess.run(command, env=environment, check=True, capture_output=True, timeout=60)

    run(SCREEN)
    assert list(tmp_path.iterdir()) == []
    run(SCREEN.replace("    main()", "    pass"))
    assert "spoken" in log.read_text(encoding="utf-8"), "without it, the library would"

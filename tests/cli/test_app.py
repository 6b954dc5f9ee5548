"""The command line as people meet it: one sentence with a way out, and the right exit code."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from collections.abc import Iterator

import pytest
import typer

from companion import __version__, errors
from companion.cli import app as command_line


@pytest.fixture(autouse=True)
def _probe() -> Iterator[None]:
    """A command that misbehaves as asked, for the length of one test."""

    def probe(how: str, value: str = typer.Option("-", "--value")) -> int | None:
        if how == "companion":
            raise errors.AudioDeviceError("no such input; run 'companion devices'")
        if how == "bug":
            raise RuntimeError("she said something private")
        if how == "ctrl-c":
            raise KeyboardInterrupt
        if how == "eof":
            raise EOFError
        if how == "pipe":
            raise BrokenPipeError
        if how == "three":
            return 3
        print(how, value)
        return None

    command_line.app.command("probe")(probe)
    yield
    command_line.app.registered_commands.pop()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["nosuch"], "No such command 'nosuch'; 'companion --help' shows"),
        (["doctr"], "Did you mean 'doctor'?"),
        (["--nosuch"], "No such option: --nosuch; 'companion --help' shows"),
        (["doctor", "--jsn"], "--json"),
        (["doctor", "extra"], "'companion doctor --help' shows"),
        (["settings", "sow"], "Did you mean 'show'? 'companion settings --help' shows"),
        (["settings", "set", "audio.device"], "'companion settings set --help' shows"),
    ],
)
def test_app_a_wrong_command_line_is_one_line_with_a_way_out(
    arguments: list[str], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command_line.run(arguments) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("companion: ")
    assert err.count("\n") == 1
    assert says in err


@pytest.mark.parametrize("arguments", [[], ["--help"], ["-h"]])
def test_app_alone_it_shows_help(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert command_line.run(arguments) == 0
    out, err = capsys.readouterr()
    assert out.startswith("Usage: companion ")
    assert "doctor" in out
    assert err == ""


def test_app_a_group_alone_shows_its_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert command_line.run(["settings"]) == 2
    assert "Usage: companion settings" in capsys.readouterr().err


def test_app_tells_its_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert command_line.run(["--version"]) == 0
    assert capsys.readouterr().out == f"companion {__version__}\n"


def test_app_a_known_error_is_its_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert command_line.run(["probe", "companion"]) == 2
    out, err = capsys.readouterr()
    assert (out, err) == ("", "companion: no such input; run 'companion devices'\n")


def test_app_an_unexpected_error_never_shows_its_message(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert command_line.run(["probe", "bug"]) == 1
    err = capsys.readouterr().err
    assert "RuntimeError at cli/test_app.py:" in err
    assert "--debug" in err
    assert "private" not in err
    assert "Traceback" not in err


@pytest.mark.parametrize(
    "arguments",
    [["--debug", "probe", "bug"], ["probe", "--debug", "bug"], ["probe", "bug", "--debug"]],
)
def test_app_debug_may_stand_anywhere(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert command_line.run(arguments) == 1
    assert "Traceback" in capsys.readouterr().err


def test_app_debug_behind_two_dashes_is_an_argument(capsys: pytest.CaptureFixture[str]) -> None:
    assert command_line.run(["probe", "--value", "v", "--", "--debug"]) == 0
    assert capsys.readouterr().out == "--debug v\n"


@pytest.mark.parametrize("how", ["ctrl-c", "eof"])
def test_app_an_interruption_is_130(how: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert command_line.run(["probe", how]) == 130
    err = capsys.readouterr().err
    assert err.strip() == "companion: stopped"


def test_app_a_commands_own_exit_code_is_kept() -> None:
    assert command_line.run(["probe", "three"]) == 3


@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_app_a_reader_that_leaves_is_no_error(unbuffered: str) -> None:
    read_end, write_end = os.pipe()
    os.close(read_end)
    done = subprocess.run(
        [sys.executable, "-m", "companion", "settings", "show", "--defaults"],
        stdout=write_end,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONUNBUFFERED": unbuffered},
        check=False,
    )
    os.close(write_end)
    assert done.stderr == b""
    assert done.returncode == 0


def test_app_a_broken_pipe_inside_a_command_is_no_error(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(io.FileIO(os.dup(1), "w")))
    assert command_line.run(["probe", "pipe"]) == 0
    assert capfd.readouterr().err == ""


def test_app_help_loads_nothing_heavy() -> None:
    heavy = "numpy pydantic_settings yaml textual spacy sounddevice soundfile soxr onnxruntime "
    heavy += "faster_whisper ctranslate2 pocketsphinx companion.settings"
    program = (
        "import sys; from companion.cli.app import run; run(['--help']); "
        f"print(sorted(set({heavy.split()!r}) & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stderr == "[]\n"


def test_app_every_command_and_option_is_explained() -> None:
    for name, command in _commands():
        assert command.help, f"{name} has no help"
        for parameter in command.params:
            if getattr(parameter, "hidden", False) or parameter.param_type_name == "argument":
                continue
            assert getattr(parameter, "help", None), f"{name} {parameter.opts} has no help"


def _commands() -> Iterator[tuple[str, typer.core.TyperCommand]]:
    waiting = [("companion", typer.main.get_command(command_line.app))]
    while waiting:
        name, command = waiting.pop()
        yield name, command  # type: ignore[misc]
        for sub_name, sub in getattr(command, "commands", {}).items():
            if sub_name != "probe":
                waiting.append((f"{name} {sub_name}", sub))

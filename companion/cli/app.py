"""The Typer application, and how errors reach people."""

from __future__ import annotations

import os
import sys
import traceback
from importlib import import_module
from typing import Annotated

import typer

from companion import __version__
from companion.cli.unexpected import sentence_of
from companion.errors import CompanionError

# Each module has `register(app)`. They import only typer, errors and the standard library at the
# top; everything heavy is imported inside the commands, so that `companion --help` stays quick.
COMMAND_MODULES: tuple[str, ...] = (
    "analyze",
    "audit",
    "browser",
    "call",
    "calls",
    "devices",
    "doctor",
    "erase",
    "evaluate",
    "headset",
    "label",
    "models",
    "next",
    "practice",
    "purge",
    "rap",
    "redact",
    "review",
    "settings",
    "setup",
    "store",
    "team",
    "transcribe",
    "train",
    "trends",
    "voice",
)

INTERRUPTED = 130
"""Exit code after Ctrl-C, as shells have it."""

app = typer.Typer(
    name="companion",
    help=(
        "A private helper beside your 1-on-1 call: it hears only your microphone, "
        "shows one short next prompt, and keeps nothing raw."
    ),
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"companion {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    debug: Annotated[
        bool, typer.Option("--debug", help="On an unexpected error, show the technical details.")
    ] = False,
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_show_version, is_eager=True, help="Show the version and stop."
        ),
    ] = False,
) -> None:
    """Options that stand before the command."""


for _name in COMMAND_MODULES:
    import_module(f"companion.cli.{_name}").register(app)


def run(arguments: list[str]) -> int:
    """Run one command line and return its exit code; errors become one sentence on stderr."""
    arguments, debug = _without_debug(arguments)
    try:
        result = app(arguments or ["--help"], prog_name="companion", standalone_mode=False)
        sys.stdout.flush()
    except typer.TyperException as error:
        _say(_usage(error))
        return error.exit_code
    except CompanionError as error:
        if debug:
            traceback.print_exc()
        _say(f"companion: {error}")
        return error.exit_code
    except (KeyboardInterrupt, typer.Abort):
        return _stopped()
    except BrokenPipeError:
        return _reader_went_away()
    except SystemExit as leaving:
        # Typer leaves with 1 where the reader of a pipe went away; that is no error of ours.
        if isinstance(leaving.__context__, BrokenPipeError):
            return _reader_went_away()
        raise
    except Exception as error:  # noqa: BLE001 - the last resort: nobody should see a traceback unasked
        if debug:
            traceback.print_exc()
        _say(f"companion: {sentence_of(error)}")
        return 1
    if result == INTERRUPTED:
        return _stopped()
    return result if isinstance(result, int) else 0


def _without_debug(arguments: list[str]) -> tuple[list[str], bool]:
    """Takes `--debug` out wherever it stands (Typer knows it only before the command).

    What follows `--` is left as it is: there it is an argument's value.
    """
    end = arguments.index("--") if "--" in arguments else len(arguments)
    options = [a for a in arguments[:end] if a != "--debug"]
    return options + arguments[end:], len(options) < end


def _say(text: str) -> None:
    print(text, file=sys.stderr)


def _stopped() -> int:
    _say("companion: stopped")
    return INTERRUPTED


def _reader_went_away() -> int:
    """`companion … | head`: point stdout elsewhere, so that Python's last flush is quiet too."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


def _usage(error: typer.TyperException) -> str:
    """What was wrong with the command line, and where to look it up; a group's help as it is."""
    text = error.format_message()
    if text.lstrip().startswith("Usage:"):
        return text
    text = text.replace("Value error, ", "")  # pydantic's words for a programmer
    context = getattr(error, "ctx", None)
    command = context.command_path if context else "companion"
    joint = " " if text.endswith("?") else "; "
    return f"companion: {text.rstrip('.')}{joint}'{command} --help' shows what there is"

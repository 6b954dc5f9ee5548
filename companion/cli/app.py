"""The Typer application, and how errors reach people."""

from __future__ import annotations

import sys
import traceback
from importlib import import_module
from types import TracebackType
from typing import Annotated

import click
import typer

from companion import __version__
from companion.errors import CompanionError

# Each module has `register(app)`. They import only typer, errors and the standard library at the
# top; everything heavy is imported inside the commands, so that `companion --help` stays quick.
COMMAND_MODULES: tuple[str, ...] = ()

app = typer.Typer(
    name="companion",
    help=(
        "A private helper beside your 1-on-1 call: it hears only your microphone, "
        "shows one short next prompt, and keeps nothing raw."
    ),
    no_args_is_help=True,
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
    debug = "--debug" in arguments
    # `--debug` may stand anywhere; Typer itself knows it only before the command.
    arguments = [a for a in arguments if a != "--debug"]
    try:
        result = app(arguments, standalone_mode=False)
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except CompanionError as error:
        if debug:
            traceback.print_exc()
        print(f"companion: {error}", file=sys.stderr)
        return error.exit_code
    except (KeyboardInterrupt, click.Abort):
        print("companion: stopped", file=sys.stderr)
        return 130
    except BrokenPipeError:
        # The reader of a pipe went away (`companion … | head`): not an error of ours.
        sys.stderr.close()
        return 0
    except Exception as error:  # noqa: BLE001 - the last resort: nobody should see a traceback unasked
        if debug:
            traceback.print_exc()
        print(f"companion: {_unexpected(error)}", file=sys.stderr)
        return 1
    return result if isinstance(result, int) else 0


def _unexpected(error: BaseException) -> str:
    """Names the kind and the place of an error, never its message, which might quote speech."""
    place = _innermost(error.__traceback__)
    return (
        f"something went wrong that should not have ({type(error).__name__} at {place}). "
        "Nothing was stored. Run the command again with --debug to see the details"
    )


def _innermost(trace: TracebackType | None) -> str:
    frames = traceback.extract_tb(trace)
    if not frames:
        return "start"
    return f"{frames[-1].filename.rsplit('companion', 1)[-1].lstrip('/')}:{frames[-1].lineno}"

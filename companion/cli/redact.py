"""`companion redact`: text with everything masked that could name somebody, a line at a time."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, BinaryIO

import typer

from companion.errors import InputError

if TYPE_CHECKING:
    from companion.redaction.spans import Redaction

LONGEST_LINE = 400_000
"""Bytes; room for every line that the redactor reads word by word, in any script."""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("redact")(redact)


def redact(
    file: Annotated[
        Path, typer.Argument(metavar="[FILE|-]", help="Text as UTF-8; - is standard input.")
    ] = Path("-"),
    json_lines: Annotated[
        bool, typer.Option("--json", help="One JSON object a line, for programs.")
    ] = False,
) -> None:
    """Mask what could name somebody: a line in, a line out, in order. Nothing is stored.

    Words of a list of ordinary words stay; all others are masked, and so are numbers, addresses,
    ages, somebody's health and names that are words. Each line stands by itself.
    """
    from companion.redaction.redactor import shipped_redactor

    redactor = shipped_redactor()
    name = "standard input" if str(file) == "-" else str(file)
    with _opened(file) as source:
        for line in _lines(source, name):
            redaction = redactor.redact(line)
            print(_json_line(redaction) if json_lines else redaction.text, flush=True)


@contextmanager
def _opened(file: Path) -> Iterator[BinaryIO]:
    if str(file) == "-":
        yield sys.stdin.buffer
        return
    try:
        source = file.open("rb")
        if file.is_dir():
            raise IsADirectoryError(21, "it is a folder")
    except FileNotFoundError:
        raise InputError(f"{file}: there is no such file; check the name") from None
    except OSError as error:
        raise InputError(
            f"{file}: cannot be read ({error.strerror}); check that it is a file and yours to read"
        ) from None
    with source:
        yield source


def _lines(source: BinaryIO, name: str) -> Iterator[str]:
    """Lines without their ends, as soon as they are there."""
    number = 0
    while raw := source.readline(LONGEST_LINE + 1):
        number += 1
        where = f"{name}, line {number}"
        if len(raw) > LONGEST_LINE:
            raise InputError(f"{where}: is longer than {LONGEST_LINE} bytes; break it into lines")
        try:
            line = raw.decode("utf-8-sig" if number == 1 else "utf-8")
        except UnicodeDecodeError:
            raise InputError(f"{where}: is not UTF-8 text; save it as UTF-8") from None
        yield line.removesuffix("\n").removesuffix("\r")


def _json_line(redaction: Redaction) -> str:
    spans = [{"start": s.start, "end": s.end, "type": s.type.value} for s in redaction.spans]
    return json.dumps({"text": redaction.text, "spans": spans})

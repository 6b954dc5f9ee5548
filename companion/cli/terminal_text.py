"""Text as a terminal can show it, and tables that fit it.

Whatever was stored, nothing printed here can move the cursor, change a color or the reading
direction: what is no printable character becomes a blank.
"""

from __future__ import annotations

import shutil
import sys
import textwrap
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

USUAL_WIDTH = 80
"""Columns where nobody says how wide the output is, as in a file or a pipe."""
_GAP = "  "
_CUT = "..."
_WIDE = ("W", "F")


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table."""

    title: str
    is_number: bool = False
    """Numbers stand to the right."""
    gives_way: bool = False
    """Cut first where the table is wider than the terminal; at most one column is."""


def visible(text: str) -> str:
    """Text as this terminal can show it: control characters become spaces, and characters that
    its encoding lacks become question marks."""
    plain = "".join(char if char.isprintable() else " " for char in text)
    encoding = sys.stdout.encoding or "utf-8"
    return plain.encode(encoding, "replace").decode(encoding)


def output_width() -> int:
    """Columns of the terminal, or the usual width where the output is no terminal."""
    if not sys.stdout.isatty():
        return USUAL_WIDTH
    return max(40, shutil.get_terminal_size((USUAL_WIDTH, 24)).columns)


def table(columns: Sequence[Column], rows: Sequence[Sequence[str]], width: int) -> list[str]:
    """Lines of a table with a heading, none wider than `width` columns if a column can give way.

    Columns are held apart by blanks alone, so that a screen reader reads words and no rules.
    """
    cells = [[column.title for column in columns], *([visible(c) for c in row] for row in rows)]
    widths = [max(columns_of(row[i]) for row in cells) for i in range(len(columns))]
    too_wide = sum(widths) + len(_GAP) * (len(columns) - 1) - width
    if too_wide > 0:
        for i, column in enumerate(columns):
            if column.gives_way:
                widths[i] = max(widths[i] - too_wide, columns_of(column.title))
    return [
        _GAP.join(
            _placed(cut(text, widths[i]), widths[i], columns[i]) for i, text in enumerate(row)
        ).rstrip()
        for row in cells
    ]


def wrapped(name: str, value: str, width: int, name_width: int) -> list[str]:
    """A named value, its further lines below the first: 'issues     Wages, safety'."""
    lead = f"{name:<{name_width}}"
    return textwrap.wrap(
        visible(value) or "-",
        width,
        initial_indent=lead,
        subsequent_indent=" " * name_width,
        break_on_hyphens=False,
    )


def columns_of(text: str) -> int:
    """How many columns of a terminal a text takes: wide characters two, combining ones none."""
    seen = (char for char in text if not unicodedata.combining(char))
    return sum(2 if unicodedata.east_asian_width(char) in _WIDE else 1 for char in seen)


def cut(text: str, width: int) -> str:
    """The text, or its beginning and three dots where it is wider than so many columns."""
    if columns_of(text) <= width:
        return text
    kept = ""
    for char in text:
        if columns_of(kept + char) > width - len(_CUT):
            break
        kept += char
    return (kept.rstrip() + _CUT)[:width]


def _placed(text: str, width: int, column: Column) -> str:
    blanks = " " * (width - columns_of(text))
    return blanks + text if column.is_number else text + blanks

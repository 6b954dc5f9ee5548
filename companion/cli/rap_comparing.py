"""How `companion rap compare` prints a comparison for people."""

from __future__ import annotations

from pathlib import Path

from companion.cli.terminal_text import output_width, visible, wrapped
from companion.trainer.compare import Comparison
from companion.trainer.compare_page import count_rows, figure_rows, in_short

MOST_CHANGES = 12
MOST_FIGURES = 15
_WIDTHS = (12, 8, 8, 9, 17, 17)
_HEADS = ("", "fixed", "broken", "changed", "right with both", "wrong with both")


def as_text(found: Comparison, out: Path | None) -> str:
    """What was fixed and broken, the figures that differ, and where to read more."""
    names = [f"{visible(rap.name)} {rap.version}" for rap in (found.before, found.after)]
    lines = [f"Before: {names[0]}", f"After:  {names[1]}", ""]
    for line in in_short(found):
        lines += wrapped("", line, output_width(), 0)
    lines += ["", _row(_HEADS)]
    lines += [
        _row((r.title, r.fixed, r.broken, r.changed, r.right, r.wrong)) for r in count_rows(found)
    ]
    lines += ["", "What differs between the raps"]
    changes = [f"  {visible(str(change))}" for change in found.rap_changes]
    lines += _most(changes, MOST_CHANGES) or ["  nothing that the companion reads"]
    rows = figure_rows(found)
    if rows:
        lines += ["", "Figures that differ: before -> after, difference [interval]"]
    for verdict in dict.fromkeys(row.verdict for row in rows):
        lines.append(f"  {verdict}")
        own = [
            f"    {r.words:<34} {r.before} -> {r.after}  {r.grown}"
            for r in rows
            if r.verdict == verdict
        ]
        lines += _most(own, MOST_FIGURES)
    lines.append("")
    if out is not None:
        lines.append(f"Line by line in {out / 'compare.html'}. It quotes lines of the calls.")
    else:
        lines.append("With --out FOLDER: everything that changed, line by line.")
    return "\n".join(lines)


def _row(cells: tuple[str, ...]) -> str:
    first, *rest = zip(cells, _WIDTHS, strict=True)
    return f"{first[0]:<{first[1]}}" + "".join(f"{cell:>{width}}" for cell, width in rest)


def _most(lines: list[str], most: int) -> list[str]:
    more = len(lines) - most
    return lines if more <= 0 else [*lines[:most], f"    and {more} more"]

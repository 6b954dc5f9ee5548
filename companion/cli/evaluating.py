"""The two ways in which `companion evaluate` prints figures, and its line of progress."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from typing import TypeVar

from companion.trainer.evaluate import Evaluation
from companion.trainer.figure_tables import SECTIONS, cell

ThingT = TypeVar("ThingT")

_FORM_TITLES = {"written": "as written", "bare": "bare"}
_NAME_WIDTH = 38
_FORM_WIDTH = 28


def as_object(results: Mapping[str, Evaluation]) -> str:
    """One JSON object; names are stable, see docs/measuring.md."""
    any_form = next(iter(results.values()))
    found: dict[str, object] = {
        "rap": any_form.rap,
        "calls": list(any_form.calls),
        "utterances": any_form.utterances,
    }
    for form, evaluation in results.items():
        found[form] = {
            "figures": {
                name: {"value": m.value, "count": m.count, "low": m.low, "high": m.high}
                for name, m in evaluation.figures.items()
            },
            "confusion": [list(row) for row in evaluation.confusion],
        }
    return json.dumps(found, allow_nan=False)


def as_table(results: Mapping[str, Evaluation]) -> str:
    """Figures by section, the forms of the text side by side."""
    any_form = next(iter(results.values()))
    calls = "one call" if len(any_form.calls) == 1 else f"{len(any_form.calls)} calls"
    lines = [
        f"{any_form.rap}: {calls}, {any_form.utterances} utterances",
        "Each figure: value, [interval that holds 95 of 100 drawings of these calls], (count)",
    ]
    for title, start in SECTIONS:
        names = [name for name in any_form.figures if name.startswith(start)]
        if names:
            lines += ["", _row(title, [_FORM_TITLES[form] for form in results])]
            lines += [
                _row(f"  {name}", [cell(e.figures[name]) for e in results.values()])
                for name in names
            ]
    if len(any_form.calls) == 1:
        lines += ["", "With one call there are no intervals, and no positions to compare with."]
    for form, evaluation in results.items():
        lines += ["", f"Labelled steps (rows) and detected ones (columns), {_FORM_TITLES[form]}"]
        lines.append("     " + "".join(f"{step:>6}" for step in range(1, 6)))
        for step, row in enumerate(evaluation.confusion, start=1):
            lines.append(f"{step:>5}" + "".join(f"{n:>6}" for n in row))
    return "\n".join(lines)


def _row(name: str, cells: list[str]) -> str:
    return (f"{name:<{_NAME_WIDTH}}" + "".join(f"{c:<{_FORM_WIDTH}}" for c in cells)).rstrip()


class Progress:
    """One line on standard error that is written over, where a person would see it."""

    def __init__(self, total: int) -> None:
        self._total = total
        self._done = 0
        self._wanted = sys.stderr.isatty()

    def over(self, things: Iterable[ThingT]) -> Iterator[ThingT]:
        """The calls, or whatever is worked on, counted as they are taken."""
        for thing in things:
            if self._wanted:
                print(f"\r{self._done} of {self._total}", end="", file=sys.stderr, flush=True)
            self._done += 1
            yield thing

    def clear(self) -> None:
        """Take the line away."""
        if self._wanted:
            print("\r" + " " * 30 + "\r", end="", file=sys.stderr, flush=True)

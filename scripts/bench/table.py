"""Figures beside their targets, as a table for people and as JSON."""

from __future__ import annotations

import json
import os
import platform
import sys
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured figure. `met` is None where the target is only a direction."""

    name: str
    measured: str
    target: str
    met: bool | None = None


def below(name: str, value: float, limit: float, unit: str, digits: int = 2) -> Figure:
    """A figure whose target is an upper limit."""
    return Figure(name, f"{value:.{digits}f} {unit}", f"≤ {limit:g} {unit}", met=value <= limit)


def quantile(values: Iterable[float], q: float) -> float:
    """The q-quantile by the nearest rank; NaN of nothing."""
    ordered = sorted(values)
    if not ordered:
        return float("nan")
    return ordered[min(len(ordered) - 1, max(0, round(q * (len(ordered) - 1))))]


def machine() -> str:
    """What the figures were measured on, without naming it."""
    return f"{os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}"


def show(title: str, figures: Sequence[Figure], as_json: bool) -> None:
    """Print the table to standard output."""
    if as_json:
        json.dump(
            {"title": title, "machine": machine(), "figures": [asdict(f) for f in figures]},
            sys.stdout,
            ensure_ascii=False,
        )
        print()
        return
    print(f"\n{title} ({machine()})\n")
    width = max(len(f.name) for f in figures)
    middle = max(len(f.measured) for f in figures)
    for f in figures:
        verdict = "" if f.met is None else "met" if f.met else "NOT MET"
        print(f"  {f.name:<{width}}  {f.measured:>{middle}}  {f.target:<14} {verdict}")


def progress(text: str) -> None:
    """One line of what is going on, on standard error."""
    print(f"… {text}", file=sys.stderr, flush=True)

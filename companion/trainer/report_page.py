"""Reports as self-contained pages: one file, no script, nothing fetched."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from companion.domain.dates import clock
from companion.domain.dialogue import Step
from companion.trainer import drawings
from companion.trainer.bootstrap import Measured
from companion.trainer.certainty import reliability, risk_and_coverage
from companion.trainer.evaluate import Evaluation
from companion.trainer.figure_tables import SECTIONS, cell
from companion.trainer.findings import findings
from companion.trainer.rap_test import RapTest

_HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class _StepRow:
    name: str
    recall: str
    precision: str
    f1: str
    count: int


@dataclass(frozen=True, slots=True)
class _FigureRow:
    name: str
    written: str
    bare: str


@dataclass(frozen=True, slots=True)
class _Table:
    title: str
    rows: tuple[_FigureRow, ...]


def page_of_test(test: RapTest, on: date) -> str:
    """The report of a test as a page."""
    values: dict[str, Any] = {
        "test": test,
        "findings": findings(test),
        "made": f"Made on {on.isoformat()}",
    }
    if test.written is not None and test.bare is not None:
        values |= _call_values(test, test.written, test.bare)
    return render("rap_test.html", values)


def render(template: str, values: Mapping[str, Any]) -> str:
    """A page from its template, with everything escaped that is not a drawing."""
    environment = Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["clock"] = clock
    environment.filters["percent"] = lambda share: f"{share:.0%}"
    return environment.get_template(template).render(values)


def _call_values(test: RapTest, written: Evaluation, rough: Evaluation) -> dict[str, Any]:
    sure_from = test.rap.tracking.sure
    bins = reliability(written.played)
    names = {step: test.rap.step(step).name for step in Step}
    recalls = [
        (f"{int(step)} {names[step]}", written.figures[f"steps.{int(step)}.recall"])
        for step in Step
    ]
    drawn = {
        "recalls": drawings.intervals(recalls, "recalls", "How much of each step is found"),
        "confusion": drawings.confusion_map(written.confusion, list(names.values()), "confusion"),
        "reliability": drawings.reliability_diagram(bins, "reliability"),
        "risk": drawings.risk_curve(risk_and_coverage(written.played), sure_from, "risk"),
    }
    return {
        # Our own drawings; every text in them is escaped there.
        "drawings": {name: Markup(drawing) for name, drawing in drawn.items()},
        "steps": [_step_row(step, names[step], written.figures) for step in Step],
        "bins": bins,
        "sure_from": f"{sure_from:.0%}",
        "tables": _tables(written, rough),
    }


def _step_row(step: Step, name: str, figures: Mapping[str, Measured]) -> _StepRow:
    recall, precision, f1 = (
        figures[f"steps.{int(step)}.{kind}"] for kind in ("recall", "precision", "f1")
    )
    return _StepRow(f"{int(step)} {name}", cell(recall), cell(precision), cell(f1), recall.count)


def _tables(written: Evaluation, rough: Evaluation) -> list[_Table]:
    found = []
    for title, starts in SECTIONS:
        rows = tuple(
            _FigureRow(name, cell(measured), cell(rough.figures[name]))
            for name, measured in written.figures.items()
            if name.startswith(starts)
        )
        if rows:
            found.append(_Table(title, rows))
    return found

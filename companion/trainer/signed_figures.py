"""Figures that go with a published rap: a summary of the report of its last test or gate."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from companion.errors import InputError
from companion.trainer.source import load_json, object_of, read_text

Summary = Mapping[str, "str | int | float | bool"]

_KEPT = (
    "steps.accuracy",
    "steps.macro_f1",
    "steps.sure_accuracy",
    "cues.macro_f1",
    "questions.closed.f1",
    "cards.false_nudges_per_10_min",
)
_REMEDY = "use the file that 'companion rap test RAP CALLS --json' or 'companion rap gate' writes"


def read_figures(path: Path, rap_sha256: str) -> Summary:
    """The summary of a report on just this state of a rap.

    Raises: InputError where the file is no such report, or one of another state.
    """
    report = object_of(load_json(read_text(path), str(path)), str(path))
    of_rap = report.get("rap")
    sha256 = of_rap.get("sha256") if isinstance(of_rap, dict) else None
    if not isinstance(sha256, str):
        raise InputError(f"{path}: is no report of a rap; {_REMEDY}")
    if sha256 != rap_sha256:
        raise InputError(
            f"{path}: is about another state of the rap than the one to be published; "
            "test the rap as it is now, and give that report"
        )
    found = {**_stories(report), **_figures(report), **_verdict(report)}
    if not found:
        raise InputError(f"{path}: holds no figures; {_REMEDY}")
    return found


def _stories(report: Mapping[str, Any]) -> dict[str, int]:
    stories = report.get("stories")
    if not isinstance(stories, list) or not stories:
        return {}
    passed = sum(isinstance(s, dict) and s.get("passed") is True for s in stories)
    return {"stories": len(stories), "stories passed": passed}


def _figures(report: Mapping[str, Any]) -> dict[str, float | int]:
    found: dict[str, float | int] = {}
    calls = report.get("calls")
    if isinstance(calls, list):
        found["calls"] = len(calls)
    elif isinstance(calls, int) and not isinstance(calls, bool):
        found["calls"] = calls
    written = report.get("written")
    figures = written.get("figures") if isinstance(written, dict) else None
    for name in _KEPT:
        figure = figures.get(name) if isinstance(figures, dict) else None
        value = figure.get("value") if isinstance(figure, dict) else None
        if isinstance(value, int | float) and not isinstance(value, bool):
            found[name] = round(float(value), 4)
    return found


def _verdict(report: Mapping[str, Any]) -> dict[str, bool]:
    passed = report.get("passed")
    return {"gate passed": passed} if isinstance(passed, bool) else {}

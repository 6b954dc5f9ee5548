"""A report in tables for people, as `companion evaluate --json` and `companion rap test --json`
write it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Annotated

from pydantic import BaseModel, Field, ValidationError

from companion.errors import InputError

MAX_CHARS = 60_000
_FORMS = {
    "written": "As it is written",
    "bare": "In lower case without marks, as rough recognition prints it",
}
_SECTIONS = (
    ("Steps", ("steps.",), "How often the step shown is the step that people marked."),
    ("What steps are compared with", ("baseline.",), "Simple guesses; steps should beat them."),
    ("Questions", ("questions.",), "Whether questions are found, and told open from closed."),
    ("Cues", ("cues.",), "Whether moves in the talk are noticed."),
    (
        "What the call came to",
        ("issues.", "decision_maker.", "next_step.", "commitment."),
        "Whether the proposals for the summary are right.",
    ),
    (
        "Cards",
        ("cards.", "nudges."),
        "How often the card changes, that it never does while listening, and needless nudges.",
    ),
    ("Time", ("time_ms.",), "How long one line takes, in milliseconds."),
    ("Redaction", ("redaction.",), "Whether names and the like are masked."),
)


class Figure(BaseModel):
    """One figure with its interval, as the report has it."""

    value: float | None
    count: int
    low: float | None
    high: float | None


class _Form(BaseModel):
    figures: dict[Annotated[str, Field(max_length=80)], Figure] = Field(max_length=500)
    confusion: list[list[int]] = Field([], max_length=5)


class _Rap(BaseModel):
    name: str = Field(max_length=200)
    version: str = Field(max_length=40)

    def __str__(self) -> str:
        return f"{self.name} {self.version}"


class _Report(BaseModel):
    rap: Annotated[str, Field(max_length=200)] | _Rap
    calls: list[str] = Field(max_length=10_000)
    utterances: int
    written: _Form | None = None
    bare: _Form | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """A figure in words."""

    name: str
    value: str
    interval: str
    count: int


@dataclass(frozen=True, slots=True)
class Table:
    """Figures that belong together."""

    id: str
    title: str
    help: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """One form of the text: its tables, and which steps were taken for which."""

    title: str
    tables: tuple[Table, ...]
    confusion: tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True)
class Report:
    """The whole report."""

    heading: str
    parts: tuple[Part, ...]


def read_report(text: str) -> Report:
    """Raises: InputError where this is no report."""
    if not text.strip():
        raise InputError("paste a report, or choose its file")
    if len(text) > MAX_CHARS:
        raise InputError(
            "this is longer than a report that fits here; open the page of "
            "'companion rap test --out FOLDER' instead"
        )
    try:
        found = _Report.model_validate(json.loads(text))
    except (ValueError, ValidationError, RecursionError):
        raise InputError(
            "this is not a report; 'companion evaluate CALLS --json' and "
            "'companion rap test RAP CALLS --json' write one"
        ) from None
    forms = {"written": found.written, "bare": found.bare}
    parts = tuple(_part(name, form) for name, form in forms.items() if form is not None)
    calls = "one call" if len(found.calls) == 1 else f"{len(found.calls)} calls"
    return Report(f"{found.rap}: {calls}, {found.utterances} utterances", parts)


def _part(name: str, form: _Form) -> Part:
    tables = []
    for title, starts, help_text in _SECTIONS:
        lines = tuple(
            _line(key, figure) for key, figure in form.figures.items() if key.startswith(starts)
        )
        if lines:
            slug = f"{name}-{title.lower().replace(' ', '-')}"
            tables.append(Table(slug, title, help_text, lines))
    return Part(_FORMS[name], tuple(tables), tuple(tuple(row[:5]) for row in form.confusion))


def _line(key: str, figure: Figure) -> Line:
    section, _, rest = key.partition(".")
    name = (rest if section in ("steps", "questions", "cues", "cards", "nudges") else key) or key
    known = figure.low is not None and figure.high is not None
    return Line(
        name=name.replace(".", ", ").replace("_", " "),
        value="not known" if figure.value is None else f"{figure.value:.3f}",
        interval=f"{figure.low:.2f} to {figure.high:.2f}" if known else "",
        count=figure.count,
    )

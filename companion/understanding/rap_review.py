"""Everything that is to be said about a rap's file, at once: problems, and advice.

A problem keeps the rap from being used; advice does not.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path

from companion.documents import Document, KeyPath, Plain, Problem
from companion.understanding.rap import Rap, read_rap
from companion.understanding.rap_advice import advice_on

_NAMED_BY = {"steps": "step", "cues": "name", "rewrites": "closed"}
"""What tells an entry of a list from others; an id in all other lists."""
_FORMS = {
    "version": "write three numbers, such as 1.0.0",
    "language": "write its two or three small letters, such as en",
    "id": "write small letters, digits, dots and hyphens, such as plan.fear",
}
_LEFT_TO_SAY = "write it so"


class Level(str, Enum):
    """How much a finding matters."""

    PROBLEM = "problem"
    ADVICE = "advice"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing about a rap, with its line, the reason and the remedy."""

    level: Level
    line: int
    place: str
    """'steps > plan > goals > plan.fear > prompts > 2'; entries without a name by number."""
    reason: str = field(repr=False)
    remedy: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class RapReview:
    """A rap's file, looked at."""

    path: Path
    name: str
    """As people call it; empty where it cannot be told."""
    version: str
    sha256: str
    findings: tuple[Finding, ...]
    """Problems first, each kind in the order of lines."""

    def of(self, level: Level) -> tuple[Finding, ...]:
        """The findings of one level."""
        return tuple(finding for finding in self.findings if finding.level is level)


def review_rap(path: Path) -> RapReview:
    """Look at a rap's file.

    Raises: DocumentError where it cannot be read, or is no YAML; RapError where a published
        version was changed.
    """
    document, rap, problems = read_rap(path)
    found = [_finding(document, problem) for problem in problems]
    if rap is not None and not problems:
        found += _advice(document, rap)
    data = document.data if isinstance(document.data, dict) else {}
    return RapReview(
        path=path,
        name=_text(data, "name"),
        version=_text(data, "version"),
        sha256=document.sha256,
        findings=tuple(found),
    )


def _finding(document: Document, problem: Problem) -> Finding:
    reason, _, remedy = problem.text.partition("; ")
    if not remedy:
        last = problem.where.rpartition(".")[2]
        remedy = "add it" if reason == "is missing" else _FORMS.get(last, _LEFT_TO_SAY)
    place = readable_place(document.data, problem.where)
    return Finding(Level.PROBLEM, problem.line, place, reason, remedy)


def _advice(document: Document, rap: Rap) -> Iterator[Finding]:
    found = [(document.line(path), path, text) for path, text in advice_on(rap)]
    for line, path, text in sorted(found, key=lambda f: f[0]):
        reason, _, remedy = text.partition("; ")
        place = readable_place(document.data, ".".join(map(str, path)))
        yield Finding(Level.ADVICE, line, place, reason, remedy)


def readable_place(data: Plain, where: str) -> str:
    """A place such as 'steps.0.goals.2' in the names that stand in the file."""
    told: list[str] = []
    here: Plain = data
    within = ""
    for part in _parts(where):
        if isinstance(here, list) and isinstance(part, int) and part < len(here):
            here = here[part]
            told.append(_text(here, _NAMED_BY.get(within, "id")) or str(part + 1))
        else:
            within = str(part)
            here = here.get(within) if isinstance(here, dict) else None
            told.append(within)
    return " > ".join(told)


def _parts(where: str) -> KeyPath:
    if not where:
        return ()
    return tuple(int(part) if part.isdigit() else part for part in where.split("."))


def _text(data: Plain, key: str) -> str:
    value = data.get(key) if isinstance(data, dict) else None
    return value if isinstance(value, str) else ""

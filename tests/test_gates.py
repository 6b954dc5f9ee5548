"""The type is the gate: who may make the values that let a call be kept.

The store takes an `ApprovedSummary` and nothing else, and only the review makes one. What comes
out of the store is made by the store alone.
"""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import companion

PACKAGE = Path(companion.__file__).parent
MAKERS = {
    "ApprovedSummary": ("after/review.py",),
    "Approval": ("after/review.py",),
    "StoredCall": ("store/",),
    "Hold": ("store/",),
    "Erased": ("store/",),
}


def _made_in(source: str) -> set[str]:
    """Names that are called in a source, by whatever path, and names that hide another one."""
    made: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            called = node.func
            if isinstance(called, ast.Name):
                made.add(called.id)
            elif isinstance(called, ast.Attribute):
                made.add(called.attr)
        elif isinstance(node, ast.ImportFrom):
            made |= {alias.name for alias in node.names if alias.asname not in (None, alias.name)}
    return made


@pytest.mark.parametrize("name", MAKERS)
def test_gates_one_room_makes_what_may_be_kept(name: str) -> None:
    makers = []
    for path in sorted(PACKAGE.rglob("*.py")):
        source = path.relative_to(PACKAGE).as_posix()
        if name in _made_in(path.read_text(encoding="utf-8")):
            makers.append(source)
    assert makers, f"nobody makes a {name}: the test looks for something that is gone"
    assert [m for m in makers if not m.startswith(MAKERS[name])] == []


@pytest.mark.parametrize(
    "source",
    [
        "ApprovedSummary('maple-17', summary, now, digest)",
        "record.ApprovedSummary(code=code)",
        "from companion.domain.record import ApprovedSummary as Other",
    ],
)
def test_gates_the_look_finds_every_way_around(source: str) -> None:
    assert "ApprovedSummary" in _made_in(source)


def test_gates_naming_the_type_is_not_making_one() -> None:
    assert "ApprovedSummary" not in _made_in(
        "from companion.domain.record import ApprovedSummary\n"
        "def save(approved: ApprovedSummary) -> None: isinstance(approved, ApprovedSummary)"
    )

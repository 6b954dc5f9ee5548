"""The labelled calls are for measuring: no line of theirs may stand in what we train on or ship.

They lie beside the project and are no part of it, so this runs where they are there.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
CALLS = ROOT.parent / "shared" / "calls"
RUN = 7
"""So many words in a row are no coincidence worth keeping."""
OURS = ("configs", "tests", "companion", "docs", "scripts", "README.md")
WRITTEN = {".call", ".yaml", ".yml", ".json", ".py", ".md", ".html", ".js", ".txt"}


def _words(text: str) -> list[str]:
    without_labels = re.sub(r"\{[A-Z]+:([^{}]*)\}", r"\1", text)
    without_labels = re.sub(r"\[[conr] ([^\[\]]+)\]", r"\1", without_labels)
    return re.findall(r"[a-z0-9']+", without_labels.lower())


def _runs(text: str) -> Iterator[tuple[str, ...]]:
    words = _words(text)
    return (tuple(words[i : i + RUN]) for i in range(len(words) - RUN + 1))


def _files() -> Iterator[Path]:
    for name in OURS:
        path = ROOT / name
        found = [path] if path.is_file() else sorted(path.rglob("*"))
        yield from (p for p in found if p.suffix in WRITTEN and p.is_file())


def _shared(measured: set[tuple[str, ...]], text: str) -> list[int]:
    """Lines that hold a run of a measuring call, counted from one; never the words themselves."""
    lines = enumerate(text.splitlines(), start=1)
    return [number for number, line in lines if not measured.isdisjoint(_runs(line))]


def test_measuring_calls_apart_a_run_is_seen_through_labels_and_capitals() -> None:
    measured = set(_runs("we could meet by the old pump house on Tuesday"))
    marked = "nothing\n4 | So [c We could meet by the {LOCATION:old pump house}, yes?]\n"
    assert _shared(measured, marked) == [2]
    assert _shared(measured, "4 | We could meet by the new pump house") == []


def test_measuring_calls_apart_nothing_of_ours_holds_a_line_of_theirs() -> None:
    if not CALLS.is_dir():
        pytest.skip("the labelled calls are not beside the project")
    measured: set[tuple[str, ...]] = set()
    for path in sorted(CALLS.glob("*.json")):
        call = json.loads(path.read_text(encoding="utf-8"))
        for utterance in call["utterances"]:
            measured.update(_runs(utterance["text"]))
    assert measured, "no labelled call could be read"
    found = [
        f"{path.relative_to(ROOT).as_posix()}:{number}"
        for path in _files()
        for number in _shared(measured, path.read_text(encoding="utf-8"))
    ]
    assert found == []

"""Personas: where they are, and reading one with all that is wrong with it told at once."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from pathlib import Path

from companion import locations
from companion.documents import Document, Plain, Problem, read_document, validate_document
from companion.errors import InputError
from companion.practice.persona_form import Branch, Persona
from companion.understanding.vocabulary import CUES

FOLDER = "personas"


def persona_files() -> dict[str, Path]:
    """All personas by name: those that ship, and the user's own, which come first."""
    folders = (locations.shipped("configs", FOLDER), locations.user_config() / FOLDER)
    found = (path for folder in folders for path in sorted(folder.rglob("*.yaml")))
    return dict(sorted({path.stem: path for path in found}.items()))


def find_persona(name: str) -> Persona:
    """A persona by name, or by the path of its file.

    Raises: InputError for a name that there is not, or a file with mistakes; DocumentError.
    """
    if name.endswith((".yaml", ".yml")):
        return load_persona(Path(name))
    files = persona_files()
    if name not in files:
        near = difflib.get_close_matches(name, files, n=1)
        hint = f"did you mean {near[0]!r}?" if near else "'companion practice --list' shows them"
        raise InputError(f"there is nobody called {name!r} to practice with; {hint}")
    return load_persona(files[name])


def load_persona(path: Path) -> Persona:
    """Read and check a persona.

    Raises: InputError with every problem's line and remedy; DocumentError.
    """
    document = read_document(path)
    persona, problems = validate_document(document, Persona)
    if persona is not None:
        problems = list(_problems(persona, document))
    if persona is None or problems:
        listed = "\n  ".join(str(p) for p in sorted(problems, key=lambda p: p.line))
        raise InputError(f"{path} cannot be used as it is; mend these and try again:\n  {listed}")
    return persona


def _problems(persona: Persona, document: Document) -> Iterator[Problem]:
    ids = [moment.id for moment in persona.moments]
    for i, moment in enumerate(persona.moments):
        here = ("moments", i)
        if ids.index(moment.id) != i:
            yield _problem(document, (*here, "id"), f"{moment.id!r} stands twice; rename one")
        if moment.ends is None and not moment.then:
            yield _problem(document, here, "leads nowhere; give it 'then', or let it end the call")
        if moment.ends is not None and moment.then:
            yield _problem(document, here, "ends the call, so nothing comes of its 'then'")
        yield from _branch_problems(moment.then, ids, document, (*here, "then"))
    yield from _branch_problems(persona.any_time, ids, document, ("any_time",))
    reached = _reached(persona)
    for i, moment in enumerate(persona.moments):
        if moment.id not in reached:
            yield _problem(
                document, ("moments", i), "is never reached; lead to it, or leave it out"
            )
    if not any(moment.ends and moment.id in reached for moment in persona.moments):
        yield _problem(document, ("moments",), "none of them ends the call; give one 'ends'")


def _branch_problems(
    branches: tuple[Branch, ...], ids: list[str], document: Document, at: tuple[str | int, ...]
) -> Iterator[Problem]:
    for k, branch in enumerate(branches):
        if branch.go is not None and branch.go not in ids:
            near = difflib.get_close_matches(branch.go, ids, n=1)
            hint = f"did you mean {near[0]!r}?" if near else "write that moment"
            yield _problem(document, (*at, k), f"there is no moment {branch.go!r}; {hint}")
        for cue in branch.when.cue:
            if cue not in CUES:
                near = difflib.get_close_matches(cue, CUES, n=1)
                hint = f"did you mean {near[0]!r}?" if near else f"use one of {', '.join(CUES)}"
                yield _problem(document, (*at, k), f"{cue!r} is no cue; {hint}")
        if branch.when == type(branch.when)() and k + 1 < len(branches):
            yield _problem(document, (*at, k + 1), "comes after a branch that always fits")


def _reached(persona: Persona) -> set[str]:
    by_id = {moment.id: moment for moment in persona.moments}
    todo = [persona.moments[0].id, *(b.go for b in persona.any_time if b.go)]
    reached: set[str] = set()
    while todo:
        name = todo.pop()
        if name in by_id and name not in reached:
            reached.add(name)
            todo.extend(b.go for b in by_id[name].then if b.go)
    return reached


def _problem(document: Document, path: tuple[str | int, ...], text: str) -> Problem:
    named: Plain = document.data
    where = ".".join(map(str, path))
    if len(path) > 1 and path[0] == "moments" and isinstance(named, dict):
        moments = named.get("moments")
        moment = moments[int(path[1])] if isinstance(moments, list) else None
        if isinstance(moment, dict):
            where = f"moment {moment.get('id')}"
    return Problem(document.line(path), where, text)

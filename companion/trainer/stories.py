"""Files of stories: read, checked against themselves and against the rap that they test.

Every problem of a file is told at once, with its line, the reason and the remedy.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from companion import locations
from companion.documents import Document, KeyPath, Problem, read_document, validate_document
from companion.errors import InputError
from companion.trainer.story_expected import NOTHING, AtEnd, Expected
from companion.trainer.story_form import Story, StoryFile
from companion.trainer.story_problems import name_problems, own_problems
from companion.understanding.rap import Rap
from companion.understanding.rap_library import looks_like_path

PUBLISHED = Path("configs", "schemas", "stories.schema.json")
"""Where the schema stands in the project; story files name it in their first line."""


@dataclass(frozen=True, slots=True)
class Stories:
    """The stories of one file, and where each begins."""

    name: str
    rap: str
    stories: tuple[Story, ...]
    lines: tuple[int, ...]
    """The line of the file, from 1, on which each story begins."""
    sha256: str


def given_stories(text: str) -> Path:
    """The file of stories that a command line names: a file, or a name such as 'one-on-one.en'
    for the user's own or those that ship.

    Raises: InputError with the names that there are.
    """
    if looks_like_path(text) or Path(text).is_file():
        return Path(text)
    path = locations.find_config("stories", f"{text}.yaml")
    if not path.is_file():
        folders = (locations.shipped("configs", "stories"), locations.user_config() / "stories")
        names = sorted({file.stem for folder in folders for file in folder.glob("*.yaml")})
        raise InputError(
            f"there are no stories {text!r}; name a file, or one of {', '.join(names)}"
        )
    return path


def load_stories(path: Path, rap: Rap | None = None) -> Stories:
    """Read and check a file of stories.

    Args:
        path: the file.
        rap: where given, the names in the file must be names of this rap.

    Raises: InputError with every problem's line, reason and remedy; DocumentError where the
        file is no YAML document.
    """
    return check_stories(read_document(path), rap)


def check_stories(document: Document, rap: Rap | None = None) -> Stories:
    """Check a document that was already read; see `load_stories`."""
    newer = _newer(document)
    if newer is not None:
        raise InputError(newer)
    found, problems = validate_document(document, StoryFile)
    if found is not None:
        pairs = [*own_problems(found), *(name_problems(found, rap) if rap is not None else ())]
        problems = [Problem(document.line(path), _where(path, found), text) for path, text in pairs]
        problems.sort(key=lambda p: p.line)
    if found is None or problems:
        raise InputError(_listed(document.name, _causes(problems)))
    lines = tuple(document.line(("stories", i)) for i in range(len(found.stories)))
    return Stories(document.name, found.rap, found.stories, lines, document.sha256)


def story_schema() -> str:
    """The published JSON schema, for editors: made from the models, never by hand."""
    schema = _without_null(StoryFile.model_json_schema(by_alias=True))
    for part in (Expected, AtEnd):
        for key in schema["$defs"][part.__name__]["properties"].values():
            _one_or_more(key)
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    return json.dumps(schema, indent=2, ensure_ascii=False, sort_keys=True) + "\n"


def _causes(problems: list[Problem]) -> list[Problem]:
    """A list is not too short where its items are merely wrong."""
    places = [problem.where for problem in problems]
    return [
        problem
        for problem in problems
        if "after validation" not in problem.text
        or not any(place.startswith(f"{problem.where}.") for place in places)
    ]


def _newer(document: Document) -> str | None:
    given = document.data.get("schema") if isinstance(document.data, dict) else None
    if isinstance(given, str) and given.isdigit() and int(given) > 1:
        line = document.line(("schema",))
        return (
            f"{document.name}, line {line}: is written in form {given}, and this program knows "
            "form 1; renew the program, or write 'schema: 1' if the file is in that form"
        )
    return None


def _listed(name: str, problems: list[Problem]) -> str:
    count = "one problem" if len(problems) == 1 else f"{len(problems)} problems"
    lines = "\n  ".join(str(problem) for problem in problems)
    return f"{name} has {count}; mend it there and try again:\n  {lines}"


def _where(path: KeyPath, found: StoryFile) -> str:
    """'story 3, line 2, expect': as a person counts, from 1."""
    story = int(path[1]) if len(path) > 1 else 0
    parts = [f"story {story + 1} ({found.stories[story].name})"]
    rest = list(path[2:])
    if rest[:1] == ["lines"] and len(rest) > 1:
        parts.append(f"its line {int(rest[1]) + 1}")
        rest = rest[2:]
    words = [str(part) for part in rest if isinstance(part, str)]
    return ", ".join([*parts, ".".join(words)] if words else parts)


def _one_or_more(key: dict[str, Any]) -> None:
    """One value may stand where a list may, and 'none' for an empty one."""
    if key.get("type") == "array":
        items = key.pop("items")
        del key["type"]
        key["anyOf"] = [items, {"type": "array", "items": items}, {"const": NOTHING}]


def _without_null(schema: Any) -> Any:
    """An editor need not offer `null`: what does not matter is left out."""
    if isinstance(schema, list):
        return [_without_null(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    found = {key: _without_null(value) for key, value in schema.items()}
    choices = found.get("anyOf")
    if isinstance(choices, list) and {"type": "null"} in choices:
        rest = [choice for choice in choices if choice != {"type": "null"}]
        del found["anyOf"]
        found |= rest[0] if len(rest) == 1 else {"anyOf": rest}
    if found.get("default", 0) is None:
        del found["default"]
    return found

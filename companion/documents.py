"""YAML documents read with care: plain data with line numbers, and problems worded for people.

Scalars stay text and pydantic gives them their type, so that `commitment: no` is the word "no"
(YAML 1.1 would make it false). Anchors, aliases, tags, duplicate keys, deep nesting and huge
files are refused: a document may come from a stranger.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from companion.errors import DocumentError

MAX_BYTES = 4_000_000
MAX_DEPTH = 20

Plain: TypeAlias = "str | list[Plain] | dict[str, Plain] | None"
KeyPath: TypeAlias = "tuple[str | int, ...]"
ModelT = TypeVar("ModelT", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Document:
    """A parsed document: its data, and the line (from 1) of every key and item."""

    name: str
    data: Plain = field(repr=False)
    lines: dict[KeyPath, int] = field(repr=False)

    def line(self, path: KeyPath) -> int:
        """Line of a key or item, or of the nearest one around it."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with a document, with its line and the way to mend it."""

    line: int
    where: str
    text: str

    def __str__(self) -> str:
        return f"line {self.line}, {self.where}: {self.text}" if self.where else self.text


def read_document(path: Path) -> Document:
    """Read one YAML file.

    Raises: DocumentError, naming the file and the line.
    """
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        raise DocumentError(f"{path}: there is no such file") from None
    except OSError as error:
        raise DocumentError(f"{path}: cannot be read ({error.strerror})") from None
    return parse_document(raw, name=str(path))


def parse_document(raw: bytes, name: str) -> Document:
    """Parse the bytes of one YAML document; see `read_document`."""
    if len(raw) > MAX_BYTES:
        raise DocumentError(f"{name}: larger than {MAX_BYTES // 1_000_000} MB; split it up")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise DocumentError(f"{name}: is not UTF-8 text; save it as UTF-8") from None
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        for event in yaml.parse(text, Loader=loader):
            if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
                raise DocumentError(
                    f"{name}, line {_line(event.start_mark)}: anchors and aliases (& and *) are "
                    "not used here; write the text out"
                )
        node = yaml.compose(text, Loader=loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = _line(mark)
        reason = error.problem or "not valid YAML"
        raise DocumentError(
            f"{name}, line {line}: {reason}; check indentation and quotes"
        ) from None
    except (yaml.YAMLError, RecursionError):
        raise DocumentError(
            f"{name}: has characters or nesting that YAML does not allow; save it as plain text"
        ) from None
    lines: dict[KeyPath, int] = {}
    data = None if node is None else _plain(node, (), lines, name)
    return Document(name, data, lines)


def _line(mark: Any) -> int:
    return mark.line + 1 if mark is not None else 1


def _plain(node: yaml.Node, path: KeyPath, lines: dict[KeyPath, int], name: str) -> Plain:
    line = _line(node.start_mark)
    lines.setdefault(path, line)
    if len(path) > MAX_DEPTH:
        raise DocumentError(f"{name}, line {line}: nested too deeply")
    if isinstance(node, yaml.ScalarNode):
        if node.style is None and node.value in ("", "~", "null"):
            return None
        return str(node.value)
    if isinstance(node, yaml.SequenceNode):
        return [_plain(item, (*path, i), lines, name) for i, item in enumerate(node.value)]
    found: dict[str, Plain] = {}
    for key_node, value_node in node.value:
        key_line = _line(key_node.start_mark)
        if not isinstance(key_node, yaml.ScalarNode):
            raise DocumentError(f"{name}, line {key_line}: a key must be one word or phrase")
        key = str(key_node.value)
        if key in found:
            raise DocumentError(f"{name}, line {key_line}: {key!r} stands twice; keep one of them")
        lines[(*path, key)] = key_line
        found[key] = _plain(value_node, (*path, key), lines, name)
    return found


def validate_document(
    document: Document, model: type[ModelT]
) -> tuple[ModelT | None, list[Problem]]:
    """Check a document against a pydantic model; all problems at once, in the order of lines."""
    try:
        return model.model_validate(document.data if document.data is not None else {}), []
    except ValidationError as error:
        problems = [
            _problem(document, model, tuple(e["loc"]), e["type"], e["msg"]) for e in error.errors()
        ]
    return None, sorted(problems, key=lambda p: p.line)


def _problem(
    document: Document, model: type[BaseModel], loc: KeyPath, kind: str, message: str
) -> Problem:
    where = ".".join(str(part) for part in loc)
    line = document.line(loc)
    if kind == "extra_forbidden":
        near = difflib.get_close_matches(str(loc[-1]), _keys_at(model, loc[:-1]), n=1)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        return Problem(line, where, f"unknown key{hint}")
    if kind == "missing":
        return Problem(line, where, "is missing")
    return Problem(line, where, message.removeprefix("Value error, "))


def _keys_at(model: type[BaseModel], loc: KeyPath) -> list[str]:
    """The keys that the schema knows at a place, found by walking the models' annotations."""
    here: Any = model
    for part in loc:
        if isinstance(here, type) and issubclass(here, BaseModel) and part in here.model_fields:
            here = here.model_fields[str(part)].annotation
        here = _inner_model(here)
        if here is None:
            return []
    return list(here.model_fields)


def _inner_model(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for argument in getattr(annotation, "__args__", ()):
        found = _inner_model(argument)
        if found is not None:
            return found
    return None

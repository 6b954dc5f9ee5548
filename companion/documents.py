"""YAML documents read with care: plain data with line numbers, and problems worded for people.

Scalars stay text and pydantic gives them their type, so that `commitment: no` is the word "no"
(YAML 1.1 would make it false). Anchors, aliases, tags, duplicate keys, deep nesting and huge
files are refused: a document may come from a stranger.
"""

from __future__ import annotations

import difflib
import hashlib
from collections.abc import Iterable
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
    sha256: str = ""
    """Of the file's bytes, hex; empty for data that no file holds."""

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
        place = f"line {self.line}, {self.where}" if self.where else f"line {self.line}"
        return f"{place}: {self.text}"


def read_document(path: Path) -> Document:
    """Read one YAML file.

    Raises: DocumentError, naming the file and the line.
    """
    try:
        with path.open("rb") as file:
            raw = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise DocumentError(f"{path}: there is no such file; check the name") from None
    except OSError as error:
        raise DocumentError(
            f"{path}: cannot be read ({error.strerror}); check that it is a file and yours to read"
        ) from None
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
        _refuse_what_is_not_plain(yaml.parse(text, Loader=loader), name)
        node = yaml.compose(text, Loader=loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = _line(mark)
        reason = error.problem or "not valid YAML"
        raise DocumentError(
            f"{name}, line {line}: {reason}; check indentation and quotes"
        ) from None
    except (yaml.YAMLError, ValueError, OverflowError):
        # ReaderError, and escapes beyond Unicode in the reader written in Python.
        raise DocumentError(
            f"{name}: has characters that YAML does not allow; save it as plain text"
        ) from None
    lines: dict[KeyPath, int] = {}
    data = None if node is None else _plain(node, (), lines, name)
    return Document(name, data, lines, hashlib.sha256(raw).hexdigest())


def _refuse_what_is_not_plain(events: Iterable[yaml.Event], name: str) -> None:
    """Looks at the stream of events, which needs no recursion, before anything is built of it."""
    depth = 0
    for event in events:
        line = _line(event.start_mark)
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise DocumentError(
                f"{name}, line {line}: anchors and aliases (& and *) are not used here; "
                "write the text out, or put it in quotes"
            )
        if getattr(event, "tag", None):
            raise DocumentError(
                f"{name}, line {line}: tags (!) are not used here; put the text in quotes"
            )
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > MAX_DEPTH:
            raise DocumentError(
                f"{name}, line {line}: nested more than {MAX_DEPTH} deep; check the indentation"
            )


def _line(mark: Any) -> int:
    return mark.line + 1 if mark is not None else 1


def _plain(node: yaml.Node, path: KeyPath, lines: dict[KeyPath, int], name: str) -> Plain:
    line = _line(node.start_mark)
    lines.setdefault(path, line)
    if isinstance(node, yaml.ScalarNode):
        # An unquoted scalar's style is None from the reader in Python and "" from the one in C.
        if not node.style and node.value in ("", "~", "null"):
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
        place = (*path, key)
        lines[place] = key_line
        found[key] = _plain(value_node, place, lines, name)
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


# Pydantic's words for programmers, in words for people.
_PLAIN_WORDS = {
    "model_type": "must hold keys with values, such as 'name: value'",
    "model_attributes_type": "must hold keys with values, such as 'name: value'",
    "dict_type": "must hold keys with values, such as 'name: value'",
    "list_type": "must be a list, each item on a line that begins with '- '",
    "tuple_type": "must be a list, each item on a line that begins with '- '",
    "string_type": "must be text; put it in quotes on one line",
    "bool_parsing": "must be true or false",
    "bool_type": "must be true or false",
    "int_parsing": "must be a whole number",
    "int_from_float": "must be a whole number",
    "int_type": "must be a whole number",
    "float_parsing": "must be a number",
    "float_type": "must be a number",
    "finite_number": "must be a number",
    "string_pattern_mismatch": "is not of the form that is needed here",
}
_PLAIN_STARTS = (
    ("Value error, ", ""),
    ("Input should be ", "must be "),
    ("Input should have ", "must have "),
    ("String should have ", "must have "),
    ("List should have ", "must have "),
    ("Tuple should have ", "must have "),
)


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
    if kind in _PLAIN_WORDS:
        return Problem(line, where, _PLAIN_WORDS[kind])
    for theirs, ours in _PLAIN_STARTS:
        if message.startswith(theirs):
            message = ours + message.removeprefix(theirs)
    return Problem(line, where, message)


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

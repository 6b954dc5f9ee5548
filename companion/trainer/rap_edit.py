"""Changes numbers in a rap's text and leaves everything else as somebody wrote it.

A number that stands in the text is replaced where it stands; one that was left out is added after
its neighbors, with their indentation. Comments, order and line ends stay.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping

import yaml

from companion.documents import KeyPath, parse_document
from companion.errors import RapError


def edited(text: str, changes: Mapping[str, float], name: str) -> str:
    """The rap's text with other numbers.

    Args:
        text: of the rap's file.
        changes: keys such as 'tracking.weights.plan', and the number for each.
        name: the file, for messages.

    Raises: RapError where the text cannot be changed safely; then it is to be done by hand.
    """
    for key, value in changes.items():
        text = _with(text, tuple(key.split(".")), as_written(value))
    document = parse_document(text.encode(), name)
    for key, value in changes.items():
        found: object = document.data
        for part in key.split("."):
            found = found.get(part) if isinstance(found, dict) else None
        if found != as_written(value):
            raise RapError(
                f"{name}: {key} stands in a form that cannot be changed from here; set it to "
                f"{as_written(value)} by hand"
            )
    return text


def as_written(value: float) -> str:
    """The number as a person would write it: 0.95, 45."""
    return f"{value:.6f}".rstrip("0").rstrip(".") or "0"


def as_diff(before: str, after: str, name: str, line_end: str = "\n") -> str:
    """The change as a unified diff; empty where there is none."""
    lines = difflib.unified_diff(
        before.splitlines(), after.splitlines(), name, f"{name} (proposed)", lineterm=""
    )
    return "".join(f"{line}{line_end}" for line in lines)


def _with(text: str, path: KeyPath, value: str) -> str:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    node = yaml.compose(text, Loader=loader)
    depth = 0
    key_node: yaml.Node | None = None
    while depth < len(path) and isinstance(node, yaml.MappingNode):
        pair = next((p for p in node.value if p[0].value == path[depth]), None)
        if pair is None:
            return _added(text, node, path[depth:], value)
        key_node, node = pair
        depth += 1
    if depth == len(path) and isinstance(node, yaml.ScalarNode):
        if node.start_mark.index == node.end_mark.index:  # 'key:' with nothing after it
            at = _index(text, node.start_mark)
            return f"{text[:at]} {value}{text[at:]}"
        return _replaced(text, node, value)
    if isinstance(node, yaml.ScalarNode) and key_node is not None:  # 'weights:' without any
        indent = " " * (key_node.start_mark.column + 2)
        return _after_line(text, node.start_mark.line, _block(path[depth:], value, indent))
    return text


def _replaced(text: str, node: yaml.Node, value: str) -> str:
    return text[: _index(text, node.start_mark)] + value + text[_index(text, node.end_mark) :]


def _added(text: str, parent: yaml.MappingNode, path: KeyPath, value: str) -> str:
    """A key that is not there, after the last one of its mapping."""
    if parent.flow_style:
        end = _index(text, parent.end_mark) - 1
        inner = f"{path[0]}: {value}" if len(path) == 1 else f"{path[0]}: {{{path[1]}: {value}}}"
        return f"{text[:end].rstrip()}{', ' if parent.value else ''}{inner}{text[end:]}"
    indent = " " * parent.start_mark.column
    return _after_line(text, _last_line(parent), _block(path, value, indent))


def _block(path: KeyPath, value: str, indent: str) -> list[str]:
    """'weights:' and, deeper, 'plan: 0.2'."""
    lines = []
    for depth, part in enumerate(path):
        end = f" {value}" if depth == len(path) - 1 else ""
        lines.append(f"{indent}{'  ' * depth}{part}:{end}")
    return lines


def _after_line(text: str, line: int, added: list[str]) -> str:
    lines = text.splitlines(keepends=True)
    end = "\r\n" if lines[line].endswith("\r\n") else "\n"
    if not lines[line].endswith("\n"):
        lines[line] += end
    lines[line + 1 : line + 1] = [f"{new}{end}" for new in added]
    return "".join(lines)


def _last_line(node: yaml.Node) -> int:
    """The line on which the last word of a node stands; a block's own mark lies further down."""
    if isinstance(node, yaml.MappingNode) and node.value and not node.flow_style:
        return _last_line(node.value[-1][1])
    if isinstance(node, yaml.SequenceNode) and node.value and not node.flow_style:
        return _last_line(node.value[-1])
    line: int = node.end_mark.line
    return line - 1 if node.end_mark.column == 0 and line > node.start_mark.line else line


def _index(text: str, mark: yaml.Mark) -> int:
    """Where a mark stands in the text; lines are counted, since readers count bytes differently."""
    at = 0
    for _ in range(mark.line):
        at = text.index("\n", at) + 1
    return at + int(mark.column)

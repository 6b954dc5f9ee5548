"""The settings file as text, and careful writing of it.

Writing keeps what a person wrote around the values: comments, order, blank lines. Only what
differs from the defaults is in the file. A file is replaced as a whole or not at all.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import yaml

from companion import locations
from companion.documents import Document, Plain, parse_document, read_document, validate_document
from companion.errors import DocumentError, SettingsError
from companion.settings import Settings
from companion.settings_reference import (
    Setting,
    Value,
    find_setting,
    known_settings,
    render,
    sections,
    value_of,
)
from companion.whole_files import drop_spare, write_spare


@dataclass(frozen=True, slots=True)
class Written:
    """What `write_settings` did."""

    path: Path
    kept_as: Path | None = None
    """Where an earlier file that could not be used, or not be edited in place, was kept."""


def write_settings(
    changes: Mapping[str, Value], path: Path | None = None, *, replace_damaged: bool = False
) -> Written:
    """Set the keys given ('audio.device'); a value equal to the default takes the key out.

    `replace_damaged`: where the present file cannot be used, keep it beside the new one and take
    over what in it can be used; otherwise that is an error and nothing is written.

    Raises: SettingsError, DocumentError: an unknown key, a value out of range, a damaged file, or
    a folder that cannot be written. The present file is then as it was.
    """
    path = path or locations.settings_file()
    wanted = {find_setting(key): value for key, value in changes.items()}
    text, values, damaged = _present(path, replace_damaged)
    for setting, value in wanted.items():
        values.setdefault(setting.section, {})[setting.name] = value
    settings = _checked(values)
    kept_as = _spare_name(path) if damaged else None
    new = _edited("", settings, known_settings()) if damaged else _edited(text, settings, wanted)
    if new is None:
        # A form that is not edited in place (flow style, values over several lines).
        kept_as, new = _spare_name(path), _edited("", settings, known_settings())
        assert new is not None, "an empty file can always be written"
    if new != text or damaged:
        _replace(path, new, kept_as)
    return Written(path, kept_as)


def _present(
    path: Path, replace_damaged: bool
) -> tuple[str, dict[str, dict[str, Value | Plain]], bool]:
    """Text and values of the present file, and whether it is one that cannot be used."""
    if not path.exists():
        return "", {}, False
    try:
        document = read_document(path)
    except DocumentError:
        if not replace_damaged:
            raise
        return "", {}, True
    settings, problems = validate_document(document, Settings)
    if settings is None and not replace_damaged:
        raise SettingsError(
            f"{path} cannot be used as it is, so nothing was changed; mend it, or run "
            f"'companion setup': {problems[0]}"
        )
    values = _usable(document)
    text = path.read_bytes().decode("utf-8-sig")
    return text, values, settings is None


def _usable(document: Document) -> dict[str, dict[str, Value | Plain]]:
    """The known keys of the file whose values can be used, each judged by itself."""
    found: dict[str, dict[str, Value | Plain]] = {}
    for setting in known_settings():
        section = document.data.get(setting.section) if isinstance(document.data, dict) else None
        if isinstance(section, dict) and setting.name in section:
            alone: Plain = {setting.section: {setting.name: section[setting.name]}}
            if validate_document(Document("", alone, {}), Settings)[0] is not None:
                found.setdefault(setting.section, {})[setting.name] = section[setting.name]
    return found


def _checked(values: dict[str, dict[str, Value | Plain]]) -> Settings:
    data: Any = values
    settings, problems = validate_document(Document("", data, {}), Settings)
    if settings is None:
        first = problems[0]
        raise SettingsError(
            f"{first.where} {first.text}; 'companion settings show' tells what each key takes"
        )
    return settings


class _CannotEditError(Exception):
    """The file has a form that is rewritten instead of edited."""


def _edited(text: str, settings: Settings, which: Iterable[Setting]) -> str | None:
    """The text with those settings brought up to date; None where it can't be edited in place."""
    try:
        for setting in which:
            value = value_of(settings, setting)
            text = _with_value(text, setting, None if value == setting.default else render(value))
        document = parse_document(text.encode(), "settings")
    except (_CannotEditError, DocumentError, yaml.YAMLError):
        return None
    return text if validate_document(document, Settings)[0] == settings else None


def _with_value(text: str, setting: Setting, value: str | None) -> str:
    """The text with one key set, or taken out (`value` None)."""
    newline = "\r\n" if "\r\n" in text else "\n"
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    section = _child(root, setting.section)
    entry = _child(section[1], setting.name) if section else None
    if value is None:
        if section is None or entry is None:
            return text
        return _without_entry(text, section, entry, setting)
    if entry is not None:
        return _with_new_value(text, entry, value)
    indent = "  "
    if section is None:
        at = len(text)
        before = newline if text and not text.endswith("\n") else ""
        title = (dict(sections())[setting.section].__doc__ or "").strip()
        before += newline if text else ""
        before += f"# {title}{newline}{setting.section}:{newline}"
    else:
        pairs = section[1].value if isinstance(section[1], yaml.MappingNode) else []
        last = section[0] if not pairs else pairs[-1][1]
        if pairs:
            indent = " " * pairs[0][0].start_mark.column
            if isinstance(last, yaml.ScalarNode) and last.style in ("|", ">"):
                raise _CannotEditError
        at = text.find("\n", last.end_mark.index) + 1
        before = ""
        if at == 0:
            at, before = len(text), newline
    lines = f"{indent}# {setting.comment}{newline}{indent}{setting.name}: {value}{newline}"
    return text[:at] + before + lines + text[at:]


_Pair: TypeAlias = tuple[yaml.Node, yaml.Node]


def _child(node: yaml.Node | None, name: str) -> _Pair | None:
    """Key and value of that name in a block mapping; None where there is none."""
    if node is None or (isinstance(node, yaml.ScalarNode) and node.value in ("", "~", "null")):
        return None
    if not isinstance(node, yaml.MappingNode) or node.flow_style:
        raise _CannotEditError
    return next((pair for pair in node.value if pair[0].value == name), None)


def _with_new_value(text: str, entry: _Pair, value: str) -> str:
    key, old = entry
    start, end = old.start_mark.index, old.end_mark.index
    if old.start_mark.line != key.start_mark.line or "\n" in text[start:end]:
        raise _CannotEditError
    space = "" if text[start - 1].isspace() else " "
    return text[:start] + space + value + text[end:]


def _without_entry(text: str, section: _Pair, entry: _Pair, setting: Setting) -> str:
    if entry[1].start_mark.line != entry[1].end_mark.line:
        raise _CannotEditError
    lines = text.splitlines(keepends=True)
    first = entry[0].start_mark.line
    taken = {first}
    if first and lines[first - 1].strip() == f"# {setting.comment}":
        taken.add(first - 1)
    if len(section[1].value) == 1:
        header = section[0].start_mark.line
        taken.add(header)
        title = (dict(sections())[setting.section].__doc__ or "").strip()
        if header and lines[header - 1].strip() == f"# {title}":
            taken.add(header - 1)
    rest = "".join(line for number, line in enumerate(lines) if number not in taken)
    return rest.lstrip("\r\n") if 0 in taken else rest


def _spare_name(path: Path) -> Path:
    """A name beside the file that is not taken: settings.yaml.bak, settings.yaml.bak2 …"""
    for number in range(1, 1000):
        spare = path.with_name(f"{path.name}.bak{number if number > 1 else ''}")
        if not spare.exists():
            return spare
    raise SettingsError(f"{path.parent} is full of old settings files; remove some (*.bak)")


def _replace(path: Path, text: str, kept_as: Path | None) -> None:
    """Put the new text in the file's place in one go, readable by its owner only."""
    path = path.resolve()
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        spare = write_spare(path, text.encode())
        try:
            if kept_as is not None:
                shutil.copy2(path, kept_as)
            spare.replace(path)
        finally:
            drop_spare(spare)
    except OSError as error:
        raise SettingsError(
            f"{path} cannot be written ({error.strerror}); check that the folder is yours and "
            "that the disk has room"
        ) from None

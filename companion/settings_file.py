"""The settings file as text: what can be set, the commented defaults, and careful writing.

Writing keeps what a person wrote around the values: comments, order, blank lines. Only what
differs from the defaults is in the file. A file is replaced as a whole or not at all.
"""

from __future__ import annotations

import contextlib
import difflib
import os
import re
import shutil
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeAlias, get_args, get_origin

import yaml
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from companion import locations
from companion.documents import Document, Plain, parse_document, read_document, validate_document
from companion.errors import DocumentError, SettingsError
from companion.settings import Settings

Value: TypeAlias = str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class Setting:
    """One thing that can be set, as people see it."""

    key: str
    """Section and name: 'audio.ring_s'."""
    default: Value
    description: str
    allowed: str
    """Unit and range, such as 'seconds, 1 to 60'; empty where any text will do."""

    @property
    def section(self) -> str:
        """The part before the dot."""
        return self.key.partition(".")[0]

    @property
    def name(self) -> str:
        """The part behind the dot."""
        return self.key.partition(".")[2]

    @property
    def comment(self) -> str:
        """What stands above the value in a settings file."""
        return f"{self.description} ({self.allowed})" if self.allowed else self.description


@dataclass(frozen=True, slots=True)
class Written:
    """What `write_settings` did."""

    path: Path
    kept_as: Path | None = None
    """Where an earlier file that could not be used, or not be edited in place, was kept."""


def known_settings() -> tuple[Setting, ...]:
    """Everything that can be set, in the order of the settings' classes."""
    return tuple(
        Setting(f"{section}.{name}", field.default, field.description or "", _allowed(name, field))
        for section, model in _sections()
        for name, field in model.model_fields.items()
    )


def find_setting(key: str) -> Setting:
    """The setting of that key.

    Raises: SettingsError, naming the nearest key.
    """
    known = {setting.key: setting for setting in known_settings()}
    if key in known:
        return known[key]
    by_name = [k for k in known if k.partition(".")[2] == key]
    near = by_name or difflib.get_close_matches(key, known, n=1)
    hint = f"did you mean {near[0]!r}?" if near else "'companion settings show' lists all keys"
    raise SettingsError(f"there is no setting {key!r}; {hint}")


def value_of(settings: Settings, setting: Setting) -> Value:
    """The value of one setting."""
    value: Value = getattr(getattr(settings, setting.section), setting.name)
    return value


def defaults_text() -> str:
    """The commented file of all defaults, as shipped in configs/settings.default.yaml."""
    parts = [
        "# Everything that can be set, with its default. Your own settings file needs only what\n"
        "# differs: 'companion setup' or 'companion settings set KEY VALUE' write it for you, and\n"
        "# 'companion settings path' says where it is.\n"
    ]
    for section, model in _sections():
        parts.append(f"\n# {(model.__doc__ or section).strip()}\n{section}:\n")
        for setting in known_settings():
            if setting.section == section:
                value = render(setting.default)
                line = f"  {setting.name}: {value}".rstrip()
                parts.append(f"  # {setting.comment}\n{line}\n")
    return "".join(parts)


def render(value: Value) -> str:
    """A value as it is written in the file: quoted only where YAML would misread it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        plain = re.fullmatch(r"[A-Za-z][\w.()/+-]*( [\w.()/+-]+)*", value, re.ASCII)
        return value if plain and value != "null" else _quoted(value)
    return repr(value)


def _quoted(text: str) -> str:
    """Double quotes, with YAML's own escapes (JSON's pairs of surrogates are not among them)."""

    def escaped(character: str) -> str:
        if character in '"\\':
            return "\\" + character
        return character if character.isprintable() else f"\\U{ord(character):08X}"

    return '"' + "".join(escaped(c) for c in text) + '"'


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


def _sections() -> list[tuple[str, type[BaseModel]]]:
    found = []
    for name, field in Settings.model_fields.items():
        assert isinstance(field.annotation, type)
        assert issubclass(field.annotation, BaseModel)
        found.append((name, field.annotation))
    return found


def _allowed(name: str, field: FieldInfo) -> str:
    """Unit and range in words, from the field's name and constraints."""
    annotation: Any = field.annotation
    if get_origin(annotation) is Literal:
        return " or ".join(str(choice) for choice in get_args(annotation))
    if bool in (annotation, *get_args(annotation)):
        return "true or false"
    unit = "seconds" if name.endswith("_s") else ""
    limits = {
        bound: getattr(constraint, bound)
        for constraint in field.metadata
        for bound in ("ge", "le", "pattern")
        if getattr(constraint, bound, None) is not None
    }
    if "pattern" in limits:
        return "a short code such as en"
    if {"ge", "le"} <= limits.keys():
        span = f"{limits['ge']:g} to {limits['le']:g}"
        return f"{unit}, {span}" if unit else span
    return unit


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
        title = (dict(_sections())[setting.section].__doc__ or "").strip()
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
        title = (dict(_sections())[setting.section].__doc__ or "").strip()
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
    spare: str | None = None
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, spare = tempfile.mkstemp(dir=path.parent, prefix=".settings-", suffix=".tmp")
        with os.fdopen(handle, "wb") as file:
            file.write(text.encode())
            file.flush()
            os.fsync(file.fileno())
        if kept_as is not None:
            shutil.copy2(path, kept_as)
        Path(spare).replace(path)
        spare = None
    except OSError as error:
        raise SettingsError(
            f"{path} cannot be written ({error.strerror}); check that the folder is yours and "
            "that the disk has room"
        ) from None
    finally:
        if spare is not None:
            with contextlib.suppress(OSError):
                Path(spare).unlink()

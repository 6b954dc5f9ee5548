"""What can be set, for people: every key with its default, its meaning, its unit and range.

The settings' classes are the one source; `companion settings show`, the shipped defaults and the
comments in a person's own file are made from this.
"""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from companion.errors import SettingsError
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


def known_settings() -> tuple[Setting, ...]:
    """Everything that can be set, in the order of the settings' classes."""
    return tuple(
        Setting(f"{section}.{name}", field.default, field.description or "", _allowed(name, field))
        for section, model in sections()
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
    for section, model in sections():
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


def sections() -> list[tuple[str, type[BaseModel]]]:
    """The parts of the settings file, by name, in the order of the settings' classes."""
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
        return f"such as {field.examples[0]}" if field.examples else "a short code such as en"
    if {"ge", "le"} <= limits.keys():
        span = f"{limits['ge']:g} to {limits['le']:g}"
        return f"{unit}, {span}" if unit else span
    return unit

"""Which rap calls use: chosen by name or as a published version, and back again."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass

from companion.errors import CompanionError, RapError
from companion.settings import load_settings
from companion.settings_file import write_settings
from companion.trainer.published import check_published, read_published
from companion.trainer.rap_writing import replace
from companion.understanding import rap_library
from companion.understanding.rap import Rap, load_rap

HISTORY_FILE = "used_before.json"
MOST_KEPT = 50
DRAFT = "draft"
"""'our-rap@draft' is the file itself where versions of it are published."""


@dataclass(frozen=True, slots=True)
class Used:
    """What calls use now."""

    rap: Rap
    name: str
    """As the settings have it: 'our-rap@1.2.0', or 'our-rap' for a file that may change."""
    before: str
    """What they used until now."""
    skipped: tuple[str, ...] = ()
    """Earlier ones that cannot be used any more."""

    @property
    def is_published(self) -> bool:
        """Whether it is a version that never changes."""
        return "@" in self.name

    @property
    def ships(self) -> bool:
        """Whether it is a rap that comes with companion, as it came."""
        names = rap_library.shipped_raps()
        return self.name in names and self.name not in rap_library.own_raps()


def use_rap(text: str) -> Used:
    """Let calls and everything else that reads a rap by default use this one.

    Args:
        text: 'our-rap' for its latest published version, or the file where none is published;
            'our-rap@1.2.0'; 'our-rap@draft' for the file whatever is published.

    Raises: RapError, DocumentError where it cannot be used; SettingsError where the settings
        cannot be written. Then nothing has changed.
    """
    name = _meant(text)
    rap = _checked(name)
    before = load_settings().call.rap
    if name != before:
        earlier = [entry for entry in _history() if entry != before]
        _keep_history([*earlier, before])
        write_settings({"call.rap": name})
    return Used(rap, name, before)


def roll_back() -> Used:
    """Use what was used before; one that cannot be used any more is passed over.

    Raises: RapError where there is nothing to go back to; SettingsError.
    """
    now = load_settings().call.rap
    history = [entry for entry in _history() if entry != now]
    skipped: list[str] = []
    while history:
        name = history.pop()
        rap = _usable(name, skipped.append)
        if rap is not None:
            write_settings({"call.rap": name})
            _keep_history(history)
            return Used(rap, name, now, tuple(skipped))
    told = f" ({', '.join(skipped)} cannot be used any more)" if skipped else ""
    raise RapError(
        f"no other rap was used before {now}{told}; 'companion rap list' shows what there is, and "
        "'companion rap use NAME' takes one"
    )


def _meant(text: str) -> str:
    name, at, version = text.partition("@")
    if at and version == DRAFT:
        return str(rap_library.read_name(name))
    wanted = rap_library.read_name(text)
    if wanted.version is None:
        versions = rap_library.published_versions(wanted.name)
        if versions:
            return f"{wanted.name}@{versions[-1]}"
    return str(wanted)


def _checked(name: str) -> Rap:
    rap = load_rap(rap_library.rap_path(name))
    wanted = rap_library.read_name(name)
    if wanted.version is not None:
        check_published(read_published(wanted.name, wanted.version))
    return rap


def _usable(name: str, otherwise: Callable[[str], None]) -> Rap | None:
    try:
        return _checked(name)
    except CompanionError:
        otherwise(name)
        return None


def _history() -> list[str]:
    """What was used before, the latest last; empty where the file is missing or damaged."""
    path = rap_library.raps_folder() / HISTORY_FILE
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
        return [str(name) for name in values["used_before"]][-MOST_KEPT:]
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return []


def _keep_history(names: list[str]) -> None:
    text = json.dumps({"form": 1, "used_before": names[-MOST_KEPT:]}, indent=2) + "\n"
    replace(rap_library.raps_folder() / HISTORY_FILE, text.encode())

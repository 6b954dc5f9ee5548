"""Version numbers of raps: three numbers, and how far a change must raise them.

The first number is raised where what was kept of earlier calls no longer means the same, the
second where the companion hears or does something else, the third for wording (after semver.org).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from companion.errors import RapError
from companion.understanding.rap import Rap
from companion.understanding.rap_library import VERSION, version_key

# Words for people: a change of them changes nothing that is heard, counted or kept.
_WORDING = frozenset({"text", "purpose", "aim", "open_question"})
_WORDING_AT_TOP = frozenset(
    {"name", "version", "preparation", "consent_script", "afterwards", "coping"}
)


class Bump(IntEnum):
    """Which of the three numbers goes up, the weightiest last."""

    NOTHING = 0
    PATCH = 1
    MINOR = 2
    MAJOR = 3


@dataclass(frozen=True, slots=True)
class NeededBump:
    """How far a change must raise the version, and why."""

    bump: Bump
    why: str


def needed_bump(before: Rap, after: Rap) -> NeededBump:
    """What the differences between two states of a rap ask for."""
    if before.language != after.language:
        return NeededBump(Bump.MAJOR, f"the language is now {after.language}")
    for what, old, new in (
        ("goal", _goals(before), _goals(after)),
        ("next step", [c.id for c in before.next_steps], [c.id for c in after.next_steps]),
        ("follow-up", [c.id for c in before.follow_ups], [c.id for c in after.follow_ups]),
        ("realization", [c.id for c in before.realizations], [c.id for c in after.realizations]),
    ):
        gone = [name for name in old if name not in new]
        if gone:
            return NeededBump(Bump.MAJOR, f"the {what} {gone[0]!r} is gone, or has another id")
    old_values, new_values = before.model_dump(), after.model_dump()
    if _heard(old_values, at_top=True) != _heard(new_values, at_top=True):
        return NeededBump(Bump.MINOR, "what is heard, or when a card comes up, is otherwise")
    old_values["version"] = new_values["version"] = ""
    if old_values != new_values:
        return NeededBump(Bump.PATCH, "only wording is otherwise")
    return NeededBump(Bump.NOTHING, "nothing but comments is otherwise")


def raised(version: str, bump: Bump) -> str:
    """The next version with that number raised."""
    major, minor, patch = version_key(version)
    if bump is Bump.MAJOR:
        return f"{major + 1}.0.0"
    if bump is Bump.MINOR:
        return f"{major}.{minor + 1}.0"
    return f"{major}.{minor}.{patch + 1}"


def check_version(version: str, latest: str | None, needed: NeededBump) -> None:
    """Refuse a version that does not follow the latest published one as the change asks for.

    Raises: RapError with the version to use.
    """
    if not VERSION.fullmatch(version):
        raise RapError(
            f"{version[:30]!r} is no version; write three numbers without leading zeros, such as "
            f"{raised(latest, Bump.MINOR) if latest else '1.0.0'}"
        )
    if latest is None:
        return
    least = raised(latest, max(needed.bump, Bump.PATCH))
    if version_key(version) <= version_key(latest):
        raise RapError(
            f"version {version} does not come after {latest}, the latest one published; "
            f"publish it with --version {least}"
        )
    if version_key(version) < version_key(least):
        raise RapError(
            f"since {latest}, {needed.why}: that asks for {least} at least; publish it with "
            f"--version {least}"
        )


def _goals(rap: Rap) -> list[str]:
    return [goal.id for part in rap.steps for goal in part.goals]


def _heard(value: Any, *, at_top: bool = False) -> Any:
    """A rap's values without words that are for people only."""
    if isinstance(value, dict):
        leave = _WORDING_AT_TOP if at_top else _WORDING
        return {key: _heard(inner) for key, inner in value.items() if key not in leave}
    if isinstance(value, list | tuple):
        return [_heard(inner) for inner in value]
    return value

"""What differs between two raps: what was added, taken out or changed, by its place in the file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

from companion.understanding.rap import Rap

_NAMED_BY = ("id", "step", "name", "closed")
"""Entries of a list are known by one of these; texts stand for themselves."""
_CUES_NAMED_BY = ("name",)
"""Many cues belong to one step."""
_Leaves: TypeAlias = "dict[tuple[str, ...], str]"


@dataclass(frozen=True, slots=True)
class RapChange:
    """One difference."""

    where: str
    """'steps, make_space, goals, space.time, phrases'."""
    before: str | None
    """None where it is new."""
    after: str | None
    """None where it was taken out."""

    def __str__(self) -> str:
        if self.before is None:
            return f"{self.where}: added {self.after!r}"
        if self.after is None:
            return f"{self.where}: took out {self.before!r}"
        return f"{self.where}: from {self.before!r} to {self.after!r}"


def rap_changes(before: Rap, after: Rap) -> tuple[RapChange, ...]:
    """Everything that differs, in the order of the older rap and then of the newer one."""
    old, new = (dict(_leaves(rap.model_dump(), ())) for rap in (before, after))
    different = [path for path in dict.fromkeys((*old, *new)) if old.get(path) != new.get(path)]
    whole = set(different)
    return tuple(
        RapChange(", ".join(path[:-1] if _is_text(path) else path), old.get(path), new.get(path))
        for path in different
        # What belongs to a card came and went with its words.
        if path[:-1] not in whole
    )


def _leaves(value: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], str]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _leaves(inner, (*path, str(key)))
    elif isinstance(value, list | tuple):
        for item in value:
            if isinstance(item, dict):
                keys = _CUES_NAMED_BY if path == ("cues",) else _NAMED_BY
                own = (*path, _name(item, keys))
                if _is_text(own):
                    yield own, str(item["text"])
                    item = {key: inner for key, inner in item.items() if key != "text"}
                yield from _leaves(item, own)
            else:
                # A text in a list is its own place: moving it within the list changes nothing.
                yield (*path, f"“{item}”"), str(item)
    elif value is not None:
        yield path, str(value)


def _name(item: dict[str, Any], keys: tuple[str, ...]) -> str:
    known = next((str(item[key]) for key in keys if item.get(key) is not None), None)
    return known if known is not None else f"“{item['text']}”"


def _is_text(path: tuple[str, ...]) -> bool:
    return path[-1].startswith("“")

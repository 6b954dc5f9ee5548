"""A time of day as it was named, and words around it that settle its half of the day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import time

_MORNING = (
    ("breakfast",), ("morning",), ("first", "thing"), ("before", "you", "start"),
    ("before", "your", "shift"), ("before", "work"), ("before", "school"), ("sunrise",),
    ("sunup",), ("dawn",), ("roll", "call"), ("daybreak",),
)  # fmt: skip
_EVENING = (("tonight",), ("supper",), ("dinner",), ("evening",), ("night",))


@dataclass(frozen=True, slots=True)
class TimeMention:
    """A time of day in words `first` to `end - 1`; several options where it is ambiguous."""

    first: int
    end: int
    options: tuple[time, ...]
    """Empty where it hangs on another time: "half an hour before"."""
    certain: bool
    """It can be nothing but a time: 'at six', 'six pm', 'half past'."""
    half_said: bool = False
    """'am' or 'pm' was said, or a part of the day."""
    offset_min: int | None = None
    """Minutes from the time that it hangs on; negative before it."""


def hinted(mention: TimeMention, norms: Sequence[str]) -> TimeMention:
    """The time as words around it settle it: 'breakfast' means the morning, 'supper' not."""
    if mention.half_said or not mention.options:
        return mention
    hour = mention.options[0].hour % 12
    if 4 <= hour <= 11 and _mentions(norms, _MORNING):
        return in_half(mention, "am")
    if 5 <= hour <= 11 and _mentions(norms, _EVENING):
        return in_half(mention, "pm")
    return mention


def in_half(mention: TimeMention, half: str) -> TimeMention:
    """The time in the morning ('am') or from noon on ('pm')."""
    moved = dict.fromkeys(
        t.replace(hour=t.hour % 12 + (12 if half == "pm" else 0)) for t in mention.options
    )
    return TimeMention(
        mention.first, mention.end, tuple(moved), mention.certain, True, mention.offset_min
    )


def _mentions(norms: Sequence[str], phrases: tuple[tuple[str, ...], ...]) -> bool:
    return any(
        tuple(norms[i : i + len(phrase)]) == phrase
        for phrase in phrases
        for i in range(len(norms) - len(phrase) + 1)
    )

"""Phrases with slots for numbers and names of the calendar: "a las {hour} y {minutes}".

A language file lists how days and times are said; the slots take the numbers and names that the
same file lists. Of several forms the longest that fits counts, then the one that stands later.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from companion.understanding.phrases import State, compile_phrase
from companion.understanding.words import Spelling

SLOTS = frozenset(
    {"weekday", "month", "day", "which", "count", "hour", "hour2", "minutes", "clock"}
)
_SLOT = re.compile(r"\{(\w+)\}")
_MARK = "slot"

Values = tuple[tuple[str, int], ...]
"""Which slot took which number; a clock time as minutes of the day."""
SlotReader = Callable[[Sequence[str], int], tuple[int, int] | None]
"""From words and a place to a slot's value there and the place after it."""


def slots_of(form: str) -> list[str]:
    """The names of a form's slots."""
    return _SLOT.findall(form)


def as_phrase(form: str) -> str:
    """The form as a plain phrase, with a made-up word for each slot."""
    return _SLOT.sub(rf"{_MARK}\1", form)


@dataclass(frozen=True, slots=True)
class FormMatch:
    """Form `number` of the list stands in words up to `end - 1`."""

    number: int
    end: int
    values: Values = field(default=())

    @property
    def by_slot(self) -> dict[str, int]:
        """The slots' values."""
        return dict(self.values)


class FormBook:
    """Finds which of many forms stands at a word."""

    def __init__(
        self, forms: Sequence[str], readers: Mapping[str, SlotReader], spelling: Spelling
    ) -> None:
        """`readers`: for every slot that the forms use."""
        self._starts = [compile_phrase(as_phrase(form), spelling) for form in forms]
        self._readers = {f"{_MARK}{name}": (name, reader) for name, reader in readers.items()}

    def at(self, norms: Sequence[str], at: int) -> FormMatch | None:
        """The longest form that begins at a word; of equally long ones the later in the list."""
        best: FormMatch | None = None
        for number, start in enumerate(self._starts):
            found = self._furthest(start, norms, at, ())
            if found is not None and (best is None or found[0] >= best.end):
                best = FormMatch(number, *found)
        return best

    def _furthest(
        self, state: State, norms: Sequence[str], at: int, values: Values
    ) -> tuple[int, Values] | None:
        best = (at, values) if state.final else None
        if at >= len(norms):
            return best
        ways: list[tuple[State, int, Values]] = [
            (following, at + 1, values)
            for following in state.after.get(norms[at], ())
            if norms[at] not in self._readers  # a slot's own name is no word of speech
        ]
        for word, states in state.after.items():
            if word in self._readers:
                name, reader = self._readers[word]
                read = reader(norms, at)
                if read is not None:
                    value, end = read
                    ways.extend((s, end, (*values, (name, value))) for s in states)
        for following, place, taken in ways:
            found = self._furthest(following, norms, place, taken)
            if found is not None and (best is None or found[0] > best[0]):
                best = found
        return best

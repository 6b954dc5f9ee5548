"""Numbers, weekdays and months as they are spoken: "nineteen", "the twenty-eighth", "Thursday"."""

from __future__ import annotations

from collections.abc import Sequence

_ONES = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen"
_TEENS = "fifteen sixteen seventeen eighteen nineteen"
NUMBERS = {word: value for value, word in enumerate(f"{_ONES} {_TEENS}".split())}
TENS = {"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50}

_FIRST = "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth"
_MORE = "thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth"
ORDINALS = {word: value for value, word in enumerate(f"{_FIRST} {_MORE}".split(), start=1)}
ORDINALS["thirtieth"] = 30

WEEKDAYS = {
    name: number
    for number, names in enumerate(
        ("monday mon", "tuesday tue tues", "wednesday wed", "thursday thu thurs", "friday fri",
         "saturday", "sunday")
    )
    for name in names.split()
}  # fmt: skip
WEEKDAYS |= {f"{name}s": number for name, number in WEEKDAYS.items() if name.endswith("day")}

_MONTH_NAMES = (
    "january february march april may june july august september october november december"
)
MONTHS = {name: number for number, name in enumerate(_MONTH_NAMES.split(), start=1)}
MONTHS |= {"jan": 1, "feb": 2, "aug": 8, "sept": 9, "sep": 9, "oct": 10, "nov": 11, "dec": 12}


ORDINAL_WEEKS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "last": -1}
"""Which one within a month: "the first Tuesday in June", "the last Friday of May"."""


def number_at(norms: Sequence[str], at: int, end: int) -> tuple[int, int] | None:
    """A number from 0 to 59 that starts at a word, and the word after it."""
    if at >= end:
        return None
    word = norms[at]
    if word.isdecimal() and word.isascii() and len(word) <= 2:
        return int(word), at + 1
    if word in NUMBERS:
        return NUMBERS[word], at + 1
    if word in TENS:
        if at + 1 < end and 1 <= NUMBERS.get(norms[at + 1], 0) <= 9:
            return TENS[word] + NUMBERS[norms[at + 1]], at + 2
        return TENS[word], at + 1
    return None


def ordinal_at(norms: Sequence[str], at: int, end: int) -> tuple[int, int] | None:
    """A day of the month such as 'nineteenth', 'twenty-eighth' or '19th', and the word after it."""
    if at >= end:
        return None
    word = norms[at]
    if word in ORDINALS:
        return ORDINALS[word], at + 1
    if word in ("twenty", "thirty") and at + 1 < end and ORDINALS.get(norms[at + 1], 99) <= 9:
        day = TENS[word] + ORDINALS[norms[at + 1]]
        return (day, at + 2) if day <= 31 else None
    if (
        len(word) <= 4
        and word[:-2].isdecimal()
        and word.isascii()
        and word.endswith(("st", "nd", "rd", "th"))
    ):
        day = int(word[:-2])
        return (day, at + 1) if 1 <= day <= 31 else None
    return None

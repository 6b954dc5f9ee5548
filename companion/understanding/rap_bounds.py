"""How large a rap may be, and which characters it may hold: a rap may come from a stranger.

The bounds are far beyond any rap that a person writes; within them a check takes seconds at most.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from companion.documents import KeyPath, Plain

MAX_TEXTS = 12_000
"""Keys, phrases, examples, cards and all other texts together; the shipped rap has 3,100."""
MAX_LIST = 2_000
"""Entries of one list."""
MAX_TEXT_CHARS = 2_000
"""Of one text."""
# Joiners are part of how some languages are written; everything else of this kind hides something.
_WELCOME = frozenset("\n\t\u200c\u200d")
_UNSEEN = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")


def size_problem(data: Plain) -> str | None:
    """Why a rap is too large to be checked, with the remedy; None where it is not."""
    for count, (_, value) in enumerate(texts(data), start=1):
        if len(value) > MAX_TEXT_CHARS:
            return f"holds a text of more than {MAX_TEXT_CHARS} characters; shorten it"
        if count > MAX_TEXTS:
            return f"holds more than {MAX_TEXTS} texts; a rap is smaller, remove some"
    longest = max(_list_lengths(data), default=0)
    return (
        f"has a list of more than {MAX_LIST} entries; remove some" if longest > MAX_LIST else None
    )


def invisible_texts(data: Plain) -> Iterator[tuple[KeyPath, str]]:
    """Texts with characters that nobody can see, and that may turn others around or away."""
    for path, value in texts(data):
        found = unseen(value)
        if found is not None:
            yield path, f"holds the unseen character {found}; write it anew in plain letters"


def unseen(text: str) -> str | None:
    """The first character of a text that cannot be seen, such as 'U+202E'; None without one."""
    if text.isprintable():
        return None
    return next(
        (
            f"U+{ord(char):04X}"
            for char in text
            if char not in _WELCOME and unicodedata.category(char) in _UNSEEN
        ),
        None,
    )


def texts(data: Plain, path: KeyPath = ()) -> Iterator[tuple[KeyPath, str]]:
    """Every text of a document with its place, keys included."""
    if isinstance(data, str):
        yield path, data
    elif isinstance(data, list):
        for i, item in enumerate(data):
            yield from texts(item, (*path, i))
    elif isinstance(data, dict):
        for key, item in data.items():
            yield (*path, key), key
            yield from texts(item, (*path, key))


def _list_lengths(data: Plain) -> Iterator[int]:
    inner: list[Plain] = []
    if isinstance(data, list):
        yield len(data)
        inner = data
    elif isinstance(data, dict):
        inner = list(data.values())
    for item in inner:
        yield from _list_lengths(item)

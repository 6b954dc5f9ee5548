"""Looks for planted words in bytes, in every plain spelling that a program may write them in.

It finds words as UTF-8, UTF-16, UTF-32, hexadecimal digits, base64, URL-escaped and JSON-escaped,
in any case of letters. What is encrypted, hashed or compressed hides them; compressed files are
opened before (see `companion.audit.disk`).
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from urllib.parse import quote, quote_plus

import numpy as np
from numpy.typing import NDArray

from companion.audit.identifiers import Identifier

_KEY_BYTES = 4
"""So many first bytes of a spelling are looked up before all of it is compared."""
_PAIRS = 1 << 16


@dataclass(frozen=True, slots=True)
class Spelling:
    """One way in which a mark may be written."""

    number: int
    """Of the identifier."""
    form: str
    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Hit:
    """A planted identifier was found, spelled in this form."""

    number: int
    form: str


class Needles:
    """All spellings of all identifiers, searched for at once."""

    def __init__(self, identifiers: Iterable[Identifier]) -> None:
        folded: list[Spelling] = []
        exact: list[Spelling] = []
        for identifier in identifiers:
            for mark in identifier.marks:
                folded += _folded(identifier.number, mark)
                exact += _exact(identifier.number, mark)
        self._folded = _Table(folded)
        self._exact = _Table(exact)
        self.longest_bytes = max((len(s.data) for s in (*folded, *exact)), default=0)
        """Of all spellings; who searches a stream in pieces keeps so many bytes of the last."""

    def find(self, data: bytes) -> frozenset[Hit]:
        """Every identifier that stands in `data`, with the forms it stands there in."""
        hits = set(self._folded.find(data.lower()))
        hits.update(self._exact.find(data.translate(_ONE_BASE64)))
        return frozenset(hits)


_ONE_BASE64 = bytes.maketrans(b"-_", b"+/")
"""The alphabet for URLs is read as the usual one."""


def _folded(number: int, mark: str) -> Iterator[Spelling]:
    """Spellings that are compared with plain letters in lower case.

    Other letters keep their case in that, so they come in each case that they may have.
    """
    for cased in _cases(mark):
        plain = cased.encode().lower()
        yield Spelling(number, "plain", plain)
        # Without the last zeros it fits both byte orders.
        yield Spelling(number, "UTF-16", cased.encode("utf-16-le").lower().rstrip(b"\0"))
        yield Spelling(number, "UTF-32", cased.encode("utf-32-le").lower().rstrip(b"\0"))
        yield Spelling(number, "hex", cased.encode().hex().encode())
        escaped = json.dumps(cased)[1:-1].lower().encode()
        for url in {quote(cased, safe=""), quote_plus(cased)}:
            if url.lower().encode() != plain:
                yield Spelling(number, "URL", url.lower().encode())
        if escaped != plain:
            yield Spelling(number, "JSON", escaped)


def _cases(mark: str) -> set[str]:
    return {mark.lower(), mark.capitalize(), mark.upper()}


def _exact(number: int, mark: str) -> Iterator[Spelling]:
    """Base64: at each of the three places within a group of three bytes, and in three cases."""
    for cased in _cases(mark):
        data = cased.encode()
        for before in range(3):
            coded = base64.b64encode(b"\0" * before + data)
            # Digits at the edges also hold bits of what stands beside the mark.
            first = -(-before * 8 // 6)
            last = (before + len(data)) * 8 // 6
            yield Spelling(number, "base64", coded[first:last])


class _Table:
    """Spellings by their first bytes."""

    def __init__(self, spellings: Iterable[Spelling]) -> None:
        self._by_key: dict[bytes, list[Spelling]] = {}
        for spelling in dict.fromkeys(spellings):
            self._by_key.setdefault(spelling.data[:_KEY_BYTES], []).append(spelling)
        self._first: NDArray[np.bool_] = np.zeros(_PAIRS, np.bool_)
        self._second: NDArray[np.bool_] = np.zeros(_PAIRS, np.bool_)
        for key in self._by_key:
            self._first[key[0] | key[1] << 8] = True
            self._second[key[2] | key[3] << 8] = True

    def find(self, data: bytes) -> Iterator[Hit]:
        """Hits in the order of their place; one for each place."""
        if len(data) < _KEY_BYTES:
            return
        octets = np.frombuffer(data, np.uint8).astype(np.uint16)
        pairs = octets[:-1] | octets[1:] << 8
        for place in np.flatnonzero(self._first[pairs[:-2]] & self._second[pairs[2:]]).tolist():
            for spelling in self._by_key.get(data[place : place + _KEY_BYTES], ()):
                if data.startswith(spelling.data, place):
                    yield Hit(spelling.number, spelling.form)

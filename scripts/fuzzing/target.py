"""What a fuzz target is, and how it makes values of the bytes that it is given."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

T = TypeVar("T")

ODD_TEXTS = (
    "",
    " ",
    "=1+1",
    "@SUM(A1)",
    "+49",
    "-",
    "\t=x",
    "a\r\nBEGIN:VEVENT",
    '; , : \\ "',
    "<script>alert(1)</script>",
    "{{ 7 * 7 }}",
    "${x}",
    "../../etc/passwd",
    "\x00",
    "\u202eabc",
    "\ufeff",
    "\U0001f600",
    "e\u0301" * 40,
    "\ud7ff\ue000",
    "a" * 3000,
    "((((((((((a",
    "[a] [b] [c] [d] [e] [f] [g] [h] [i] [j]",
    "(a|b) (a|b) (a|b) (a|b) (a|b) (a|b) (a|b)",
    "* * * *",
    "{it} {it} {it}",
    "9" * 400,
    "1e309",
    "nan",
    "-0",
    "2026-02-30",
    "0000-00-00T99:99",
)
"""What programs stumble over: formulas, markup, line ends, other scripts, sizes, blow-ups."""


class Draw:
    """Values from bytes, the same ones for the same bytes; when they run out, zeros follow."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    @property
    def rest(self) -> bytes:
        """The bytes that were not used yet."""
        return self._data[self._at :]

    def number(self, below: int) -> int:
        """In 0 … below - 1."""
        size = 1 if below <= 256 else 4
        piece = self._data[self._at : self._at + size]
        self._at += size
        return int.from_bytes(piece.ljust(size, b"\0"), "little") % below

    def pick(self, choices: Sequence[T]) -> T:
        """One of these."""
        return choices[self.number(len(choices))]

    def text(self) -> str:
        """An odd text, or up to 255 bytes read as UTF-8, damaged ones left out."""
        kind = self.number(4)
        if kind == 0:
            return self.pick(ODD_TEXTS)
        size = self.number(256)
        piece = self._data[self._at : self._at + size]
        self._at += size
        return piece.decode("utf-8", "ignore")


def told_in_words(error: Exception, file: str) -> None:
    """A refusal names the file first, and says something about it."""
    assert str(error).startswith(file), str(error)
    assert len(str(error)) > len(file) + 10, str(error)


@dataclass(frozen=True, slots=True)
class Target:
    """Something that reads input of others.

    `run` must come back with whatever bytes, or raise nothing but the errors that it takes care
    of itself; an AssertionError is a find too.
    """

    name: str
    about: str
    run: Callable[[bytes], None] = field(repr=False)
    seeds: Callable[[], list[bytes]] = field(repr=False)
    """Inputs that are good ones, for the fuzzer to begin with."""
    words: tuple[str, ...] = field(default=(), repr=False)
    """What such input is made of; helps the fuzzer along."""

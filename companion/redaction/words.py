"""A text as words, whatever their form: what every recognizer of redaction reads.

Recognizers look at words and at what stands between them, so that "Hi, Grace." and "hi grace"
are nearly the same to them. Case and marks are hints where they are there; nothing needs them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from companion.redaction.spans import Span, SpanType

MASKS = ("[name]", "[place]", "[number]", "[word]")
"""What stands for a masked stretch. In a text that is redacted again they stay as they are."""
LONGEST_WORD = 40
"""A longer run of letters is no word of a list."""

_PLAIN_MARKS = re.escape(".,;:!?\"()-–—…/&%$£€#*+=~<>^|{}[]\\“”‘’'`")
_PIECE = re.compile(
    r"(?P<mask>\[(?:name|place|number|word)\])"
    rf"|(?P<mark>[{_PLAIN_MARKS}])"
    rf"|(?P<run>(?:[^\s{_PLAIN_MARKS}]|(?<=[^\W\d_])['’](?=[^\W\d_]))+)"
)
_LETTERS = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*\Z")
_DIGITS = re.compile(r"[0-9]+\Z")
_STOPS = frozenset(".!?…")


class Kind(Enum):
    """What a word is made of."""

    LETTERS = "letters"
    DIGITS = "digits"
    MASK = "mask"
    STRANGE = "strange"
    """Anything else: letters and digits mixed, other signs, invisible ones. Never safe."""


@dataclass(frozen=True, slots=True)
class Word:
    """One word; offsets count characters of the text."""

    norm: str
    """Lower case, with straight apostrophes."""
    start: int
    end: int
    kind: Kind
    capital: bool
    """Begins with a capital letter, in a text that has small letters too."""
    marks: str
    """The marks between the word before and this one, without blanks."""
    opens: bool
    """Begins the text, a sentence or a quotation, where a capital tells nothing."""

    @property
    def stop_before(self) -> bool:
        """A sentence ended before it."""
        return any(mark in _STOPS for mark in self.marks)


@dataclass(frozen=True, slots=True)
class Found:
    """Words `first` up to, but not with, `end`, and what they seem to be."""

    first: int
    end: int
    type: SpanType


def read_words(text: str) -> tuple[Word, ...]:
    """The words of a text, in order; never fails, whatever the text."""
    has_case = text.upper() != text and text.lower() != text
    words: list[Word] = []
    marks = ""
    for piece in _PIECE.finditer(text):
        if piece.lastgroup == "mark":
            marks += piece.group()
            continue
        raw = piece.group()
        kind = Kind.MASK if piece.lastgroup == "mask" else _kind(raw)
        quoted = marks[-1:] in ('"', "“", "‘")
        words.append(
            Word(
                norm=raw.lower().replace("’", "'"),
                start=piece.start(),
                end=piece.end(),
                kind=kind,
                capital=has_case and raw[0].isupper(),
                marks=marks,
                opens=not words or quoted or any(m in _STOPS for m in marks),
            )
        )
        marks = ""
    return tuple(words)


def _kind(run: str) -> Kind:
    if _DIGITS.match(run):
        return Kind.DIGITS
    if _LETTERS.match(run) and len(run) <= LONGEST_WORD:
        return Kind.LETTERS
    return Kind.STRANGE


def norm_at(words: Sequence[Word], at: int) -> str:
    """The word at a place; the empty string beyond either end."""
    return words[at].norm if 0 <= at < len(words) else ""


def to_span(words: Sequence[Word], found: Found) -> Span:
    """The characters of some words."""
    return Span(words[found.first].start, words[found.end - 1].end, found.type)

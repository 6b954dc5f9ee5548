"""The values of redaction: what is masked, where, and what stands in its place."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum


class SpanType(str, Enum):
    """What a masked stretch of text seems to be. `WORD`: a word that is not known to be safe."""

    PERSON = "PERSON"
    ORG = "ORG"
    LOCATION = "LOCATION"
    PHONE = "PHONE"
    EMAIL = "EMAIL"
    AGE = "AGE"
    ID = "ID"
    HANDLE = "HANDLE"
    URL = "URL"
    HEALTH = "HEALTH"
    IMMIGRATION = "IMMIGRATION"
    NUMBER = "NUMBER"
    WORD = "WORD"


@dataclass(frozen=True, slots=True)
class Span:
    """A masked stretch; offsets count characters of the text before masking."""

    start: int
    end: int
    type: SpanType


@dataclass(frozen=True, slots=True)
class Redaction:
    """A text with its masks in place, and what was masked."""

    text: str = field(repr=False)
    spans: tuple[Span, ...] = ()

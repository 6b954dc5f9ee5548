"""What is known by its written form: e-mail and web addresses, handles, telephone numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator

from companion.redaction.spans import Span, SpanType

TOP_LEVELS = [
    "com",
    "org",
    "net",
    "edu",
    "gov",
    "mil",
    "io",
    "co",
    "us",
    "uk",
    "ca",
    "au",
    "nz",
    "ie",
    "de",
    "fr",
    "es",
    "mx",
    "br",
    "in",
    "info",
    "biz",
    "ly",
    "me",
    "app",
    "tv",
    "dev",
    "gg",
    "ai",
    "coop",
    "union",
    "work",
    "example",
    "test",
]
_TLD = "|".join(TOP_LEVELS)
# Every repetition is bounded, or made of characters that the next part cannot be: no text makes
# these slow.
_FORMS: tuple[tuple[SpanType, re.Pattern[str]], ...] = (
    (
        SpanType.EMAIL,
        re.compile(r"[\w.+%-]{1,64}\s?@\s?[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}"),
    ),
    (SpanType.URL, re.compile(r"(?:\b[a-zA-Z]{2,10}://|\bwww\.)\S{1,2000}")),
    (
        SpanType.URL,
        re.compile(
            rf"\b[\w-]{{1,63}}(?:\.[\w-]{{1,63}}){{0,4}}\.(?:{_TLD})\b(?:/\S{{0,2000}})?",
            re.IGNORECASE,
        ),
    ),
    (SpanType.HANDLE, re.compile(r"(?<!\w)@\s?\w[\w.-]{0,63}")),
    (SpanType.PHONE, re.compile(r"\+?\(?\d(?:[\s().-]{0,3}\d){6,18}")),
    (SpanType.NUMBER, re.compile(r"\d{1,3}(?:,\d{3}){1,5}")),
    (SpanType.ID, re.compile(r"#\s?\d{1,20}")),
)
_DATE = re.compile(r"(?:19|20)\d\d-\d\d-\d\d(?:[T ]\d\d:\d\d)?\Z")


def written_forms(text: str) -> Iterator[Span]:
    """Stretches of a text that have the form of an address or a number; they may overlap."""
    for kind, form in _FORMS:
        for match in form.finditer(text):
            stretch = match.group()
            if kind is SpanType.PHONE and _DATE.match(stretch):
                continue
            # Marks that end a sentence are no part of what is masked.
            yield Span(match.start(), match.start() + len(stretch.rstrip(".,;:!?)\"'")), kind)

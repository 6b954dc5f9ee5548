"""Tables of redaction: a line with [brackets] around what must be masked, in two forms."""

from __future__ import annotations

import re

from companion.redaction.redactor import shipped_redactor

_MARK = re.compile(r"\[([^\]]+)\]")


def unmarked(line: str) -> str:
    """The line as a person would write it."""
    return _MARK.sub(r"\1", line)


def bare(line: str) -> str:
    """The same in lower case without marks, as the embedded recognizer prints it."""
    kept = re.sub(r"(?<=\w)-(?=\w)", " ", line.lower())
    return re.sub(r"\s+", " ", re.sub(r"[^\w\s'\[\]]", " ", kept)).strip()


def not_masked(line: str) -> list[str]:
    """Marked stretches of the line of which a letter or digit can still be read."""
    text, wanted = "", []
    at = 0
    for match in _MARK.finditer(line):
        text += line[at : match.start()]
        wanted.append((len(text), len(text) + len(match[1])))
        text += match[1]
        at = match.end()
    text += line[at:]
    spans = shipped_redactor().redact(text).spans
    return [
        text[start:end]
        for start, end in wanted
        if any(
            text[i].isalnum() and not any(s.start <= i < s.end for s in spans)
            for i in range(start, end)
        )
    ]


def masked_words(text: str) -> list[str]:
    """Words of a text that a mask touches."""
    spans = shipped_redactor().redact(text).spans
    return [
        match.group()
        for match in re.finditer(r"\S+", text)
        if any(s.start < match.end() and match.start() < s.end for s in spans)
    ]

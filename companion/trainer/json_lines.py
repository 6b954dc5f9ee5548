"""On which line of a JSON file the entries of a list begin: for messages, which people look up."""

from __future__ import annotations

import json
import re

_SPACE = re.compile(r"[ \t\r\n]*")


def entry_lines(text: str, key: str) -> tuple[int, ...]:
    """The lines, from 1, of the entries of the list under a key of the outer object.

    Empty where the text is not of that form; a message then names the key alone.
    """
    decoder = json.JSONDecoder()
    lines: list[int] = []
    try:
        at = _skip(text, text.index("{") + 1)
        while True:
            name, at = decoder.raw_decode(text, at)
            at = _skip(text, text.index(":", at) + 1)
            if name == key:
                break
            _, at = decoder.raw_decode(text, at)
            at = _skip(text, text.index(",", at) + 1)
        if text[at] != "[":
            return ()
        at = _skip(text, at + 1)
        line, counted = 1, 0
        while text[at] != "]":
            line += text.count("\n", counted, at)
            counted = at
            lines.append(line)
            _, at = decoder.raw_decode(text, at)
            at = _skip(text, at)
            if text[at] == ",":
                at = _skip(text, at + 1)
    except (ValueError, IndexError, RecursionError):
        return ()
    return tuple(lines)


def _skip(text: str, at: int) -> int:
    match = _SPACE.match(text, at)
    return at if match is None else match.end()

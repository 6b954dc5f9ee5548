"""Files as people hand them over: text that is UTF-8 and of bounded size, JSON read strictly.

Every error names the file, the line or key, and the way to mend it; none quotes what was said.
"""

from __future__ import annotations

import difflib
import json
import math
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any, NoReturn

from companion.errors import InputError

MAX_BYTES = 8_000_000
"""Far more than a call of many hours."""
MAX_CALL_S = 86_400.0
"""No call lasts longer than a day; a larger time is a mistake."""


def read_text(path: Path) -> str:
    """The text of a file.

    Raises: InputError where there is no such file, or it is too large, or it is not UTF-8.
    """
    try:
        with path.open("rb") as file:
            raw = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise InputError(f"{path}: there is no such file; check the name") from None
    except OSError as error:
        raise InputError(
            f"{path}: cannot be read ({error.strerror}); check that it is a file and yours to read"
        ) from None
    if len(raw) > MAX_BYTES:
        raise InputError(f"{path}: larger than {MAX_BYTES // 1_000_000} MB; split it into calls")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InputError(f"{path}: is not UTF-8 text; save it as UTF-8") from None


def numbered_lines(text: str) -> list[tuple[int, str]]:
    """The lines with their numbers, from 1. Only line feeds end a line, not U+2028 and its like."""
    return [(number, line.rstrip("\r")) for number, line in enumerate(text.split("\n"), start=1)]


class _UnwelcomeError(ValueError):
    """JSON that is well formed but has no place here; the message says why."""


def load_json(text: str, name: str, first_line: int | None = None) -> Any:
    """Parse JSON without NaN, infinity and repeated keys.

    Args:
        text: one JSON value.
        name: the file, for messages.
        first_line: where the text stands in the file, if it is one line of it.

    Raises: InputError, naming the file and, where it can be told, the line.
    """
    place = name if first_line is None else f"{name}, line {first_line}"
    try:
        return json.loads(text, parse_constant=_refuse_constant, object_pairs_hook=_once_each)
    except json.JSONDecodeError as error:
        line = error.lineno if first_line is None else first_line
        raise InputError(
            f"{name}, line {line}, column {error.colno}: is not valid JSON "
            f"({error.msg.lower()}); mend it there"
        ) from None
    except _UnwelcomeError as error:
        raise InputError(f"{place}: {error}") from None
    except (ValueError, RecursionError):
        # Numbers of thousands of digits, and lists within lists within lists.
        raise InputError(
            f"{place}: has a number too long or is nested too deep to be a call; write it anew"
        ) from None


def _refuse_constant(constant: str) -> NoReturn:
    raise _UnwelcomeError(f"{constant} is no number; write digits")


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise _UnwelcomeError(
                f"the key {key[:40]!r} stands twice in one object; keep one of them"
            )
        found[key] = value
    return found


def nearest(word: str, known: Iterable[str]) -> str:
    """'did you mean …?', or what there is to choose from."""
    names = list(known)
    close = difflib.get_close_matches(word, names, n=1)
    return f"did you mean {close[0]!r}?" if close else f"use one of {', '.join(names)}"


def one_of(value: Any, known: tuple[str, ...], where: str) -> str:
    """A word of a fixed list.

    Raises: InputError, naming the place and the nearest known word.
    """
    if not isinstance(value, str):
        raise InputError(f"{where}: must be text; use one of {', '.join(known)}")
    if value not in known:
        # The value is not quoted: where a mark is misplaced it is what somebody said.
        raise InputError(f"{where}: is not known; {nearest(value, known)}")
    return value


def text_at(data: Mapping[str, Any], key: str, where: str) -> str:
    """The text under a key.

    Raises: InputError where it is missing or something else.
    """
    if key not in data:
        raise InputError(f"{where}: {key!r} is missing; add it")
    value = data[key]
    if not isinstance(value, str):
        raise InputError(f"{where}.{key}: must be text; put it in quotes")
    return value


def number_at(data: Mapping[str, Any], key: str, where: str) -> float:
    """The finite number under a key.

    Raises: InputError where it is missing or something else.
    """
    if key not in data:
        raise InputError(f"{where}: {key!r} is missing; add the seconds from the start of the call")
    value = data[key]
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise InputError(f"{where}.{key}: must be a number of seconds, such as 12.5")
    if abs(value) > MAX_CALL_S or not math.isfinite(value):
        raise InputError(f"{where}.{key}: is not within a day; give seconds from the call's start")
    return float(value)


def list_at(data: Mapping[str, Any], key: str, where: str) -> list[Any]:
    """The list under a key; a missing one is empty.

    Raises: InputError where it is something else.
    """
    value = data.get(key, [])
    if not isinstance(value, list):
        raise InputError(f"{where}.{key}: must be a list; put the entries between [ and ]")
    return value


def object_of(value: Any, where: str) -> dict[str, Any]:
    """A JSON object.

    Raises: InputError where it is something else.
    """
    if not isinstance(value, dict):
        raise InputError(f"{where}: must be an object with keys, between {{ and }}")
    return value


def read_day(value: Any, where: str) -> date:
    """A day such as 2026-03-12.

    Raises: InputError where it is none.
    """
    try:
        # Python 3.11 and later would also take '20260312' and '2026-W11-4'.
        if isinstance(value, str) and len(value) == len("2026-03-12") and value[4] == "-":
            return date.fromisoformat(value)
    except ValueError:
        pass
    raise InputError(f"{where}: must be the day of the call, such as 2026-03-12")


def check_when(value: str, where: str) -> str:
    """An ISO date or datetime, such as 2026-03-12 or 2026-03-12T18:30.

    Raises: InputError where it is none.
    """
    try:
        if len(value) >= len("2026-03-12") and value[4] == value[7] == "-":
            datetime.fromisoformat(value)
            return value
    except ValueError:
        pass
    raise InputError(f"{where}: must be a day or a moment, such as 2026-03-12 or 2026-03-12T18:30")

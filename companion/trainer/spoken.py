"""Calls without labels: what was said, when, and on which day.

Four forms: `.json` and `.call` (the labelled forms, whose labels are not looked at), `.jsonl` (an
object with `start`, `end` and `text` a line) and `.txt` (an utterance a line). Where no times are
given, the pace of ordinary speech is assumed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from companion.domain.speech import Utterance
from companion.errors import InputError
from companion.trainer.call_form import parse_call
from companion.trainer.json_lines import entry_lines
from companion.trainer.pace import after, spoken_for_s
from companion.trainer.source import (
    load_json,
    number_at,
    numbered_lines,
    object_of,
    read_day,
    read_text,
    text_at,
)

_KEPT = frozenset({"provenance", "summary", "calls"})
"""Keys of calls from the store, as they are exported."""


@dataclass(frozen=True, slots=True)
class SpokenCall:
    """The organizer's side of one call, without labels."""

    file: str
    """The file's base name."""
    call_date: date
    utterances: tuple[Utterance, ...]


def read_spoken(path: Path, otherwise_on: date) -> SpokenCall:
    """Read a call whose labels do not matter.

    Args:
        path: a `.json`, `.call`, `.jsonl` or `.txt` file.
        otherwise_on: the day of the call for the forms that do not say it.

    Raises: InputError, naming the file, the line or key, and the way to mend it.
    """
    name = str(path)
    ending = path.suffix.lower()
    if path.is_dir():
        raise InputError(f"{name}: is a folder; name the files in it")
    if ending not in (".json", ".call", ".jsonl", ".txt"):
        raise InputError(
            f"{name}: must be a .json, .call, .jsonl or .txt file; rename it to what it is"
        )
    text = read_text(path)
    if ending == ".call":
        call = parse_call(text, path.stem, name)
        said = tuple(labelled.utterance for labelled in call.utterances)
        return SpokenCall(path.name, call.call_date, said)
    if ending == ".json":
        data = object_of(load_json(text, name), name)
        call_date = read_day(text_at(data, "date", name), f"{name}, date")
        return SpokenCall(
            path.name, call_date, read_utterances(data, name, places(text, data, name))
        )
    lines = [(n, line) for n, line in numbered_lines(text) if line.strip()]
    if not lines:
        raise InputError(f"{name}: holds no utterances; write one a line")
    if ending == ".jsonl":
        entries = [(f"{name}, line {n}", load_json(line, name, n)) for n, line in lines]
    else:
        entries = [(f"{name}, line {n}", {"text": line.strip()}) for n, line in lines]
    return SpokenCall(path.name, otherwise_on, _in_order(entries))


def places(text: str, data: dict[str, Any], name: str) -> list[str]:
    """How a message names each utterance of a `.json` file: by its line and its key."""
    entries = data.get("utterances")
    count = len(entries) if isinstance(entries, list) else 0
    lines = entry_lines(text, "utterances")
    if len(lines) != count:
        return [f"{name}, utterances[{i}]" for i in range(count)]
    return [f"{name}, line {line}, utterances[{i}]" for i, line in enumerate(lines)]


def read_utterances(
    data: dict[str, Any], name: str, where: Sequence[str] = ()
) -> tuple[Utterance, ...]:
    """The utterances of a call in the `.json` form.

    Args:
        data: the call.
        name: the file, for messages.
        where: what messages call each utterance, see `places`; its key alone where left out.

    Raises: InputError, naming the file and the key, and the way to mend it.
    """
    if "utterances" not in data and _KEPT & data.keys():
        raise InputError(
            f"{name}: is a kept call, and of those no words are kept; name role-play calls "
            "that were written down and labelled"
        )
    if "utterances" not in data:
        raise InputError(f"{name}: 'utterances' is missing; add the list of what was said")
    entries = data["utterances"]
    if not isinstance(entries, list):
        raise InputError(f"{name}, utterances: must be a list, between [ and ]")
    if not entries:
        raise InputError(f"{name}, utterances: is empty; add what was said")
    where = where or [f"{name}, utterances[{i}]" for i in range(len(entries))]
    return _in_order(zip(where, entries, strict=True))


def _in_order(entries: Iterable[tuple[str, Any]]) -> tuple[Utterance, ...]:
    utterances: list[Utterance] = []
    for where, entry in entries:
        before = utterances[-1] if utterances else None
        utterances.append(_utterance(object_of(entry, where), before, where))
    return tuple(utterances)


def _utterance(entry: dict[str, Any], before: Utterance | None, where: str) -> Utterance:
    text = text_at(entry, "text", where)
    if "start" in entry or "end" in entry:
        start_s, end_s = number_at(entry, "start", where), number_at(entry, "end", where)
    else:
        start_s = 0.0 if before is None else round(after(before), 2)
        end_s = round(start_s + spoken_for_s(text), 2)
    if start_s < 0:
        raise InputError(f"{where}.start: lies before the call; count from 0")
    if end_s < start_s:
        raise InputError(f"{where}.end: lies before start; give both in seconds of the call")
    if before is not None and start_s < before.start_s:
        raise InputError(
            f"{where}.start: lies before the utterance above; put them in the order of time"
        )
    return Utterance(_id(entry, before, where), start_s, end_s, text)


def _id(entry: dict[str, Any], before: Utterance | None, where: str) -> int:
    following = 0 if before is None else before.i + 1
    given = entry.get("i", following)
    if isinstance(given, bool) or not isinstance(given, int) or given < 0:
        raise InputError(f"{where}.i: must be a whole number from 0 on")
    if given < following:
        raise InputError(f"{where}.i: {given} was used already; number them in order")
    return given

"""Targets that read YAML from strangers: the rap, as bytes and value by value, and settings."""

from __future__ import annotations

import copy
import tempfile
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from companion import locations
from companion.documents import (
    Document,
    KeyPath,
    parse_document,
    read_document,
    validate_document,
)
from companion.domain.speech import Utterance
from companion.errors import CompanionError
from companion.settings import Settings, load_settings
from companion.settings_file import write_settings
from companion.settings_reference import known_settings
from companion.trainer.pace import spoken_for_s
from companion.trainer.replay import Replay
from companion.trainer.training_table import EXAMPLE_DAY
from companion.understanding.rap import check_rap
from scripts.fuzzing.target import Draw, Target, told_in_words

LINES = ("Thank you for making time. What is it like there?", "do you like it", "Who decides?")
MOST_TEXTS = 2
"""Of each list of phrases of the shipped rap; all of them would take the fuzzer's time."""


@lru_cache(maxsize=1)
def small_rap() -> Any:
    """The shipped rap with short lists of phrases and examples, as plain data; still a good one."""
    path = locations.shipped("configs", "raps", "one-on-one.en.yaml")
    return _short(read_document(path).data)


def _short(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _short(item) for key, item in value.items()}
    if isinstance(value, list):
        few = value[:MOST_TEXTS] if all(isinstance(item, str) for item in value) else value
        return [_short(item) for item in few]
    return value


def _dumped(data: Any) -> bytes:
    text: str = yaml.safe_dump(data, sort_keys=False, allow_unicode=True, width=100)
    return text.encode("utf-8", "surrogatepass")


def rap(raw: bytes) -> None:
    """A rap is refused in words, or can be used for a call."""
    try:
        document = parse_document(raw, "fuzzed.yaml")
    except CompanionError as error:
        told_in_words(error, "fuzzed.yaml")
        return
    _use_rap(document)


def _use_rap(document: Document) -> None:
    try:
        checked = check_rap(document)
    except CompanionError as error:
        told_in_words(error, "fuzzed.yaml")
        return
    checked.outline()
    replay = Replay(checked, EXAMPLE_DAY, Settings().call)
    at_s = 0.0
    for i, line in enumerate(LINES):
        utterance = Utterance(i, at_s, at_s + spoken_for_s(line), line)
        replay.hear(utterance)
        at_s = utterance.end_s + 3


def rap_values(raw: bytes) -> None:
    """The same with a few values of a good rap changed, moved or taken out."""
    draw = Draw(raw)
    data = copy.deepcopy(small_rap())
    for _ in range(1 + draw.number(4)):
        places = list(_places(data, ()))
        *way, last = draw.pick(places)
        holder = data
        for part in way:
            holder = holder[part]
        _change(holder, last, draw)
    _use_rap(Document("fuzzed.yaml", data, {}))


def _places(data: Any, path: KeyPath) -> Iterator[KeyPath]:
    inside: Any = ()
    if isinstance(data, dict):
        inside = data.items()
    elif isinstance(data, list):
        inside = enumerate(data)
    for key, value in inside:
        yield (*path, key)
        yield from _places(value, (*path, key))


def _change(holder: Any, last: str | int, draw: Draw) -> None:
    kind = draw.number(6)
    if kind == 0:
        del holder[last]
    elif kind == 1:
        holder[last] = [draw.text(), draw.text()]
    elif kind == 2:
        holder[last] = {draw.text(): draw.text()}
    elif kind == 3 and isinstance(holder, list):
        holder.append(holder[draw.number(len(holder))])
    elif kind == 4 and isinstance(holder[last], str):
        words = holder[last].split()
        at = draw.number(len(words) + 1)
        holder[last] = " ".join([*words[:at], draw.text(), *words[at:]])
    else:
        holder[last] = draw.text()


def settings(raw: bytes) -> None:
    """Settings are refused in words, or read; and a change of one key spares the others."""
    document_or_words(raw)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "settings.yaml"
        path.write_bytes(raw)
        try:
            before = load_settings(path)
        except CompanionError:
            before = None
        try:
            write_settings({"call.off_record_s": 41.0}, path)
        except CompanionError:
            assert path.read_bytes() == raw, "a refused change must leave the file as it was"
            return
        after = load_settings(path)
        assert after.call.off_record_s == 41.0
        if before is not None:
            call = before.call.model_copy(update={"off_record_s": 41.0})
            assert after == before.model_copy(update={"call": call})


def document_or_words(raw: bytes) -> None:
    """A document is refused with its line, or validates against whatever schema."""
    try:
        document = parse_document(raw, "fuzzed.yaml")
    except CompanionError as error:
        told_in_words(error, "fuzzed.yaml")
        return
    validate_document(document, Settings)


def _settings_seeds() -> list[bytes]:
    shipped = locations.shipped("configs", "settings.default.yaml").read_bytes()
    lines: dict[str, dict[str, str]] = {}
    for setting in known_settings():
        lines.setdefault(setting.section, {})[setting.name] = "1"
    return [shipped, _dumped(lines), b"call:\n  off_record_s: 12 # so\naudio: {device: x}\n"]


_KEYS = ("steps:", "goals:", "phrases:", "examples:", "cues:", "schema: 1", "- ", ": ", "&a ", "*a")
TARGETS = (
    Target("rap", "a rap's file", rap, lambda: [_dumped(small_rap())], _KEYS),
    Target(
        "rap-values",
        "values of a rap",
        rap_values,
        lambda: [bytes(range(k, k + 40)) for k in range(0, 200, 20)],
    ),
    Target("settings", "the settings file", settings, _settings_seeds, ("call:", "  ", "null")),
)

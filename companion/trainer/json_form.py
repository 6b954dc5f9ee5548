"""The `.json` form of a labelled call: one object a call, as labellers exchange them.

`call_id`, `setting`, `date`, `utterances` (`i`, `start`, `end`, `text`, `step`, `questions`,
`pii`, `cues`) and `truth`. Lists that are empty, and the whole of `truth`, may be left out; keys
of a labeller's own are passed over.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from companion.domain.dialogue import QuestionKind, Step
from companion.errors import InputError
from companion.trainer.labelled import (
    COMMITMENTS,
    CUES,
    ISSUES,
    PII_TYPES,
    WHO,
    LabelledCall,
    LabelledUtterance,
    Span,
    Truth,
)
from companion.trainer.source import (
    check_when,
    list_at,
    load_json,
    object_of,
    one_of,
    read_day,
    text_at,
)
from companion.trainer.spoken import places, read_utterances

_KINDS = tuple(kind.value for kind in QuestionKind)


def parse_json(text: str, call_id: str, name: str) -> LabelledCall:
    """Read a labelled call.

    Args:
        text: the file's text.
        call_id: what the call is called where the text does not say.
        name: the file, for messages.

    Raises: InputError, naming the file and the key, and the way to mend it.
    """
    data = object_of(load_json(text, name), name)
    where_each = places(text, data, name)
    utterances = read_utterances(data, name, where_each)
    entries = data["utterances"]
    truth = data.get("truth")
    return LabelledCall(
        text_at(data, "call_id", name) if "call_id" in data else call_id,
        text_at(data, "setting", name) if "setting" in data else "",
        read_day(text_at(data, "date", name), f"{name}, date"),
        tuple(
            LabelledUtterance(
                utterance,
                _step(entry, where),
                _apart(_spans(entry, "questions", "kind", _KINDS, where), f"{where}.questions"),
                _spans(entry, "pii", "type", PII_TYPES, where),
                _cues(entry, where),
            )
            for utterance, entry, where in zip(utterances, entries, where_each, strict=True)
        ),
        None if truth is None else _truth(object_of(truth, f"{name}, truth"), f"{name}, truth"),
    )


def _step(entry: dict[str, Any], where: str) -> Step:
    if "step" not in entry:
        raise InputError(f"{where}: 'step' is missing; label the utterance with a step from 1 to 5")
    value = entry["step"]
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= 5:
        raise InputError(f"{where}.step: must be a whole number from 1 to 5")
    return Step(value)


def _cues(entry: dict[str, Any], where: str) -> tuple[str, ...]:
    cues = tuple(one_of(cue, CUES, f"{where}.cues") for cue in list_at(entry, "cues", where))
    if len(set(cues)) < len(cues):
        raise InputError(f"{where}.cues: a cue stands twice; keep one of them")
    return cues


def _spans(
    entry: dict[str, Any], key: str, label_key: str, known: tuple[str, ...], where: str
) -> tuple[Span, ...]:
    """Spans name their text. Each is looked for after the one before it, then from the start;
    the same text twice means two places."""
    text = entry["text"]
    spans: list[Span] = []
    taken: set[int] = set()
    at = 0
    for n, item in enumerate(list_at(entry, key, where)):
        place = f"{where}.{key}[{n}]"
        item = object_of(item, place)
        wanted = text_at(item, "text", place)
        label = one_of(item.get(label_key), known, f"{place}.{label_key}")
        start = _find(text, wanted, at, taken)
        if start < 0:
            raise InputError(
                f"{place}.text: does not stand in the utterance as it is written, or not so "
                "often; copy it from there"
            )
        taken.add(start)
        at = start + len(wanted)
        spans.append(Span(start, at, label, wanted))
    return tuple(spans)


def _apart(spans: tuple[Span, ...], where: str) -> tuple[Span, ...]:
    """Question clauses stand side by side; one within another cannot be told apart."""
    ordered = sorted(spans, key=lambda span: span.start_char)
    for before, after in pairwise(ordered):
        if after.start_char < before.end_char:
            raise InputError(f"{where}: two questions overlap; end the first before the second")
    return spans


def _find(text: str, wanted: str, at: int, taken: set[int]) -> int:
    """Where the text stands, from `at` on or else anywhere free; -1 where it does not."""
    if not wanted:
        return -1
    for begin in (at, 0):
        start = text.find(wanted, begin)
        while start in taken:
            start = text.find(wanted, start + 1)
        if start >= 0:
            return start
    return -1


def _truth(data: dict[str, Any], where: str) -> Truth:
    step = data.get("next_step")
    step = {} if step is None else object_of(step, f"{where}.next_step")
    who = _text_or_none(step, "who", f"{where}.next_step")
    when = _text_or_none(step, "when", f"{where}.next_step")
    offered = data.get("self_care_offered", False)
    if not isinstance(offered, bool):
        raise InputError(f"{where}.self_care_offered: must be true or false")
    return Truth(
        tuple(one_of(i, ISSUES, f"{where}.issues") for i in list_at(data, "issues", where)),
        _text_or_none(data, "decision_maker", where),
        _text_or_none(data, "ask", where),
        one_of(data.get("commitment"), COMMITMENTS, f"{where}.commitment"),
        None if who is None else one_of(who, WHO, f"{where}.next_step.who"),
        _text_or_none(step, "what", f"{where}.next_step"),
        None if when is None else check_when(when, f"{where}.next_step.when"),
        offered,
        _text_or_none(data, "follow_up", where),
    )


def _text_or_none(data: dict[str, Any], key: str, where: str) -> str | None:
    return None if data.get(key) is None else text_at(data, key, where)

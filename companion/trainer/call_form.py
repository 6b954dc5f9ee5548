"""The `.call` form of a labelled call, which people write and read.

Header lines, a line `---`, and an utterance a line:

    setting: tenant organizer, phone, average, yes
    date: 2026-03-12
    ...
    ---
    1 | Hi {PERSON:Rosa}, it's me. [c You got a minute?] | agenda

`[c …]`, `[o …]`, `[n …]`, `[r …]` are closed, open, narrow and rhetorical questions, `{TYPE:…}` is
personal data, and what stands after the last bar are cues. Times are not written: they follow from
the number of words, at the pace of ordinary speech.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from companion.domain.dialogue import QuestionKind, Step
from companion.domain.speech import Utterance
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
from companion.trainer.pace import after, spoken_for_s
from companion.trainer.source import check_when, nearest, numbered_lines, one_of, read_day

HEADER_KEYS = (
    "setting",
    "date",
    "hand",
    "garbled",
    "issues",
    "decision maker",
    "ask",
    "commitment",
    "next step",
    "self-care",
    "follow-up",
)
_TRUTH_KEYS = frozenset(HEADER_KEYS[4:])
_KIND_LETTERS = {
    "c": QuestionKind.CLOSED,
    "o": QuestionKind.OPEN,
    "n": QuestionKind.NARROW,
    "r": QuestionKind.RHETORICAL,
}
_MARK = re.compile(r"\[([conr]) |\]|\{([A-Z]+):|\}")


@dataclass(frozen=True, slots=True)
class _Header:
    """The lines above '---', and where each stands."""

    name: str
    values: dict[str, str]
    lines: dict[str, int]

    def get(self, key: str) -> str | None:
        """What stands behind a key; None where there is no such line."""
        return self.values.get(key)

    def place(self, key: str) -> str:
        """The file, the line and the key, for messages."""
        return f"{self.name}, line {self.lines[key]}, {key!r}"


def parse_call(text: str, call_id: str, name: str) -> LabelledCall:
    """Read the text of a `.call` file.

    Args:
        text: the file's text.
        call_id: what the call is called, usually the file's name without its ending.
        name: the file, for messages.

    Raises: InputError, naming the file and the line, and the way to mend it.
    """
    lines = numbered_lines(text)
    bar = next((n for n, line in lines if line.strip() == "---"), None)
    if bar is None:
        raise InputError(f"{name}: add a line '---' between the header and the utterances")
    head = _header(lines[: bar - 1], name)
    utterances: list[LabelledUtterance] = []
    clock_s = 0.0
    for number, line in lines[bar:]:
        if line.strip():
            found = _utterance_line(line, len(utterances), clock_s, f"{name}, line {number}")
            utterances.append(found)
            clock_s = after(found.utterance)
    if not utterances:
        raise InputError(f"{name}: has no utterances; write them after the line '---'")
    if "date" not in head.values:
        raise InputError(f"{name}: 'date' is missing; add a line such as 'date: 2026-03-12'")
    return LabelledCall(
        call_id,
        head.get("setting") or "",
        read_day(head.get("date"), head.place("date")),
        tuple(utterances),
        _truth(head),
        garbled=_yes_or_no(head, "garbled"),
        hand=head.get("hand") or "",
    )


def _header(lines: list[tuple[int, str]], name: str) -> _Header:
    head = _Header(name, {}, {})
    for number, line in lines:
        if not line.strip():
            continue
        where = f"{name}, line {number}"
        key, colon, value = line.partition(":")
        key = key.strip()
        if not colon:
            raise InputError(f"{where}: a header line is 'key: value'; then comes '---'")
        if key not in HEADER_KEYS:
            raise InputError(f"{where}: the key is not known; {nearest(key, HEADER_KEYS)}")
        if key in head.values:
            raise InputError(f"{where}: {key!r} stands twice; keep one of them")
        head.values[key] = value.strip()
        head.lines[key] = number
    return head


def _utterance_line(line: str, i: int, start_s: float, where: str) -> LabelledUtterance:
    parts = [part.strip() for part in line.split(" | ")]
    if len(parts) not in (2, 3) or parts[0] not in ("1", "2", "3", "4", "5"):
        raise InputError(f"{where}: write 'step | what is said', and cues after a second bar")
    if "|" in parts[1]:
        raise InputError(f"{where}: a bar needs a space on both sides, and cues after it")
    cues = tuple(c.strip() for c in parts[2].split(",")) if len(parts) == 3 else ()
    for cue in cues:
        one_of(cue, CUES, f"{where}, cue")
    if len(set(cues)) < len(cues):
        raise InputError(f"{where}: a cue stands twice; keep one of them")
    text, questions, pii = _unmark(parts[1], where)
    if not text:
        raise InputError(f"{where}: nothing is said; write the words or take the line out")
    end_s = start_s + spoken_for_s(text)
    utterance = Utterance(i, round(start_s, 2), round(end_s, 2), text)
    return LabelledUtterance(utterance, Step(int(parts[0])), questions, pii, cues)


def _unmark(marked: str, where: str) -> tuple[str, tuple[Span, ...], tuple[Span, ...]]:
    """Take the marks out of a line; spans count characters of what is left."""
    plain: list[str] = []
    length = at = 0
    question: tuple[int, str] | None = None
    name: tuple[int, str] | None = None
    questions: list[tuple[int, int, str]] = []
    pii: list[tuple[int, int, str]] = []
    for mark in _MARK.finditer(marked):
        plain.append(marked[at : mark.start()])
        length += mark.start() - at
        at = mark.end()
        if mark.group(1):
            if question is not None:
                raise InputError(f"{where}: a question inside a question; close the first with ]")
            question = (length, _KIND_LETTERS[mark.group(1)].value)
        elif mark.group(2):
            if name is not None:
                raise InputError(f"{where}: a {{ inside a {{; close the first with }}")
            name = (length, one_of(mark.group(2), PII_TYPES, f"{where}, personal data"))
        elif mark.group() == "]":
            if question is None:
                raise InputError(f"{where}: a ] without its [; write [c , [o , [n  or [r  before")
            questions.append((question[0], length, question[1]))
            question = None
        else:
            if name is None:
                raise InputError(f"{where}: a }} without its {{; write {{PERSON: before, or such")
            pii.append((name[0], length, name[1]))
            name = None
    if question is not None or name is not None:
        raise InputError(f"{where}: a mark is not closed; add ] or }}")
    plain.append(marked[at:])
    text = "".join(plain)
    return text, _spans(questions, text, where), _spans(pii, text, where)


def _spans(found: list[tuple[int, int, str]], text: str, where: str) -> tuple[Span, ...]:
    if any(start == end for start, end, _ in found):
        raise InputError(f"{where}: a mark holds no words; fill it or take it out")
    return tuple(Span(start, end, label, text[start:end]) for start, end, label in found)


def _truth(head: _Header) -> Truth | None:
    if not _TRUTH_KEYS & head.values.keys():
        return None
    if "commitment" not in head.values:
        raise InputError(
            f"{head.name}: 'commitment' is missing; use one of {', '.join(COMMITMENTS)}"
        )
    who, what, when = _next_step(head)
    issues = _or_none(head.get("issues"))
    return Truth(
        tuple(one_of(i.strip(), ISSUES, head.place("issues")) for i in issues.split(","))
        if issues
        else (),
        _or_none(head.get("decision maker")),
        _or_none(head.get("ask")),
        one_of(head.get("commitment"), COMMITMENTS, head.place("commitment")),
        who,
        what,
        when,
        _yes_or_no(head, "self-care"),
        _or_none(head.get("follow-up")),
    )


def _next_step(head: _Header) -> tuple[str | None, str | None, str | None]:
    step = _or_none(head.get("next step"))
    if step is None:
        return None, None, None
    where = head.place("next step")
    parts = [_or_none(part) for part in step.split("|")]
    if len(parts) != 3:
        raise InputError(f"{where}: must be 'who | what | when', or none")
    who, what, when = parts
    if who is not None:
        one_of(who, WHO, where)
    return who, what, check_when(when, where) if when is not None else None


def _yes_or_no(head: _Header, key: str) -> bool:
    value = head.get(key)
    if value not in (None, "yes", "no"):
        raise InputError(f"{head.place(key)}: must be yes or no")
    return value == "yes"


def _or_none(value: str | None) -> str | None:
    value = (value or "").strip()
    return None if value in ("", "none") else value

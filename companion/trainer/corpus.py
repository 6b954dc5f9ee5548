"""Labelled calls: the organizer's side of role-play talks, with steps, questions, cues and names.

Two forms hold the same: `.json` (one object a call, as labellers exchange them) and `.call`, which
people write and read. A `.call` file has header lines, a line `---`, and an utterance a line:

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

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from companion.domain.dialogue import QuestionKind, Step
from companion.domain.speech import Utterance
from companion.errors import InputError

WORDS_PER_S = 2.7
ANSWER_S = 6.0
"""How long the other person is taken to speak between two written utterances."""

CUES = (
    "consent_asked",
    "consent_given_ack",
    "agenda",
    "reflection",
    "own_story",
    "decision_maker_named",
    "decision_maker_asked",
    "success_example",
    "plan_named",
    "inoculation",
    "hard_ask",
    "ask_declined_ack",
    "commitment_ack",
    "next_step_stated",
    "self_care",
    "coping_offered",
    "confidentiality",
    "follow_up_promised",
    "thanks_close",
    "fear_addressed",
)
PII_TYPES = (
    "PERSON",
    "ORG",
    "LOCATION",
    "PHONE",
    "EMAIL",
    "AGE",
    "ID",
    "HANDLE",
    "URL",
    "HEALTH",
    "IMMIGRATION",
)
COMMITMENTS = ("yes", "no", "maybe", "not_asked")

_KIND_LETTERS = {
    "c": QuestionKind.CLOSED,
    "o": QuestionKind.OPEN,
    "n": QuestionKind.NARROW,
    "r": QuestionKind.RHETORICAL,
}
_MARK = re.compile(r"\[([conr]) |\]|\{([A-Z]+):|\}")


@dataclass(frozen=True, slots=True)
class Span:
    """A labelled stretch of an utterance's text."""

    start_char: int
    end_char: int
    label: str
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class LabelledUtterance:
    """One utterance with what a labeller says of it."""

    utterance: Utterance
    step: Step
    questions: tuple[Span, ...]
    """Labels are the values of `QuestionKind`."""
    pii: tuple[Span, ...]
    cues: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Truth:
    """What the whole call came to."""

    issues: tuple[str, ...]
    decision_maker: str | None
    ask: str | None
    commitment: str
    next_who: str | None
    next_what: str | None
    next_when: str | None
    self_care_offered: bool
    follow_up: str | None


@dataclass(frozen=True, slots=True)
class LabelledCall:
    """One call. `garbled`: printed as the embedded recognizer would."""

    call_id: str
    setting: str
    call_date: date
    utterances: tuple[LabelledUtterance, ...]
    truth: Truth | None
    garbled: bool = False


def read_calls(paths: list[Path]) -> list[LabelledCall]:
    """Labelled calls from files and folders (`.json` and `.call`), in the order of their names.

    Raises: InputError, naming the file and the line or key, and the way to mend it.
    """
    return [read_call(path) for path in _files(paths)]


def _files(paths: list[Path]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            found = sorted([*path.glob("*.call"), *path.glob("*.json")])
            if not found:
                raise InputError(f"{path}: holds no .call or .json files; name a folder that does")
            yield from found
        else:
            yield path


def read_call(path: Path) -> LabelledCall:
    """One labelled call; see `read_calls`."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise InputError(f"{path}: there is no such file") from None
    except UnicodeDecodeError:
        raise InputError(f"{path}: is not UTF-8 text; save it as UTF-8") from None
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror})") from None
    if path.suffix == ".call":
        return parse_call(text, path.stem, str(path))
    return parse_json(text, path.stem, str(path))


def parse_call(text: str, call_id: str, name: str) -> LabelledCall:
    """Read the text of a `.call` file."""
    head_lines: dict[str, str] = {}
    utterances: list[LabelledUtterance] = []
    in_head = True
    clock_s = 0.0
    for number, line in enumerate(text.splitlines(), start=1):
        where = f"{name}, line {number}"
        if in_head:
            if line.strip() == "---":
                in_head = False
            elif line.strip():
                key, colon, value = line.partition(":")
                if not colon:
                    raise InputError(f"{where}: a header line is 'key: value'; then comes '---'")
                head_lines[key.strip()] = value.strip()
        elif line.strip():
            found = _utterance_line(line, len(utterances), clock_s, where)
            utterances.append(found)
            clock_s = found.utterance.end_s + ANSWER_S
    if in_head:
        raise InputError(f"{name}: has no line '---' between its header and the utterances")
    return LabelledCall(
        call_id,
        head_lines.get("setting", ""),
        _day(head_lines.get("date", ""), name),
        tuple(utterances),
        _truth_lines(head_lines, name),
        garbled=head_lines.get("garbled") == "yes",
    )


def _utterance_line(line: str, i: int, start_s: float, where: str) -> LabelledUtterance:
    parts = [part.strip() for part in line.split(" | ")]
    if len(parts) not in (2, 3) or parts[0] not in ("1", "2", "3", "4", "5"):
        raise InputError(f"{where}: write 'step | what is said', and cues after a second bar")
    cues = tuple(c.strip() for c in parts[2].split(",")) if len(parts) == 3 else ()
    for cue in cues:
        if cue not in CUES:
            raise InputError(f"{where}: there is no cue {cue!r}; known are {', '.join(CUES)}")
    text, questions, pii = _unmark(parts[1], where)
    spoken_s = max(0.4, len(text.split()) / WORDS_PER_S)
    utterance = Utterance(i, round(start_s, 2), round(start_s + spoken_s, 2), text)
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
            if mark.group(2) not in PII_TYPES:
                raise InputError(f"{where}: there is no type {mark.group(2)!r} of personal data")
            name = (length, mark.group(2))
        elif mark.group() == "]":
            if question is None:
                raise InputError(f"{where}: a ] without its [")
            questions.append((question[0], length, question[1]))
            question = None
        else:
            if name is None:
                raise InputError(f"{where}: a }} without its {{")
            pii.append((name[0], length, name[1]))
            name = None
    if question is not None or name is not None:
        raise InputError(f"{where}: a mark is not closed; add ] or }}")
    plain.append(marked[at:])
    text = "".join(plain)
    return (
        text,
        tuple(Span(start, end, label, text[start:end]) for start, end, label in questions),
        tuple(Span(start, end, label, text[start:end]) for start, end, label in pii),
    )


def _day(value: str, name: str) -> date:
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise InputError(f"{name}: 'date' must be a day such as 2026-03-12") from None


def _truth_lines(head: dict[str, str], name: str) -> Truth | None:
    if "commitment" not in head:
        return None
    if head["commitment"] not in COMMITMENTS:
        raise InputError(f"{name}: 'commitment' must be one of {', '.join(COMMITMENTS)}")
    who, what, when = (None, None, None)
    if (step := _or_none(head.get("next step"))) is not None:
        parts = [_or_none(part) for part in step.split("|")]
        if len(parts) != 3:
            raise InputError(f"{name}: 'next step' must be 'who | what | when', or none")
        who, what, when = parts
    issues = _or_none(head.get("issues"))
    return Truth(
        tuple(i.strip() for i in issues.split(",")) if issues else (),
        _or_none(head.get("decision maker")),
        _or_none(head.get("ask")),
        head["commitment"],
        who,
        what,
        when,
        head.get("self-care") == "yes",
        _or_none(head.get("follow-up")),
    )


def _or_none(value: str | None) -> str | None:
    value = (value or "").strip()
    return None if value in ("", "none") else value


def parse_json(text: str, call_id: str, name: str) -> LabelledCall:
    """Read the labelled JSON form; labels may be absent."""
    try:
        data = json.loads(text)
        utterances = tuple(
            _json_utterance(entry, i, name) for i, entry in enumerate(data["utterances"])
        )
        return LabelledCall(
            str(data.get("call_id", call_id)),
            str(data.get("setting", "")),
            _day(str(data.get("date", "")), name),
            utterances,
            _json_truth(data["truth"]) if data.get("truth") else None,
        )
    except json.JSONDecodeError as error:
        raise InputError(f"{name}, line {error.lineno}: is not valid JSON; {error.msg}") from None
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise InputError(
            f"{name}: lacks or misplaces {error.args[0]!r}; see the form in docs/trainers.md"
        ) from None


def _json_utterance(entry: dict[str, Any], i: int, name: str) -> LabelledUtterance:
    text = str(entry["text"])
    utterance = Utterance(int(entry.get("i", i)), float(entry["start"]), float(entry["end"]), text)
    return LabelledUtterance(
        utterance,
        Step(int(entry.get("step", 1))),
        _json_spans(entry.get("questions", ()), "kind", text, f"{name}, utterance {i}"),
        _json_spans(entry.get("pii", ()), "type", text, f"{name}, utterance {i}"),
        tuple(entry.get("cues", ())),
    )


def _json_spans(entries: Any, key: str, text: str, where: str) -> tuple[Span, ...]:
    """Spans name their text; the same text twice means its first and its second occurrence."""
    spans: list[Span] = []
    seen: dict[str, int] = {}
    for entry in entries:
        wanted = str(entry["text"])
        start = text.find(wanted, seen.get(wanted, 0))
        if start < 0:
            raise InputError(f"{where}: a span's text does not stand in the utterance verbatim")
        seen[wanted] = start + len(wanted)
        spans.append(Span(start, start + len(wanted), str(entry[key]), wanted))
    return tuple(spans)


def _json_truth(data: dict[str, Any]) -> Truth:
    step = data.get("next_step") or {}
    return Truth(
        tuple(data.get("issues", ())),
        data.get("decision_maker"),
        data.get("ask"),
        str(data["commitment"]),
        step.get("who"),
        step.get("what"),
        step.get("when"),
        bool(data.get("self_care_offered")),
        data.get("follow_up"),
    )


def bare(call: LabelledCall) -> LabelledCall:
    """The same call as the embedded recognizer prints it: lower case, no marks, spans kept."""
    return LabelledCall(
        call.call_id,
        call.setting,
        call.call_date,
        tuple(_bare_utterance(u) for u in call.utterances),
        call.truth,
        garbled=True,
    )


def _bare_utterance(labelled: LabelledUtterance) -> LabelledUtterance:
    text = labelled.utterance.text
    plain: list[str] = []
    places: list[int] = []  # where each character of the old text stands in the new one
    for at, char in enumerate(text):
        places.append(len(plain))
        if char.isalnum() or (char in "'’" and _inside_word(text, at)):
            plain.append("'" if char == "’" else char.lower())
        elif plain and plain[-1] != " ":
            plain.append(" ")
    places.append(len(plain))
    joined = "".join(plain)

    def moved(span: Span) -> Span | None:
        start, end = places[span.start_char], places[span.end_char]
        while start < end and joined[start] == " ":
            start += 1
        while end > start and joined[end - 1] == " ":
            end -= 1
        return Span(start, end, span.label, joined[start:end]) if end > start else None

    old = labelled.utterance
    return LabelledUtterance(
        Utterance(old.i, old.start_s, old.end_s, joined.rstrip()),
        labelled.step,
        tuple(m for s in labelled.questions if (m := moved(s)) is not None),
        tuple(m for s in labelled.pii if (m := moved(s)) is not None),
        labelled.cues,
    )


def _inside_word(text: str, at: int) -> bool:
    return 0 < at < len(text) - 1 and text[at - 1].isalnum() and text[at + 1].isalnum()

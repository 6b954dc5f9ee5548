"""A labeller's unfinished work as a file: saved after every change, and taken up again.

It holds the words of the call, and is for role-play only; `companion.trainer.role_play` asks.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from companion.domain.dialogue import QuestionKind, Step
from companion.domain.speech import Utterance
from companion.errors import InputError
from companion.trainer.clauses import Clause, word_places
from companion.trainer.label_desk import Sheet, Work
from companion.trainer.labelled import CUES, PII_TYPES, Span, Truth
from companion.trainer.source import load_json, read_text
from companion.whole_files import replace_whole

ENDING = ".labels.json"
_KINDS = tuple(kind.value for kind in QuestionKind)


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _ClauseForm(_Part):
    first: int = Field(ge=0)
    end: int = Field(ge=1)
    kind: str | None = None


class _MarkForm(_Part):
    start: int = Field(ge=0)
    end: int = Field(ge=1)
    type: str


class _WorkForm(_Part):
    text: str
    start: float = Field(ge=0)
    end: float = Field(ge=0)
    step: int | None = Field(None, ge=1, le=5)
    clauses: tuple[_ClauseForm, ...]
    cues: tuple[str, ...] = ()
    pii: tuple[_MarkForm, ...] = ()


class _FileForm(_Part):
    schema_: Literal[1] = Field(alias="schema")
    role_play: Literal[True]
    labeller: str
    call_id: str
    date: date
    language: str
    setting: str
    at: int = Field(ge=0)
    truth: dict[str, Any] | None
    utterances: tuple[_WorkForm, ...] = Field(min_length=1)


@dataclass(frozen=True, slots=True)
class Kept:
    """What a file of unfinished work holds."""

    sheet: Sheet
    labeller: str


def label_file(folder: Path, call_id: str, labeller: str) -> Path:
    """Where one labeller's work on a call is kept."""
    return folder / f"{call_id}.{labeller}{ENDING}"


def save(path: Path, sheet: Sheet, labeller: str) -> None:
    """Put the work in the place of what was saved before, in one step.

    Raises: InputError where it cannot be written; what was saved before is then still there.
    """
    text = json.dumps(_form(sheet, labeller), ensure_ascii=False, indent=1) + "\n"
    try:
        replace_whole(path, text.encode())
    except OSError as error:
        raise InputError(
            f"{path}: cannot be written ({error.strerror}); make room, or choose another folder "
            "with --out"
        ) from None


def load(path: Path) -> Kept:
    """Take up the work. Raises: InputError where the file is not one of ours, or damaged."""
    try:
        form = _FileForm.model_validate(load_json(read_text(path), str(path)))
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise InputError(
            f"{path}: is no work of 'companion label' that can be taken up ({where}: "
            f"{first['msg'].lower()}); rename it, and begin anew"
        ) from None
    works = tuple(_work(i, entry, path) for i, entry in enumerate(form.utterances))
    truth = None if form.truth is None else _truth(form.truth, path)
    at = min(form.at, len(works) - 1)
    sheet = Sheet(form.call_id, form.date, form.language, works, form.setting, truth, at)
    return Kept(sheet, form.labeller)


def _form(sheet: Sheet, labeller: str) -> dict[str, Any]:
    truth = sheet.truth
    return {
        "schema": 1,
        "role_play": True,
        "labeller": labeller,
        "call_id": sheet.call_id,
        "date": sheet.call_date.isoformat(),
        "language": sheet.language,
        "setting": sheet.setting,
        "at": sheet.at,
        "truth": None if truth is None else {n: getattr(truth, n) for n in Truth.__slots__},
        "utterances": [
            {
                "text": work.utterance.text,
                "start": work.utterance.start_s,
                "end": work.utterance.end_s,
                "step": None if work.step is None else int(work.step),
                "clauses": [{"first": c.first, "end": c.end, "kind": c.kind} for c in work.clauses],
                "cues": list(work.cues),
                "pii": [
                    {"start": s.start_char, "end": s.end_char, "type": s.label} for s in work.pii
                ],
            }
            for work in sheet.works
        ],
    }


def _work(i: int, form: _WorkForm, path: Path) -> Work:
    place = f"{path}, utterance {i}"
    clauses = tuple(Clause(c.first, c.end, c.kind) for c in form.clauses)
    ends = [0, *(c.end for c in clauses)]
    firsts = [*(c.first for c in clauses), len(word_places(form.text))]
    if ends != firsts or any(c.end <= c.first for c in clauses):
        raise InputError(f"{place}: its clauses are not all of its words, in order; begin anew")
    if any(c.kind is not None and c.kind not in _KINDS for c in clauses):
        raise InputError(f"{place}: a kind of question is not known; use {', '.join(_KINDS)}")
    if any(cue not in CUES for cue in form.cues):
        raise InputError(f"{place}: a cue is not known; use one of {', '.join(CUES)}")
    if any(m.type not in PII_TYPES or not m.start < m.end <= len(form.text) for m in form.pii):
        raise InputError(f"{place}: a mark of personal data is damaged; begin anew")
    return Work(
        Utterance(i, form.start, form.end, form.text),
        clauses,
        None if form.step is None else Step(form.step),
        form.cues,
        tuple(Span(m.start, m.end, m.type, form.text[m.start : m.end]) for m in form.pii),
    )


def _truth(values: dict[str, Any], path: Path) -> Truth:
    try:
        return Truth(**{**values, "issues": tuple(values["issues"])})
    except (TypeError, KeyError):
        raise InputError(f"{path}: what the call came to is damaged; begin anew") from None

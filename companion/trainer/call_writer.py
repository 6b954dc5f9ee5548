"""Writes labelled calls in both forms; what is written reads back as the same call."""

from __future__ import annotations

import json
from typing import Any

from companion.domain.dialogue import QuestionKind
from companion.errors import InputError
from companion.trainer.labelled import LabelledCall, LabelledUtterance, Span, Truth

_LETTERS = {
    QuestionKind.CLOSED.value: "c",
    QuestionKind.OPEN.value: "o",
    QuestionKind.NARROW.value: "n",
    QuestionKind.RHETORICAL.value: "r",
}
_SIGNS = frozenset("[]{}|\n\r")


def call_text(call: LabelledCall) -> str:
    """The `.call` form. Times are not written: they follow from the words.

    Raises: InputError where a text holds signs of the form, or marks that lie across each other.
    """
    lines = [*header_lines(call), "---", *(_line(u) for u in call.utterances)]
    return "\n".join(lines) + "\n"


def header_lines(call: LabelledCall) -> list[str]:
    """What stands above the line '---'."""
    head = {"setting": call.setting or "not told", "date": call.call_date.isoformat()}
    if call.hand:
        head["hand"] = call.hand
    if call.garbled:
        head["garbled"] = "yes"
    return [f"{key}: {value}" for key, value in (head | truth_values(call.truth)).items()]


def truth_values(truth: Truth | None) -> dict[str, str]:
    """What the call came to, as header lines have it; nothing where it was not labelled."""
    if truth is None:
        return {}
    parts = (truth.next_who, truth.next_what, truth.next_when)
    return {
        "issues": ", ".join(truth.issues) or "none",
        "decision maker": truth.decision_maker or "none",
        "ask": truth.ask or "none",
        "commitment": truth.commitment,
        "next step": " | ".join(p or "none" for p in parts) if truth.has_next_step else "none",
        "self-care": "yes" if truth.self_care_offered else "no",
        "follow-up": truth.follow_up or "none",
    }


def call_json(call: LabelledCall) -> str:
    """The `.json` form, indented."""
    data: dict[str, Any] = {
        "call_id": call.call_id,
        "setting": call.setting,
        "date": call.call_date.isoformat(),
        "utterances": [_entry(u) for u in call.utterances],
    }
    if call.truth is not None:
        data["truth"] = _truth(call.truth)
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"


def _line(labelled: LabelledUtterance) -> str:
    text = labelled.utterance.text
    if not _SIGNS.isdisjoint(text):
        raise InputError(
            f"utterance {labelled.utterance.i}: has one of the signs [ ] {{ }} |, which mark "
            "labels in a .call file; take it out of the text, or write the .json form"
        )
    marks = [(s, f"[{_LETTERS[s.label]} ", "]") for s in labelled.questions]
    marks += [(s, f"{{{s.label}:", "}") for s in labelled.pii]
    _check_nested([span for span, _, _ in marks], labelled.utterance.i)
    opening: dict[int, str] = {}
    closing: dict[int, str] = {}
    # The longer one lies around the other; of two of one length, the question (they come first).
    for span, begin, end in sorted(marks, key=lambda mark: -_length(mark[0])):
        opening[span.start_char] = opening.get(span.start_char, "") + begin
        closing[span.end_char] = end + closing.get(span.end_char, "")
    marked = "".join(
        closing.get(at, "") + opening.get(at, "") + text[at : at + 1] for at in range(len(text) + 1)
    )
    fields = [str(int(labelled.step)), marked]
    return " | ".join([*fields, ", ".join(labelled.cues)] if labelled.cues else fields)


def _length(span: Span) -> int:
    return span.end_char - span.start_char


def _check_nested(spans: list[Span], i: int) -> None:
    for one in spans:
        for other in spans:
            if one.start_char < other.start_char < one.end_char < other.end_char:
                raise InputError(
                    f"utterance {i}: two marks lie across each other; let one end before the other"
                )


def _entry(labelled: LabelledUtterance) -> dict[str, Any]:
    said = labelled.utterance
    return {
        "i": said.i,
        "start": round(said.start_s, 2),
        "end": round(said.end_s, 2),
        "text": said.text,
        "step": int(labelled.step),
        "questions": [{"text": s.text, "kind": s.label} for s in labelled.questions],
        "pii": [{"text": s.text, "type": s.label} for s in labelled.pii],
        "cues": list(labelled.cues),
    }


def _truth(truth: Truth) -> dict[str, Any]:
    step = {"what": truth.next_what, "when": truth.next_when, "who": truth.next_who}
    return {
        "issues": list(truth.issues),
        "decision_maker": truth.decision_maker,
        "ask": truth.ask,
        "commitment": truth.commitment,
        "next_step": step if truth.has_next_step else None,
        "self_care_offered": truth.self_care_offered,
        "follow_up": truth.follow_up,
    }

"""Labelled calls to and from Label Studio, as its "Paragraphs" tag has them.

One task a call: `data.utterances` holds the texts. Every label is a region of `paragraphlabels`:
kinds of questions and personal data on their words, the step and the cues on the whole utterance.
The labelling configuration that goes with it is `configuration()`. What the whole call came to
travels in `data.truth`, since it belongs to no words.

The form is described at https://labelstud.io/tags/paragraphs and https://labelstud.io/guide/export.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any
from xml.sax.saxutils import quoteattr

from companion.domain.dialogue import QuestionKind
from companion.errors import InputError
from companion.trainer.call_writer import call_json
from companion.trainer.json_form import parse_json
from companion.trainer.labelled import CUES, PII_TYPES, LabelledCall, LabelledUtterance, Span
from companion.trainer.source import load_json, object_of, text_at

FIELD, CONTROL = "utterances", "labels"
KIND_PREFIX, STEP_PREFIX, CUE_PREFIX, PII_PREFIX = "question: ", "step ", "cue: ", "personal: "
_KINDS = tuple(kind.value for kind in QuestionKind)


def configuration() -> str:
    """The labelling interface, to paste into a project's settings."""
    labels = [
        *(f"{STEP_PREFIX}{step}" for step in range(1, 6)),
        *(f"{KIND_PREFIX}{kind}" for kind in _KINDS),
        *(f"{CUE_PREFIX}{cue}" for cue in CUES),
        *(f"{PII_PREFIX}{kind}" for kind in PII_TYPES),
    ]
    lines = "\n".join(f"    <Label value={quoteattr(label)}/>" for label in labels)
    return (
        f"<View>\n  <Header value={quoteattr('ROLE-PLAY ONLY. Never load a real call.')}/>\n"
        f'  <ParagraphLabels name="{CONTROL}" toName="{FIELD}">\n{lines}\n  </ParagraphLabels>\n'
        f'  <Paragraphs name="{FIELD}" value="${FIELD}" layout="dialogue" nameKey="i" '
        'textKey="text" granularity="word"/>\n</View>\n'
    )


def to_tasks(calls: Iterable[LabelledCall]) -> str:
    """Calls as tasks with one annotation each, to be imported there."""
    tasks = []
    for call in calls:
        data = json.loads(call_json(call))
        entries = [
            {key: entry[key] for key in ("i", "start", "end", "text")}
            for entry in data.pop("utterances")
        ]
        results = [region for n, said in enumerate(call.utterances) for region in _regions(n, said)]
        tasks.append({"data": {**data, FIELD: entries}, "annotations": [{"result": results}]})
    return json.dumps(tasks, ensure_ascii=False, indent=1) + "\n"


def from_tasks(text: str, name: str) -> list[LabelledCall]:
    """Tasks as Label Studio exports them; of several annotations the newest one that was not
    cancelled.

    Raises: InputError, naming the task and what is wrong with it.
    """
    tasks = load_json(text, name)
    if not isinstance(tasks, list) or not tasks:
        raise InputError(f"{name}: must be a list of tasks; export it as JSON from Label Studio")
    calls = [_call(task, f"{name}, task {n}") for n, task in enumerate(tasks, start=1)]
    ids = [call.call_id for call in calls]
    doubled = next((i for i in ids if ids.count(i) > 1), None)
    if doubled is not None:
        raise InputError(f"{name}: two tasks are called {doubled!r}; give each its own call_id")
    return calls


def _regions(n: int, labelled: LabelledUtterance) -> Iterable[dict[str, Any]]:
    text = labelled.utterance.text
    whole = Span(0, len(text), "", text)
    yield _region(n, whole, f"{STEP_PREFIX}{int(labelled.step)}")
    for span in labelled.questions:
        yield _region(n, span, f"{KIND_PREFIX}{span.label}")
    for span in labelled.pii:
        yield _region(n, span, f"{PII_PREFIX}{span.label}")
    for cue in labelled.cues:
        yield _region(n, whole, f"{CUE_PREFIX}{cue}")


def _region(n: int, span: Span, label: str) -> dict[str, Any]:
    return {
        "from_name": CONTROL,
        "to_name": FIELD,
        "type": "paragraphlabels",
        "value": {
            "start": str(n),
            "end": str(n),
            "startOffset": span.start_char,
            "endOffset": span.end_char,
            "text": span.text,
            "paragraphlabels": [label],
        },
    }


def _call(task: Any, where: str) -> LabelledCall:
    data = dict(object_of(object_of(task, where).get("data"), f"{where}, data"))
    entries = data.pop(FIELD, None)
    if not isinstance(entries, list) or not entries:
        raise InputError(f"{where}: data.{FIELD} must hold the utterances, one object each")
    utterances = [dict(object_of(entry, f"{where}, {FIELD}")) for entry in entries]
    for n, entry in enumerate(utterances):
        text_at(entry, "text", f"{where}, {FIELD} {n}")
        entry.update(step=None, questions=[], pii=[], cues=[])
    for region in _results(task, where):
        _apply(region, utterances, where)
    missing = [n for n, entry in enumerate(utterances) if entry["step"] is None]
    if missing:
        raise InputError(f"{where}: utterance {missing[0]} has no label 'step …'; give it one")
    for entry in utterances:
        for key, label in (("questions", "kind"), ("pii", "type")):
            entry[key] = [
                {"text": entry["text"][start:end], label: value}
                for start, end, value in sorted(entry[key])
            ]
        entry["cues"] = [cue for cue in CUES if cue in entry["cues"]]
    call_id = data.get("call_id")
    if not isinstance(call_id, str) or not call_id:
        raise InputError(f"{where}: data.call_id is missing; give the call a name")
    known = {k: v for k, v in data.items() if k in ("call_id", "setting", "date", "truth")}
    return parse_json(json.dumps({**known, "utterances": utterances}), call_id, where)


def _results(task: dict[str, Any], where: str) -> Sequence[Any]:
    annotations = [a for a in task.get("annotations") or [] if isinstance(a, dict)]
    valid = [a for a in annotations if not a.get("was_cancelled")]
    if not valid:
        raise InputError(f"{where}: has no annotation; label it and submit, then export again")
    newest = max(valid, key=lambda a: str(a.get("updated_at") or a.get("created_at") or ""))
    results = newest.get("result")
    if not isinstance(results, list):
        raise InputError(f"{where}: its annotation has no 'result'; export it as JSON")
    return results


def _apply(region: Any, utterances: list[dict[str, Any]], where: str) -> None:
    value = object_of(object_of(region, where).get("value"), f"{where}, result")
    try:
        first, last = int(value["start"]), int(value["end"])
        start, end = int(value["startOffset"]), int(value["endOffset"])
        (label,) = value["paragraphlabels"]
        entry = utterances[first]
    except (KeyError, ValueError, TypeError, IndexError):
        raise InputError(
            f"{where}: a region is not of the paragraphs of this project; use the configuration "
            "that 'companion label config' prints"
        ) from None
    if first != last:
        raise InputError(f"{where}: a region reaches over two utterances; mark each by itself")
    if first < 0 or not 0 <= start < end <= len(entry["text"]):
        raise InputError(f"{where}: a region lies outside of utterance {first}")
    _label(str(label), entry, start, end, f"{where}, utterance {first}")


def _label(label: str, entry: dict[str, Any], start: int, end: int, where: str) -> None:
    if label.startswith(STEP_PREFIX):
        step = label.removeprefix(STEP_PREFIX)
        if not step.isdecimal():
            raise InputError(f"{where}: {label!r} is no step; use 'step 1' to 'step 5'")
        if entry["step"] not in (None, int(step)):
            raise InputError(f"{where}: has two steps; keep one of them")
        entry["step"] = int(step)
    elif label.startswith(KIND_PREFIX):
        entry["questions"].append((start, end, label.removeprefix(KIND_PREFIX)))
    elif label.startswith(PII_PREFIX):
        entry["pii"].append((start, end, label.removeprefix(PII_PREFIX)))
    elif label.removeprefix(CUE_PREFIX) in CUES:
        entry["cues"].append(label.removeprefix(CUE_PREFIX))
    else:
        raise InputError(f"{where}: {label!r} is no label of ours; see 'companion label config'")

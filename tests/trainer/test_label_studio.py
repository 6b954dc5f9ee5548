"""Label Studio's form: out and in again it is the same call, and what is odd in one is told."""

from __future__ import annotations

import copy
import json
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from typing import Any

import pytest

from companion import locations
from companion.errors import InputError
from companion.trainer.call_writer import call_json
from companion.trainer.corpus import read_calls
from companion.trainer.label_studio import configuration, from_tasks, to_tasks

Tasks = list[dict[str, Any]]


def _calls() -> list[Any]:
    return read_calls([locations.shipped("configs", "corpus", "en", "validation")])[:6]


def _tasks() -> Tasks:
    tasks: Tasks = json.loads(to_tasks(_calls()[:1]))
    return tasks


def test_label_studio_out_and_in_is_the_same_call() -> None:
    calls = _calls()
    for back, call in zip(from_tasks(to_tasks(calls), "x.json"), calls, strict=True):
        mine, theirs = json.loads(call_json(call)), json.loads(call_json(back))
        for entry in (*mine["utterances"], *theirs["utterances"]):
            entry["cues"].sort()
            entry["pii"].sort(key=lambda span: (span["text"], span["type"]))
        assert theirs == mine


def test_label_studio_regions_name_their_words() -> None:
    task = _tasks()[0]
    texts = [entry["text"] for entry in task["data"]["utterances"]]
    for region in task["annotations"][0]["result"]:
        value = region["value"]
        words = texts[int(value["start"])][value["startOffset"] : value["endOffset"]]
        assert words == value["text"]
        assert region["to_name"] == "utterances"


def test_label_studio_interface_has_every_label_that_is_used() -> None:
    root = ElementTree.fromstring(configuration())
    labels = {label.get("value") for label in root.iter("Label")}
    used = {
        label
        for task in json.loads(to_tasks(_calls()))
        for region in task["annotations"][0]["result"]
        for label in region["value"]["paragraphlabels"]
    }
    assert used <= labels
    assert "ROLE-PLAY ONLY" in configuration()
    (paragraphs,) = root.iter("Paragraphs")
    assert paragraphs.get("value") == "$utterances"


def test_label_studio_takes_the_newest_annotation_that_was_not_cancelled() -> None:
    tasks = _tasks()
    first = tasks[0]["annotations"][0]
    changed, cancelled = copy.deepcopy(first), copy.deepcopy(first)
    for region in changed["result"]:
        if region["value"]["paragraphlabels"] == ["step 1"]:
            region["value"]["paragraphlabels"] = ["step 2"]
    first["updated_at"], changed["updated_at"] = "2026-05-01T10:00:00Z", "2026-05-02T10:00:00Z"
    cancelled |= {"updated_at": "2026-05-03T10:00:00Z", "was_cancelled": True}
    tasks[0]["annotations"] = [first, changed, cancelled]
    (call,) = from_tasks(json.dumps(tasks), "x.json")
    assert {int(u.step) for u in call.utterances} == {2, 3, 4, 5}


def _value(tasks: Tasks) -> dict[str, Any]:
    value: dict[str, Any] = tasks[0]["annotations"][0]["result"][0]["value"]
    return value


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (lambda t: t.clear(), "must be a list of tasks"),
        (lambda t: t[0].pop("data"), "task 1, data"),
        (lambda t: t[0]["data"].pop("call_id"), "data.call_id is missing"),
        (lambda t: t[0]["data"].update(utterances=[]), "must hold the utterances"),
        (lambda t: t[0]["data"]["utterances"][0].pop("text"), "'text' is missing"),
        (lambda t: t[0]["data"]["utterances"][0].update(text=7), "utterances 0.text"),
        (lambda t: t[0].update(annotations=[]), "has no annotation"),
        (lambda t: t[0]["annotations"][0].pop("result"), "has no 'result'"),
        (lambda t: t[0]["annotations"][0]["result"].pop(0), "has no label 'step …'"),
        (lambda t: _value(t).update(start="900"), "not of the paragraphs"),
        (lambda t: _value(t).update(end="1"), "reaches over two utterances"),
        (lambda t: _value(t).update(endOffset=90_000), "lies outside"),
        (lambda t: _value(t).update(paragraphlabels=["spte 1"]), "is no label of ours"),
        (lambda t: _value(t).update(paragraphlabels=["step x"]), "is no step"),
        (lambda t: _value(t).update(paragraphlabels=["step 9"]), "from 1 to 5"),
        (lambda t: t[0]["data"].update(date="soon"), "date"),
        (lambda t: t.append(copy.deepcopy(t[0])), "two tasks are called"),
    ],
)
def test_label_studio_what_is_odd_is_told(damage: Callable[[Tasks], object], words: str) -> None:
    tasks = _tasks()
    damage(tasks)
    with pytest.raises(InputError) as raised:
        from_tasks(json.dumps(tasks), "export.json")
    assert words in str(raised.value)
    assert str(raised.value).startswith("export.json")

"""Targets that read calls: labelled ones in both forms, unlabelled ones, and kept records."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable
from pathlib import Path

from companion import locations, records
from companion.errors import CompanionError
from companion.trainer.call_form import parse_call
from companion.trainer.json_form import parse_json
from companion.trainer.labelled import LabelledCall, bare
from companion.trainer.spoken import read_spoken
from companion.trainer.training_table import EXAMPLE_DAY
from scripts.fuzzing.target import Target, told_in_words
from tests.fakes.store import summary_of

NAME = "fuzzed.call"
PLAIN = (".json", ".jsonl", ".txt", ".call")


def _parsed(raw: bytes, parse: Callable[[str, str, str], LabelledCall]) -> None:
    try:
        call = parse(raw.decode("utf-8", "ignore"), "fuzzed", NAME)
    except CompanionError as error:
        told_in_words(error, NAME)
        return
    assert call.utterances
    for version in (call, bare(call)):
        for labelled in version.utterances:
            for span in (*labelled.questions, *labelled.pii):
                text = labelled.utterance.text[span.start_char : span.end_char]
                assert text == span.text, "a span that is not its text"


def call_json(raw: bytes) -> None:
    """A labelled call in JSON is refused with file and key, or its spans are true."""
    _parsed(raw, parse_json)


def call_form(raw: bytes) -> None:
    """The same for the form that people write."""
    _parsed(raw, parse_call)


def spoken(raw: bytes) -> None:
    """A file for `companion analyze`, of whatever ending."""
    ending, body = PLAIN[raw[0] % len(PLAIN)] if raw else PLAIN[0], raw[1:]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"fuzzed{ending}"
        path.write_bytes(body)
        try:
            call = read_spoken(path, EXAMPLE_DAY)
        except CompanionError as error:
            told_in_words(error, str(path))
            return
        assert all(0 <= u.start_s <= u.end_s for u in call.utterances)


def record(raw: bytes) -> None:
    """A kept record is refused, or is byte for byte what companion would write."""
    text = raw.decode("utf-8", "ignore")
    try:
        summary = records.from_json(text)
    except ValueError:
        return
    assert records.to_json(summary) == text


def _call_seeds() -> list[bytes]:
    folder = locations.shipped("configs", "corpus", "en", "validation")
    return [path.read_bytes()[:1500] for path in sorted(folder.glob("*.call"))[:3]]


def _json_seeds() -> list[bytes]:
    utterances = [
        {
            "i": 0,
            "start": 0.0,
            "end": 2.5,
            "text": "Hi Ana. Do you have a minute?",
            "step": 1,
            "questions": [{"text": "Do you have a minute?", "kind": "closed"}],
            "pii": [{"text": "Ana", "type": "PERSON"}],
            "cues": ["agenda"],
        }
    ]
    truth = {
        "issues": ["wages"],
        "decision_maker": None,
        "ask": None,
        "commitment": "no",
        "next_step": {"what": "a call", "when": "2026-05-01T18:00", "who": "them"},
        "self_care_offered": True,
        "follow_up": None,
    }
    call = {"call_id": "x", "date": "2026-04-14", "utterances": utterances, "truth": truth}
    return [json.dumps(call).encode(), json.dumps(call, indent=1).encode()]


def _spoken_seeds() -> list[bytes]:
    line = b'{"start": 0.5, "end": 2, "text": "hello there"}\n'
    return [
        b"\x00" + _json_seeds()[0],
        b"\x01" + line * 2,
        b"\x02hello there\nhow are you\n",
        b"\x03" + _call_seeds()[0],
    ]


_WORDS = ('"start"', '"end"', '"text"', '"step"', '"questions"', '"kind"', "null", "1e999", "NaN")
TARGETS = (
    Target("call-json", "a labelled call, JSON", call_json, _json_seeds, _WORDS),
    Target(
        "call-form",
        "a labelled call, written",
        call_form,
        _call_seeds,
        ("[c ", "{PERSON:", " | ", "---", "date: ", "next step: "),
    ),
    Target("spoken", "a call to analyze", spoken, _spoken_seeds, _WORDS),
    Target(
        "record",
        "a kept record",
        record,
        lambda: [records.to_json(summary_of()).encode()],
        ('"form"', '"next_step"', "null", "true"),
    ),
)

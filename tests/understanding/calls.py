"""The scripted call of tests/data, and small builders for the tests of this room."""

from __future__ import annotations

import json
from datetime import date
from functools import lru_cache
from pathlib import Path

from companion.domain.speech import Utterance
from companion.understanding.rap import Rap, find_rap

STORE_CALL = Path(__file__).parent.parent / "data" / "store_call.json"
MONDAY = date(2026, 3, 2)


@lru_cache(maxsize=1)
def shipped_rap() -> Rap:
    return find_rap("one-on-one.en")


def store_call() -> list[tuple[Utterance, int]]:
    """The utterances of the scripted call, each with the step it belongs to."""
    call = json.loads(STORE_CALL.read_text(encoding="utf-8"))
    return [
        (Utterance(u["i"], u["start"], u["end"], u["text"]), u["step"]) for u in call["utterances"]
    ]


def said(text: str, i: int = 0, start_s: float = 0.0, end_s: float | None = None) -> Utterance:
    return Utterance(i, start_s, start_s + 3.0 if end_s is None else end_s, text)


def bare(text: str) -> str:
    """The text as the embedded recognizer would print it."""
    kept = "".join(sign if sign.isalnum() or sign in "' " else " " for sign in text.lower())
    return " ".join(kept.split())

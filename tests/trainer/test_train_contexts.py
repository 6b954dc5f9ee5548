"""Weights learned from the places where names stand."""

from __future__ import annotations

from companion.redaction.contexts import WEIGHT_UNIT, ContextModel
from companion.redaction.vocabulary import shipped_vocabulary
from companion.redaction.words import read_words
from companion.trainer.call_form import parse_call
from companion.trainer.train_contexts import train_contexts, weights_as_bytes

LINES = """
1 | Hi {PERSON:Ngozi}, it's me again.
1 | Hello {PERSON:Thuy}, it's your neighbor.
1 | Hi {PERSON:Dana}, got a minute?
2 | {PERSON:Kofi} told me about the shift.
2 | And {PERSON:Imani} told me the rest.
2 | They put salt on the road.
2 | We put pepper in the soup at noon.
2 | The soup is cold and the road is long.
5 | Bring the table and the chairs.
"""
CALL = parse_call(f"setting: made up\ndate: 2026-03-03\n---{LINES * 6}", "a", "a.call")


def suspects(text: str, weights: dict[str, int]) -> list[str]:
    words = read_words(text)
    model = ContextModel({f: w * WEIGHT_UNIT for f, w in weights.items()}, 0.0, 0.0)
    found = model.suspects(words, [False] * len(words), (), shipped_vocabulary())
    return [words[f.first].norm for f in found]


def test_train_contexts_learns_the_place_and_not_the_name() -> None:
    weights = train_contexts([CALL], shipped_vocabulary())
    assert suspects("hi saffron it's me again", weights) == ["saffron"]
    assert suspects("we put pepper in the soup", weights) == []
    assert not any("ngozi" in feature or "kofi" in feature for feature in weights)


def test_train_contexts_gives_the_same_file_for_the_same_calls() -> None:
    once, again = (weights_as_bytes(train_contexts([CALL], shipped_vocabulary())) for _ in range(2))
    assert once == again

"""The shipped rap with one thing broken on purpose, and calls to see it on."""

from __future__ import annotations

from companion import locations
from companion.documents import parse_document
from companion.trainer.call_form import parse_call
from companion.trainer.labelled import LabelledCall
from companion.understanding.rap import Rap, check_rap

SHIPPED = locations.shipped("configs", "raps", "one-on-one.en.yaml")

FIRST = """date: 2026-03-12
---
1 | Hello, it's me from the garden. [c Is this still a good time for you?] | consent_asked
1 | [o What do you like about the orchard?]
2 | [o What bothers you most about it these days?]
2 | That sounds exhausting, and it isn't your fault.
5 | [c Will you come to our meeting on Thursday at six?] | hard_ask
"""
SECOND = """date: 2026-03-13
---
1 | Hi, thanks for picking up. [c Do you have a few minutes?] | consent_asked
1 | [n How many of you pick there?]
2 | [o What keeps you up at night about the harvest?]
3 | [o Who could change that with one signature?] | decision_maker_asked
"""


def text_without_goal_phrases(goal: str) -> str:
    """The shipped rap's text with the phrases of one goal put out of use."""
    text = SHIPPED.read_text(encoding="utf-8")
    start = text.index(f"- id: {goal}\n")
    block = text[start : text.index("        prompts:", start)]
    phrases = block[block.index("        phrases:") :]
    return text.replace(phrases, '        phrases: ["zebra crossing in the desert"]\n', 1)


def rap_of(text: str) -> Rap:
    """A rap from its text."""
    return check_rap(parse_document(text.encode(), "rap.yaml"))


def two_calls() -> list[LabelledCall]:
    """Two short labelled calls."""
    return [parse_call(FIRST, "first", "first.call"), parse_call(SECOND, "second", "second.call")]

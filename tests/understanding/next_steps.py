"""Lines of a call with their cues and the answer so far, heard for the next step."""

from __future__ import annotations

from companion.domain.dialogue import Cue, NextStep, Step
from companion.understanding.dates import find_whens
from companion.understanding.evidence import PhraseBook
from companion.understanding.next_step import NextStepTracker
from companion.understanding.words import read
from tests.understanding.calls import MONDAY, shipped_rap

Line = tuple[str, list[str], str]
"""What is said, the names of its cues, and the answer of the call so far."""


def heard_with_answer(*lines: Line) -> NextStep | None:
    """The next step where each line comes with its cues and the answer of the call so far."""
    rap = shipped_rap()
    tracker, book = NextStepTracker(rap), PhraseBook(rap)
    last: NextStep | None = None
    for text, names, answer in lines:
        spoken = read(text)
        cues = tuple(Cue(name, 0, 1, 0.9) for name in names)
        whens = find_whens(spoken, MONDAY)
        found = tracker.hear(spoken, book.find(spoken), cues, Step.ASK, whens, answer)
        last = found or last
    return last


ASK = ("Would you come to the potluck on Sunday at two?", ["hard_ask"], "not_asked")

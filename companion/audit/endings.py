"""The ways in which a call can end, and what the audit does to make it end so."""

from __future__ import annotations

import signal
from dataclasses import dataclass
from enum import Enum

from companion.errors import InputError


class Deed(str, Enum):
    """What the audit does to a running call."""

    NOTHING = "nothing"
    INTERRUPT = "Ctrl-C"
    INTERRUPT_TWICE = "Ctrl-C twice"
    CRASH_CALL = "crash the call"
    KILL_CALL = "kill -9"
    CRASH_RECOGNIZER = "crash the recognizer"
    OFF_RECORD = "off the record"
    SAY_OFF_RECORD = "say off the record"
    WITHDRAW = "consent withdrawn"


class Left(str, Enum):
    """What the store holds of the call afterwards."""

    NOTHING = "nothing"
    DRAFT = "a draft"
    CALL = "the call"


@dataclass(frozen=True, slots=True)
class Ending:
    """One way of ending a call."""

    name: str
    title: str
    deed: Deed = Deed.NOTHING
    review: tuple[str, ...] = ("discard",)
    """What is typed in the review."""
    codes: tuple[int, ...] = (0,)
    """Exit codes that are right; negative: the signal that ended it."""
    left: Left = Left.NOTHING
    transcript: bool = False
    """Whether the organizer asked to see the words; then every planted one has to be shown, which
    proves that they come through the whole call."""


KEPT_WORD = "kept"
MASKED_WORD = "masked"
"""In `review` these stand for two identifiers that the organizer types."""

SAVED = Ending(
    "saved",
    "words shown on the screen, normal end, reviewed and saved",
    review=(
        *("10", f"ask {{{KEPT_WORD}}} and {{{MASKED_WORD}}} again", f"{{{KEPT_WORD}}}", ""),
        *("approve", "", ""),
    ),
    left=Left.CALL,
    transcript=True,
)
ENDINGS: tuple[Ending, ...] = (
    SAVED,
    Ending("discarded", "normal end, discarded"),
    Ending("ctrl-c", "Ctrl-C once, then discarded", Deed.INTERRUPT),
    Ending(
        "ctrl-c-twice",
        "Ctrl-C twice: stopped at once",
        Deed.INTERRUPT_TWICE,
        codes=(130,),
        left=Left.DRAFT,
    ),
    Ending(
        "recognizer-crash",
        "the recognizer's process crashes; the call goes on",
        Deed.CRASH_RECOGNIZER,
    ),
    Ending(
        "crash",
        "the call's process crashes",
        Deed.CRASH_CALL,
        codes=(-signal.SIGSEGV, 128 + signal.SIGSEGV),
        left=Left.DRAFT,
    ),
    Ending(
        "kill",
        "kill -9 of the call's process",
        Deed.KILL_CALL,
        codes=(-9, 128 + 9),
        left=Left.DRAFT,
    ),
    Ending("off-record", "off the record by key, then discarded", Deed.OFF_RECORD),
    Ending("off-record-said", "off the record by the phrase", Deed.SAY_OFF_RECORD),
    Ending("withdrawn", "consent withdrawn", Deed.WITHDRAW, review=()),
)


def endings_named(names: tuple[str, ...]) -> tuple[Ending, ...]:
    """Those asked for; all where none is named. Raises: InputError for one that there is not."""
    known = {ending.name: ending for ending in ENDINGS}
    for name in names:
        if name not in known:
            raise InputError(f"'{name}' is no way of ending a call; choose of {', '.join(known)}")
    return tuple(known[name] for name in names) or ENDINGS

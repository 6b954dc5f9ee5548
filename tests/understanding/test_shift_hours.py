"""The start of a shift, as the organizer says it back."""

from __future__ import annotations

from datetime import time

import pytest

from companion.understanding.shift_hours import ShiftHours
from companion.understanding.words import read


@pytest.mark.parametrize(
    ("texts", "start"),
    [
        (("You're on at six, right.",), time(18)),
        (("What time do you start tomorrow?", "One. Then before that."), time(13)),
        (("What time do you start?", "Seven, okay."), time(7)),
        (("You're on at six.", "And how is your back?"), time(18)),
        (("So we meet at six.",), None),
        (("One of the others said so.",), None),
        (("What time do you start?", "Whenever they ring."), None),
        (("You're on earlies, so half two.",), None),
    ],
)
def test_shift_hours_start(texts: tuple[str, ...], start: time | None) -> None:
    hours = ShiftHours()
    for text in texts:
        hours.hear(read(text))
    assert hours.start == start

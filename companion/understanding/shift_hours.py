"""When the other person's shift begins, as the organizer repeats it."""

from __future__ import annotations

from datetime import time

from companion.understanding.calendar_words import number_at
from companion.understanding.dates import shift_start
from companion.understanding.doers import says
from companion.understanding.words import Spoken

_ASKS_START = (("what", "time"), ("when", "do", "you"))


class ShiftHours:
    """Remembers the start of a shift: "you're on at six", or "One." after "what time do you
    start"; "half an hour before your shift" hangs on it."""

    def __init__(self) -> None:
        self.start: time | None = None
        self._asked = False

    def hear(self, spoken: Spoken) -> None:
        """Take in an utterance."""
        norms = spoken.norms
        number = number_at(norms, 0, len(norms)) if self._asked else None
        start = shift_start(spoken)
        if start is None and number is not None and 1 <= number[0] <= 12:
            start = time(number[0] % 12 + (12 if number[0] < 6 or number[0] == 12 else 0))
        self.start = start or self.start
        self._asked = says(norms, _ASKS_START)

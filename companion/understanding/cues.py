"""Cues: moves in the conversation that the organizer's words show, each with its evidence."""

from __future__ import annotations

from collections import Counter

from companion.domain.dialogue import Cue
from companion.understanding.dates import When
from companion.understanding.evidence import Evidence, Group
from companion.understanding.rap import CuePart, Rap
from companion.understanding.vocabulary import STEP_NAMES
from companion.understanding.words import Spoken

STEP_IN_PLAY = 0.08
"""A cue that only counts in some steps needs one of them to be at least this probable."""
STATED = 0.6
"""How sure a day with a time makes of a stated next step."""


class CueDetector:
    """Cues by the rap's phrases."""

    def __init__(self, rap: Rap) -> None:
        self._parts = {cue.name: cue for cue in rap.cues}

    def find(
        self,
        spoken: Spoken,
        evidence: Evidence,
        step_probabilities: tuple[float, ...],
        whens: list[When],
    ) -> tuple[Cue, ...]:
        """The cues of an utterance; one of a name, with the span of its first phrase.

        Args:
            step_probabilities: of the steps 1 to 5 before this utterance was weighed.
            whens: the dates and times to come that it names.
        """
        ruled_out = [(m.key[1], m.first, m.end) for m in evidence.of(Group.NOT_CUE)]
        found: dict[str, Cue] = {}
        places: Counter[str] = Counter()
        for match in evidence.of(Group.CUE):
            part = self._parts[match.key[1]]
            if not _in_play(part, step_probabilities) or any(
                name == part.name and first < match.end and match.first < end
                for name, first, end in ruled_out
            ):
                continue
            places[part.name] += 1
            first, last = spoken.words[match.first], spoken.words[match.end - 1]
            found.setdefault(
                part.name, Cue(part.name, first.start_char, last.end_char, part.probability)
            )
        if not found.keys() & {"next_step_stated", "hard_ask", "follow_up_promised"}:
            self._add_stated(found, spoken, step_probabilities, whens)
        return tuple(
            Cue(c.name, c.start_char, c.end_char, _surer(c.probability, places[c.name]))
            for c in found.values()
        )

    def in_play(self, name: str, step_probabilities: tuple[float, ...]) -> bool:
        """Whether a cue counts where the conversation is; one that the rap does not know does."""
        part = self._parts.get(name)
        return part is None or _in_play(part, step_probabilities)

    def _add_stated(
        self,
        found: dict[str, Cue],
        spoken: Spoken,
        step_probabilities: tuple[float, ...],
        whens: list[When],
    ) -> None:
        """A day together with a time, late in the call, states a next step in any words."""
        part = self._parts.get("next_step_stated")
        if part is None or not _in_play(part, step_probabilities):
            return
        for when in whens:
            if when.dates and when.times:
                first, last = spoken.words[when.first], spoken.words[when.end - 1]
                found[part.name] = Cue(part.name, first.start_char, last.end_char, STATED)
                return


def _in_play(part: CuePart, step_probabilities: tuple[float, ...]) -> bool:
    return not part.only_in or any(
        step_probabilities[STEP_NAMES[name] - 1] >= STEP_IN_PLAY for name in part.only_in
    )


def _surer(probability: float, places: int) -> float:
    """Two phrases make surer than one, though they are not independent."""
    return probability if places == 1 else 1 - (1 - probability) * 0.6

"""Cues and proposals: what the organizer's words show, each with its evidence.

Everything here is heard from the organizer alone. "Glad you're in" is a proposal that they said
yes; it is never a fact about them until the organizer taps it.
"""

from __future__ import annotations

from collections import Counter

from companion.domain.dialogue import Cue, Field, Origin, Proposal, Step
from companion.understanding.dates import When
from companion.understanding.evidence import Evidence, Group
from companion.understanding.rap import CuePart, Rap
from companion.understanding.vocabulary import STEP_NAMES
from companion.understanding.words import Spoken

STEP_IN_PLAY = 0.08
"""A cue that only counts in some steps needs one of them to be at least this probable."""
ISSUE_PROBABILITIES = (0.5, 0.7, 0.85)
"""How sure the first, second and third utterance about an issue makes of it."""
ASK_MEMORY = 4
"""The kind of an ask may have been named so many utterances before it ('Will you come?')."""

STATED = 0.6
"""How sure a day with a time makes of a stated next step."""

_HESITATION = frozenset({"think", "sleep", "maybe", "consider", "unsure"})


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


class ProposalMaker:
    """Turns cues and fixed-list words into proposals; remembers what was mentioned before."""

    def __init__(self) -> None:
        self._issue_mentions: Counter[str] = Counter()
        self._kinds: list[tuple[int, str]] = []

    def propose(
        self,
        utterance_i: int,
        spoken: Spoken,
        evidence: Evidence,
        cues: tuple[Cue, ...],
        step: Step,
    ) -> tuple[Proposal, ...]:
        """What may be proposed after this utterance."""
        probability = {cue.name: cue.probability for cue in cues}
        self._kinds.extend((utterance_i, kind) for kind in evidence.names(Group.NEXT_STEP))
        found = [
            *self._issues(evidence),
            *_decision_makers(evidence, probability, step),
            *self._asks(utterance_i, evidence, probability),
            *_commitments(spoken, probability),
        ]
        for name in ("self_care", "coping_offered"):
            if name in probability:
                found.append((Field.SELF_CARE, "offered", probability[name]))
                break
        if "follow_up_promised" in probability:
            sure = probability["follow_up_promised"]
            kinds = evidence.names(Group.FOLLOW_UP)[:1]
            found.extend((Field.FOLLOW_UP, kind, sure) for kind in kinds)
        return tuple(
            Proposal(field, value, Origin.HEARD, round(sure, 3), utterance_i)
            for field, value, sure in found
        )

    def _issues(self, evidence: Evidence) -> list[tuple[Field, str, float]]:
        found = []
        for issue in evidence.names(Group.ISSUE):
            self._issue_mentions[issue] += 1
            times = min(self._issue_mentions[issue], len(ISSUE_PROBABILITIES))
            found.append((Field.ISSUE, issue, ISSUE_PROBABILITIES[times - 1]))
        return found

    def _asks(
        self, utterance_i: int, evidence: Evidence, probability: dict[str, float]
    ) -> list[tuple[Field, str, float]]:
        if "hard_ask" not in probability:
            return []
        named = evidence.names(Group.NEXT_STEP)[-1:] or tuple(
            kind for i, kind in self._kinds[-1:] if i >= utterance_i - ASK_MEMORY
        )
        return [(Field.ASK, kind, probability["hard_ask"]) for kind in named]


def _decision_makers(
    evidence: Evidence, probability: dict[str, float], step: Step
) -> list[tuple[Field, str, float]]:
    """A role counts where the talk is about who decides; elsewhere a boss is just mentioned."""
    if "decision_maker_named" in probability:
        sure = 0.75
    elif "decision_maker_asked" in probability or "inoculation" in probability:
        sure = 0.5
    elif step is Step.CONNECT:
        sure = 0.4
    else:
        return []
    return [(Field.DECISION_MAKER, role, sure) for role in evidence.names(Group.ROLE)]


def _commitments(spoken: Spoken, probability: dict[str, float]) -> list[tuple[Field, str, float]]:
    if "commitment_ack" in probability:
        return [(Field.COMMITMENT, "yes", probability["commitment_ack"])]
    if "ask_declined_ack" in probability:
        value = "maybe" if _HESITATION.intersection(spoken.norms) else "no"
        return [(Field.COMMITMENT, value, probability["ask_declined_ack"])]
    return []

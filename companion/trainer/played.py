"""A labelled call beside what the companion made of it."""

from __future__ import annotations

from dataclasses import dataclass

from companion.domain.dialogue import Step
from companion.settings import CallSettings
from companion.trainer.labelled import LabelledCall, LabelledUtterance
from companion.trainer.outcome import Outcome, outcome_of, summary_of
from companion.trainer.replay import Turn, replay_all
from companion.understanding.analyzer import CallAnalyzer
from companion.understanding.rap import Rap


@dataclass(frozen=True, slots=True)
class Played:
    """A labelled call, the turns that it gave, and the outcome that would be proposed."""

    call: LabelledCall
    turns: tuple[Turn, ...]
    outcome: Outcome
    restless_cards: int
    """Cards that changed by themselves while the other person spoke."""

    @property
    def truth(self) -> list[Step]:
        """The labelled step of each utterance."""
        return [labelled.step for labelled in self.call.utterances]

    @property
    def guesses(self) -> list[Step]:
        """The detected step after each utterance."""
        return [turn.heard.step.step for turn in self.turns]

    @property
    def pairs(self) -> list[tuple[LabelledUtterance, Turn]]:
        """Each labelled utterance with its turn."""
        return list(zip(self.call.utterances, self.turns, strict=True))


def play(
    call: LabelledCall, rap: Rap, settings: CallSettings, analyzer: CallAnalyzer | None = None
) -> Played:
    """Play a labelled call, label for label unseen, to the understanding and the coach.

    `analyzer` takes the place of the one that a call with this rap would have.
    """
    spoken = (labelled.utterance for labelled in call.utterances)
    turns, replay = replay_all(spoken, rap, call.call_date, settings, analyzer)
    summary = summary_of(turns, replay.state, rap)
    return Played(call, turns, outcome_of(summary, turns, rap), replay.restless_cards)

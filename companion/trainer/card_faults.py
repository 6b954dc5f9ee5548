"""Cards that should not have come up, as far as labels can tell.

A nudge is false where the labels do not show the run of closed questions that it speaks of. A
card is of the wrong step where it belongs to another step than the labelled one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from companion.domain.dialogue import QuestionKind
from companion.domain.prompt import PromptKind
from companion.trainer import scores
from companion.trainer.bootstrap import Bootstrap, Measured
from companion.trainer.played import Played

TEN_MINUTES_S = 600.0
_OF_A_STEP = (PromptKind.GOAL, PromptKind.ASK, PromptKind.BRIDGE)


@dataclass(frozen=True, slots=True)
class CardFault:
    """A card that came up after an utterance and should not have."""

    at: int
    """Which utterance of the call, from 0 in the order of the call."""
    false_nudge: bool
    """Else it is a card of the wrong step."""


def card_faults(played: Played, closed_run: int) -> tuple[CardFault, ...]:
    """The false nudges and the cards of a wrong step of one call.

    Args:
        played: the call.
        closed_run: so many closed questions in a row lead to a nudge, as the rap says.
    """
    faults: list[CardFault] = []
    run = 0
    for at, (labelled, turn) in enumerate(played.pairs):
        for span in labelled.questions:
            if span.label == QuestionKind.OPEN.value:
                run = 0
            elif span.label == QuestionKind.CLOSED.value:
                run += 1
        if turn.heard.invitations:
            run = 0
        card = turn.card
        if card is None:
            continue
        if card.kind is PromptKind.NUDGE:
            if run < closed_run:
                faults.append(CardFault(at, false_nudge=True))
        elif card.kind in _OF_A_STEP and card.step != int(labelled.step):
            faults.append(CardFault(at, false_nudge=False))
    return tuple(faults)


def fault_figures(
    played: Sequence[Played], boot: Bootstrap, closed_run: int
) -> dict[str, Measured]:
    """False nudges and cards of a wrong step in ten minutes of the call."""
    spans = [p.turns[-1].utterance.end_s / TEN_MINUTES_S for p in played]
    faults = [card_faults(p, closed_run) for p in played]
    nudges = [float(sum(f.false_nudge for f in own)) for own in faults]
    wrong = [float(sum(not f.false_nudge for f in own)) for own in faults]
    return {
        "nudges.false_in_10_min": _rate(boot, nudges, spans),
        "cards.wrong_step_in_10_min": _rate(boot, wrong, spans),
    }


def _rate(boot: Bootstrap, counts: Sequence[float], spans: Sequence[float]) -> Measured:
    return boot.measure(list(zip(counts, spans, strict=True)), scores.share, int(sum(counts)))

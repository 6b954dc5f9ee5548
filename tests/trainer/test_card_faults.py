"""Which cards labels show to be needless."""

from __future__ import annotations

from dataclasses import replace

import pytest

from companion.domain.prompt import Prompt, PromptKind
from companion.settings import CallSettings
from companion.trainer.bootstrap import Bootstrap
from companion.trainer.call_form import parse_call
from companion.trainer.card_faults import card_faults, fault_figures
from companion.trainer.played import Played, play
from companion.understanding.rap import find_rap

NUDGE = Prompt("nudge/rewrite", "What do you like there?", PromptKind.NUDGE, "Because.", 1)
THREE_CLOSED = "1 | [c Are you in?]\n1 | [c Do you cook?]\n1 | [c Is it far?]\n"
OPEN_BETWEEN = "1 | [c Are you in?]\n1 | [o How is it there?]\n1 | [c Is it far?]\n"


def _played(lines: str, card: Prompt | None, at: int) -> Played:
    """A call on which one card came up, and no other."""
    call = parse_call(f"date: 2026-03-12\n---\n{lines}", "a", "a.call")
    played = play(call, find_rap("one-on-one.en"), CallSettings())
    turns = tuple(
        replace(turn, card=card if n == at else None, heard=replace(turn.heard, invitations=0))
        for n, turn in enumerate(played.turns)
    )
    return replace(played, turns=turns)


@pytest.mark.parametrize(
    ("lines", "card", "at", "nudges", "wrong"),
    [
        (THREE_CLOSED, NUDGE, 2, 0, 0),
        (THREE_CLOSED, NUDGE, 1, 1, 0),
        (OPEN_BETWEEN, NUDGE, 2, 1, 0),
        (THREE_CLOSED, None, 2, 0, 0),
        (THREE_CLOSED, replace(NUDGE, kind=PromptKind.GOAL, step=1), 2, 0, 0),
        (THREE_CLOSED, replace(NUDGE, kind=PromptKind.GOAL, step=4), 2, 0, 1),
        (THREE_CLOSED, replace(NUDGE, kind=PromptKind.CARE, step=None), 2, 0, 0),
    ],
)
def test_card_faults_are_nudges_without_a_run_and_cards_of_another_step(
    lines: str, card: Prompt | None, at: int, nudges: int, wrong: int
) -> None:
    faults = card_faults(_played(lines, card, at), closed_run=3)
    assert sum(f.false_nudge for f in faults) == nudges
    assert sum(not f.false_nudge for f in faults) == wrong
    assert all(f.at == at for f in faults)


def test_card_faults_an_invitation_ends_a_run() -> None:
    played = _played(THREE_CLOSED, NUDGE, 2)
    heard = replace(played.turns[1].heard, invitations=1)
    turns = (played.turns[0], replace(played.turns[1], heard=heard), played.turns[2])
    assert len(card_faults(replace(played, turns=turns), closed_run=3)) == 1


def test_card_faults_are_counted_in_ten_minutes_of_the_call() -> None:
    played = _played(THREE_CLOSED, NUDGE, 0)
    minutes = played.turns[-1].utterance.end_s / 60
    figures = fault_figures([played], Bootstrap(1), closed_run=3)
    assert figures["nudges.false_in_10_min"].value == pytest.approx(10 / minutes)
    assert figures["nudges.false_in_10_min"].count == 1
    assert figures["cards.wrong_step_in_10_min"].value == 0

"""A written call played like a live one: in order, no look-ahead, one card at a time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

import pytest

from companion.coach.conversation import Conversation
from companion.domain.prompt import PromptKind
from companion.domain.speech import Utterance
from companion.settings import CallSettings
from companion.trainer.replay import Replay, Turn, replay_all
from tests.trainer.calls import CARD
from tests.understanding.calls import MONDAY, said, shipped_rap, store_call

UTTERANCES = [utterance for utterance, _ in store_call()]


@pytest.fixture(scope="module")
def turns() -> tuple[Turn, ...]:
    return replay_all(UTTERANCES, shipped_rap(), MONDAY, CallSettings())[0]


def shown(turn: Turn) -> tuple[object, ...]:
    return turn.heard, turn.questions, turn.card


def test_replay_gives_a_turn_an_utterance(turns: tuple[Turn, ...]) -> None:
    assert [t.utterance for t in turns] == UTTERANCES
    assert [t.heard.utterance_i for t in turns] == [u.i for u in UTTERANCES]


@pytest.mark.parametrize("length", [1, 7, 20])
def test_replay_does_not_look_ahead(turns: tuple[Turn, ...], length: int) -> None:
    # What follows is cut off, or comes at another time with other words: nothing changes.
    cut, _ = replay_all(UTTERANCES[:length], shipped_rap(), MONDAY, CallSettings())
    assert [shown(t) for t in cut] == [shown(t) for t in turns[:length]]
    last = UTTERANCES[length - 1]
    other = said("Something else entirely?", i=last.i + 1, start_s=last.end_s + 0.1)
    changed, _ = replay_all([*UTTERANCES[:length], other], shipped_rap(), MONDAY, CallSettings())
    assert [shown(t) for t in changed[:length]] == [shown(t) for t in turns[:length]]


def test_replay_shows_the_cards_of_the_conversation(turns: tuple[Turn, ...]) -> None:
    cards = [t for t in turns if t.card is not None]
    assert len(cards) >= 5
    # The usual cooldown holds between them, but for a nudge.
    for before, after in pairwise(cards):
        if after.nudge is None:
            assert after.utterance.end_s - before.utterance.end_s >= CallSettings().card_cooldown_s


def test_replay_a_nudge_is_no_prompt(turns: tuple[Turn, ...]) -> None:
    nudges = [t for t in turns if t.nudge is not None]
    assert [t.utterance.i for t in nudges] == [8]  # after the third closed question in a row
    assert nudges[0].prompt is None
    assert nudges[0].nudge is nudges[0].card
    prompts = [t for t in turns if t.prompt is not None]
    assert all(t.nudge is None and t.card.kind is not PromptKind.NUDGE for t in prompts if t.card)


def test_replay_the_opening_card_is_no_change() -> None:
    turns, _ = replay_all(UTTERANCES[:1], shipped_rap(), MONDAY, CallSettings())
    assert turns[0].card is None


def test_replay_leaves_out_improbable_questions(monkeypatch: pytest.MonkeyPatch) -> None:
    hear = Conversation.hear

    def doubtful(self: Conversation, utterance: Utterance, now_s: float) -> object:
        heard = hear(self, utterance, now_s)
        questions = tuple(replace(q, probability=0.49) for q in heard.questions)
        return replace(heard, questions=questions)

    monkeypatch.setattr(Conversation, "hear", doubtful)
    turns, _ = replay_all([said("Is it cold there?")], shipped_rap(), MONDAY, CallSettings())
    assert turns[0].heard.questions
    assert turns[0].questions == ()


def test_replay_cards_hold_still_while_the_other_person_speaks() -> None:
    _, replay = replay_all(UTTERANCES, shipped_rap(), MONDAY, CallSettings())
    assert replay.restless_cards == 0


def test_replay_counts_a_card_that_does_not_hold_still(monkeypatch: pytest.MonkeyPatch) -> None:
    tick = Conversation.tick

    def fidget(
        self: Conversation, now_s: float, talking_since_s: float | None, turn_ended_s: float | None
    ) -> None:
        tick(self, now_s, talking_since_s, turn_ended_s)
        if 30.0 < now_s < 31.5:  # twice within the silence between 2 and 60 s
            self._state = replace(self._state, card=CARD, card_since_s=now_s)

    monkeypatch.setattr(Conversation, "tick", fidget)
    utterances = [said("Hi.", 0, 0.0, 2.0), said("Mm.", 1, 60.0, 61.0)]
    slow = CallSettings(card_cooldown_s=300, nudge_cooldown_s=300)
    turns, replay = replay_all(utterances, shipped_rap(), MONDAY, slow)
    assert replay.restless_cards >= 1
    assert turns[1].card is None  # it had changed before the utterance, not after it


def test_replay_takes_time_from_the_clock_it_is_given() -> None:
    ticks: Iterator[float] = iter([1.0, 1.25])
    replay = Replay(shipped_rap(), MONDAY, CallSettings(), clock_s=lambda: next(ticks))
    assert replay.hear(said("Hi.")).took_s == 0.25

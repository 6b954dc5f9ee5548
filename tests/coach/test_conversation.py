"""One call, folded, on scripted time: the listening freeze, the nudge, care, taps, forgetting."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from companion.coach.conversation import Conversation
from companion.domain.actions import (
    Action,
    ConfirmNextStep,
    CorrectStep,
    MarkCommitment,
    MarkFear,
    MarkIssue,
    MarkReady,
    MarkRealization,
    NextCard,
    PinStep,
)
from companion.domain.dialogue import Field, NextStep, Origin, Step
from companion.domain.prompt import MAX_WORDS, Prompt, PromptKind
from companion.errors import InputError
from companion.settings import CallSettings
from companion.understanding.cards import claims_about_them
from tests.understanding.calls import MONDAY, bare, said, shipped_rap, store_call

SETTINGS = CallSettings(card_window_s=1.5, card_cooldown_s=20.0, card_speech_s=0.0)
LAG_S = 0.6
"""In these calls the words come so long after the end of speech."""


class Call:
    """Drives a conversation turn by turn, at the cadence of a live session."""

    def __init__(self, settings: CallSettings = SETTINGS) -> None:
        self.conversation = Conversation(shipped_rap(), MONDAY, settings)
        self.now_s = 0.0
        self.ended_s: float | None = None
        self.count = 0
        self.changes: list[tuple[float, Prompt | None]] = []

    @property
    def card(self) -> Prompt:
        card = self.conversation.state.card
        assert card is not None
        return card

    def tick(self, talking_since_s: float | None = None) -> None:
        before = self.conversation.state.card
        self.conversation.tick(self.now_s, talking_since_s, self.ended_s)
        if self.conversation.state.card != before:
            self.changes.append((self.now_s, self.conversation.state.card))

    def talk(self, text: str, length_s: float = 4.0, lag_s: float = LAG_S) -> None:
        """A turn of the organizer: talk, stop, then words come after `lag_s`."""
        start_s = self.now_s
        while self.now_s < start_s + length_s - 0.05:
            self.now_s += 0.1
            self.tick(talking_since_s=start_s)
        self.now_s = self.ended_s = start_s + length_s
        while self.now_s < self.ended_s + lag_s - 0.05:
            self.now_s += 0.1
            self.tick()
        self.hear(text, start_s, self.ended_s)
        self.tick()

    def hear(self, text: str, start_s: float, end_s: float) -> None:
        utterance = said(text, self.count, start_s, end_s)
        self.conversation.hear(utterance, self.now_s)
        self.count += 1

    def listen(self, seconds: float) -> None:
        """The other person speaks: the microphone is quiet."""
        until_s = self.now_s + seconds
        while self.now_s < until_s - 0.05:
            self.now_s += 0.1
            self.tick()

    def act(self, action: Action) -> None:
        self.conversation.act(action, self.now_s)


@pytest.fixture
def call() -> Call:
    return Call()


def pinned(step: Step) -> Call:
    call = Call()
    call.act(PinStep(step))
    call.listen(30.0)
    return call


def shown_kind(call: Call) -> PromptKind:
    return call.card.kind


# ---------------------------------------------------------------- the listening freeze


def test_conversation_begins_with_an_opening_card(call: Call) -> None:
    assert call.card.kind is PromptKind.GOAL
    assert call.card.step == Step.MAKE_SPACE
    assert call.card.because


def test_conversation_card_changes_after_the_turn_and_then_holds_still() -> None:
    call = pinned(Step.WHAT_MOVES_YOU)
    call.talk("What's been the hardest part of it?")
    assert len(call.changes) == 1
    at_s, _ = call.changes[0]
    assert call.ended_s is not None
    assert 0 <= at_s - call.ended_s <= SETTINGS.card_window_s
    call.listen(300.0)
    assert len(call.changes) == 1


def test_conversation_card_never_changes_while_the_organizer_talks() -> None:
    call = pinned(Step.WHAT_MOVES_YOU)
    start_s = call.now_s
    call.ended_s = start_s + 1.0
    call.hear("What's been the hardest part of it?", start_s, start_s + 1.0)
    for _ in range(30):
        call.now_s += 0.1
        call.tick(talking_since_s=start_s + 1.0)
    assert call.changes == []


def test_conversation_words_that_come_too_late_wait_for_the_next_turn() -> None:
    call = pinned(Step.WHAT_MOVES_YOU)
    call.talk("What's been the hardest part of it?", lag_s=4.0)
    call.listen(60.0)
    assert call.changes == []
    call.talk("Mm hm.")
    assert len(call.changes) == 1


def test_conversation_changes_at_most_once_a_turn() -> None:
    call = pinned(Step.WHAT_MOVES_YOU)
    call.conversation = Conversation(
        shipped_rap(), MONDAY, SETTINGS.model_copy(update={"card_cooldown_s": 0.0})
    )
    call.act(PinStep(Step.WHAT_MOVES_YOU))
    call.talk("What's been the hardest part of it?")
    assert len(call.changes) == 1
    # A second final of the same turn would ask for yet another card.
    assert call.ended_s is not None
    call.hear("Walk me through it.", call.ended_s - 1.0, call.ended_s)
    call.listen(1.0)
    assert len(call.changes) == 1


def test_conversation_cooldown_lies_between_cards_that_nobody_asked_for() -> None:
    call = pinned(Step.WHAT_MOVES_YOU)
    call.talk("What's been the hardest part of it?")
    call.listen(3.0)
    call.talk("Walk me through it.")
    assert len(call.changes) == 1
    call.listen(20.0)
    call.talk("Mm hm.")
    assert len(call.changes) == 2


def test_conversation_cards_also_wait_for_the_organizers_own_speech() -> None:
    call = pinned(Step.WHAT_MOVES_YOU)
    calm = SETTINGS.model_copy(update={"card_speech_s": 25.0})
    call.conversation = Conversation(shipped_rap(), MONDAY, calm)
    call.act(PinStep(Step.WHAT_MOVES_YOU))
    call.listen(30.0)
    for spoken_s in (10.0, 20.0):
        call.talk("What's been the hardest part of it?", length_s=10.0)
        call.listen(30.0)
        assert call.conversation.state.speaking_s == pytest.approx(spoken_s, abs=0.5)
        assert call.changes == []
    call.talk("Walk me through it.", length_s=10.0)
    assert len(call.changes) == 1


def test_conversation_a_nudge_waits_for_no_speech() -> None:
    call = pinned(Step.WHAT_MOVES_YOU)
    patient = SETTINGS.model_copy(update={"card_speech_s": 300.0})
    call.conversation = Conversation(shipped_rap(), MONDAY, patient)
    call.act(PinStep(Step.WHAT_MOVES_YOU))
    for question in CLOSED:
        call.listen(25.0)
        call.talk(question)
    assert call.card.kind is PromptKind.NUDGE


def test_conversation_stays_silent_while_the_step_is_unsure() -> None:
    rap = shipped_rap()
    never_sure = rap.tracking.model_copy(update={"sure": 1.0})
    call = Call()
    call.conversation = Conversation(
        rap.model_copy(update={"tracking": never_sure}), MONDAY, SETTINGS
    )
    call.listen(30.0)
    call.talk("Hm.")
    assert not call.conversation.state.step.sure
    assert call.changes == []


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from([u.text for u, _ in store_call()]),
            st.floats(0.5, 90.0),
            st.floats(0.1, 4.0),
            st.floats(0.0, 60.0),
        ),
        max_size=8,
    )
)
def test_conversation_freeze_holds_for_any_turns(
    turns: list[tuple[str, float, float, float]],
) -> None:
    call = Call()
    for text, length_s, lag_s, pause_s in turns:
        before = len(call.changes)
        call.talk(text, round(length_s, 1), round(lag_s, 1))
        call.listen(pause_s)
        changes = call.changes[before:]
        assert len(changes) <= 1
        for at_s, _ in changes:
            assert call.ended_s is not None
            assert 0 <= at_s - call.ended_s <= SETTINGS.card_window_s
    for (before_s, _), (at_s, card) in pairwise(call.changes):
        is_nudge = card is not None and card.kind is PromptKind.NUDGE
        least_s = SETTINGS.nudge_cooldown_s if is_nudge else SETTINGS.card_cooldown_s
        assert at_s - before_s >= least_s


# ---------------------------------------------------------------- what the card says


def test_conversation_shows_the_first_goal_that_is_not_met() -> None:
    goals = shipped_rap().step(Step.WHAT_MOVES_YOU).goals
    call = pinned(Step.WHAT_MOVES_YOU)
    assert call.card.id == f"{goals[0].id}/0"
    call.talk("What's been the hardest part of it?")
    assert goals[0].id in call.conversation.state.goal_ids
    unmet = next(g for g in goals if g.id not in call.conversation.state.goal_ids)
    assert call.card.id == f"{unmet.id}/0"
    assert unmet.text[1:] in call.card.because


CLOSED = ["Do they pay you on time?", "Is your boss fair?", "Do you feel safe there?"]


@pytest.mark.parametrize("form", [str, bare], ids=["punctuated", "bare"])
def test_conversation_nudges_once_after_a_run_of_closed_questions(form: type[str]) -> None:
    call = pinned(Step.WHAT_MOVES_YOU)
    for question in CLOSED[:2]:
        call.talk(form(question))
        call.listen(8.0)
        assert call.card.kind is not PromptKind.NUDGE
    call.listen(30.0)
    call.talk(form(CLOSED[2]))
    assert call.card.kind is PromptKind.NUDGE
    assert call.card.text == "When do you feel safe there, and when not?"
    assert "yes or no" in call.card.because
    assert call.conversation.state.closed_run == 3
    call.listen(90.0)
    call.talk(form("Do you get your breaks?"))
    assert call.card.kind is not PromptKind.NUDGE


def test_conversation_nudge_falls_back_to_an_open_question_of_the_step() -> None:
    call = pinned(Step.WHAT_MOVES_YOU)
    for question in (*CLOSED[:2], "You told the others?"):
        call.talk(question)
        call.listen(25.0)
    assert call.card.kind is PromptKind.NUDGE
    assert call.card.text == shipped_rap().step(Step.WHAT_MOVES_YOU).open_question


@pytest.mark.parametrize(
    "between", ["What was that like for you?", "Tell me more about that.", "Say more."]
)
def test_conversation_open_questions_and_invitations_end_the_run(between: str) -> None:
    call = pinned(Step.WHAT_MOVES_YOU)
    for text in (*CLOSED[:2], between, CLOSED[2]):
        call.talk(text)
        call.listen(25.0)
    assert call.conversation.state.closed_run == 1
    assert call.card.kind is not PromptKind.NUDGE


def test_conversation_exempt_questions_do_not_count_in_the_run(call: Call) -> None:
    call.listen(30.0)
    exempt = (
        "Is that okay with you?",
        "Do you have ten minutes?",
        "Can you hear me?",
        "Will you come to the meeting on Friday?",
        "So that's Friday at six, right?",
    )
    for text in exempt:
        call.talk(text)
        call.listen(25.0)
        assert call.card.kind is not PromptKind.NUDGE
    state = call.conversation.state
    assert (state.closed_count, state.closed_run) == (len(exempt), 0)


def test_conversation_long_turn_is_hinted_at_after_it() -> None:
    call = pinned(Step.WHAT_MOVES_YOU)
    call.talk("And so on and so forth.", length_s=61.0)
    assert call.card.kind is PromptKind.MONOLOGUE


def test_conversation_short_pauses_do_not_hide_a_long_turn() -> None:
    call = pinned(Step.WHAT_MOVES_YOU)
    for _ in range(5):
        call.talk("And so on and so forth.", length_s=19.0)
    assert call.card.kind is PromptKind.MONOLOGUE


def test_conversation_own_story_has_a_limit() -> None:
    call = pinned(Step.CONNECT)
    call.talk("I remember when I was new there.", length_s=40.0)
    assert call.conversation.state.story_since_s == pytest.approx(30.0)
    call.talk("And then the winter came.", length_s=55.0)
    assert call.card.kind is PromptKind.STORY


@pytest.mark.parametrize("ending", ["question", "silence"])
def test_conversation_story_ends_with_a_question_or_with_listening(ending: str) -> None:
    call = pinned(Step.CONNECT)
    call.talk("I remember when I was new there.", length_s=10.0)
    if ending == "question":
        call.talk("What does that bring up for you?")
    else:
        call.listen(9.0)
    assert call.conversation.state.story_since_s is None


def test_conversation_bridge_comes_when_the_step_is_done() -> None:
    call = pinned(Step.WHAT_MOVES_YOU)
    for text in (
        "What's been the hardest part of it?",
        "Walk me through it.",
        "What does that do to you?",
        "You have every right to be angry.",
    ):
        call.talk(text)
        call.listen(25.0)
    assert call.card.kind is PromptKind.BRIDGE
    assert "goals" in call.card.because


def test_conversation_bridge_comes_when_the_pace_says_so() -> None:
    call = pinned(Step.MAKE_SPACE)
    call.listen(shipped_rap().steps[0].pace_s)
    call.talk("Mm hm.")
    assert call.card.kind is PromptKind.BRIDGE
    assert "for a while" in call.card.because


def test_conversation_fear_brings_care_and_holds_asks_back_until_ready() -> None:
    call = pinned(Step.ASK)
    assert shown_kind(call) is PromptKind.ASK
    call.act(MarkFear())
    assert shown_kind(call) is PromptKind.CARE
    for text in ("Will you come on Friday?", "Take your time.", "What would help?") * 3:
        call.talk(text)
        call.listen(80.0)
        assert call.card.kind is PromptKind.CARE
    first = call.card
    call.act(NextCard())
    assert call.card.kind is PromptKind.CARE
    assert call.card != first
    call.act(CorrectStep(Step.PLAN))
    call.act(PinStep(Step.ASK))
    assert call.card.kind is PromptKind.CARE
    call.act(MarkReady())
    assert shown_kind(call) is not PromptKind.CARE


def test_conversation_does_not_push_after_a_no() -> None:
    call = pinned(Step.ASK)
    call.act(MarkCommitment("no"))
    for _ in range(12):
        assert call.card.kind is not PromptKind.ASK
        call.listen(80.0)
        call.talk("Mm hm.")
        call.act(NextCard())


@pytest.mark.parametrize("answer", ["no", "maybe"])
@pytest.mark.parametrize("step", [Step.MAKE_SPACE, Step.PLAN, Step.ASK])
def test_conversation_respects_a_no_at_once_whatever_the_step(step: Step, answer: str) -> None:
    call = pinned(step)
    call.act(MarkCommitment(answer))
    assert call.card.text == shipped_rap().cards.no_is_fine[0].text
    assert call.card.because.startswith("You noted")


def test_conversation_care_goes_before_an_answer() -> None:
    call = pinned(Step.ASK)
    call.act(MarkFear())
    call.act(MarkCommitment("no"))
    assert call.card.kind is PromptKind.CARE


# ---------------------------------------------------------------- the organizer's hands


@pytest.mark.parametrize(
    "action", [NextCard(), CorrectStep(Step.PLAN), PinStep(Step.PLAN), MarkFear()]
)
def test_conversation_taps_change_the_card_at_once(call: Call, action: Action) -> None:
    before = call.card
    call.act(action)
    assert call.card != before


def test_conversation_next_card_goes_round_all_goals(call: Call) -> None:
    seen = {call.card.id}
    for _ in range(30):
        call.act(NextCard())
        seen.add(call.card.id)
    part = shipped_rap().steps[0]
    assert seen == {f"{g.id}/{n}" for g in part.goals for n in range(len(g.prompts))}


def test_conversation_pin_holds_the_step_and_lets_go(call: Call) -> None:
    call.act(PinStep(Step.CONNECT))
    call.talk("What's been the hardest part of it?")
    assert call.conversation.state.step.pinned
    assert call.conversation.state.step.step is Step.CONNECT
    call.act(PinStep(None))
    assert not call.conversation.state.step.pinned


def test_conversation_marks_toggle_and_come_from_the_organizer(call: Call) -> None:
    call.act(MarkIssue("wages"))
    (issue,) = call.conversation.state.values(Field.ISSUE)
    assert (issue.value, issue.origin) == ("wages", Origin.TAPPED)
    call.act(MarkIssue("wages"))
    assert call.conversation.state.values(Field.ISSUE) == ()
    call.act(MarkRealization("cares"))
    assert list(call.conversation.state.realizations) == ["cares"]
    call.act(MarkRealization("cares"))
    assert list(call.conversation.state.realizations) == []
    call.act(MarkCommitment("maybe"))
    call.act(MarkCommitment("yes"))
    assert [p.value for p in call.conversation.state.values(Field.COMMITMENT)] == ["yes"]


@pytest.mark.parametrize(
    "action", [MarkIssue("moon"), MarkRealization("moon"), MarkCommitment("sure")]
)
def test_conversation_refuses_values_outside_the_lists(call: Call, action: Action) -> None:
    with pytest.raises(InputError, match="choose one of"):
        call.act(action)


def test_conversation_confirmed_next_step_is_not_overheard(call: Call) -> None:
    call.act(PinStep(Step.ASK))
    agreed = NextStep("them", "attend_meeting", "2026-03-05T18:00")
    call.act(ConfirmNextStep(agreed))
    call.talk("Will you come to the march on Sunday at noon?")
    kept = call.conversation.state.next_step
    assert kept == replace(agreed, confirmed=True, origin=Origin.TAPPED)


# ---------------------------------------------------------------- forgetting, privacy, the whole


def test_conversation_forgets_words_and_all_that_came_of_them() -> None:
    call = pinned(Step.WHAT_MOVES_YOU)
    call.act(MarkIssue("wages"))
    call.talk("What's been the hardest part of it?")
    call.listen(30.0)
    kept, from_s = call.conversation.state, call.now_s
    call.talk("Walk me through it. So the rent went up, and you feel unsafe on the stairs?")
    call.listen(25.0)
    call.talk("Do you get repairs?")
    assert call.card != kept.card
    call.conversation.forget(from_s)
    state = call.conversation.state
    assert state.card == kept.card
    for name in (
        "goals_met", "open_count", "closed_count", "closed_run", "utterance_count",
        "proposals", "step", "next_step", "speaking_s", "story_since_s",
    ):  # fmt: skip
        assert getattr(state, name) == getattr(kept, name), name
    assert call.conversation.transcript(9) == ("What's been the hardest part of it?",)


def test_conversation_forgetting_keeps_care_first() -> None:
    call = pinned(Step.WHAT_MOVES_YOU)
    call.talk("What's been the hardest part of it?")
    call.listen(30.0)
    call.act(MarkFear())
    assert call.card.kind is PromptKind.CARE
    call.conversation.forget(0.0)
    assert call.conversation.state.fear_open
    assert call.card.kind is PromptKind.CARE


def test_conversation_forgets_an_utterance_that_ends_at_the_mark(call: Call) -> None:
    call.hear("Do you like it there?", 1.0, 3.0)
    call.conversation.forget(3.0)
    assert call.conversation.state.utterance_count == 0
    assert call.conversation.transcript(5) == ()


@given(st.integers(0, 26))
@settings(max_examples=15, deadline=None)
def test_conversation_forgetting_equals_never_having_heard(kept: int) -> None:
    calls = [u for u, _ in store_call()]
    whole = Conversation(shipped_rap(), MONDAY, SETTINGS)
    part = Conversation(shipped_rap(), MONDAY, SETTINGS)
    for utterance in calls:
        whole.hear(utterance, utterance.end_s)
    for utterance in calls[:kept]:
        part.hear(utterance, utterance.end_s)
    whole.forget(calls[kept].start_s if kept < len(calls) else 1e9)
    assert replace(whole.state, now_s=0.0) == replace(part.state, now_s=0.0)


def test_conversation_reprs_hold_no_speech() -> None:
    call = pinned(Step.WHAT_MOVES_YOU)
    for text in ("Do you like the forklift?", "Do you like the crane?", "Do you like the silo?"):
        call.talk(text)
        call.listen(25.0)
    assert "silo" in call.card.text
    for value in (call.conversation, call.conversation.state, call.card):
        assert "silo" not in repr(value)
    assert call.conversation.transcript(1) == ("Do you like the silo?",)
    assert call.conversation.transcript(0) == ()


@pytest.mark.parametrize("form", [str, bare], ids=["punctuated", "bare"])
def test_conversation_scripted_call_from_end_to_end(form: type[str]) -> None:
    call = Call()
    for utterance, _ in store_call():
        call.listen(utterance.start_s - call.now_s)
        call.now_s = utterance.start_s
        call.talk(form(utterance.text), utterance.duration_s)
    state = call.conversation.state
    assert state.step.step is Step.ASK
    assert state.next_step is not None
    assert (state.next_step.what, state.next_step.when) == ("attend_meeting", "2026-03-06T18:30")
    assert state.open_count > state.closed_count
    assert {"space.purpose", "moves.permission", "connect.story", "plan.plan", "ask.ask"} <= (
        state.goal_ids
    )
    kinds = {prompt.kind for _, prompt in call.changes if prompt is not None}
    assert {PromptKind.GOAL, PromptKind.NUDGE, PromptKind.BRIDGE, PromptKind.CLOSE} <= kinds
    for _, prompt in call.changes:
        assert prompt is not None
        assert len(prompt.text.split()) <= MAX_WORDS
        assert prompt.because.endswith(".")
        assert not claims_about_them(prompt.because)
    share = state.listening_share
    assert share is not None
    assert 0.6 < share < 0.9

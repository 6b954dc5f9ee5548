"""The draft of a summary: honest values, taps before what was heard, no words of the call."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest

from companion.after.summarize import summarize
from companion.coach.conversation import Conversation
from companion.domain.actions import (
    ConfirmNextStep,
    MarkCommitment,
    MarkIssue,
    PinStep,
)
from companion.domain.call import CallState, Consent, ConsentHow
from companion.domain.dialogue import Field, NextStep, Origin, Proposal, Step
from companion.domain.speech import Gap, GapReason
from companion.domain.summary import Summary
from companion.settings import CallSettings
from tests.understanding.calls import MONDAY, shipped_rap, store_call

CONSENT = Consent(ConsentHow.SPOKEN, datetime(2026, 3, 2, 18, 0, tzinfo=timezone.utc))
GAP = Gap(30.0, 40.0, GapReason.PAUSED)


def draft(state: CallState, duration_s: float = 740.0, gaps: tuple[Gap, ...] = (GAP,)) -> Summary:
    return summarize(
        state,
        shipped_rap().outline(),
        duration_s=duration_s,
        consent=CONSENT,
        gaps=gaps,
        engine="scripted",
    )


@pytest.fixture
def conversation() -> Conversation:
    return Conversation(shipped_rap(), MONDAY, CallSettings())


@pytest.fixture
def whole(conversation: Conversation) -> Conversation:
    for utterance, _ in store_call():
        conversation.hear(utterance, utterance.end_s + 0.5)
    return conversation


def test_summarize_the_scripted_call(whole: Conversation) -> None:
    summary = draft(whole.state)
    assert [row.reached for row in summary.coverage] == [True] * 5
    assert [p.value for p in summary.issues][:1] == ["hours/scheduling"]
    assert summary.decision_maker is not None
    assert summary.decision_maker.value == "store manager"
    assert summary.ask is not None
    assert summary.ask.value == "attend_meeting"
    assert summary.follow_up is not None
    assert summary.follow_up.value == "text message"
    assert summary.self_care is not None
    assert (summary.consent, summary.gaps, summary.engine) == (CONSENT, (GAP,), "scripted")
    assert summary.rap.startswith("1-on-1")
    heard_s = 740.0 - (GAP.end_s - GAP.start_s)
    assert summary.listening_share == pytest.approx(1 - whole.state.speaking_s / heard_s)


def test_summarize_counts_no_sleep_as_listening(whole: Conversation) -> None:
    spoken_s = whole.state.speaking_s
    slept = Gap(740.0, 4340.0, GapReason.ASLEEP)
    summary = draft(whole.state, duration_s=4340.0, gaps=(slept,))
    assert summary.listening_share == pytest.approx(1 - spoken_s / 740.0)
    other_voice = Gap(700.0, 740.0, GapReason.OTHER_VOICE)
    summary = draft(whole.state, gaps=(other_voice,))
    assert summary.listening_share == pytest.approx(1 - spoken_s / 740.0), "that was listening"


def test_summarize_what_was_only_heard_is_not_agreed(whole: Conversation) -> None:
    summary = draft(whole.state)
    assert summary.next_step is not None
    assert summary.next_step.when == "2026-03-06T18:30"
    assert not summary.agreed
    whole.act(ConfirmNextStep(summary.next_step), 735.0)
    assert draft(whole.state).agreed


def test_summarize_every_goal_stands_once(whole: Conversation) -> None:
    for row, part in zip(draft(whole.state).coverage, shipped_rap().steps, strict=True):
        assert sorted((*row.goals_met, *row.goals_open)) == sorted(g.text for g in part.goals)


def test_summarize_taps_go_before_what_was_heard(whole: Conversation) -> None:
    whole.act(MarkCommitment("maybe"), 735.0)
    whole.act(MarkIssue("respect"), 736.0)
    summary = draft(whole.state)
    assert summary.commitment is not None
    assert (summary.commitment.value, summary.commitment.origin) == ("maybe", Origin.TAPPED)
    assert summary.issues[0].value == "respect"


def test_summarize_an_issue_in_passing_is_left_out() -> None:
    passing = Proposal(Field.ISSUE, "safety", Origin.HEARD, 0.5, 3)
    assert draft(CallState(MONDAY, proposals=(passing,))).issues == ()


def test_summarize_after_a_no_there_is_no_next_step(whole: Conversation) -> None:
    whole.act(MarkCommitment("no"), 735.0)
    assert draft(whole.state).next_step is None
    agreed = NextStep("both", "talk_again", "2026-04-01")
    whole.act(ConfirmNextStep(agreed), 736.0)
    kept = draft(whole.state).next_step
    assert kept is not None
    assert kept.confirmed


def test_summarize_a_call_in_which_nothing_was_said(conversation: Conversation) -> None:
    summary = draft(conversation.state, duration_s=0.0)
    assert summary.listening_share is None
    assert not any(row.reached for row in summary.coverage)
    assert summary.issues == ()
    assert summary.next_step is None
    assert not summary.agreed


def test_summarize_a_step_set_by_hand_is_reached(conversation: Conversation) -> None:
    conversation.act(PinStep(Step.PLAN), 5.0)
    assert [row.reached for row in draft(conversation.state).coverage] == [
        False, False, False, True, False,
    ]  # fmt: skip


def test_summarize_holds_no_words_of_the_call(whole: Conversation) -> None:
    text = repr(draft(whole.state))
    for word in ("Dana", "bakery", "slicer", "wedding", "ashamed"):
        assert word not in text


@pytest.mark.parametrize(
    ("answer", "sure", "when", "stands"),
    [
        ("no", 0.95, "2026-03-08T14:00", False),
        ("no", 0.6, "2026-03-08T14:00", True),  # a doubtful no beside a day and a time
        ("no", 0.6, "2026-03-08", False),
        ("yes", 0.9, None, True),
        ("not_asked", 0.9, None, False),  # only talked of
        ("not_asked", 0.9, "2026-03-08T14:00", True),
        ("not_asked", 0.9, "2026-03-08", False),
        ("no", 0.8, "2026-03-08T14:00", True),
    ],
)
def test_summarize_the_next_step_beside_the_answer(
    answer: str, sure: float, when: str | None, stands: bool
) -> None:
    heard = Proposal(Field.COMMITMENT, answer, Origin.HEARD, sure, 4)
    step = NextStep("them", "attend_meeting", when)
    found = draft(CallState(MONDAY, proposals=(heard,), next_step=step)).next_step
    assert (found is not None) is stands


@pytest.mark.parametrize(
    ("answer", "when", "stands"),
    [
        ("no", "2026-03-08", True),
        ("maybe", "2026-03-08", True),
        ("not_asked", "2026-03-08T19:00", True),
        ("not_asked", "2026-03-08", False),  # a follow-up, as after any call
    ],
)
def test_summarize_a_promise_beside_the_answer(answer: str, when: str, stands: bool) -> None:
    heard = Proposal(Field.COMMITMENT, answer, Origin.HEARD, 0.95, 4)
    step = NextStep("organizer", "call again", when)
    found = draft(CallState(MONDAY, proposals=(heard,), next_step=step)).next_step
    assert (found == step) is stands

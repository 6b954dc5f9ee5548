"""Typed commands of the plain view."""

from __future__ import annotations

import pytest

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
from companion.domain.call import CallPhase
from companion.domain.dialogue import Field, NextStep, Origin, Proposal, Step
from companion.live.board import Notice, NoticeKind
from companion.live.commands import HELP, Commands
from tests.fakes.board import OUTLINE, FakeCall, call_state, estimate, snapshot

STEP = NextStep("them", "call", "2026-05-05T18:00", (), Origin.TYPED, True)


@pytest.mark.parametrize(
    ("line", "action"),
    [
        ("c", NextCard()),
        ("n", CorrectStep(Step.CONNECT)),
        ("b", CorrectStep(Step.MAKE_SPACE)),
        ("5", CorrectStep(Step.ASK)),
        ("pin", PinStep(Step.WHAT_MOVES_YOU)),
        ("issue 2", MarkIssue("pay")),
        ("ISSUE 4", MarkIssue("respect")),
        ("real 1", MarkRealization("cares")),
        ("fear", MarkFear()),
        ("ready", MarkReady()),
        ("answer yes", MarkCommitment("yes")),
        ("answer none", MarkCommitment("not_asked")),
        ("next them 2 tomorrow 6 pm", ConfirmNextStep(STEP)),
    ],
)
def test_commands_become_actions(line: str, action: Action) -> None:
    call = FakeCall()
    Commands(call, OUTLINE).take(line, call.board.latest())
    assert call.actions == [action]


@pytest.mark.parametrize(
    "line",
    ["", "  ", "issue", "issue 0", "issue 9", "issue x", "real", "answer", "answer perhaps",
     "next", "next them 2", "next her 1 tomorrow", "next them 7 tomorrow", "next them 1 yesterday",
     "6", "0", "pause now", "hello"],
)  # fmt: skip
def test_commands_not_understood_do_nothing(line: str) -> None:
    call = FakeCall()
    Commands(call, OUTLINE).take(line, call.board.latest())
    assert (call.actions, call.calls) == ([], [])


def test_commands_pause_and_resume_with_the_same_letter() -> None:
    call = FakeCall()
    commands = Commands(call, OUTLINE)
    for _ in range(2):
        commands.take("p", call.board.latest())
    commands.take("o", call.board.latest())
    commands.take("p", call.board.latest())
    assert call.calls == ["pause", "resume", "off_record", "resume"]


def test_commands_steps_stop_at_both_ends() -> None:
    call = FakeCall()
    commands = Commands(call, OUTLINE)
    commands.take("n", snapshot(state=call_state(step=estimate(Step.ASK))))
    commands.take("b", snapshot(state=call_state(step=estimate(Step.MAKE_SPACE))))
    assert call.actions == [CorrectStep(Step.ASK), CorrectStep(Step.MAKE_SPACE)]


def test_commands_pinned_step_is_let_go() -> None:
    call = FakeCall()
    pinned = snapshot(state=call_state(step=estimate(pinned=True)))
    Commands(call, OUTLINE).take("pin", pinned)
    assert call.actions == [PinStep(None)]


def test_commands_withdraw_asks_once_more() -> None:
    call = FakeCall()
    commands = Commands(call, OUTLINE)
    assert "again" in commands.take("withdraw", snapshot()).lines[0]
    commands.take("s", snapshot())
    commands.take("withdraw", snapshot())
    assert call.calls == []
    commands.take("withdraw", snapshot())
    assert call.calls == ["withdraw"]


def test_commands_help_and_lists_say_what_there_is() -> None:
    commands = Commands(FakeCall(), OUTLINE)
    assert commands.take("?", snapshot()).lines == HELP
    assert "  2  pay" in commands.take("issue", snapshot()).lines
    assert "  3  keep notes of what happens" in commands.take("next", snapshot()).lines


def test_commands_a_mark_is_said_and_so_is_taking_it_away() -> None:
    commands = Commands(FakeCall(), OUTLINE)
    heard = Proposal(Field.ISSUE, "pay", Origin.HEARD, 0.9, 4)
    only_heard = snapshot(state=call_state(proposals=(heard,)))
    assert commands.take("issue 2", only_heard).lines == ("Marked: pay.",)
    tapped = Proposal(Field.ISSUE, "pay", Origin.TAPPED, 1.0)
    marked = snapshot(state=call_state(proposals=(heard, tapped), realizations=("cares",)))
    assert commands.take("issue 2", marked).lines == ("The mark was taken away: pay.",)
    assert commands.take("real 1", marked).lines[0].startswith("The mark was taken away")


def test_commands_the_first_minute_has_a_share_in_words() -> None:
    early = snapshot(state=call_state(now_s=40.0, speaking_s=20.0))
    lines = Commands(FakeCall(), OUTLINE).take("s", early).lines
    assert "Questions: 3 open, 2 closed. You spoke half of the call so far." in lines


def test_commands_fear_offers_coping_tools() -> None:
    lines = Commands(FakeCall(), OUTLINE).take("fear", snapshot()).lines
    assert set(OUTLINE.coping) <= set(lines)


def test_commands_s_says_where_the_call_is() -> None:
    problem = Notice(1.0, NoticeKind.PROBLEM, "Your microphone is gone.")
    lines = Commands(FakeCall(), OUTLINE).take("s", snapshot(notices=(problem,))).lines
    assert lines[0].startswith("LISTENING.")
    assert "Step 2 of 5: What moves you (likely)." in lines
    assert "  done: Asked what bothers them most" in lines
    assert "  open: Made room for anger" in lines
    assert "Problem: Your microphone is gone." in lines
    by_hand = snapshot(phase=CallPhase.PROMPTS_ONLY, source=None, transcriber=None)
    assert not any(
        line.startswith("Questions")
        for line in Commands(FakeCall(), OUTLINE).take("s", by_hand).lines
    )

"""A scripted call on a real board, and hands that are watched: for tests of the views.

Run it as `python -m tests.fakes.board` to try the terminal view by hand, without any sound.
"""

from __future__ import annotations

import sys
import threading
from dataclasses import replace
from datetime import date, datetime, timezone
from typing import Any

from companion.asr.protocol import TranscriberState, TranscriberStatus
from companion.audio.sound import SourceState, SourceStatus
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
from companion.domain.call import CallPhase, CallState, Consent, ConsentHow, GoalMark
from companion.domain.dialogue import (
    Field,
    Heard,
    NextStep,
    Origin,
    Proposal,
    Step,
    StepEstimate,
)
from companion.domain.outline import Choice, GoalOutline, RapOutline, StepOutline
from companion.domain.prompt import Prompt, PromptKind
from companion.domain.speech import Utterance
from companion.domain.summary import StepCoverage, Summary
from companion.live.board import (
    Board,
    CardShown,
    LiveEvent,
    PhaseChanged,
    Snapshot,
    StepChanged,
    UtteranceHeard,
)

CALL_DATE = date(2026, 5, 4)  # a Monday

OUTLINE = RapOutline(
    name="one-on-one.en",
    version="1",
    language="en",
    steps=(
        StepOutline(
            Step.MAKE_SPACE,
            "Make space",
            (
                GoalOutline("agenda", "Said what the talk is for"),
                GoalOutline("time", "Asked how much time they have"),
                GoalOutline("open", "Opened with a wide question"),
            ),
        ),
        StepOutline(
            Step.WHAT_MOVES_YOU,
            "What moves you",
            (
                GoalOutline("upset", "Asked what bothers them most"),
                GoalOutline("anger", "Made room for anger"),
                GoalOutline("care", "Offered a way to cope"),
            ),
        ),
        StepOutline(
            Step.CONNECT,
            "Connect",
            (
                GoalOutline("who", "Asked who is responsible"),
                GoalOutline("why", "Asked why it is this way"),
                GoalOutline("fix", "Asked who could fix it"),
                GoalOutline("support", "Asked what would help them"),
            ),
        ),
        StepOutline(
            Step.PLAN,
            "A plan",
            (
                GoalOutline("hope", "Told of something that worked"),
                GoalOutline("skills", "Asked what they would bring"),
            ),
        ),
        StepOutline(
            Step.ASK,
            "The ask",
            (
                GoalOutline("ask", "Asked for one clear action"),
                GoalOutline("date", "Agreed on a day"),
            ),
        ),
    ),
    preparation=(
        "Breathe out slowly, three times.",
        "Stretch. Make some tea.",
        "Be here. It is a talk and not an interview.",
    ),
    consent_script=(
        "Before we start: a small helper on my laptop hears my side of this call,",
        "only mine, and shows me reminders. It keeps no recording and no transcript.",
        "Is that all right with you? You can say no at any time.",
    ),
    afterwards=("Put the laptop aside for a minute.", "What in this talk stays with you?"),
    coping=(
        "Breathe together, slowly.",
        "Name one safe person.",
        "Nothing has to be decided today.",
    ),
    issues=(
        Choice("schedule", "hours and scheduling"),
        Choice("pay", "pay"),
        Choice("safety", "health and safety"),
        Choice("respect", "respect and harassment"),
    ),
    realizations=(
        Choice("cares", "They care about a problem"),
        Choice("can_fix", "Someone has the power to fix it"),
        Choice("needs_push", "It will not be fixed until pushed for"),
    ),
    next_step_kinds=(
        Choice("meeting", "come to a meeting"),
        Choice("call", "talk again"),
        Choice("notes", "keep notes of what happens"),
    ),
    roles=(Choice("site manager", "the manager of the site"), Choice("owner", "the owner")),
    follow_ups=(Choice("text", "a text message"),),
    story_limit_s=90.0,
    monologue_limit_s=60.0,
)

CARD = Prompt(
    "upset-1",
    "What about your week at work bothers you the most?",
    PromptKind.GOAL,
    "Nothing was asked yet about what bothers them.",
    step=2,
)
OTHER_CARD = Prompt(
    "anger-1", "What would you say if nobody could punish you?", PromptKind.GOAL, "You asked.", 2
)
CARE_CARD = Prompt("care-1", "Slow down. Breathe together.", PromptKind.CARE, "Fear came up.")
NUDGE = Prompt(
    "nudge-1",
    "Try: what do you like about the early shift?",
    PromptKind.NUDGE,
    "Three closed questions in a row.",
    2,
)


def estimate(
    step: Step = Step.WHAT_MOVES_YOU, probability: float = 0.8, **changes: Any
) -> StepEstimate:
    """A step estimate; not sure unless said."""
    rest = (1.0 - probability) / 4
    spread = [rest] * 5
    spread[step - 1] = probability
    a, b, c, d, e = spread
    return StepEstimate(step, probability, changes.pop("sure", False), (a, b, c, d, e), **changes)


def call_state(**changes: Any) -> CallState:
    """A call four minutes in, in step 2, with a card."""
    return replace(
        CallState(
            call_date=CALL_DATE,
            now_s=250.0,
            speaking_s=85.0,
            step=estimate(),
            step_since_s=100.0,
            goals_met=(GoalMark("upset", Origin.HEARD, 120.0),),
            open_count=3,
            closed_count=2,
            utterance_count=12,
            card=CARD,
            card_since_s=240.0,
        ),
        **changes,
    )


def snapshot(version: int = 0, state: CallState | None = None, **changes: Any) -> Snapshot:
    """A listening call in which nobody speaks."""
    base = Snapshot(
        version=version,
        phase=CallPhase.LISTENING,
        state=state or call_state(),
        speaking=False,
        source=SourceStatus(SourceState.RUNNING, "Headset", -24.0),
        transcriber=TranscriberStatus(TranscriberState.READY, "pocketsphinx"),
    )
    return replace(base, **changes)


def summary(**changes: Any) -> Summary:
    """The draft of a call that went well."""
    return replace(
        Summary(
            duration_s=1520.0,
            listening_share=0.66,
            coverage=(
                _coverage(Step.MAKE_SPACE, True, "agenda", "open"),
                _coverage(Step.WHAT_MOVES_YOU, True, "upset", "anger"),
                _coverage(Step.CONNECT, True, "who", "fix"),
                _coverage(Step.PLAN, True, "hope"),
                _coverage(Step.ASK, False),
            ),
            issues=(
                Proposal(Field.ISSUE, "schedule", Origin.HEARD, 0.9, 4),
                Proposal(Field.ISSUE, "safety", Origin.TAPPED, 1.0),
            ),
            decision_maker=Proposal(Field.DECISION_MAKER, "site manager", Origin.HEARD, 0.8, 9),
            ask=Proposal(Field.ASK, "meeting", Origin.HEARD, 0.9, 20),
            commitment=Proposal(Field.COMMITMENT, "yes", Origin.TAPPED, 1.0),
            next_step=NextStep("them", "meeting", "2026-05-12T18:00", (), Origin.TAPPED, True),
            self_care=Proposal(Field.SELF_CARE, "offered", Origin.HEARD, 0.9, 22),
            follow_up=None,
            open_count=14,
            closed_count=5,
            consent=Consent(ConsentHow.SPOKEN, datetime(2026, 5, 4, 17, 5, tzinfo=timezone.utc)),
            gaps=(),
            engine="pocketsphinx (built in, US English)",
            rap="one-on-one.en 1",
        ),
        **changes,
    )


def _coverage(step: Step, reached: bool, *met: str) -> StepCoverage:
    """One step of the draft, with the goals of those ids met."""
    part = OUTLINE.steps[step - 1]
    done = tuple(goal.text for goal in part.goals if goal.id in met)
    left = tuple(goal.text for goal in part.goals if goal.id not in met)
    return StepCoverage(int(step), part.name, reached, done, left)


def heard(text: str, i: int = 0, end_s: float = 240.0, lag_s: float = 0.6) -> UtteranceHeard:
    """A final utterance of which nothing special was understood."""
    return UtteranceHeard(
        Utterance(i, end_s - 2.0, end_s, text), Heard(i, (), (), estimate(), ()), lag_s
    )


class FakeCall:
    """Controls that answer on the board as a session would, at once, and remember every call."""

    def __init__(self, first: Snapshot | None = None) -> None:
        self.board = Board(first or snapshot())
        self.calls: list[str] = []
        self.actions: list[Action] = []
        self._lock = threading.Lock()

    def publish(self, *events: LiveEvent, **changes: Any) -> None:
        """The latest snapshot with changes; `state` changes go by `tell`."""
        with self._lock:
            latest = self.board.latest()
            self.board.publish(replace(latest, version=latest.version + 1, **changes), events)

    def tell(self, *events: LiveEvent, speaking: bool | None = None, **state_changes: Any) -> None:
        """The latest snapshot with changes of the call's state."""
        changes: dict[str, Any] = {"state": replace(self.board.latest().state, **state_changes)}
        if speaking is not None:
            changes["speaking"] = speaking
        self.publish(*events, **changes)

    def act(self, action: Action) -> None:
        self.actions.append(action)
        state = self.board.latest().state
        if isinstance(action, NextCard):
            card = CARD if state.card == OTHER_CARD else OTHER_CARD
            self.tell(CardShown(state.now_s, card, "organizer"), card=card)
        elif isinstance(action, CorrectStep):
            self._move(estimate(action.step, 1.0, sure=True))
        elif isinstance(action, PinStep):
            step = action.step or state.step.step
            self._move(estimate(step, 1.0, sure=True, pinned=action.step is not None))
        elif isinstance(action, MarkFear):
            self.tell(
                CardShown(state.now_s, CARE_CARD, "organizer"), card=CARE_CARD, fear_open=True
            )
        elif isinstance(action, MarkReady):
            self.tell(fear_open=False)
        elif isinstance(action, MarkIssue):
            self._toggle(Field.ISSUE, action.issue)
        elif isinstance(action, MarkRealization):
            marked = set(state.realizations) ^ {action.realization}
            self.tell(realizations=tuple(sorted(marked)))
        elif isinstance(action, MarkCommitment):
            self._toggle(Field.COMMITMENT, action.commitment)
        elif isinstance(action, ConfirmNextStep):
            self.tell(next_step=action.next_step)

    def _move(self, step: StepEstimate) -> None:
        self.tell(StepChanged(self.board.latest().state.now_s, step), step=step)

    def _toggle(self, field: Field, value: str) -> None:
        before = self.board.latest().state.proposals
        after = tuple(p for p in before if (p.field, p.value) != (field, value))
        if after == before:
            after += (Proposal(field, value, Origin.TAPPED, 1.0),)
        self.tell(proposals=after)

    def pause(self) -> None:
        self.calls.append("pause")
        self._enter(CallPhase.PAUSED)

    def resume(self) -> None:
        self.calls.append("resume")
        self._enter(CallPhase.LISTENING)

    def off_record(self) -> None:
        self.calls.append("off_record")
        self._enter(CallPhase.OFF_RECORD)

    def withdraw(self) -> None:
        self.calls.append("withdraw")
        self._enter(CallPhase.WITHDRAWN)

    def show_transcript(self, wanted: bool) -> None:
        self.calls.append(f"show_transcript {wanted}")
        self.publish(transcript=("Tell me about your week.",) if wanted else ())

    def end(self) -> None:
        self.calls.append("end")
        self._enter(CallPhase.ENDED, summary=summary())

    def _enter(self, phase: CallPhase, **changes: Any) -> None:
        now_s = self.board.latest().state.now_s
        self.publish(PhaseChanged(now_s, phase), phase=phase, speaking=False, **changes)


def play(call: FakeCall, stop: threading.Event, tick_s: float = 0.1) -> None:
    """Take turns for ever: eight seconds of talking, a new card, twenty of listening."""
    turn_s = 28.0
    while not stop.wait(tick_s):
        latest = call.board.latest()
        if latest.phase is not CallPhase.LISTENING:
            continue
        now_s = latest.state.now_s + tick_s
        speaking = now_s % turn_s < 8.0
        level = -22.0 + 8.0 * ((now_s * 3.7) % 1.0) if speaking else -70.0
        source = SourceStatus(SourceState.RUNNING, "Headset", level)
        events: tuple[LiveEvent, ...] = ()
        changes: dict[str, Any] = {"now_s": now_s}
        if speaking:
            changes["speaking_s"] = latest.state.speaking_s + tick_s
            changes["talking_since_s"] = now_s - now_s % turn_s
        elif latest.speaking:
            card = CARD if latest.state.card == OTHER_CARD else OTHER_CARD
            changes |= {
                "card": card,
                "talking_since_s": None,
                "open_count": latest.state.open_count + 1,
            }
            events = (heard("Tell me more about that.", end_s=now_s), CardShown(now_s, card))
        state = replace(latest.state, **changes)
        call.publish(*events, state=state, speaking=speaking, source=source)


def main() -> None:
    """Try the view by hand: `python -m tests.fakes.board [plain]`."""
    call, stop = FakeCall(), threading.Event()
    player = threading.Thread(target=play, args=(call, stop), daemon=True)
    player.start()
    try:
        if "plain" in sys.argv:
            from companion.live.key_reader import KeyReader
            from companion.live.plain import run_plain

            with KeyReader(sys.stdin.fileno()) as keys:
                run_plain(call.board, call, OUTLINE, sys.stdout, keys)
        else:
            from companion.live.terminal import CallApp, GateApp

            print(GateApp(OUTLINE).run())
            CallApp(call.board, call, OUTLINE).run()
    finally:
        stop.set()
        player.join()


if __name__ == "__main__":
    main()

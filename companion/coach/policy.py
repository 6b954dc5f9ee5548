"""What the card should say: call state in, at most one prompt out. Knows nothing of time's freeze.

In the order of weight: care while fear is open; the organizer's own story or turn has grown long;
a run of closed questions; the bridge when a step is done or its time is over; the first unmet goal
of the step. Where the step is not sure, the card that is there stays.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from companion.coach.rewrite import Rewriter
from companion.domain.call import CallState
from companion.domain.dialogue import Field, Step
from companion.domain.prompt import Prompt, PromptKind
from companion.understanding.rap import Card, Goal, Rap, StepPart

_REFUSED = ("no", "maybe")
_NO = "no"
_ABOUT_THE_TURN = (PromptKind.NUDGE, PromptKind.STORY, PromptKind.MONOLOGUE, PromptKind.CARE)
_KINDS = {"goal": PromptKind.GOAL, "ask": PromptKind.ASK, "close": PromptKind.CLOSE}


@dataclass(frozen=True, slots=True)
class Situation:
    """What the policy looks at besides the state."""

    state: CallState
    shown: Counter[str] = field(default_factory=Counter)
    """How often each card and each goal was shown; see `Policy.keys_of`."""
    turn_s: float = 0.0
    """How long the organizer's last turn was."""
    closed_question: str | None = field(default=None, repr=False)
    """The organizer's last closed question, while a run of them lasts."""


class Policy:
    """Chooses cards from one rap."""

    def __init__(self, rap: Rap) -> None:
        self._rap = rap
        self._rewriter = Rewriter(rap)

    def opening(self) -> Prompt:
        """The card at the start of the call."""
        goal = self._rap.steps[0].goals[0]
        return self._goal_card(self._rap.steps[0], goal, 0, "The call begins.")

    def decide(self, situation: Situation) -> Prompt | None:
        """The card to show now, or None to leave the present one."""
        state = situation.state
        if state.fear_open:
            kept = state.card is not None and state.card.kind is PromptKind.CARE
            return None if kept else self._care(situation)
        return (
            self._long_story(situation)
            or self._long_turn(situation)
            or self._nudge(situation)
            or (self._forward(situation) if state.step.sure else None)
        )

    def for_step(self, situation: Situation) -> Prompt:
        """A card of the present step at once: the organizer asked, or set the step."""
        if situation.state.fear_open:
            return self._care(situation)
        return self._goal(situation, renew=True) or self._after_all_goals(situation)

    def after_answer(self, situation: Situation) -> Prompt:
        """The card once the organizer noted what they answered; a no is respected at any step."""
        refused = _refused(situation.state) and not situation.state.fear_open
        return (self._after_no(situation) if refused else None) or self.for_step(situation)

    def another(self, situation: Situation) -> Prompt:
        """Another card of the same kind: the present one does not fit."""
        state = situation.state
        if state.fear_open:
            return self._care(situation)
        card = state.card
        if card is not None and card.kind is PromptKind.BRIDGE and state.step.step < Step.ASK:
            part = self._rap.step(state.step.step)
            if len(part.bridges) > 1:
                return self._bridge(situation, part)
        return self._goal(situation, renew=True) or self._after_all_goals(situation)

    @staticmethod
    def keys_of(prompt: Prompt) -> tuple[str, ...]:
        """The keys under which a shown card is counted: its own id, and its goal's."""
        owner = prompt.id.rpartition("/")[0]
        return (prompt.id, owner) if owner else (prompt.id,)

    @staticmethod
    def is_about_the_turn(prompt: Prompt) -> bool:
        """Whether a card answers the turn that just ended: a long one, or one after a no."""
        return prompt.kind in _ABOUT_THE_TURN or prompt.id.startswith(f"{_NO}/")

    def _care(self, situation: Situation) -> Prompt:
        return self._from_list(
            situation,
            "care",
            self._rap.cards.care,
            PromptKind.CARE,
            "You marked that fear or distress came up.",
        )

    def _long_story(self, situation: Situation) -> Prompt | None:
        state = situation.state
        limit_s = self._rap.timing.story_limit_s
        if state.story_since_s is None or state.now_s - state.story_since_s <= limit_s:
            return None
        because = f"Your own story has gone on for more than {limit_s:.0f} seconds."
        return self._from_list(situation, "story", self._rap.cards.story, PromptKind.STORY, because)

    def _long_turn(self, situation: Situation) -> Prompt | None:
        limit_s = self._rap.timing.monologue_limit_s
        if situation.turn_s <= limit_s:
            return None
        because = f"Your last turn was longer than {limit_s:.0f} seconds."
        return self._from_list(
            situation, "monologue", self._rap.cards.monologue, PromptKind.MONOLOGUE, because
        )

    def _nudge(self, situation: Situation) -> Prompt | None:
        state = situation.state
        if state.closed_run < self._rap.timing.closed_run or situation.closed_question is None:
            return None
        part = self._rap.step(state.step.step)
        rewritten = self._rewriter.open_form(situation.closed_question)
        because = f"Your last {state.closed_run} questions could be answered with yes or no."
        return Prompt(
            id="nudge/rewrite" if rewritten else f"nudge/{part.step}",
            text=rewritten or part.open_question,
            kind=PromptKind.NUDGE,
            because=because,
            step=int(part.number),
        )

    def _forward(self, situation: Situation) -> Prompt | None:
        state = situation.state
        if _refused(state) and state.step.step is Step.ASK:
            card = self._after_no(situation)
            if card is not None:
                return card
        part = self._rap.step(state.step.step)
        if self._bridge_is_due(situation, part):
            return self._bridge(situation, part)
        return self._goal(situation, renew=False)

    def _bridge_is_due(self, situation: Situation, part: StepPart) -> bool:
        state = situation.state
        if not part.bridges or part.number is Step.ASK or situation.shown[f"bridge.{part.step}"]:
            return False
        met = sum(goal.id in state.goal_ids for goal in part.goals)
        overdue = state.now_s - state.step_since_s > part.pace_s
        return met >= part.done_after or overdue

    def _bridge(self, situation: Situation, part: StepPart) -> Prompt:
        met = sum(goal.id in situation.state.goal_ids for goal in part.goals)
        because = (
            f"You covered {met} of {len(part.goals)} goals of “{part.name}”."
            if met >= part.done_after
            else f"You have been in “{part.name}” for a while."
        )
        return self._from_list(
            situation, f"bridge.{part.step}", part.bridges, PromptKind.BRIDGE, because, part.number
        )

    def _goal(self, situation: Situation, renew: bool) -> Prompt | None:
        """The first unmet goal, those shown least often first; None keeps a card still in place."""
        state = situation.state
        part = self._rap.step(state.step.step)
        unmet = [goal for goal in part.goals if goal.id not in state.goal_ids]
        if _refused(state):
            unmet = [goal for goal in unmet if goal.kind != "ask"]
        if not unmet:
            return None if renew else self._when_done(situation, part)
        card = state.card
        if not renew and card is not None and self._holds(situation, unmet):
            return None
        goal = min(unmet, key=lambda g: situation.shown[g.id])
        number = min(range(len(goal.prompts)), key=lambda n: situation.shown[f"{goal.id}/{n}"])
        return self._goal_card(part, goal, number, f"Not heard yet: {_lower_first(goal.text)}.")

    def _holds(self, situation: Situation, unmet: Sequence[Goal]) -> bool:
        """A card whose goal is still open stays, until its patience is over."""
        state = situation.state
        card = state.card
        if card is None or state.now_s - state.card_since_s > self._rap.timing.card_patience_s:
            return False
        return any(card.id.startswith(f"{goal.id}/") for goal in unmet)

    def _when_done(self, situation: Situation, part: StepPart) -> Prompt | None:
        state = situation.state
        wanted = PromptKind.CLOSE if part.number is Step.ASK else PromptKind.BRIDGE
        if state.card is not None and state.card.kind is wanted and state.card.step == part.number:
            return None
        return self._after_all_goals(situation)

    def _after_all_goals(self, situation: Situation) -> Prompt:
        part = self._rap.step(situation.state.step.step)
        if part.number is Step.ASK:
            return self._from_list(
                situation,
                "close",
                self._rap.cards.close,
                PromptKind.CLOSE,
                "Every goal of the last step was heard.",
                Step.ASK,
            )
        return self._bridge(situation, part)

    def _after_no(self, situation: Situation) -> Prompt | None:
        fresh = [
            n for n in range(len(self._rap.cards.no_is_fine)) if not situation.shown[f"{_NO}/{n}"]
        ]
        if not fresh:
            return None
        return self._from_list(
            situation,
            _NO,
            self._rap.cards.no_is_fine,
            PromptKind.CLOSE,
            _why_no_push(situation.state),
            Step.ASK,
        )

    @staticmethod
    def _goal_card(part: StepPart, goal: Goal, number: int, because: str) -> Prompt:
        return Prompt(
            id=f"{goal.id}/{number}",
            text=goal.prompts[number].text,
            kind=_KINDS[goal.kind],
            because=because,
            step=int(part.number),
        )

    @staticmethod
    def _from_list(
        situation: Situation,
        owner: str,
        cards: Sequence[Card],
        kind: PromptKind,
        because: str,
        step: Step | None = None,
    ) -> Prompt:
        """The card of a list that was shown least often."""
        number = min(range(len(cards)), key=lambda n: situation.shown[f"{owner}/{n}"])
        return Prompt(
            id=f"{owner}/{number}",
            text=cards[number].text,
            kind=kind,
            because=because,
            step=int(step) if step is not None else None,
        )


def _refused(state: CallState) -> bool:
    """A no or a not yet: tapped, or acknowledged by the organizer."""
    tapped = state.by_hand(Field.COMMITMENT)
    latest = tapped[-1] if tapped else state.latest(Field.COMMITMENT)
    return latest is not None and latest.value in _REFUSED


def _why_no_push(state: CallState) -> str:
    """Only a tap is knowledge of their answer; what was heard is how the organizer spoke."""
    if state.by_hand(Field.COMMITMENT):
        return "You noted a no or a not yet; nobody needs to be pushed."
    return "You spoke as after a no or a not yet; nobody needs to be pushed."


def _lower_first(text: str) -> str:
    return text[:1].lower() + text[1:]

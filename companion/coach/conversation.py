"""One call, folded: utterances and taps in, the state and one card out.

The listening freeze lives here. By itself the card changes at most once in a turn of the
organizer, only while they do not talk, and only shortly after the turn has ended; then it holds
still, because that is when the other person speaks. Words that come later are kept for the end of
the next turn. What the organizer does by hand changes the card at once.

Time is call time, given by the caller; nothing here looks at a clock.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import date

from companion.coach.cooldowns import Cooldowns
from companion.coach.policy import Policy, Situation
from companion.coach.tally import Tally
from companion.coach.taps import apply_tap
from companion.domain.actions import (
    Action,
    ConfirmNextStep,
    CorrectStep,
    MarkCommitment,
    MarkIssue,
    MarkRealization,
    NextCard,
    PinStep,
)
from companion.domain.call import CallState, GoalMark
from companion.domain.dialogue import Heard, Origin, Proposal
from companion.domain.prompt import Prompt, PromptKind
from companion.domain.speech import Utterance
from companion.settings import CallSettings
from companion.understanding.analyzer import CallAnalyzer
from companion.understanding.rap import Rap

WORDS_BELONG_S = 1.0
"""A final that ends this close to the end of a turn belongs to it."""
LAST_CHANCE = 0.8
"""Share of the card's window after which the words of this turn are not waited for any longer."""

# Taps that mark something without asking for another card.
_QUIET_TAPS = (MarkIssue, MarkRealization, ConfirmNextStep)


@dataclass(frozen=True, slots=True)
class _Moment:
    """An utterance that was heard, or a tap, and when."""

    at_s: float
    utterance: Utterance | None = None
    action: Action | None = None


@dataclass(frozen=True, slots=True)
class _Shown:
    at_s: float
    prompt: Prompt = field(repr=False)
    spoken_s: float = 0.0
    """How long the organizer had spoken in the call by then."""


class Conversation:
    """Folds one call. For one thread. Holds the transcript in memory and gives it to nobody."""

    def __init__(
        self,
        rap: Rap,
        call_date: date,
        settings: CallSettings,
        analyzer: CallAnalyzer | None = None,
    ) -> None:
        """Begin a call; `analyzer` hears it, one for the rap where None."""
        self._rap = rap
        self._window_s = settings.card_window_s
        self._cooldowns = Cooldowns.of(rap.timing, settings)
        self._analyzer = analyzer or CallAnalyzer(rap, call_date)
        self._policy = Policy(rap)
        self._moments: list[_Moment] = []
        self._tally = Tally(rap.timing)
        self._cards: list[_Shown] = [_Shown(0.0, self._policy.opening())]
        self._changed_in_turn_s: float | None = None
        self._state = replace(CallState(call_date), card=self._cards[0].prompt)

    def __repr__(self) -> str:
        return (
            f"Conversation(utterances={self._state.utterance_count}, step={self._state.step.step})"
        )

    @property
    def state(self) -> CallState:
        """The present snapshot."""
        return self._state

    def transcript(self, n: int) -> tuple[str, ...]:
        """The last n utterances' texts, for the optional view."""
        texts = [m.utterance.text for m in self._moments if m.utterance is not None]
        return tuple(texts[-n:]) if n > 0 else ()

    def hear(self, utterance: Utterance, now_s: float) -> Heard:
        """Take a final utterance. The card stays as it is until `tick` finds its moment."""
        self._moments.append(_Moment(now_s, utterance=utterance))
        return self._fold_utterance(utterance, now_s)

    def act(self, action: Action, now_s: float) -> None:
        """Take a tap of the organizer; it takes effect at once, on the card too.

        Raises: InputError for a value that the rap does not have.
        """
        before = self._state.step.step
        self._fold_action(action, now_s)
        self._moments.append(_Moment(now_s, action=action))
        if isinstance(action, _QUIET_TAPS) or action == PinStep(None):
            return
        situation = self._situation()
        if isinstance(action, NextCard):
            self._show(self._policy.another(situation), now_s)
        elif isinstance(action, MarkCommitment):
            self._show(self._policy.after_answer(situation), now_s)
        elif isinstance(action, PinStep | CorrectStep) and before is self._state.step.step:
            return  # the step was this one already: its card stays
        else:
            self._show(self._policy.for_step(situation), now_s)

    def tick(self, now_s: float, talking_since_s: float | None, turn_ended_s: float | None) -> None:
        """Let call time pass: timers, and the one chance of the card to change in a turn.

        Args:
            now_s: call time.
            talking_since_s: when the organizer's present turn began; None while they listen.
            turn_ended_s: when their last turn ended; None before the first.
        """
        talked_s = 0.0 if talking_since_s is None else max(0.0, now_s - talking_since_s)
        self._tally.pass_time(now_s, talking_since_s, turn_ended_s)
        self._state = replace(
            self._state,
            now_s=max(now_s, self._state.now_s),
            talking_since_s=talking_since_s,
            speaking_s=self._tally.spoken_s + talked_s,
            story_since_s=self._tally.story_since_s,
        )
        if talking_since_s is None and turn_ended_s is not None:
            self._at_turn_end(now_s, turn_ended_s)

    def forget(self, from_s: float) -> None:
        """Drop every utterance that ends at `from_s` or later, and all that came of it.

        What is left is folded again from the beginning. Taps stay: the organizer made them.
        """
        self._moments = [
            m for m in self._moments if m.utterance is None or m.utterance.end_s < from_s
        ]
        # The card goes back to the one that stood before; words after `from_s` led to this one.
        self._cards = self._cards[:1] + [c for c in self._cards[1:] if c.at_s < from_s]
        now_s = self._state.now_s
        self._analyzer.reset()
        self._tally = Tally(self._rap.timing)
        self._state = CallState(self._state.call_date)
        for moment in self._moments:
            if moment.utterance is not None:
                self._fold_utterance(moment.utterance, moment.at_s)
            elif moment.action is not None:
                self._fold_action(moment.action, moment.at_s)
        last = self._cards[-1]
        if last.prompt.kind is PromptKind.NUDGE:
            self._tally.nudged()
        self._state = replace(self._state, now_s=now_s, card=last.prompt, card_since_s=last.at_s)
        if self._state.fear_open and last.prompt.kind is not PromptKind.CARE:
            # The tap stays, and so does what it is for: care first, whatever was forgotten.
            self._show(self._policy.for_step(self._situation()), now_s)

    # ------------------------------------------------------------------ the card

    def _at_turn_end(self, now_s: float, turn_ended_s: float) -> None:
        """The freeze: change the card now, or leave it until the end of the next turn."""
        age_s = now_s - turn_ended_s
        window_s = self._window_s
        if not 0 <= age_s <= window_s or self._changed_in_turn_s == turn_ended_s:
            return
        words_are_here = self._tally.heard_until_s >= turn_ended_s - WORDS_BELONG_S
        if not words_are_here and age_s < LAST_CHANCE * window_s:
            return
        stands_s = now_s - self._state.card_since_s
        if stands_s < min(self._cooldowns.card_s, self._cooldowns.nudge_s):
            return
        prompt = self._policy.decide(self._situation())
        if prompt is None or prompt == self._state.card or not self._may_follow(prompt, stands_s):
            return
        self._changed_in_turn_s = turn_ended_s
        self._show(prompt, now_s)

    def _may_follow(self, prompt: Prompt, stands_s: float) -> bool:
        """Whether the present card has stood for long enough, by the clock and by own speech.

        A card about what was just said does not wait for speech: later it would be about nothing.
        """
        cooldowns = self._cooldowns
        if prompt.kind is PromptKind.NUDGE:
            return stands_s >= min(cooldowns.nudge_s, cooldowns.card_s)
        spoken_s = self._tally.spoken_s - self._cards[-1].spoken_s
        waited = self._policy.is_about_the_turn(prompt) or spoken_s >= cooldowns.speech_s
        return waited and stands_s >= cooldowns.card_s

    def _show(self, prompt: Prompt, now_s: float) -> None:
        self._cards.append(_Shown(now_s, prompt, self._tally.spoken_s))
        if prompt.kind is PromptKind.NUDGE:
            self._tally.nudged()
        self._state = replace(self._state, card=prompt, card_since_s=now_s)

    def _situation(self) -> Situation:
        shown = Counter(key for c in self._cards for key in self._policy.keys_of(c.prompt))
        return Situation(
            state=self._state,
            shown=shown,
            turn_s=self._tally.turn_s,
            closed_question=self._tally.closed_question,
        )

    # ------------------------------------------------------------------ the fold

    def _fold_utterance(self, utterance: Utterance, now_s: float) -> Heard:
        heard = self._analyzer.hear(utterance)
        state, tally = self._state, self._tally
        tally.hear(utterance, heard)
        confirmed = state.next_step is not None and state.next_step.confirmed
        moved = heard.step.step is not state.step.step
        self._state = replace(
            state,
            now_s=max(now_s, state.now_s),
            speaking_s=tally.spoken_s,
            step=heard.step,
            step_since_s=utterance.start_s if moved else state.step_since_s,
            goals_met=_with_goals(state, heard.goals, Origin.HEARD, utterance.end_s),
            open_count=tally.open_count,
            closed_count=tally.closed_count,
            narrow_count=tally.narrow_count,
            rhetorical_count=tally.rhetorical_count,
            closed_run=tally.closed_run,
            utterance_count=tally.utterance_count,
            proposals=_with_proposals(state.proposals, heard.proposals),
            next_step=state.next_step if confirmed else heard.next_step or state.next_step,
            story_since_s=tally.story_since_s,
        )
        return heard

    def _fold_action(self, action: Action, now_s: float) -> None:
        state = apply_tap(self._rap, self._state, action)
        estimate = state.step
        if isinstance(action, PinStep):
            estimate = self._analyzer.pin(action.step)
        elif isinstance(action, CorrectStep):
            estimate = self._analyzer.correct(action.step)
        moved = estimate.step is not state.step.step
        tap = _TAPS.get(type(action).__name__)
        met = tuple(g.id for part in self._rap.steps for g in part.goals if tap in g.taps)
        self._state = replace(
            state,
            now_s=max(now_s, state.now_s),
            step=estimate,
            step_since_s=now_s if moved else state.step_since_s,
            goals_met=_with_goals(state, met, Origin.TAPPED, now_s),
        )


_TAPS = {
    "MarkIssue": "issue",
    "MarkRealization": "realization",
    "MarkCommitment": "commitment",
    "ConfirmNextStep": "next_step",
    "MarkFear": "fear",
    "MarkReady": "ready",
}


def _with_goals(
    state: CallState, goals: tuple[str, ...], origin: Origin, at_s: float
) -> tuple[GoalMark, ...]:
    known = state.goal_ids
    fresh = tuple(GoalMark(goal, origin, at_s) for goal in goals if goal not in known)
    return state.goals_met + fresh


def _with_proposals(
    before: tuple[Proposal, ...], heard: tuple[Proposal, ...]
) -> tuple[Proposal, ...]:
    """A value heard again takes the place of its older self and is no less sure."""
    proposals = list(before)
    for new in heard:
        for old in proposals:
            if (old.field, old.value, old.origin) == (new.field, new.value, new.origin):
                new = replace(new, probability=max(old.probability, new.probability))
                proposals.remove(old)
                break
        proposals.append(new)
    return tuple(proposals)

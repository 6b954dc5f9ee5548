"""What a rehearsal was like: counts and facts first, then one thing to try next time.

Unlike in a call, the other side is known here, so the debrief can say what it would have told.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from companion.coach.rewrite import Rewriter
from companion.domain.dialogue import QuestionKind, Step
from companion.practice.other_side import Outcome
from companion.practice.rehearsal import Rehearsal
from companion.trainer.pace import spoken_for_s

MOST_REWRITES = 3
GOOD_OPEN_SHARE = 0.5
LISTENING_AIM = 0.8
"""The 80/20 of the deck: a direction, and no grade."""
TALKED_TOO_MUCH = 0.5
LONG_TURN_S = 45.0
_OUTCOMES: dict[Outcome | None, str] = {
    "yes": "They said yes.",
    "maybe": "They want to think about it. That is a good outcome.",
    "no": "They said no. That is a good outcome, too: now you know.",
    "hung_up": "They hung up.",
    None: "You ended before the call had come to its end.",
}


@dataclass(frozen=True, slots=True)
class Debrief:
    """A rehearsal in figures and words."""

    persona: str
    duration_s: float
    own_share: float
    """Share of all speaking time that was the organizer's, 0 to 1."""
    turns: int
    longest_turn_s: float
    open_count: int
    """Open questions and invitations to tell."""
    closed_count: int
    """Those that need a yes or a no, such as the ask, left out."""
    opened: tuple[tuple[str, str], ...] = field(repr=False)
    """Closed questions, and an open form of each."""
    steps: tuple[str, ...] = ()
    """Names of the steps in which something was reached, in their order."""
    goals_met: tuple[str, ...] = ()
    goals_left: tuple[str, ...] = ()
    """Of the steps that were reached: what the checklist still has."""
    trust: tuple[int, int] = (0, 0)
    """At the start and at the end."""
    told: tuple[str, ...] = ()
    """What the organizer got to hear."""
    untold: int = 0
    """How many things they did not."""
    hints: tuple[str, ...] = ()
    """What would have led to those."""
    outcome: Outcome | None = None
    agreed: tuple[str, ...] = ()
    """Which of who, what and when of a next step were said."""
    try_next: str = ""


def debrief(rehearsal: Rehearsal) -> Debrief:
    """Look back on a rehearsal; after it has ended, or in the middle."""
    persona, state = rehearsal.persona, rehearsal.state
    said = [piece for exchange in rehearsal.exchanges for piece in exchange.said]
    own_s = sum(piece.utterance.end_s - piece.utterance.start_s for piece in said)
    answers = [rehearsal.first, *(exchange.answer for exchange in rehearsal.exchanges)]
    other_s = sum(spoken_for_s(answer.text) for answer in answers)
    closed = [
        question
        for piece in said
        for question in piece.questions
        if question.kind is QuestionKind.CLOSED and not question.exempt
    ]
    rewriter = Rewriter(rehearsal.rap)
    rewritten = ((question.text, rewriter.open_form(question.text)) for question in closed)
    opened = tuple((text, better) for text, better in rewritten if better is not None)
    met = state.goal_ids
    reached = [part for part in rehearsal.rap.steps if any(goal.id in met for goal in part.goals)]
    telling = [moment for moment in persona.moments if moment.tells]
    step = state.next_step
    found = Debrief(
        persona=persona.name,
        duration_s=rehearsal.now_s,
        own_share=own_s / (own_s + other_s) if own_s + other_s else 0.0,
        turns=len(rehearsal.exchanges),
        longest_turn_s=max(
            (sum(p.utterance.end_s - p.utterance.start_s for p in e.said)
             for e in rehearsal.exchanges), default=0.0,
        ),
        open_count=state.open_count + sum(piece.heard.invitations for piece in said),
        closed_count=len(closed),
        opened=opened[:MOST_REWRITES],
        steps=tuple(part.name for part in reached),
        goals_met=tuple(g.text for part in reached for g in part.goals if g.id in met),
        goals_left=tuple(g.text for part in reached for g in part.goals if g.id not in met),
        trust=(persona.trust, rehearsal.trust),
        told=tuple(m.tells for m in telling if m.tells and m.id in rehearsal.visited),
        untold=sum(1 for m in telling if m.id not in rehearsal.visited),
        hints=tuple(
            dict.fromkeys(m.hint for m in telling if m.hint and m.id not in rehearsal.visited)
        ),
        outcome=rehearsal.last.outcome,
        agreed=() if step is None else tuple(
            name for name, value in (("who", step.who), ("what", step.what), ("when", step.when))
            if value is not None
        ),
    )  # fmt: skip
    return _with_advice(found, Step.ASK in {part.number for part in reached})


def _listed(names: list[str]) -> str:
    *most, last = names
    return f"{', '.join(most)} or {last}" if most else last


def outcome_words(outcome: Outcome | None) -> str:
    """How the call ended, as a sentence."""
    return _OUTCOMES[outcome]


def _with_advice(found: Debrief, came_to_ask: bool) -> Debrief:
    """The one thing that would have helped most, in the order in which it usually does."""
    asked = found.open_count + found.closed_count
    if found.turns == 0:
        advice = "Say a first sentence: who you are, and why you call."
    elif found.own_share > TALKED_TOO_MUCH:
        advice = "Talk less: after each of your questions, let the silence work for you."
    elif asked and found.open_count < GOOD_OPEN_SHARE * asked:
        advice = "Begin more questions with what or how; a yes or a no ends a story."
    elif found.longest_turn_s > LONG_TURN_S:
        advice = "Keep your own story under a minute, and end it with a question."
    elif found.trust[1] < found.trust[0]:
        advice = "Slow down: say back what you heard before you go on."
    elif found.untold > len(found.told):
        advice = "Stay longer with what moves them before you come to a plan."
    elif not came_to_ask:
        advice = "Dare to ask: a clear, kind question with a day in it."
    elif found.outcome is None:
        advice = "Bring the call to its end: say back what was agreed, thank them, say goodbye."
    elif found.outcome == "yes" and len(found.agreed) < len(("who", "what", "when")):
        missing = [name for name in ("who", "what", "when") if name not in found.agreed]
        advice = f"Say the next step back in full: {_listed(missing)} was not said."
    else:
        advice = "Try somebody harder: 'companion practice --list' shows who there is."
    return replace(found, try_next=advice)

"""The draft of a summary: what the state of a call says, for the organizer to check.

What was tapped or typed goes before what was heard. Nothing here is stored.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from companion.domain.call import CallState, Consent
from companion.domain.dialogue import Field, NextStep, Origin, Proposal, Step
from companion.domain.hearing import Hearing
from companion.domain.outline import RapOutline
from companion.domain.speech import Gap, unheard_s
from companion.domain.summary import StepCoverage, Summary

ISSUE_FROM = 0.6
"""An issue that was only mentioned in passing is not proposed."""
GOALS_THAT_SHOW_A_STEP = 2
"""A step counts as reached from so many of its goals, or where the call was last."""

SURE_NO = 0.85
"""A no that is less sure does not strike out a next step with a day and a time."""


def summarize(
    state: CallState,
    outline: RapOutline,
    *,
    duration_s: float,
    consent: Consent | None,
    gaps: Sequence[Gap],
    engine: str,
    hearing: Hearing | None = None,
) -> Summary:
    """Draft the summary of a call that has ended.

    Args:
        state: the last state of the conversation.
        outline: the rap that the call followed.
        duration_s: length of the call; the listening share refers to what of it was heard.
        consent: how and when the other person agreed; None for prompts by hand.
        gaps: stretches that were not heard.
        engine: name of the recognizer, for the record.
        hearing: how the sound was set up; None where no microphone was used.
    """
    final = replace(
        state,
        now_s=max(duration_s, state.now_s),
        unheard_s=unheard_s(gaps),
        talking_since_s=None,
    )
    commitment = _preferred(final, Field.COMMITMENT)
    return Summary(
        duration_s=duration_s,
        listening_share=final.listening_share if final.utterance_count else None,
        coverage=_coverage(final, outline),
        issues=_issues(final),
        decision_maker=_likeliest(final, Field.DECISION_MAKER),
        ask=_asked(final),
        commitment=commitment,
        next_step=_next_step(final.next_step, commitment),
        self_care=_preferred(final, Field.SELF_CARE),
        follow_up=_preferred(final, Field.FOLLOW_UP),
        open_count=final.open_count,
        closed_count=final.closed_count,
        consent=consent,
        gaps=tuple(gaps),
        engine=engine,
        rap=f"{outline.name} {outline.version}",
        hearing=hearing,
    )


def _coverage(state: CallState, outline: RapOutline) -> tuple[StepCoverage, ...]:
    met = state.goal_ids
    rows = []
    for part in outline.steps:
        ids = tuple(goal.id for goal in part.goals if goal.id in met)
        done = tuple(goal.text for goal in part.goals if goal.id in met)
        left = tuple(goal.text for goal in part.goals if goal.id not in met)
        begun = state.utterance_count > 0 and part.step is Step.MAKE_SPACE
        reached = (
            begun
            or len(done) >= min(GOALS_THAT_SHOW_A_STEP, len(part.goals))
            or (part.step is state.step.step and state.step.sure)
        )
        rows.append(StepCoverage(int(part.step), part.name, reached, done, left, ids))
    return tuple(rows)


def _issues(state: CallState) -> tuple[Proposal, ...]:
    """Each issue once, the surest first; a tapped one stands for its heard self."""
    best: dict[str, Proposal] = {}
    for proposal in state.values(Field.ISSUE):
        known = best.get(proposal.value)
        if known is None or proposal.probability > known.probability:
            best[proposal.value] = proposal
    kept = [p for p in best.values() if p.origin is not Origin.HEARD or p.probability >= ISSUE_FROM]
    return tuple(sorted(kept, key=lambda p: -p.probability))


def _preferred(state: CallState, field: Field) -> Proposal | None:
    """What the organizer tapped or typed last; else what was heard last."""
    by_hand = state.by_hand(field)
    return by_hand[-1] if by_hand else state.latest(field)


def _asked(state: CallState) -> Proposal | None:
    """What the organizer tapped or typed last; else the surest that was heard: a line that only
    sounds a little like an ask does not take the place of one that was made."""
    by_hand = state.by_hand(Field.ASK)
    return by_hand[-1] if by_hand else _likeliest(state, Field.ASK)


def _likeliest(state: CallState, field: Field) -> Proposal | None:
    """The surest value; of equally sure ones the last."""
    best: Proposal | None = None
    for proposal in state.values(field):
        if best is None or proposal.probability >= best.probability:
            best = proposal
    return best


def _next_step(step: NextStep | None, commitment: Proposal | None) -> NextStep | None:
    """What of it stands beside the answer; what the organizer confirmed always does.

    After a no only the organizer's own promise does, unless the no is doubtful and a day with a
    time was stated. Where nothing was asked, a step without a day and a time is no more than
    something that was talked of, or a follow-up.
    """
    if step is None or step.confirmed:
        return step
    if step.who is None and step.what is None and step.when is None:
        return None  # taken back: what was asked for was declined
    answer = None if commitment is None else commitment.value
    exact = "T" in (step.when or "")
    if answer == "not_asked" and not exact:
        return None
    doubtful = commitment is not None and commitment.probability < SURE_NO
    declined = answer == "no" and not (doubtful and exact)
    return None if declined and step.who != "organizer" else step

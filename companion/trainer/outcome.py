"""What a call came to, as the companion would propose it: the words in which labellers say it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from companion.after.summarize import summarize
from companion.domain.call import CallState
from companion.domain.dialogue import Proposal, QuestionKind
from companion.domain.outline import Choice, words_of
from companion.domain.summary import Summary
from companion.trainer.replay import Turn
from companion.understanding.rap import ChoicePart, Rap

ENGINE = "text"
"""Stands where a recognizer's name would: the call was written, not heard."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """Proposals about a call, in the vocabulary of labelled calls.

    Roles, asks, next steps and follow-ups are the rap's short phrases, never words of the call.
    """

    issues: tuple[str, ...]
    decision_maker: str | None
    ask: str | None
    commitment: str
    """'yes', 'no', 'maybe' or 'not_asked'."""
    next_who: str | None
    next_what: str | None
    next_when: str | None
    """ISO date or datetime, or None."""
    closed_count: int
    open_count: int
    self_care_offered: bool
    follow_up: str | None
    steps_reached: tuple[int, ...]
    """Where goals of the step were met, or the companion was once sure to be in it."""

    @property
    def has_next_step(self) -> bool:
        """True where a next step is proposed, in part or whole."""
        return any(part is not None for part in (self.next_who, self.next_what, self.next_when))


def summary_of(turns: Sequence[Turn], state: CallState, rap: Rap) -> Summary:
    """The draft that the organizer would review after this call."""
    return summarize(
        state,
        rap.outline(),
        duration_s=turns[-1].utterance.end_s if turns else 0.0,
        consent=None,
        gaps=(),
        engine=ENGINE,
    )


def outcome_of(summary: Summary, turns: Sequence[Turn], rap: Rap) -> Outcome:
    """The draft in the labellers' vocabulary.

    Questions are counted by kind as labellers do: narrow and rhetorical ones in neither count,
    and an invitation ("tell me …") is no question.
    """
    step = summary.next_step
    kinds = [q.kind for turn in turns for q in turn.questions]
    covered = {part.step for part in summary.coverage if part.reached}
    visited = {int(turn.heard.step.step) for turn in turns if turn.heard.step.sure}
    return Outcome(
        issues=tuple(p.value for p in summary.issues),
        decision_maker=_phrase(summary.decision_maker, rap.roles),
        ask=_phrase(summary.ask, rap.next_steps),
        commitment=_commitment(summary),
        next_who=step.who if step else None,
        next_what=phrase(step.what, rap.next_steps) if step and step.what else None,
        next_when=step.when if step else None,
        closed_count=kinds.count(QuestionKind.CLOSED),
        open_count=kinds.count(QuestionKind.OPEN),
        self_care_offered=summary.self_care is not None,
        follow_up=_phrase(summary.follow_up, rap.follow_ups),
        steps_reached=tuple(sorted(covered | visited)),
    )


def _commitment(summary: Summary) -> str:
    """An ask after which neither a yes nor a no could be heard is open: maybe."""
    if summary.commitment is not None:
        return summary.commitment.value
    return "not_asked" if summary.ask is None else "maybe"


def _phrase(proposal: Proposal | None, choices: Sequence[ChoicePart]) -> str | None:
    return None if proposal is None else phrase(proposal.value, choices)


def phrase(value: str, choices: Sequence[ChoicePart]) -> str:
    """The words of a fixed list's entry, to stand within a sentence: 'come to a meeting'."""
    return words_of(value, [Choice(choice.id, choice.text) for choice in choices])

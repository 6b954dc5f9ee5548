"""What each tap of the organizer changes in the state. Taps are facts, unlike what was heard."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from companion.domain.actions import (
    Action,
    ConfirmNextStep,
    MarkCommitment,
    MarkFear,
    MarkIssue,
    MarkReady,
    MarkRealization,
)
from companion.domain.call import CallState
from companion.domain.dialogue import Field, Origin, Proposal
from companion.errors import InputError
from companion.understanding.rap import Rap

COMMITMENTS = ("yes", "no", "maybe", "not_asked")


def apply_tap(rap: Rap, state: CallState, action: Action) -> CallState:
    """The state after a tap, as far as it concerns neither the step nor the card.

    Raises: InputError for a value that the rap does not have.
    """
    if isinstance(action, MarkIssue):
        _check("issue", action.issue, (issue.id for issue in rap.issues))
        return replace(state, proposals=_toggled(state.proposals, Field.ISSUE, action.issue))
    if isinstance(action, MarkRealization):
        _check("realization", action.realization, (r.id for r in rap.realizations))
        kept = tuple(r for r in state.realizations if r != action.realization)
        marked = kept if len(kept) < len(state.realizations) else (*kept, action.realization)
        return replace(state, realizations=marked)
    if isinstance(action, MarkCommitment):
        _check("answer", action.commitment, COMMITMENTS)
        others = tuple(p for p in state.proposals if not _is_tapped(p, Field.COMMITMENT))
        return replace(state, proposals=(*others, _tapped(Field.COMMITMENT, action.commitment)))
    if isinstance(action, ConfirmNextStep):
        origin = action.next_step.origin
        origin = Origin.TAPPED if origin is Origin.HEARD else origin
        return replace(state, next_step=replace(action.next_step, confirmed=True, origin=origin))
    if isinstance(action, MarkFear):
        return replace(state, fear_open=True)
    if isinstance(action, MarkReady):
        return replace(state, fear_open=False)
    return state


def _check(what: str, value: str, known: Iterable[str]) -> None:
    names = list(known)
    if value not in names:
        raise InputError(f"there is no such {what}; choose one of: {', '.join(names)}")


def _toggled(proposals: tuple[Proposal, ...], field: Field, value: str) -> tuple[Proposal, ...]:
    kept = tuple(p for p in proposals if not (_is_tapped(p, field) and p.value == value))
    return kept if len(kept) < len(proposals) else (*kept, _tapped(field, value))


def _is_tapped(proposal: Proposal, field: Field) -> bool:
    return proposal.field is field and proposal.origin is not Origin.HEARD


def _tapped(field: Field, value: str) -> Proposal:
    return Proposal(field, value, Origin.TAPPED, 1.0)

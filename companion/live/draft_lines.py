"""The draft of a call as lines for people, the same in all views."""

from __future__ import annotations

from companion.domain.call import LISTENING_AIM
from companion.domain.dates import minutes, time_of_day
from companion.domain.dialogue import NextStep, Origin, Proposal
from companion.domain.hearing import hearing_lines
from companion.domain.outline import Choice, RapOutline, text_of
from companion.domain.speech import Gap
from companion.domain.summary import StepCoverage, Summary
from companion.live import wording


def draft_lines(summary: Summary, outline: RapOutline) -> list[str]:
    """The draft as lines for people. A line that is not indented begins a part.

    Every value says where it comes from (heard, tapped, typed), and nothing is claimed about
    the other person that the organizer did not tap or type.
    """
    return [
        "Draft of this call. Nothing was stored.",
        f"  {_length_and_share(summary)}",
        *_questions(summary),
        f"  {_consent(summary)}",
        *_agreement(summary.next_step, summary.agreed, outline),
        "What you worked on",
        *_proposals("Issues", summary.issues, outline.issues),
        *_proposals("Who can decide", _one(summary.decision_maker), outline.roles),
        *_proposals("Ask", _one(summary.ask), outline.next_step_kinds),
        _answer(summary.commitment),
        _self_care(summary.self_care),
        *_proposals("Follow-up", _one(summary.follow_up), outline.follow_ups),
        "Steps",
        *(line for step in summary.coverage for line in _coverage(step)),
        *_gaps(summary.gaps),
        "How it was heard",
        *(f"  {line}" for line in hearing_lines(summary.hearing)),
        f"  Recognizer: {summary.engine or 'none'}. Conversation: {summary.rap}.",
    ]


def _length_and_share(summary: Summary) -> str:
    length = f"Length: {minutes(summary.duration_s)}."
    if summary.listening_share is None:
        return length
    own = wording.share_words(1.0 - summary.listening_share)
    aim = wording.share_words(1.0 - LISTENING_AIM)
    return f"{length} You spoke {own} of the time; the aim is about {aim}."


def _questions(summary: Summary) -> list[str]:
    """Where nothing was heard, nothing was counted."""
    if summary.listening_share is None:
        return []
    return [f"  Questions: {summary.open_count} open, {summary.closed_count} closed."]


def _consent(summary: Summary) -> str:
    if summary.consent is None:
        return "Consent: not asked for; the microphone stayed closed."
    return f"Consent: {summary.consent.how.value}, recorded at {time_of_day(summary.consent.at)}."


def _agreement(step: NextStep | None, agreed: bool, outline: RapOutline) -> list[str]:
    if step is None:
        return ["Next step: none was agreed", "  'No' and 'not yet' are good outcomes too."]
    words = wording.next_step(step, outline)
    if agreed:
        return ["Next step: agreed", f"  {words} ({wording.origin(step.origin)}, confirmed by you)"]
    return [
        "Next step: not agreed yet",
        f"  {words} ({wording.origin(step.origin)})",
        "  It counts as agreed once who, what and when are confirmed by you.",
    ]


def _one(proposal: Proposal | None) -> tuple[Proposal, ...]:
    return () if proposal is None else (proposal,)


def _proposals(
    label: str, proposals: tuple[Proposal, ...], choices: tuple[Choice, ...] = ()
) -> list[str]:
    if not proposals:
        return [f"  {label}: nothing noted"]
    noted = (f"{text_of(p.value, choices)} ({wording.origin(p.origin)})" for p in proposals)
    return [f"  {label}: {', '.join(noted)}"]


def _self_care(offered: Proposal | None) -> str:
    """It has no kinds: that it was offered is all there is to say."""
    if offered is None:
        return "  Self-care: nothing noted"
    return f"  Self-care: {offered.value} ({wording.origin(offered.origin)})"


def _answer(commitment: Proposal | None) -> str:
    """Only what the organizer tapped or typed counts as the other person's answer."""
    if commitment is None:
        return "  Their answer: nothing noted"
    answer = commitment.value.replace("_", " ")
    if commitment.origin is Origin.HEARD:
        return f"  Their answer: not noted by you; what you said points to '{answer}' (heard)"
    return f"  Their answer: {answer} ({wording.origin(commitment.origin)})"


def _coverage(coverage: StepCoverage) -> list[str]:
    reached = "reached" if coverage.reached else "not reached"
    lines = [f"  {coverage.step} {coverage.name}: {reached}"]
    lines += [f"    done: {goal}" for goal in coverage.goals_met]
    if coverage.reached:
        lines += [f"    open: {goal}" for goal in coverage.goals_open]
    return lines


def _gaps(gaps: tuple[Gap, ...]) -> list[str]:
    unheard = [wording.gap(marked) for marked in gaps if marked.reason.loses_speech]
    lines = ["Not heard", *(f"  {words}" for words in unheard)] if unheard else []
    others = wording.left_out(gaps)
    return lines if others is None else [*lines, "Another voice left out", f"  {others}"]

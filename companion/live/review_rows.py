"""A summary under review as numbered rows: what would be kept, and where each value comes from.

Both views of the review show these rows, so that a number means the same in both.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from companion.after.review import Review, TextSlot
from companion.domain.call import Consent, ConsentScope
from companion.domain.dates import minutes, time_of_day, when_words
from companion.domain.dialogue import Field, Origin
from companion.domain.hearing import hearing_lines
from companion.domain.outline import Choice, RapOutline, text_of, words_of
from companion.domain.record import Fact, RecordedStep
from companion.live import wording

NOTHING = "nothing"


class Part(Enum):
    """What can be changed in a review, in the order of the rows."""

    ISSUES = "Issues"
    ROLE = "Who can decide"
    ASK = "Ask"
    ANSWER = "Their answer"
    STEP = "Next step"
    STEP_DETAIL = "Next step, in your words"
    SELF_CARE = "Self-care"
    FOLLOW_UP = "Follow-up"
    FOLLOW_UP_DETAIL = "Follow-up, in your words"
    NOTE = "Note"
    STEPS = "Steps reached"
    SHARE = "You spoke"


FIELDS = {
    Part.ROLE: Field.DECISION_MAKER,
    Part.ASK: Field.ASK,
    Part.ANSWER: Field.COMMITMENT,
    Part.SELF_CARE: Field.SELF_CARE,
    Part.FOLLOW_UP: Field.FOLLOW_UP,
}
"""Rows that hold one value of a fixed list."""
SLOTS = {
    Part.STEP_DETAIL: TextSlot.STEP_DETAIL,
    Part.FOLLOW_UP_DETAIL: TextSlot.FOLLOW_UP_DETAIL,
    Part.NOTE: TextSlot.NOTE,
}
"""Rows that hold a few free words."""


@dataclass(frozen=True, slots=True)
class Row:
    """One value of the summary, for people."""

    part: Part
    value: str
    """With its origin: 'come to a meeting (heard)'."""
    falls_away: bool = False
    """A proposal that is not kept unless the organizer confirms it."""

    @property
    def number(self) -> int:
        """What is typed to change it, from 1."""
        return list(Part).index(self.part) + 1

    @property
    def text(self) -> str:
        """'Ask: come to a meeting (heard)'."""
        end = "; not kept yet" if self.falls_away else ""
        return f"{self.part.value}: {self.value}{end}"


def rows(review: Review) -> tuple[Row, ...]:
    """Every row, in the order of `Part`."""
    return tuple(row(review, part) for part in Part)


def row(review: Review, part: Part) -> Row:
    """One row."""
    summary, outline = review.summary, review.outline
    if part is Part.ISSUES:
        return Row(part, _facts(summary.issues, outline.issues))
    if part in FIELDS:
        return Row(part, _value(review, FIELDS[part]), _falls_away(review, part))
    if part in SLOTS:
        text = review.text(SLOTS[part])
        lost = part is Part.STEP_DETAIL and text is not None and not review.settled.agreed
        return Row(part, f'"{text.text}" (typed)' if text else NOTHING, lost)
    if part is Part.STEP:
        return Row(part, _step(summary.next_step, outline), _falls_away(review, part))
    if part is Part.STEPS:
        names = {int(s.step): s.name for s in outline.steps}
        reached = (f"{n} {names.get(n, '')}".strip() for n in summary.steps_reached)
        return Row(part, ", ".join(reached) or "none")
    share = summary.listening_share
    kept = "not kept" if share is None else f"{wording.share_words(1.0 - share)} of the time"
    return Row(part, kept)


def title(review: Review) -> str:
    """'Review of the call on Monday, May 4'."""
    return f"Review of the call on {when_words(review.summary.call_date.isoformat())}"


def facts_lines(review: Review) -> tuple[str, ...]:
    """What is kept of the call as such, and is not for changing."""
    summary = review.summary
    asked = f"{summary.open_count} open and {summary.closed_count} closed questions"
    unheard = f"; {minutes(summary.unheard_s)} not heard" if summary.unheard_s >= 60 else ""
    made = summary.provenance
    return (
        f"Length: {minutes(summary.duration_s)}, {asked}{unheard}.",
        _consent(summary.consent),
        *hearing_lines(summary.hearing),
        f"Made with: companion {made.companion}, {made.rap} {made.rap_version}, {made.engine}.",
    )


def remarks(review: Review) -> tuple[str, ...]:
    """Open points and hints, each one line that says which it is."""
    return (
        *(f"Open: {point}" for point in review.open_points),
        *(f"Hint: {hint}" for hint in review.hints()),
    )


def step_question(step: RecordedStep | None, outline: RapOutline) -> str | None:
    """A next step that only has to be confirmed, read back; None where a part is missing."""
    if step is None or step.confirmed or step.who is None or step.when is None:
        return None
    if step.what is None and step.detail is None:
        return None
    return _step_words(step, outline)


def fact_of(review: Review, field: Field) -> Fact | None:
    """The one value of a field that is not the issues."""
    summary = review.summary
    return {
        Field.DECISION_MAKER: summary.decision_maker,
        Field.ASK: summary.ask,
        Field.COMMITMENT: summary.commitment,
        Field.SELF_CARE: summary.self_care,
        Field.FOLLOW_UP: summary.follow_up,
    }[field]


def _value(review: Review, field: Field) -> str:
    fact = fact_of(review, field)
    if fact is None:
        return NOTHING
    if field is Field.COMMITMENT and fact.origin is Origin.HEARD and fact.value != "not_asked":
        # What they answered is never heard; only the organizer's own side is.
        return f"your own words point to '{fact.value}' (heard)"
    return _facts((fact,), review.choices(field))


def _falls_away(review: Review, part: Part) -> bool:
    settled = review.settled
    if part is Part.ANSWER:
        return review.summary.commitment is not None and settled.commitment is None
    if part is Part.STEP:
        return review.summary.next_step is not None and settled.next_step is None
    return False


def _facts(facts: Sequence[Fact], choices: tuple[Choice, ...]) -> str:
    named = (f"{text_of(f.value, choices)} ({wording.origin(f.origin)})" for f in facts)
    return ", ".join(named) or NOTHING


def _step(step: RecordedStep | None, outline: RapOutline) -> str:
    if step is None:
        return "no agreement"
    confirmed = ", confirmed by you" if step.confirmed else ""
    return f"{_step_words(step, outline)} ({wording.origin(step.origin)}{confirmed})"


def _step_words(step: RecordedStep, outline: RapOutline) -> str:
    kinds = outline.next_step_kinds
    own = "in your words" if step.detail is not None else "nothing yet"
    what = words_of(step.what, kinds) if step.what else own
    who = wording.who(step.who) if step.who else "nobody yet"
    when = wording.when(step.when) if step.when else "no day yet"
    return f"{who}: {what}, {when}"


def _consent(consent: Consent | None) -> str:
    if consent is None:
        return "Consent: none; the microphone stayed closed, and these are your own notes."
    what = (
        "the helper and a short summary"
        if consent.scope is ConsentScope.SUMMARY
        else "the helper only"
    )
    return f"Consent: {consent.how.value}, at {time_of_day(consent.at)}, to {what}."

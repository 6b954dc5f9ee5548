"""The review of a call: the organizer sees what would be kept, edits it, and approves or not.

A `Review` is a value; each edit gives a new one, so that any edit can be undone by going back.
Only `approve` makes an `ApprovedSummary`, and without it nothing is kept.

The rule of honest knowledge holds here: what the other person agreed to is kept only where the
organizer said so. A heard yes, or a next step that nobody confirmed, is a proposal and falls away.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import Enum

from companion.after.code_check import checked_code
from companion.after.pointers import pointers
from companion.after.redacted import (
    DETAIL_CHARS,
    NOTE_CHARS,
    SELF_CARE,
    RedactorLike,
    is_listed,
    safe_text,
)
from companion.domain.call import ConsentScope
from companion.domain.call_code import deletion_digest, new_deletion_code
from companion.domain.dialogue import Field, Origin
from companion.domain.outline import Choice, RapOutline
from companion.domain.record import (
    ApprovedSummary,
    Fact,
    RecordedStep,
    RedactedSummary,
    SafeText,
)
from companion.errors import ConsentError, InputError
from companion.records import DOERS, is_day_or_minute, to_json

_ANSWERS = (
    Choice("yes", "They said yes"),
    Choice("maybe", "They said maybe, or need time"),
    Choice("no", "They said no"),
    Choice("not_asked", "I did not ask"),
)
_ATTRIBUTES = {
    Field.DECISION_MAKER: "decision_maker",
    Field.ASK: "ask",
    Field.COMMITMENT: "commitment",
    Field.SELF_CARE: "self_care",
    Field.FOLLOW_UP: "follow_up",
}


class TextSlot(str, Enum):
    """The places where a few free words may stand."""

    STEP_DETAIL = "next step, in your words"
    FOLLOW_UP_DETAIL = "follow-up, in your words"
    NOTE = "note"

    @property
    def max_chars(self) -> int:
        """Longer text is refused."""
        return NOTE_CHARS if self is TextSlot.NOTE else DETAIL_CHARS


@dataclass(frozen=True, slots=True)
class Approval:
    """An approved summary, and the code for the receipt, which is shown this once."""

    approved: ApprovedSummary
    deletion_code: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Review:
    """A summary under review. `summary` still holds proposals; `settled` is what would be kept."""

    summary: RedactedSummary
    outline: RapOutline
    redactor: RedactorLike

    # What would be kept.

    @property
    def settled(self) -> RedactedSummary:
        """The summary as approving it now would keep it."""
        commitment, step = self.summary.commitment, self.summary.next_step
        if commitment is not None and commitment.origin is Origin.HEARD:
            # That nobody was asked is the organizer's own side; any answer is the other's.
            commitment = commitment if commitment.value == "not_asked" else None
        if step is not None and not step.agreed:
            step = None
        return replace(self.summary, commitment=commitment, next_step=step)

    @property
    def record(self) -> str:
        """Exactly the bytes that approving now would save."""
        return to_json(self.settled)

    @property
    def open_points(self) -> tuple[str, ...]:
        """Proposals that fall away unless the organizer confirms them, each as one sentence."""
        points = []
        settled = self.settled
        if self.summary.commitment is not None and settled.commitment is None:
            points.append("Their answer was only heard on your side; say what it was to keep it.")
        if self.summary.next_step is not None and settled.next_step is None:
            points.append("The next step is kept once you confirm who, what and when.")
        return tuple(points)

    def hints(self) -> tuple[str, ...]:
        """What in these values, taken together, could point to one person."""
        return pointers(self.settled, self.outline)

    # Edits.

    def with_issues(self, values: Collection[str]) -> Review:
        """Keep exactly these issues; those that were there keep their origin."""
        known = {fact.value: fact for fact in self.summary.issues}
        for value in values:
            self._check(value, self.outline.issues, "issue")
        facts = [
            known.get(choice.id, Fact(choice.id, Origin.TYPED))
            for choice in self.outline.issues
            if choice.id in values
        ]
        return self._with(issues=tuple(facts))

    def with_steps(self, steps: Collection[int]) -> Review:
        """Keep exactly these steps as reached; the goals of a step that is taken out go with it.

        Only steps that were reached can be kept: what was not noticed is not made up.
        """
        kept = tuple(step for step in self.summary.steps_reached if step in steps)
        dropped = {
            goal.id
            for part in self.outline.steps
            for goal in part.goals
            if int(part.step) not in kept
        }
        goals = tuple(goal for goal in self.summary.goals_met if goal not in dropped)
        return self._with(steps_reached=kept, goals_met=goals)

    def without_share(self) -> Review:
        """Do not keep how much of the call the organizer listened."""
        return self._with(listening_share=None)

    def choices(self, about: Field) -> tuple[Choice, ...]:
        """What a field may hold: ids, and how people read them."""
        lists = {
            Field.ISSUE: self.outline.issues,
            Field.DECISION_MAKER: self.outline.roles,
            Field.ASK: self.outline.next_step_kinds,
            Field.COMMITMENT: _ANSWERS,
            Field.SELF_CARE: (Choice(SELF_CARE, "Offered"),),
            Field.FOLLOW_UP: self.outline.follow_ups,
        }
        return lists[about]

    def with_value(self, about: Field, value: str | None) -> Review:
        """Set or clear one value; issues are set together, with `with_issues`.

        Raises: InputError for a value outside of the field's choices.
        """
        if about is Field.ISSUE:
            raise ValueError("issues are set together; see with_issues")
        self._check(value, self.choices(about), about.value)
        fact = None if value is None else Fact(value, Origin.TYPED)
        return self._with(**{_ATTRIBUTES[about]: fact})

    def with_step(self, who: str, what: str | None, when: str) -> Review:
        """The next step as the organizer confirms it; its words (`STEP_DETAIL`) stay.

        Values that were heard and are confirmed as they are keep saying so.

        Raises: InputError where a part is missing or cannot be kept.
        """
        known = self.summary.next_step
        detail = known.detail if known else None
        if who not in DOERS:
            raise InputError("who is 'them', 'organizer' or 'both'")
        if what is None and detail is None:
            raise InputError("say what the next step is, from the list or in a few words")
        self._check(what, self.outline.next_step_kinds, "next step")
        if not is_day_or_minute(when):
            raise InputError("when is a day or a day and time, such as 2026-04-14T18:00")
        same = known is not None and (known.who, known.what, known.when) == (who, what, when)
        origin = known.origin if known is not None and same else Origin.TYPED
        return self._with(next_step=RecordedStep(who, what, when, origin, True, detail))

    def without_agreement(self) -> Review:
        """There is no next step: the call is kept as having no agreement."""
        return self._with(next_step=None)

    def with_text(self, slot: TextSlot, text: str, kept: Collection[str] = ()) -> Review:
        """Put a few words into a slot, masked; empty text clears it.

        Args:
            slot: where.
            text: what the organizer typed.
            kept: words that they typed knowingly, after the warning; these are not masked.

        Raises: InputError for text that is too long.
        """
        if len(text) > slot.max_chars:
            raise InputError(f"at most {slot.max_chars} characters fit here; make it shorter")
        safe = safe_text(text, self.redactor, kept, slot.max_chars)
        if slot is TextSlot.NOTE:
            return self._with(note=safe)
        if slot is TextSlot.FOLLOW_UP_DETAIL:
            return self._with(follow_up_detail=safe)
        known = self.summary.next_step or RecordedStep(None, None, None, Origin.TYPED)
        step = replace(known, detail=safe)
        empty = safe is None and (step.who, step.what, step.when) == (None, None, None)
        return self._with(next_step=None if empty else step)

    def text(self, slot: TextSlot) -> SafeText | None:
        """What stands in a slot."""
        if slot is TextSlot.NOTE:
            return self.summary.note
        if slot is TextSlot.FOLLOW_UP_DETAIL:
            return self.summary.follow_up_detail
        return self.summary.next_step.detail if self.summary.next_step else None

    def masked_words(self, text: str, kept: Collection[str] = ()) -> tuple[str, ...]:
        """The words of a typed text that would be masked, for the warning."""
        found = self.redactor.redact(text, kept)
        return tuple(text[span.start : span.end] for span in found.spans)

    def all_confirmed(self) -> Review:
        """As if the organizer confirmed every proposal as it stands. For measuring, never for
        storing a call: there the organizer decides."""
        commitment, step = self.summary.commitment, self.summary.next_step
        return self._with(
            commitment=None if commitment is None else replace(commitment, origin=Origin.TAPPED),
            next_step=None if step is None else replace(step, confirmed=True),
        )

    # The decision.

    def approve(self, code: str, now: datetime) -> Approval:
        """What the organizer approved, ready for the store.

        Args:
            code: what the call is called; a name is refused.
            now: with its time zone.

        Raises: ConsentError where they agreed to the helper only; InputError for a code that
            is none, or that could be a name.
        """
        plain = checked_code(code, self.redactor)
        deletion_code = new_deletion_code()
        digest = deletion_digest(deletion_code)
        return Approval(self._approved(plain, digest, now), deletion_code)

    def reapprove(self, code: str, deletion_digest: str, now: datetime) -> ApprovedSummary:
        """The same for a call that is stored: its code and its receipt stay good.

        Raises: ConsentError as `approve`.
        """
        return self._approved(code, deletion_digest, now)

    def _approved(self, code: str, digest: str, now: datetime) -> ApprovedSummary:
        consent = self.summary.consent
        if consent is not None and consent.scope is ConsentScope.HELP:
            raise ConsentError(
                "they agreed to the helper during the call and to nothing kept; "
                "this call can only be discarded"
            )
        return ApprovedSummary(
            code=code,
            summary=self.settled,
            approved_at=now.replace(second=0, microsecond=0),
            deletion_digest=digest,
        )

    def _check(self, value: str | None, choices: Sequence[Choice], what: str) -> None:
        if value is not None and not is_listed(value, choices):
            listed = ", ".join(choice.id for choice in choices)
            raise InputError(f"the rap's list of this ({what}) has: {listed}")

    def _with(self, **changes: object) -> Review:
        return replace(self, summary=replace(self.summary, **changes))  # type: ignore[arg-type]
